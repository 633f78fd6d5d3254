"""The demonstration in three acts: the half-year, its release, and what is open today for whoever signs in."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from audit import clock
from config.demo import archive, texts
from config.demo.play import Player, harbour_archive
from gateway.models import CollectionRun
from governance.posting import services as posting
from reports import services as reports
from reports.period import HalfYear


@dataclass(frozen=True)
class Played:
    """What the play left: where the release lies, and the first collection's numbers."""

    release: Path
    release_ref: str
    run: CollectionRun
    archive: Path
    live: str


def half_year(today: dt.date) -> HalfYear:
    """The last July to December that is over: the texts' half-year begins on 1 July."""
    return HalfYear(today.year - 1, 2)


def march_day(period: HalfYear) -> dt.date:
    """The Saturday of the march: late enough for autumn, early enough for its posts to be erased in the half-year."""
    day = dt.date(period.year, 11, 22)
    return day - dt.timedelta(days=(day.weekday() - 5) % 7)


def play(player: Player) -> Played:
    """All three acts.

    Raises:
        OffScript: the story did not go as its texts say.
    """
    today = clock.today()
    period = half_year(today)
    march = march_day(period)
    run = first_act(player, period, march)
    folder, ref = second_act(player, period)
    path, live = third_act(player, today)
    return Played(release=folder, release_ref=ref, run=run, archive=path, live=live)


def first_act(player: Player, period: HalfYear, march: dt.date) -> CollectionRun:
    """The half-year: some fifty requests, and the story of the march among them."""
    first = dt.date(period.year, 7, 1)
    player.set_up(period.start - dt.timedelta(days=20))
    player.say("Northshire Police: units, people, accounts")
    for asked in texts.history():
        player.plan(asked, first)
    story = texts.story()
    for asked in story.values():
        player.plan(asked, march)
    for said in texts.story_posts().values():
        player.plan_post(said, march)

    posts = player.folder / "march.jsonl"
    archive.write(posts, march)
    harbour = player.folder / "harbour.jsonl"
    runs: list[CollectionRun] = []
    stop_day = march + dt.timedelta(days=story["harbour"].asked[0] + story["harbour"].ending.after_days)
    harbour_archive(harbour, stop_day)
    player.later(texts.moment(march, 7, 20), lambda: runs.append(player.collect("march", posts)))
    player.later(texts.moment(march, 2, 20), lambda: runs.append(player.collect("rumour", posts)))
    player.later(
        texts.moment(stop_day, 0, 20),
        lambda: runs.append(player.collect_and_stop("harbour", story["harbour"], harbour)),
    )
    player.say(
        f"{period.words}: {len(texts.history()) + len(story)} requests, {len(texts.story_posts())} posts"
    )
    player.run(until=period.end + dt.timedelta(days=60))
    main = runs[-1]
    player.say(
        f"The march: {main.read} posts read, {main.stored} kept with {sum(main.hidden.values())} pieces hidden, "
        f"{main.out_of_scope} out of scope, {main.malformed} dated later than the collection, {main.withheld} withheld, "
        f"{main.duplicates} twice; since erased"
    )
    return main


def second_act(player: Player, period: HalfYear) -> tuple[Path, str]:
    """The first release, prepared by one person and published by another."""
    with clock.travel(to=period.end + dt.timedelta(days=35, hours=10)):
        release = player.release(period)
        folder = reports.write_out(release=release, folder=player.folder / "release")
    player.say(f"Release {release.ref}: {folder.name}/, checked by the machine, published by a second person")
    return folder, release.ref


def third_act(player: Player, today: dt.date) -> tuple[Path, str]:
    """What is open today: a march that is being listened to, and work waiting for each person who signs in."""
    story = texts.story()
    now = clock.now()
    march = today - dt.timedelta(days=1)  # so that most of what was said about it has been said by now
    player.plan(story["march"], march, prefix="now:")
    player.run(until=now)
    live = player.granted["now:march"]
    posts = player.folder / "today.jsonl"
    archive.write(posts, march)

    with clock.travel(to=now - dt.timedelta(hours=3)):
        player.send(story["marathon"], today + dt.timedelta(days=85), prefix="now:")
        player.send(story["housing"], today + dt.timedelta(days=40), prefix="now:")
        for asked in texts.today().values():
            player.send(asked, today)
    with clock.travel(to=now - dt.timedelta(hours=1)):
        player.draft(story["speaker"], march, prefix="now:")
        said = texts.story_posts()["returned"]
        post = posting.edit(
            post=player.write_post(said), by=player.people[said.by], values={"text": said.second_text}
        )
        posting.submit(post=post, by=player.people[said.by])
    player.say(
        f"Today: {live.ref} is live; requests wait for advice, a supervisor and a superintendent, a post for a second person"
    )
    return posts, live.ref
