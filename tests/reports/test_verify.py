"""Anybody can check a release offline, and nothing that was changed passes."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command

from reports import verify

SCRIPT = Path(verify.__file__)


def run(folder: Path) -> tuple[int, str]:
    said: list[str] = []
    code = verify.main([str(folder)], said.append)
    return code, "\n".join(said)


def relist(folder: Path) -> None:
    """Write SHA256SUMS again, as somebody would who changes a file and covers their tracks."""
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    lines = [
        f"{hashlib.sha256((folder / n).read_bytes()).hexdigest()}  {n}\n" for n in names if n != "SHA256SUMS"
    ]
    (folder / "SHA256SUMS").write_text("".join(lines))


def remanifest(folder: Path) -> None:
    """Also write the manifest again."""
    manifest = json.loads((folder / "MANIFEST.json").read_bytes())
    for file in manifest["files"]:
        data = (folder / file["name"]).read_bytes()
        file["sha256"], file["bytes"] = hashlib.sha256(data).hexdigest(), len(data)
    (folder / "MANIFEST.json").write_text(json.dumps(manifest))
    relist(folder)


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_a_whole_release_passes(folder: Path) -> None:
    code, said = run(folder)
    assert code == 0
    assert hashlib.sha256((folder / "SHA256SUMS").read_bytes()).hexdigest() in said


def test_it_needs_nothing_but_the_standard_library(folder: Path, tmp_path: Path) -> None:
    # -I -S: no packages of the machine, no user folder, no environment.
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(SCRIPT), str(folder), "--json"],
        cwd=tmp_path,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["passed"] is True


def test_one_flipped_bit_in_any_file_is_noticed(folder: Path) -> None:
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        original = path.read_bytes()
        spoilt = bytearray(original)
        spoilt[len(spoilt) // 2] ^= 1
        path.write_bytes(bytes(spoilt))
        code, _ = run(folder)
        assert code == 1, path.name
        path.write_bytes(original)
    assert run(folder)[0] == 0


def test_a_missing_file_is_noticed(folder: Path) -> None:
    (folder / "report.pdf").unlink()
    code, said = run(folder)
    assert code == 1
    assert "Missing: report.pdf" in said


def test_a_file_that_was_added_is_noticed(folder: Path) -> None:
    (folder / "tables" / "more.csv").write_text("x")
    code, said = run(folder)
    assert code == 1
    assert "Not part of the release: tables/more.csv" in said


@pytest.mark.parametrize("name", ["report.json", "tables", "more"])
def test_a_link_is_noticed_wherever_it_stands(folder: Path, name: str) -> None:
    aside = folder.parent / "aside"
    if (folder / name).exists():
        (folder / name).rename(aside)
    else:
        aside.write_text("x")
    (folder / name).symlink_to(aside)
    code, said = run(folder)
    assert code == 1
    assert f"{name} is a link" in said


def test_a_pipe_is_not_opened(folder: Path) -> None:
    os.mkfifo(folder / "report.txt")
    code, said = run(folder)
    assert code == 1
    assert "not a plain file" in said


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("0" * 64 + "  ../outside", "outside the folder"),
        ("0" * 64 + "  /etc/passwd", "outside the folder"),
        ("0" * 64 + "  C:/x", "outside the folder"),
        ("0" * 64 + "  tables//x.csv", "outside the folder"),
        ("0" * 64 + " one-space", "not a fingerprint"),
        ("0" * 63 + "  short", "not a fingerprint"),
        ("Z" * 64 + "  letters", "not a fingerprint"),
        ("0" * 64 + "  back\\slash", "not a fingerprint"),
        ("", "not a fingerprint"),
        ("0" * 64 + "  index.html", "again"),
        ("0" * 64 + "  SHA256SUMS", "may not stand there"),
    ],
)
def test_a_bad_line_in_the_list_is_one_sentence(folder: Path, line: str, words: str) -> None:
    with (folder / "SHA256SUMS").open("a") as sums:
        sums.write(line + "\n")
    code, said = run(folder)
    assert code == 1
    failed = [row for row in said.splitlines() if row.startswith("FAILED")]
    assert len(failed) == 1
    assert words in failed[0]
    assert failed[0].count("Line ") == 1


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"cut off", b"\x00" * 50])
def test_a_list_that_is_not_a_list_is_one_sentence(folder: Path, raw: bytes) -> None:
    (folder / "SHA256SUMS").write_bytes(raw)
    code, said = run(folder)
    assert code == 1
    assert "SHA256SUMS" in said
    assert "Traceback" not in said


def in_json(folder: Path) -> None:
    report = json.loads((folder / "report.json").read_bytes())
    cell = next(c for t in report["tables"] for c in t["cells"] if c["value"] and c["value"] > 9)
    cell["value"] += 1
    (folder / "report.json").write_text(json.dumps(report))


def in_csv(folder: Path) -> None:
    change(folder / "tables" / "posts-published.csv", ",correction,", ",corrected,")


def in_page(folder: Path) -> None:
    change(
        folder / "index.html",
        'data-figure="requests-by-purpose/all/all">214',
        'data-figure="requests-by-purpose/all/all">213',
    )


def share_in_page(folder: Path) -> None:
    change(folder / "index.html", "%</data>", "0%</data>")


def unmarked_in_page(folder: Path) -> None:
    change(folder / "index.html", '<td class="n">', '<td class="n">7 ')


def left_out_of_page(folder: Path) -> None:
    change(folder / "index.html", 'data-figure="safeguards/against_advice/all"', "")


def a_table_more(folder: Path) -> None:
    report = json.loads((folder / "report.json").read_bytes())
    report["tables"].append({**report["tables"][0], "name": "another"})
    (folder / "report.json").write_text(json.dumps(report))


def not_json(folder: Path) -> None:
    (folder / "report.json").write_text("[" * 100_000)


def other_json(folder: Path) -> None:
    (folder / "report.json").write_text("[1, 2]")


@pytest.mark.parametrize(
    "spoil",
    [
        in_json,
        in_csv,
        in_page,
        share_in_page,
        unmarked_in_page,
        left_out_of_page,
        a_table_more,
        not_json,
        other_json,
    ],
)
def test_figures_that_disagree_are_noticed_even_with_fresh_fingerprints(
    folder: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(folder)
    remanifest(folder)
    code, said = run(folder)
    assert code == 1, said
    assert "Traceback" not in said


def everywhere(folder: Path, change_cells: Callable[[dict], None]) -> None:
    """Change one table in JSON, CSV and page alike."""
    report = json.loads((folder / "report.json").read_bytes())
    table = next(t for t in report["tables"] if t["name"] == "posts-published")
    change_cells(table)
    (folder / "report.json").write_text(json.dumps(report))
    page = (folder / "index.html").read_text()
    lines = (folder / "tables" / "posts-published.csv").read_text().split("\n")
    for cell in table["cells"]:
        source = f"posts-published/{cell['row']}/all"
        text = f"[{cell['status']}]" if cell["value"] is None else f"{cell['value']:,}"
        tag = f'<abbr title="x" data-figure="{source}">{text}</abbr>'
        import re

        page = re.sub(rf'<(data|abbr)[^>]*data-figure="{source}">[^<]*</(data|abbr)>', tag, page)
        value = "" if cell["value"] is None else cell["value"]
        for i, line in enumerate(lines):
            if f",{cell['row']}," in line:
                lines[i] = (
                    ",".join([*line.strip("\r").rsplit(",", 2)[0:1], str(value), cell["status"]]) + "\r"
                )
    (folder / "index.html").write_text(page)
    (folder / "tables" / "posts-published.csv").write_text("\n".join(lines), newline="")
    remanifest(folder)


def test_a_total_that_is_not_the_sum_is_noticed(folder: Path) -> None:
    everywhere(folder, lambda table: table["cells"][-1].update(value=table["cells"][-1]["value"] + 1))
    code, said = run(folder)
    assert code == 1
    assert "add up to" in said


def test_a_withheld_number_that_the_total_gives_away_is_noticed(folder: Path) -> None:
    everywhere(folder, lambda table: table["cells"][0].update(value=None, status="c"))
    code, said = run(folder)
    assert code == 1
    assert "can be worked out" in said


def test_a_manifest_of_something_else_is_noticed(folder: Path) -> None:
    manifest = json.loads((folder / "MANIFEST.json").read_bytes())
    manifest["files"] = manifest["files"][1:]
    (folder / "MANIFEST.json").write_text(json.dumps(manifest))
    relist(folder)
    assert run(folder)[0] == 1


def test_what_cannot_be_checked_ends_with_2_and_one_sentence(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to(folder)
    for name in ("nothing", "empty", "file", "link"):
        code, said = run(tmp_path / name)
        assert code == 2
        assert said.count("\n") == 0
    assert verify.main([], lambda _: None) == 2


def test_the_command_gives_0_1_and_2(folder: Path, tmp_path: Path, capsys) -> None:
    call_command("verify_release", str(folder))
    (folder / "report.css").write_text("body{}")
    with pytest.raises(SystemExit) as failed:
        call_command("verify_release", str(folder), "--json")
    assert failed.value.code == 1
    with pytest.raises(SystemExit) as impossible:
        call_command("verify_release", str(tmp_path / "nothing"))
    assert impossible.value.code == 2
    said = capsys.readouterr().out
    assert '"passed": false' in said
