"""Two people for each post: one writes, with the checks beside; another agrees exactly those words."""

from governance.posting.models import Post
from tests import factories


def test_a_post_is_written_checked_agreed_and_kept_on_record(force, reader):
    factories.account(force)
    writer = reader(force.comms)
    writer.look("comms-home")
    writer.open("/posts/")
    writer.look("posts-empty")
    writer.follow("Write a post")
    writer.look("compose-empty")
    writer.choose("From which account?", "@northshire, Northshire Police")
    writer.choose("What kind of post is it?", "Telling people something")
    writer.write("Text", "Kingsgate Bridge is open again. Thank you for your patience.")
    writer.choose("Which of these are true of the post?", "None of these")
    writer.press("Check the post")
    writer.look("compose-checked")
    writer.press("Ask a second person")
    writer.says("Waiting for a second person")
    writer.look("post-waiting")
    post = Post.objects.get()
    writer.open(f"/posts/{post.ref}/agree/")
    writer.says("You cannot agree this post")
    writer.look("post-not-yours")
    second = reader(force.comms2)
    second.look("comms2-home")
    second.follow("Kingsgate Bridge is open again")
    second.look("post-agree")
    second.press("Record my answer")
    second.says("Choose what you want to do")
    second.look("post-agree-error")
    second.choose("What do you want to do?", "Agree")
    second.write("Why, in your own words", "True, checked with the control room, and people need it now.")
    second.press("Record my answer")
    second.look("post-agreed")
    post.refresh_from_db()
    assert post.state in ("approved", "published", "failed")
    second.open("/posts/")
    second.look("posts")


def test_what_stops_a_post_is_shown_beside_its_words(force, reader):
    account = factories.account(force)
    post = factories.draft_post(
        force,
        of=account,
        text="Darren Cole, 34, has been arrested. Call 07700 900123.",
        person_named=True,
        person_stage="arrested",
    )
    writer = reader(force.comms)
    writer.open(f"/posts/{post.ref}/write/")
    writer.says("What would fix it")
    writer.look("compose-blocked")
    writer.press("Ask a second person")
    writer.says("Nothing was sent on, and the attempt is on record")
    writer.look("compose-refused")
    for path, name in (
        ("/our-accounts/", "accounts"),
        (f"/our-accounts/{account.ref}/", "account"),
        ("/our-accounts/new/", "account-new"),
    ):
        writer.open(path)
        writer.look(name)
