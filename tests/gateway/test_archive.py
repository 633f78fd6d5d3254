"""Archive files: every kind of bad input costs what it must and nothing more."""

import csv
import datetime as dt
import io
import json
import os
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.connectors.archive import ArchiveCollector
from gateway.connectors.archive.opening import digest, open_archive
from gateway.contract import (
    MALFORMED,
    MAX_RECORD_BYTES,
    BadSource,
    Fetched,
    FileSource,
    IncomingPost,
    Visibility,
)

NOW = dt.datetime(2026, 11, 28, 18, tzinfo=dt.UTC)
AT = "2026-11-28T14:00:00Z"


def collector(data: bytes, name: str = "posts.jsonl", **declared: object) -> ArchiveCollector:
    return ArchiveCollector(FileSource(io.BytesIO(data), name, NOW, **declared))


def read(
    data: bytes, name: str = "posts.jsonl", *, after: str = "", batch: int = 500, **declared: object
) -> Fetched:
    """Everything in one batch, however it came."""
    parts = list(
        collector(data, name, **({"platform": "mastodon"} | declared)).fetch(after=after, batch=batch)
    )
    return Fetched(
        tuple(p for part in parts for p in part.posts),
        parts[-1].cursor if parts else "",
        tuple(m for part in parts for m in part.malformed),
    )


def lines(*records: object) -> bytes:
    return b"".join(json.dumps(r).encode() + b"\n" for r in records)


def post(number: int = 1, **fields: object) -> dict[str, object]:
    return {"id": f"p{number}", "text": f"post {number}", "created_at": AT} | fields


def reasons(fetched: Fetched) -> list[tuple[int, str]]:
    return [(m.line, m.reason) for m in fetched.malformed]


STATUS = {
    "id": "110",
    "uri": "https://social.example/users/a/statuses/110",
    "content": '<p>Kingsgate Bridge<br>is <a href="https://x.example/a?b&amp;c"><span class="invisible">https://</span>'
    "x.example/a?b&amp;c</a></p><p>now &lt;shut&gt;</p><script>x()</script>",
    "created_at": "2026-11-28T14:00:00.000Z",
    "visibility": "public",
    "language": "en",
    "spoiler_text": "",
    "account": {"acct": "someone"},
    "reblog": None,
}


