"""What an xlsx or an ods does not show of a sheet: rows and columns that are hidden, formulas without a value.

It imports nothing of the package: the process that reads workbooks loads it by its path.
"""

import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from html import unescape
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    KeyError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    MemoryError,
)
_BLOCK: Final = 1 << 20
_OVERLAP: Final = 64
_CONTENT: Final = "content.xml"  #: where an ods has its sheets
_HIDING: Final = (b'hidden="1"', b'hidden="true"', b'visibility="filter"', b'visibility="collapse"')
_BOOK: Final = re.compile(r"xl/workbook\d*\.xml")
_ROW: Final = re.compile(rb"<(?:\w+:)?row\b[^>]*>")
_COLUMN: Final = re.compile(rb"<(?:\w+:)?col\b[^>]*>|<(?:\w+:)?sheetData\b")
_NUMBER: Final = re.compile(rb"""\sr=["'](\d+)""")
_FIRST: Final = re.compile(rb"""\smin=["'](\d+)""")
_LAST: Final = re.compile(rb"""\smax=["'](\d+)""")
_HIDDEN: Final = re.compile(rb"""\s(?:hidden=["'](?:1|true)|table:visibility=["'](?:filter|collapse))["']""")
_TABLE: Final = re.compile(rb"<table:table(?:-row)?\s[^>]*>|<table:table-row/?>")
_TABLE_COLUMN: Final = re.compile(rb"<table:table(?:-column)?\s[^>]*>|<table:table-column/?>")
_NAMED: Final = re.compile(rb'<table:table\s[^>]*?table:name="([^"]*)"')
_REPEATED: Final = re.compile(rb'table:number-(?:rows|columns)-repeated="(\d+)"')
_NO_VALUE: Final = (b"</f></c>", b"</f><v></v>", b"</f><v/>", b"</f><v />")
_FORMULA: Final = re.compile(
    rb"""<c\b(?![^>]*\st=["']str)[^>]*>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"""
)


def of_sheet(path: Path, sheet: str) -> Mapping[str, Any]:
    """Return what nobody sees of a sheet: its hidden rows and columns, and how many formulas have no value.

    Of each range of rows there are the first and the last number, of columns the indices. An .xls does not tell.
    """
    found: dict[str, Any] = {"hidden": [], "hidden_columns": [], "uncomputed": 0}
    with suppress(*DAMAGE, ET.ParseError), zipfile.ZipFile(path) as archive:
        if _CONTENT in archive.namelist():
            found["hidden"] = joined(_ods_ranges(archive, sheet, _TABLE, first=1))
            found["hidden_columns"] = joined(_ods_ranges(archive, sheet, _TABLE_COLUMN, first=0))
        else:
            part = _part(archive, sheet)
            found["hidden"] = joined(_xlsx_rows(archive, part))
            found["hidden_columns"] = joined(_xlsx_columns(archive, part))
            found["uncomputed"] = _uncomputed(archive, part)
    return found


def has(archive: zipfile.ZipFile, name: str, signs: Sequence[bytes]) -> bool:
    """Tell whether a part of an archive holds any of these."""
    with archive.open(name) as part:
        before = b""
        while block := part.read(_BLOCK):
            if any(sign in before + block for sign in signs):
                return True
            before = block[-_OVERLAP:]
    return False


def joined(ranges: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Return ranges with those put together that follow upon each other."""
    found: list[list[int]] = []
    for first, last in ranges:
        if found and found[-1][1] + 1 == first:
            found[-1][1] = last
        else:
            found.append([first, last])
    return found


def _xlsx_rows(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[int, int]]:
    if not has(archive, part, _HIDING):
        return
    number = 0
    for tag in _tags(archive, part, _ROW):
        number = int(found[1]) if (found := _NUMBER.search(tag)) else number + 1
        if _HIDDEN.search(tag):
            yield number, number


def _xlsx_columns(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[int, int]]:
    for tag in _tags(archive, part, _COLUMN):
        first, last = _FIRST.search(tag), _LAST.search(tag)
        if not (first and last):  # the cells begin
            return
        if _HIDDEN.search(tag):
            yield int(first[1]) - 1, int(last[1]) - 1


def _uncomputed(archive: zipfile.ZipFile, part: str) -> int:
    """Count the formulas without a value, as programs write them that cannot compute."""
    if not has(archive, part, _NO_VALUE):
        return 0
    count, rest = 0, b""
    with archive.open(part) as opened:
        while block := opened.read(_BLOCK):
            text = rest + block
            whole = text.rfind(b"</c>") + len(b"</c>")
            count += len(_FORMULA.findall(text[:whole]))
            rest = text[whole:]
    return count


def _part(archive: zipfile.ZipFile, sheet: str) -> str:
    """Return the name of the part of an xlsx that holds a sheet."""
    name = next(filter(_BOOK.fullmatch, archive.namelist()), "")
    book = ET.fromstring(archive.read(name))  # noqa: S314 - in a process with bounds
    wanted = next(
        (
            value
            for element in book.iter()
            if element.tag.endswith("}sheet") and element.get("name") == sheet
            for key, value in element.items()
            if key.endswith("}id")
        ),
        "",
    )
    return target_of(archive, f"xl/_rels/{name[3:]}.rels", wanted)


def target_of(archive: zipfile.ZipFile, links: str, wanted: str) -> str:
    """Return the part that a link of a workbook leads to."""
    found = ET.fromstring(archive.read(links))  # noqa: S314 - in a process with bounds
    target = next((link.get("Target", "") for link in found if link.get("Id") == wanted), "")
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _ods_ranges(
    archive: zipfile.ZipFile, sheet: str, wanted: re.Pattern[bytes], *, first: int
) -> Iterator[tuple[int, int]]:
    """Yield the ranges of a sheet's rows or columns that are hidden, counted from ``first``."""
    if not has(archive, _CONTENT, _HIDING):
        return
    number, here = first, False
    for tag in _tags(archive, _CONTENT, wanted):
        if named := _NAMED.search(tag):
            here = unescape(named[1].decode()) == sheet
        elif here:
            repeated = _REPEATED.search(tag)
            begin, number = number, number + (int(repeated[1]) if repeated else 1)
            if _HIDDEN.search(tag):
                yield begin, number - 1


def _tags(archive: zipfile.ZipFile, part: str, wanted: re.Pattern[bytes]) -> Iterator[bytes]:
    with archive.open(part) as opened:
        rest = b""
        while block := opened.read(_BLOCK):
            text = rest + block
            opening = text.rfind(b"<")
            whole = opening if opening >= 0 and b">" not in text[opening:] else len(text)
            text, rest = text[:whole], text[whole:]
            yield from wanted.findall(text)
