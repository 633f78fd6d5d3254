"""Check a published release offline, with nothing but Python's standard library.

    python reports/verify.py FOLDER [--json] [--key HEX]     or     manage.py verify_release FOLDER ...

It trusts nothing inside the folder: every file must be listed with its SHA-256, nothing may be missing, added,
linked or outside, and the figures of page, CSV and JSON must be the same and add up. A signature must fit; with
`--key` (the body's public key, as it has published it elsewhere) there must be one, and by that key.

Ends 0 = all checks passed, 1 = a check failed, 2 = the folder could not be checked.
"""

import csv
import hashlib
import io
import json
import os
import re
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

if __package__:
    from reports.ed25519 import signer
else:  # run as a file: its neighbour lies beside it
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    from ed25519 import signer  # type: ignore[no-redef]

SUMS, MANIFEST, DATA, PAGE = "SHA256SUMS", "MANIFEST.json", "report.json", "index.html"
SIGNATURE = f"{SUMS}.sig"
# Not listed in SHA256SUMS: the list itself, and the signature over it.
UNLISTED = (SUMS, SIGNATURE)
# A release is a few hundred kilobytes. What is larger is hashed, but not read as data.
MOST_BYTES = 50 * 1024 * 1024
_LINE = re.compile(r"([0-9a-f]{64})  ([^\x00-\x1f\x7f\\]{1,300})")


class CannotCheck(Exception):
    """The folder could not be checked at all; str() says why in one sentence."""


@dataclass(frozen=True)
class Check:
    """One thing that was checked. `sentence` says what was found."""

    name: str
    passed: bool
    sentence: str


@dataclass(frozen=True)
class Result:
    """What was found in a folder. `digest` is the SHA-256 of SHA256SUMS: the fingerprint of the release.
    `signed_by` is the public key whose signature fits, or nothing."""

    checks: tuple[Check, ...]
    digest: str
    signed_by: str = ""

    @property
    def passed(self) -> bool:
        return bool(self.checks) and all(check.passed for check in self.checks)

    def to_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "passed": self.passed,
            "fingerprint": self.digest,
            "signed_by": self.signed_by,
            "checks": [asdict(check) for check in self.checks],
        }


def verify(folder: Path, *, key: str = "") -> Result:
    """Check a release folder. `key`: the public key, in hex, that must have signed it.

    Raises:
        CannotCheck: it is no folder, or holds no release.
    """
    if folder.is_symlink():
        raise CannotCheck(f"{folder} is a link; name the folder itself.")
    if not folder.exists():
        raise CannotCheck(f"There is no folder {folder}.")
    if not folder.is_dir():
        raise CannotCheck(f"{folder} is a file; name the folder that holds the release.")
    if not (folder / SUMS).is_file() and not (folder / MANIFEST).is_file():
        raise CannotCheck(f"{folder} holds neither {SUMS} nor {MANIFEST}, so it is not a release.")
    try:
        return _verify(folder, key.strip().lower())
    except OSError as error:
        raise CannotCheck(f"{error.filename or folder} could not be read: {error.strerror}.") from error


def _verify(folder: Path, key: str) -> Result:
    found, strangers = _walk(folder)
    if strangers:
        return Result((Check("plain files", False, strangers[0]),), "")
    checks = [Check("plain files", True, f"{len(found)} files, no links, nothing outside the folder.")]
    if SUMS not in found:
        return Result((*checks, Check("list", False, f"{SUMS} is missing.")), "")
    raw = (folder / SUMS).read_bytes() if found[SUMS] <= MOST_BYTES else b""
    digest = hashlib.sha256(raw).hexdigest()
    try:
        listed = parse_sums(raw)
    except ValueError as error:
        return Result((*checks, Check("list", False, str(error))), digest)
    checks.append(_complete(listed, set(found) - set(UNLISTED)))
    checks.append(_hashes(folder, listed, found))
    signed_by = ""
    if SIGNATURE in found:
        signed_by = signer(raw, (folder / SIGNATURE).read_bytes() if found[SIGNATURE] < 10_000 else b"")
        fits = bool(signed_by) and key in ("", signed_by)
        said = (
            f"Signed with the key {signed_by}."
            if fits
            else "The signature is not by this key, or does not fit."
        )
        checks.append(Check("signature", fits, said))
    elif key:
        checks.append(Check("signature", False, f"{SIGNATURE} is missing."))
    if all(check.passed for check in checks):
        # What does not carry its own fingerprint is not read any further.
        checks += _contents(folder, listed, found)
    return Result(tuple(checks), digest, signed_by)