class TestGoodFiles:
    def test_it_reads_json_lines(self) -> None:
        got = read(lines(post(1), post(2, platform="Bluesky", language="cy", visibility="unlisted")))
        assert [p.text for p in got.posts] == ["post 1", "post 2"]
        assert got.posts[0].created_at == dt.datetime(2026, 11, 28, 14, tzinfo=dt.UTC)
        assert got.posts[0].declared == {"platform", "visibility"}
        assert (got.posts[1].platform, got.posts[1].language) == ("bluesky", "cy")
        assert got.posts[1].visibility is Visibility.UNLISTED
        assert got.posts[1].declared == frozenset()

    def test_it_reads_csv_with_quotes_commas_and_lines_inside(self) -> None:
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerows(
            [["Post ID", "Text", "Date", "extra"], ["1", 'a "b",\nc', AT, ""], ["2", "d", AT, "e"]]
        )
        got = read(out.getvalue().encode(), "posts.csv")
        assert [p.text for p in got.posts] == ['a "b",\nc', "d"]

    @pytest.mark.parametrize("indent", [None, 1])
    def test_it_reads_a_list_from_the_mastodon_api(self, indent: int | None) -> None:
        got = read(
            json.dumps([STATUS, STATUS | {"visibility": "private"}], indent=indent).encode(), "posts.json"
        )
        assert got.posts[0].text == "Kingsgate Bridge\nis https://x.example/a?b&c\n\nnow <shut>"
        assert got.posts[0].platform == "mastodon"
        assert got.posts[0].platform_id == STATUS["uri"]
        assert got.posts[0].declared == frozenset()
        assert got.posts[1].visibility is Visibility.FOLLOWERS

    def test_a_status_that_does_not_say_who_may_see_it_is_not_public(self) -> None:
        silent = {k: v for k, v in STATUS.items() if k != "visibility"}
        assert read(json.dumps([silent]).encode(), "posts.json").posts[0].visibility is Visibility.UNKNOWN

    def test_a_boost_is_read_as_the_post_it_boosts(self) -> None:
        boost = STATUS | {
            "uri": "https://b.example/1",
            "content": "",
            "reblog": STATUS | {"visibility": "private"},
        }
        got = read(json.dumps([boost]).encode(), "posts.json").posts[0]
        assert (got.platform_id, got.visibility) == (STATUS["uri"], Visibility.FOLLOWERS)

    def test_a_content_warning_is_part_of_the_text(self) -> None:
        got = read(json.dumps([STATUS | {"spoiler_text": "Bad news"}]).encode(), "posts.json").posts[0]
        assert got.text.startswith("Bad news\n\nKingsgate")

    def test_it_goes_on_from_where_it_stopped(self) -> None:
        data = lines(*(post(n) for n in range(25)))
        first = next(collector(data, platform="mastodon").fetch(batch=10))
        rest = read(data, after=first.cursor, batch=10)
        assert [p.platform_id for p in first.posts + rest.posts] == [f"p{n}" for n in range(25)]
        assert rest.cursor == "25"

    def test_a_place_to_go_on_from_that_is_no_number_is_refused(self) -> None:
        with pytest.raises(BadSource):
            read(lines(post()), after="-1")

    @pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b"\n\n  \n"])
    def test_it_is_not_upset_by_a_byte_order_mark_or_blank_lines(self, start: bytes) -> None:
        assert read(start + lines(post())).read == 1
        assert read(start + json.dumps([post()]).encode(), "posts.json").posts
        assert read(start + b"id,text\n1,a\n", "posts.csv").posts

    def test_windows_line_ends_are_line_ends(self) -> None:
        assert read(lines(post(1), post(2)).replace(b"\n", b"\r\n")).read == 2

    @pytest.mark.parametrize("name", ["posts.json", "posts.csv"])
    def test_a_file_with_no_posts_is_read_to_its_end(self, name: str) -> None:
        assert read(b"[]" if name.endswith("json") else b"id,text\n", name).read == 0


class TestDeclarations:
    def test_what_the_record_lacks_is_declared_and_marked(self) -> None:
        declared = dt.datetime(2026, 11, 28, 15, tzinfo=dt.UTC)
        got = read(lines({"id": 1, "text": "a"}), platform="x", collected_at=declared).posts[0]
        assert (got.platform, got.created_at, got.visibility) == ("x", declared, Visibility.PUBLIC)
        assert got.declared == {"platform", "created_at", "visibility"}

    def test_what_the_record_says_is_not_overruled(self) -> None:
        got = read(lines(post(platform="bluesky")), platform="x", collected_at=NOW).posts[0]
        assert got.platform == "bluesky"
        assert got.created_at == dt.datetime(2026, 11, 28, 14, tzinfo=dt.UTC)

    def test_no_platform_at_all_is_malformed(self) -> None:
        assert reasons(read(lines(post()), platform="")) == [(1, "platform_missing")]

    def test_no_date_at_all_is_left_for_the_scope_to_refuse(self) -> None:
        assert read(lines({"id": 1, "text": "a"})).posts[0].created_at is None


