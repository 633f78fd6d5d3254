"""One contract for every connector. A new connector adds a rig: how to fill it and how to look at it."""

import dataclasses
import io
import json
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from audit import clock
from gateway.connectors import NoConnector, connector, connectors
from gateway.contract import (
    MALFORMED,
    AccountAccess,
    Collector,
    Connector,
    DoorError,
    Fetched,
    FileSource,
    How,
    IncomingPost,
    LiveSource,
    OutgoingPost,
    Publisher,
    Visibility,
)
from tests import peers

pytestmark = pytest.mark.peer

POSTS = [(f"The river is rising, report {n}", "public" if n % 3 else "unlisted") for n in range(7)]


@dataclasses.dataclass
class Rig:
    """What the contract needs of one connector, filled with POSTS."""

    collectors: list[Callable[[], Collector]]
    publisher: Callable[[], Publisher] | None = None
    posted: Callable[[], list[str]] = list  # the texts on the account, as the platform has them


@contextmanager
def archive_rig(_: Path) -> Iterator[Rig]:
    records = [
        {
            "id": n,
            "text": text,
            "visibility": seen,
            "created_at": "2026-11-20T10:00:00Z",
            "platform": "mastodon",
        }
        for n, (text, seen) in enumerate(POSTS)
    ]
    statuses = [
        r
        | {"content": f"<p>{r['text']}</p>", "account": {"acct": "a"}, "uri": f"https://a.example/{r['id']}"}
        for r in records
    ]
    rows = ["id,text,visibility,created_at,platform"]
    rows += [f'{r["id"]},"{r["text"]}",{r["visibility"]},{r["created_at"]},{r["platform"]}' for r in records]
    files = {
        "a.jsonl": "".join(json.dumps(r) + "\n" for r in records),
        "a.csv": "\r\n".join(rows) + "\r\n",
        "a.json": json.dumps(statuses),
    }

    def opened(name: str) -> Callable[[], Collector]:
        read = connector("archive").read_file
        assert read is not None
        return lambda: read(FileSource(io.BytesIO(files[name].encode()), name, clock.now()))

    yield Rig([opened(name) for name in files])


@contextmanager
def mastodon_rig(folder: Path) -> Iterator[Rig]:
    door = connector("mastodon")
    assert door.read_live is not None
    assert door.open_account is not None
    read_live, open_account = door.read_live, door.open_account
    with peers.mastodon(folder) as server:
        since = clock.now()
        for text, seen in POSTS:
            server.post("citizen", f"{text} #river", visibility=seen)

        def asking(hashtags: tuple[str, ...], phrases: tuple[str, ...]) -> Callable[[], Collector]:
            return lambda: read_live(
                LiveSource(server.url, hashtags, phrases, since, clock.now(), token=server.token("police"))
            )

        yield Rig(
            [asking(("river",), ()), asking((), ("river is rising",))],
            lambda: open_account(AccountAccess(server.url, server.uri("police"), server.token("police"))),
            lambda: server.posts_of("police"),
        )


RIGS = {"archive": archive_rig, "mastodon": mastodon_rig}


@pytest.fixture(scope="module", params=sorted(RIGS))
def rigged(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Connector, Rig]]:
    with RIGS[request.param](tmp_path_factory.mktemp(request.param)) as rig:
        yield connector(request.param), rig


def test_every_connector_in_the_package_is_tried_here() -> None:
    assert set(connectors()) == set(RIGS)


def test_a_connector_that_does_not_exist_is_a_sentence() -> None:
    with pytest.raises(NoConnector, match="There is no connector for myspace; there are archive"):
        connector("myspace")


def test_finding_the_connectors_loads_no_client_library() -> None:
    import subprocess

    program = (
        "import sys; from gateway.connectors import connectors; connectors();"
        "sys.exit(bool({'mastodon', 'requests'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_it_declares_what_it_can_do(rigged: tuple[Connector, Rig]) -> None:
    door, _ = rigged
    able = door.capabilities
    assert (How.FILE in able.collects) == (door.read_file is not None)
    assert bool(able.collects - {How.FILE}) == (door.read_live is not None)
    assert able.publishes == (door.open_account is not None)
    assert able.publishes or not (able.replies or able.deletes or able.finds_own)
    # A platform on which we cannot look would get a post twice when an answer is lost.
    assert not able.publishes or able.finds_own
    assert door.title


def everything(
    collector: Collector, after: str = "", batch: int = 500
) -> tuple[list[IncomingPost], list[Fetched]]:
    batches = list(collector.fetch(after=after, batch=batch))
    return [p for b in batches for p in b.posts], batches


def test_it_hands_over_every_post_with_what_the_platform_says_of_it(rigged: tuple[Connector, Rig]) -> None:
    for opened in rigged[1].collectors:
        posts, batches = everything(opened())
        assert sum(b.read for b in batches) == len(posts)
        seen = {p.text.removesuffix(" #river"): p.visibility for p in posts}
        assert len(seen) == len(posts)
        # What is not public may be kept back by the platform; if it comes, it comes marked.
        assert {t for t, v in POSTS if v == "public"} <= set(seen)
        assert seen.items() <= {text: Visibility(v) for text, v in POSTS}.items()
        for post in posts:
            assert post.platform
            assert post.platform_id
            assert post.created_at is not None
            assert post.created_at.utcoffset() is not None
            assert post.text not in repr(post)
            with pytest.raises(dataclasses.FrozenInstanceError):
                post.text = "changed"  # type: ignore[misc]


@pytest.mark.parametrize("batch", [1, 3, 7, 500])
def test_it_goes_on_from_any_cursor_without_loss(rigged: tuple[Connector, Rig], batch: int) -> None:
    for opened in rigged[1].collectors:
        most = batch if How.FILE in rigged[0].capabilities.collects else 40
        whole = {p.platform_id for p in everything(opened())[0]}
        seen: set[str] = set()
        for part in opened().fetch(batch=batch):
            assert isinstance(part.cursor, str)
            assert part.cursor
            assert part.read <= most
            assert {m.reason for m in part.malformed} <= set(MALFORMED)
            seen |= {p.platform_id for p in part.posts}
            rest, _ = everything(opened(), after=part.cursor, batch=batch)
            assert seen | {p.platform_id for p in rest} == whole
        assert seen == whole


def test_a_cursor_of_somebody_else_is_refused_or_harmless(rigged: tuple[Connector, Rig]) -> None:
    for opened in rigged[1].collectors:
        with pytest.raises(DoorError):
            everything(opened(), after="{not a cursor")


def test_it_publishes_finds_and_deletes(rigged: tuple[Connector, Rig]) -> None:
    _, rig = rigged
    if rig.publisher is None:
        pytest.skip("this connector does not publish")
    post = OutgoingPost(f"Kingsgate Bridge is open. {uuid.uuid4()}", "en", uuid.uuid4().hex)
    mark = rig.publisher().mark()
    assert rig.publisher().find(post, after=mark) is None
    published = rig.publisher().publish(post)
    assert published.published_at.utcoffset() is not None
    assert rig.publisher().publish(post) == published
    assert rig.posted().count(post.text) == 1
    assert rig.publisher().find(post, after=mark) == published
    assert rig.publisher().find(dataclasses.replace(post, text=post.text + "!"), after=mark) is None
    rig.publisher().delete(published.platform_id)
    rig.publisher().delete(published.platform_id)
    assert post.text not in rig.posted()