# ---------------------------------------------------------------- files
def _walk(folder: Path) -> tuple[dict[str, int], list[str]]:
    """Every file with its size, by its name inside; and a sentence for whatever is not a plain file."""
    files: dict[str, int] = {}
    strangers: list[str] = []
    waiting = [folder]
    while waiting:
        for entry in os.scandir(waiting.pop()):
            path = Path(entry.path)
            name = path.relative_to(folder).as_posix()
            mode = entry.stat(follow_symlinks=False).st_mode
            if stat.S_ISDIR(mode):
                waiting.append(path)
            elif stat.S_ISREG(mode):
                files[name] = entry.stat(follow_symlinks=False).st_size
            else:
                strangers.append(f"{name} is {'a link' if stat.S_ISLNK(mode) else 'not a plain file'}.")
    return files, sorted(strangers)


def parse_sums(raw: bytes) -> dict[str, str]:
    """SHA256SUMS as {name: digest}.

    Raises:
        ValueError: one sentence that names the line.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError(f"{SUMS} is not UTF-8 text.") from None
    if not text.endswith("\n"):
        raise ValueError(f"{SUMS} is cut off: its last line does not end.")
    listed: dict[str, str] = {}
    for number, line in enumerate(text.split("\n")[:-1], start=1):
        found = _LINE.fullmatch(line)
        if not found:
            raise ValueError(f"Line {number} of {SUMS} is not a fingerprint, two spaces and a file name.")
        digest, name = found[1], found[2]
        parts = name.split("/")
        if name.startswith("/") or ":" in parts[0] or any(part in ("", ".", "..") for part in parts):
            raise ValueError(f"Line {number} of {SUMS} names a file outside the folder.")
        if name in listed or name in UNLISTED:
            raise ValueError(f"Line {number} of {SUMS} lists {name}, which may not stand there (again).")
        listed[name] = digest
    if not listed:
        raise ValueError(f"{SUMS} lists no file.")
    return listed


def _complete(listed: dict[str, str], present: set[str]) -> Check:
    missing, extra = sorted(listed.keys() - present), sorted(present - listed.keys())
    if missing:
        return Check("complete", False, f"Missing: {_some(missing)}.")
    if extra:
        return Check("complete", False, f"Not part of the release: {_some(extra)}.")
    return Check("complete", True, f"All {len(listed)} listed files are there, and no other.")


def _hashes(folder: Path, listed: dict[str, str], found: dict[str, int]) -> Check:
    changed = [
        name for name, digest in sorted(listed.items()) if name in found and _sha256(folder / name) != digest
    ]
    if changed:
        return Check("fingerprints", False, f"Changed since publication: {_some(changed)}.")
    return Check("fingerprints", True, "Every listed file has the fingerprint it was published with.")


def _sha256(path: Path) -> str:
    whole = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            whole.update(part)
    return whole.hexdigest()


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


# ---------------------------------------------------------------- contents
class _Wrong(Exception):
    """A check of the contents failed; str() is its sentence."""


def _contents(folder: Path, listed: dict[str, str], found: dict[str, int]) -> Iterator[Check]:
    def read(name: str) -> bytes:
        if name not in listed:
            raise _Wrong(f"{name} is not part of the release.")
        if found[name] > MOST_BYTES:
            raise _Wrong(f"{name} is larger than any release.")
        return (folder / name).read_bytes()

    yield _run("manifest", lambda: _check_manifest(_json(read(MANIFEST), MANIFEST), listed, found))
    try:
        proofs = _json(read(MANIFEST), MANIFEST)["disclosure"]["tables"]
        tables = _tables(_json(read(DATA), DATA))
        bare = {name for name in tables if proofs[name]["totals_only"]}
    except (_Wrong, KeyError, TypeError, ValueError, RecursionError) as error:
        yield Check("figures", False, _sentence(error, DATA))
        return
    yield _run("CSV", lambda: _check_csv(tables, listed, read))
    yield _run("page", lambda: _check_page(tables, read(PAGE)))
    yield _run("sums", lambda: _check_sums(tables, bare))


def _run(name: str, check: Callable[[], str]) -> Check:
    try:
        return Check(name, True, check())
    except (_Wrong, KeyError, TypeError, ValueError, RecursionError, AttributeError) as error:
        return Check(name, False, _sentence(error, name))


def _sentence(error: Exception, where: str) -> str:
    return str(error) if isinstance(error, _Wrong) else f"{where} does not have the form of a release."


def _json(raw: bytes, name: str) -> Any:
    try:
        return json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        raise _Wrong(f"{name} is not JSON.") from None


def _check_manifest(manifest: Any, listed: dict[str, str], found: dict[str, int]) -> str:
    if not str(manifest["schema"]).startswith("candour-release/"):
        raise _Wrong(f"{MANIFEST} is not of a release.")
    named = {file["name"]: (file["sha256"], file["bytes"]) for file in manifest["files"]}
    for name in sorted(set(named) | (set(listed) - {MANIFEST})):
        if named.get(name) != (listed.get(name), found.get(name)):
            raise _Wrong(f"{MANIFEST} and {SUMS} disagree on {name}.")
    return f"The manifest of {manifest['ref']} version {manifest['version']} lists the same files."


@dataclass(frozen=True)
class _Table:
    """A table of report.json: cells by (row, column) code, None where withheld."""

    name: str
    row_dimension: str
    column_dimension: str | None
    rows: list[str]
    columns: list[str]
    labels: dict[str, str]
    cells: dict[tuple[str, str], tuple[int | None, str]]


def _tables(report: Any) -> dict[str, _Table]:
    if not str(report["schema"]).startswith("candour-report/"):
        raise _Wrong(f"{DATA} is not a report.")
    tables = {}
    for table in report["tables"]:
        rows, columns = table["rows"], table["columns"]
        cells = {}
        for cell in table["cells"]:
            value, status = cell["value"], cell["status"]
            plain = value is None or (type(value) is int and value >= 0)
            if not plain or (value is None) == (status == ""):
                raise _Wrong(f"{table['name']} holds a figure that is neither a number nor withheld.")
            cells[cell["row"], cell["column"]] = (value, status)
        tables[table["name"]] = _Table(
            table["name"],
            rows["dimension"],
            columns["dimension"],
            [item["code"] for item in rows["items"]],
            [item["code"] for item in columns["items"]],
            {item["code"]: item["label"] for item in rows["items"]},
            cells,
        )
        wanted = {(r["code"], c["code"]) for r in rows["items"] for c in columns["items"]}
        if wanted != cells.keys():
            raise _Wrong(f"{table['name']} does not have one figure for each row and column.")
    return tables


def _check_csv(tables: dict[str, _Table], listed: dict[str, str], read: Callable[[str], bytes]) -> str:
    expected = {f"tables/{name}.csv" for name in tables}
    present = {name for name in listed if name.endswith(".csv")}
    if expected != present:
        raise _Wrong(
            f"{DATA} and the CSV files do not hold the same tables: {_some(sorted(expected ^ present))}."
        )
    count = 0
    for table in tables.values():
        text = read(f"tables/{table.name}.csv").decode("utf-8")
        cells = {}
        for line in csv.DictReader(io.StringIO(text, newline="")):
            row = _unguarded(line[table.row_dimension])
            column = _unguarded(line[table.column_dimension]) if table.column_dimension else "all"
            value = int(line["count"]) if line["count"] else None
            if (row, column) in cells:
                raise _Wrong(f"{table.name}.csv has the line {row}/{column} twice.")
            cells[row, column] = (value, line["status"])
        for key in sorted(set(cells) | set(table.cells)):
            if cells.get(key) != table.cells.get(key):
                raise _Wrong(f"{table.name}: CSV and JSON disagree on {'/'.join(key)}.")
        count += len(cells)
    return f"{count} figures in {len(tables)} CSV files are those of {DATA}."


def _unguarded(text: str) -> str:
    """A text without the apostrophe that keeps spreadsheets from running it."""
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@", "\t", "\r") else text


class _Page(HTMLParser):
    """Collects every marked figure of a page, and every table cell that is not marked."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.figures: list[tuple[str, str]] = []
        self.loose: list[str] = []
        self._source: str | None = None
        self._text = ""
        self._cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        source = dict(attrs).get("data-figure")
        if source is not None:
            self._source, self._text = source, ""
        if tag == "td":
            self._cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("data", "abbr") and self._source is not None:
            self.figures.append((self._source, self._text.strip()))
            self._source = None
        if tag == "td":
            self._cell = False

    def handle_data(self, data: str) -> None:
        if self._source is not None:
            self._text += data
        elif self._cell and data.strip():
            self.loose.append(data.strip())