class TestBadRecords:
    @pytest.mark.parametrize(
        ("record", "reason"),
        [
            (b'{"id": "1", "text": "a\\u0000b"}', "nul"),
            (b'{"id": "1\\u0000", "text": "ab"}', "nul"),
            (b'{"id": "1", "text": "a\\ud83d"}', "surrogate"),
            (b'{"id": "1", "text": "a\xff"}', "encoding"),
            (b'{"id": "1", "text": "caf\xe9"}', "encoding"),
            (b'{"id": "1"}', "text_missing"),
            (b'{"id": "1", "text": 5}', "text_missing"),
            (b'{"text": "a"}', "id_missing"),
            (b'{"id": "  ", "text": "a"}', "id_missing"),
            (b'{"id": true, "text": "a"}', "id_missing"),
            (b'{"id": "%s", "text": "a"}' % (b"9" * 501), "id_too_long"),
            (b'{"id": "1", "text": "a", "platform": "<b>"}', "platform_missing"),
            (b'{"id": "1", "text": "a", "created_at": "yesterday"}', "date"),
            (b'{"id": "1", "text": "a", "created_at": "2026-02-30T10:00:00Z"}', "date"),
            (b'{"id": "1", "text": "a", "created_at": 1764338400}', "date"),
            (b'{"id": "1", "text": "a", "created_at": "0001-01-01T00:00:00+23:59"}', "date"),
            (b'{"id": "1", "text": "a", "created_at": "2026-11-28T14:00:00"}', "date_naive"),
            (b'{"id": "1", "text": "a", "created_at": "2026-11-28"}', "date_naive"),
            (b'{"id": "1", "text": "a", "created_at": "2026-11-29T00:00:00Z"}', "date_in_future"),
            (b'{"id": "1", "text": "a"', "format"),
            (b"[1, 2]", "format"),
            (b'"a"', "format"),
            (b'{"id": NaN, "text": "a"}', "format"),
            (b'{"id": ' + b"9" * 5000 + b', "text": "a"}', "format"),
            (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "format"),
            (b"id;text", "format"),
        ],
    )
    def test_a_bad_record_costs_only_itself(self, record: bytes, reason: str) -> None:
        got = read(lines(post(1)) + record + b"\n" + lines(post(2)))
        assert [p.platform_id for p in got.posts] == ["p1", "p2"]
        assert reasons(got) == [(2, reason)]
        assert got.malformed[0].record == 2

    def test_half_a_pair_is_bad_and_a_whole_pair_is_an_emoji(self) -> None:
        assert read(rb'{"id": 1, "text": "\ud83d\ude00"}').posts[0].text == "😀"

    def test_a_file_cut_off_in_its_last_line_says_so(self) -> None:
        assert reasons(read(lines(post(1), post(2))[:-9])) == [(2, "truncated")]

    @pytest.mark.parametrize("cut", [3, 30, 90])
    def test_a_list_cut_off_says_so(self, cut: int) -> None:
        got = read(json.dumps([post(1), post(2)], indent=0).encode()[:-cut], "posts.json")
        assert [m.reason for m in got.malformed] == ["truncated"]

    def test_a_bad_element_of_a_list_costs_only_itself(self) -> None:
        bad = b'{"id": 2, "text": "a\xff"}, {"id": 3 "text": "b"}, 7, "a, ]", null, [1], '
        data = b"[" + json.dumps(post(1)).encode() + b",\n" + bad + json.dumps(post(2)).encode() + b"]"
        got = read(data, "posts.json")
        assert [p.platform_id for p in got.posts] == ["p1", "p2"]
        assert reasons(got) == [(2, "encoding")] + [(2, "format")] * 5

    def test_what_follows_a_list_is_counted_once(self) -> None:
        got = read(json.dumps([post()]).encode() + b"\n\n[1]", "posts.json")
        assert reasons(got) == [(3, "trailing")]

    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            (b"2,b", "columns"),
            (b"2,b,%s,x" % AT.encode(), "columns"),
            (b"2,b\xff,%s" % AT.encode(), "encoding"),
            (b'2,"b"c,%s' % AT.encode(), "format"),
            (b'2,"never closed,%s' % AT.encode(), "format"),
            (b",b,%s" % AT.encode(), "id_missing"),
            (b"2,b\x00,%s" % AT.encode(), "nul"),
            (b"2,b,28/11/2026", "date"),
        ],
    )
    def test_a_bad_row_costs_only_itself(self, row: bytes, reason: str) -> None:
        fine = b"%d,text,%s\n"
        data = b"id,text,date\n" + fine % (1, AT.encode()) + row + b"\n" + fine % (3, AT.encode())
        got = read(data, "posts.csv")
        assert [p.platform_id for p in got.posts] == ["1", "3"]
        assert reasons(got) == [(3, reason)]

    @pytest.mark.parametrize("name", ["posts.jsonl", "posts.json", "posts.csv"])
    def test_a_line_of_ten_megabytes_is_refused_in_little_memory(self, name: str, tmp_path: Path) -> None:
        path = tmp_path / name
        before, huge, after = (
            json.dumps(post(1)),
            json.dumps(post(2, text="x" * 10_000_000)),
            json.dumps(post(3)),
        )
        with path.open("w") as out:
            if name == "posts.csv":
                out.write(f"id,text,date\np1,a,{AT}\np2,{'x' * 10_000_000},{AT}\np3,b,{AT}\n")
            elif name == "posts.json":
                out.write(f"[{before},\n{huge},\n{after}]")
            else:
                out.write(f"{before}\n{huge}\n{after}\n")
        del huge
        tracemalloc.start()
        try:
            with path.open("rb") as stream:
                got = next(ArchiveCollector(FileSource(stream, name, NOW, platform="x")).fetch())
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert [p.platform_id for p in got.posts] == ["p1", "p3"]
        assert [m.reason for m in got.malformed] == ["too_large"]
        assert peak < 8 * MAX_RECORD_BYTES

    def test_a_batch_of_huge_records_ends_early(self) -> None:
        data = lines(*(post(n, text="x" * 900_000) for n in range(12)))
        assert [b.read for b in collector(data, platform="x").fetch()] == [5, 5, 2]

    def test_a_record_never_shows_its_words_when_printed(self) -> None:
        got = read(lines(post(text="call 07700 900123", platform="mastodon")))
        assert "07700" not in repr(got) + repr(got.posts) + repr(got.posts[0])

    @given(st.lists(st.binary(max_size=60).filter(lambda b: not {0, 10} & set(b)), max_size=8))
    def test_every_record_is_a_post_or_malformed(self, rubbish: list[bytes]) -> None:
        data = lines(post(1)) + b"\n".join(rubbish) + b"\n" + lines(post(2))
        got = read(data)
        assert got.read == 2 + sum(1 for line in rubbish if line.strip())
        assert {p.platform_id for p in got.posts} >= {"p1", "p2"}
        assert {m.reason for m in got.malformed} <= set(MALFORMED)

    @given(st.binary(max_size=300), st.sampled_from(["posts.json", "posts.csv"]))
    def test_rubbish_is_counted_or_refused_and_nothing_else(self, rubbish: bytes, name: str) -> None:
        start = b"[" if name == "posts.json" else b"id,text\n"
        try:
            got = read(start + rubbish, name)
        except BadSource:
            return
        assert {m.reason for m in got.malformed} <= set(MALFORMED)

    @given(
        st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=20), max_size=4), max_size=10),
        st.data(),
    )
    def test_a_list_is_cut_where_json_says(self, records: list[dict[str, str]], data: st.DataObject) -> None:
        from gateway.connectors.archive.splitting import json_list

        written = json.dumps(
            records, indent=data.draw(st.sampled_from([None, 2])), ensure_ascii=data.draw(st.booleans())
        ).encode("utf-8", "surrogatepass")
        if any("\ud800" <= c <= "\udfff" for r in records for k, v in r.items() for c in k + v):
            return
        assert [r.fields for r in json_list(_Dribble(written))] == records


