"""Our own look at the structure of a tagged PDF, where a checker of syntax sees nothing wrong."""

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf

_PAINTING = {"Tj", "TJ", "'", '"', "f", "F", "f*", "S", "s", "B", "b", "B*", "b*", "Do", "sh", "EI"}


def problems(path: Path) -> list[str]:
    """What is wrong with headings, figures, tables, links, language and marking, in words."""
    with pikepdf.open(path) as pdf:
        return [*_document(pdf), *_painting(pdf), *_structure(pdf)]


def _document(pdf: pikepdf.Pdf) -> Iterator[str]:
    if not str(pdf.Root.get("/Lang", "")):
        yield "no language"
    if not pdf.Root.get("/MarkInfo", {}).get("/Marked"):
        yield "not marked as tagged"
    if not pdf.Root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield "the title is not shown"
    with pdf.open_metadata() as metadata:
        if not metadata.get("dc:title"):
            yield "no title"
        if metadata.get("pdfuaid:part") != "1":
            yield "not declared as PDF/UA-1"
        if (metadata.get("pdfaid:part"), metadata.get("pdfaid:conformance")) != ("3", "A"):
            yield "not declared as PDF/A-3a"


def _painting(pdf: pikepdf.Pdf) -> Iterator[str]:
    for number, page in enumerate(pdf.pages, start=1):
        if page.obj.get("/Tabs") != "/S":
            yield f"page {number}: the tab order does not follow the structure"
        depth = 0
        for _, operator in pikepdf.parse_content_stream(page):
            name = str(operator)
            if name in ("BDC", "BMC"):
                depth += 1
            elif name == "EMC":
                depth -= 1
            elif name in _PAINTING and depth == 0:
                yield f"page {number}: something is painted outside the structure"
                break
        for link in page.obj.get("/Annots", []):
            if link.get("/Subtype") == "/Link" and "/Contents" not in link:
                yield f"page {number}: a link without a description"


def _structure(pdf: pikepdf.Pdf) -> Iterator[str]:
    elements = list(_walk(pdf.Root.StructTreeRoot.K[0]))
    levels = [int(str(e.S)[2]) for e in elements if re.fullmatch(r"/H[1-6]", str(e.S))]
    if levels[:1] != [1] or levels.count(1) != 1:
        yield "there is not exactly one first heading of level 1"
    if any(after > before + 1 for before, after in itertools.pairwise(levels)):
        yield "a heading level is skipped"
    for element in elements:
        if str(element.S) == "/Figure" and not str(element.get("/Alt", "")):
            yield "a figure without words"
        if str(element.S) == "/Table":
            yield from _table(element)


def _table(table: Any) -> Iterator[str]:
    rows = [element for element in _walk(table) if str(element.S) == "/TR"]
    if not rows:
        yield "a table without rows"
        return
    cells = [[c for c in _children(row) if str(c.S) in ("/TH", "/TD")] for row in rows]
    if len({len(line) for line in cells}) != 1:
        yield "a ragged table, or one with more than one header row"
        return
    top = [str(cell.get("/ID", "")) for cell in cells[0]]
    for line in cells[1:]:
        side = str(line[0].get("/ID", "")) if str(line[0].S) == "/TH" else ""
        for column, cell in enumerate(line):
            if str(cell.S) == "/TD":
                named = {str(header) for header in cell.get("/A", {}).get("/Headers", [])}
                if named != {top[column], side}:
                    yield "a figure tied to the wrong headers"


def _children(element: Any) -> list[Any]:
    kids = element.get("/K")
    every = [] if kids is None else list(kids) if isinstance(kids, pikepdf.Array) else [kids]
    return [kid for kid in every if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]


def _walk(element: Any) -> Iterator[Any]:
    yield element
    for child in _children(element):
        yield from _walk(child)