def _check_page(tables: dict[str, _Table], raw: bytes) -> str:
    page = _Page()
    page.feed(raw.decode("utf-8"))
    page.close()
    if page.loose:
        raise _Wrong(f"The page holds a figure that comes from no table: {page.loose[0][:40]}.")
    seen = set()
    for source, text in page.figures:
        expected = _expected(tables, source)
        if text != expected:
            raise _Wrong(f"The page says {text[:40]} where the tables say {expected} ({source}).")
        seen.add(source)
    for table in tables.values():
        for row, column in table.cells:
            if f"{table.name}/{row}/{column}" not in seen:
                raise _Wrong(f"The page leaves out {table.name}/{row}/{column}.")
    return f"{len(page.figures)} figures on the page are those of {DATA}."


def _expected(tables: dict[str, _Table], source: str) -> str:
    """What the tables say that a figure with this source must read."""
    if source.startswith("share "):
        _, part, whole = source.split(" ")
        (a, _), (b, _) = _cell(tables, part), _cell(tables, whole)
        if a is None or b is None:
            return "[c]"
        return "[z]" if b == 0 else f"{_percentage(a, b)}%"
    value, status = _cell(tables, source)
    return f"[{status}]" if value is None else f"{value:,}"


def _cell(tables: dict[str, _Table], source: str) -> tuple[int | None, str]:
    name, row, column = source.split("/")
    if name not in tables or (row, column) not in tables[name].cells:
        raise _Wrong(f"The page names a figure that is in no table: {source[:80]}.")
    return tables[name].cells[row, column]