class _Dribble(io.BytesIO):
    """A stream that gives three bytes at a time, so that every boundary falls between two reads once."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(3)


class TestBadFiles:
    @pytest.mark.parametrize(
        ("data", "name", "part"),
        [
            (b"", "posts.jsonl", "is empty"),
            (b" \n ", "posts.jsonl", "is blank"),
            (b"\x1f\x8b\x08" + b"x" * 50, "posts.jsonl", "gzip"),
            (b"PK\x03\x04" + b"x" * 50, "posts.csv", "ZIP"),
            ("id,text\n1,a".encode("utf-16"), "posts.csv", "UTF-16"),
            (b"\x00\x01" * 500, "posts.csv", "not a text file"),
            (b"[]", "posts.jsonl", "this is a JSON list, not JSON Lines"),
            (b'{"id": 1}\n{"id": 2}\n', "posts.json", "this is JSON Lines, not a JSON list"),
            (b'{\n "a": [\n 1]}', "posts.json", "not a JSON list"),
            (b"id,text\n1,a\n", "posts.json", "not a JSON list"),
            (b"id,text\n1,a\n", "posts.jsonl", "not JSON Lines"),
            (b'[{"id": 1}]', "posts.csv", "this is a JSON list, not CSV"),
            (b"id;text\n1;a\n", "posts.csv", "separated by commas"),
            (b"number,text\n1,a\n", "posts.csv", "no column named id"),
            (b"number,words\n1,a\n", "posts.csv", "no column named id and none named text"),
            (b'"id,text\n1,a\n', "posts.csv", "not a CSV header"),
            (b"hello there\n", "posts", "does not say what it is"),
        ],
    )
    def test_one_sentence_says_what_is_wrong_with_the_whole_file(
        self, data: bytes, name: str, part: str
    ) -> None:
        with pytest.raises(BadSource) as refusal:
            read(data, name)
        said = str(refusal.value)
        assert part in said
        assert said.startswith(name)
        assert said.endswith(".")

    def test_a_file_without_a_telling_name_is_read_by_its_first_bytes(self) -> None:
        assert read(lines(post()), "upload").posts
        assert read(json.dumps([post()]).encode(), "upload").posts

    def test_a_disk_that_fails_is_a_sentence(self) -> None:
        class Failing(io.BytesIO):
            def readline(self, size: int | None = -1) -> bytes:
                raise OSError(5, "Input/output error")

        source = FileSource(Failing(lines(post())), "posts.jsonl", NOW, platform="x")
        with pytest.raises(BadSource, match="could not be read to its end"):
            list(ArchiveCollector(source).fetch())


class TestOpening:
    def test_it_opens_a_regular_file(self, tmp_path: Path) -> None:
        path = tmp_path / "posts.jsonl"
        path.write_bytes(lines(post()))
        with open_archive(path) as stream:
            assert len(digest(stream)) == 64
            assert stream.read() == lines(post())

    def test_it_follows_no_link(self, tmp_path: Path) -> None:
        (tmp_path / "real.jsonl").write_bytes(lines(post()))
        link = tmp_path / "posts.jsonl"
        link.symlink_to(tmp_path / "real.jsonl")
        with pytest.raises(BadSource, match=r"posts\.jsonl is a link"):
            open_archive(link)

    def test_it_opens_nothing_but_files(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.jsonl")
        with pytest.raises(BadSource, match="not a regular file"):
            open_archive(tmp_path / "pipe.jsonl")
        with pytest.raises(BadSource, match="is a folder"):
            open_archive(tmp_path)

    def test_a_missing_file_is_a_sentence(self, tmp_path: Path) -> None:
        with pytest.raises(BadSource, match="There is no file"):
            open_archive(tmp_path / "no.jsonl")
        with pytest.raises(BadSource, match="not the name of a file"):
            open_archive(tmp_path / "a\x00b")

    def test_a_file_it_may_not_read_is_a_sentence(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "posts.jsonl"
        path.touch(mode=0o000)
        if os.access(path, os.R_OK):  # root may read everything: let the system say no

            def refuse(*args: object, **kwargs: object) -> int:
                raise PermissionError(13, "Permission denied")

            monkeypatch.setattr(os, "open", refuse)
        with pytest.raises(BadSource, match="may not be read"):
            open_archive(path)

    def test_it_does_not_leave_its_folder(self, tmp_path: Path) -> None:
        inbox, elsewhere = tmp_path / "inbox", tmp_path / "elsewhere"
        inbox.mkdir()
        elsewhere.mkdir()
        (inbox / "sub").mkdir()
        for folder in (inbox, inbox / "sub", elsewhere):
            (folder / "posts.jsonl").write_bytes(lines(post()))
        (inbox / "door").symlink_to(elsewhere)
        open_archive(Path("posts.jsonl"), within=inbox).close()
        open_archive(inbox / "sub" / "posts.jsonl", within=inbox).close()
        for path in (
            Path("../elsewhere/posts.jsonl"),
            Path("sub/../../elsewhere/posts.jsonl"),
            elsewhere / "posts.jsonl",
            Path("/etc/passwd"),
            Path(""),
        ):
            with pytest.raises(BadSource, match="outside the folder"):
                open_archive(path, within=inbox)
        with pytest.raises(BadSource, match="leads through a link"):
            open_archive(Path("door/posts.jsonl"), within=inbox)


def test_an_incoming_post_holds_no_more_than_the_contract_says() -> None:
    got = read(lines(post(author="Jo Smith", handle="@jo", phone="07700 900123", location="12 Mill Lane")))
    assert isinstance(got.posts[0], IncomingPost)
    kept = " ".join(str(getattr(got.posts[0], f)) for f in IncomingPost.__slots__)
    assert "Jo" not in kept
    assert "07700" not in kept