def _percentage(part: int, whole: int) -> int:
    rounded = (200 * part + whole) // (2 * whole)
    return min(max(rounded, 1), 99) if 0 < part < whole else rounded


def _check_sums(tables: dict[str, _Table], bare: set[str]) -> str:
    """Totals are the sums of their parts, and no withheld number is left alone in a sum.

    In `bare` tables everything but the totals is withheld, so a large number may stand alone there.
    """
    count = 0
    for table in tables.values():
        for total, parts in _equations(table):
            values = [table.cells[key][0] for key in parts]
            whole = table.cells[total][0]
            hidden = values.count(None) + (whole is None)
            known = sum(value for value in values if value is not None)
            if hidden == 0 and known != whole:
                raise _Wrong(f"{table.name}: the parts of {'/'.join(total)} add up to {known}, not {whole}.")
            if hidden == 1 and table.name not in bare:
                raise _Wrong(
                    f"{table.name}: a withheld number can be worked out from the sum at {'/'.join(total)}."
                )
            if whole is not None and known + hidden > whole:
                raise _Wrong(f"{table.name}: the parts of {'/'.join(total)} are more than the whole.")
            count += 1
    return f"{count} sums add up, and none gives away a withheld number."


def _equations(table: _Table) -> Iterator[tuple[tuple[str, str], list[tuple[str, str]]]]:
    if "all" in table.rows:
        for column in table.columns:
            yield ("all", column), [(row, column) for row in table.rows if row != "all"]
    if "all" in table.columns and len(table.columns) > 1:
        for row in table.rows:
            yield (row, "all"), [(row, column) for column in table.columns if column != "all"]


# ---------------------------------------------------------------- command line
def main(arguments: list[str], write: Callable[[str], Any] = print) -> int:
    """Check the folder named in `arguments`; returns 0, 1 or 2."""
    rest = list(arguments)
    as_json = "--json" in rest
    if as_json:
        rest.remove("--json")
    try:
        key = ""
        if "--key" in rest[:-1]:
            at = rest.index("--key")
            key = rest[at + 1]
            del rest[at : at + 2]
        if len(rest) != 1 or rest[0].startswith("--"):
            raise CannotCheck("Name one folder: verify_release FOLDER [--json] [--key HEX].")
        result = verify(Path(rest[0]), key=key)
    except CannotCheck as error:
        write(json.dumps({"error": str(error)}) if as_json else str(error))
        return 2
    if as_json:
        write(json.dumps(result.to_json(), ensure_ascii=False, indent=1))
        return 0 if result.passed else 1
    for check in result.checks:
        write(f"{'ok    ' if check.passed else 'FAILED'}  {check.name}: {check.sentence}")
    if result.passed:
        write(f"This is the release with the fingerprint {result.digest}.")
        if result.signed_by:
            write("Compare the key with the one the body has published elsewhere.")
        else:
            write("It is not signed. Compare its fingerprint with the one the body has published elsewhere.")
    else:
        write("This is not the release as it was published.")
    return 0 if result.passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
