"""Reads one workbook in a process of its own, since a hostile file can take down the process that opens it.

Run as a script with a path and a bound on memory. Every line on standard input is a request and every line on
standard output its answer, both JSON: ``{"open": true}`` → the sheets, ``{"sheet": 0}`` → where its cells begin
and which rows are not shown, ``{"rows": 0, "count": 5000}`` → the rows from there on that are not blank. It
imports nothing of the package but its neighbour of number formats, by its path.
"""

import io
import json
import re
import sys
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, time, timedelta
from html import unescape
from importlib.util import module_from_spec, spec_from_file_location
from itertools import islice
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

_EXACT: Final = 1e15  #: whole numbers below it are exact in a spreadsheet's cells
_SPEED: Final = 5_000_000  #: bytes of content that one second of processor time is allowed for
_BLOCK: Final = 1 << 20
_OVERLAP: Final = 64

#: How xlsx and ods mark a cell that holds an error, and how they mark a text: calamine reads the first as empty.
_ERRORS: Final = (
    (re.compile(rb"""\bt=(["'])e\1"""), rb't="str"'),
    (re.compile(rb"""\s(?:office:string-value=""\s)?calcext:value-type="error\""""), b""),
)
_DAMAGE: Final = (
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
_CONTENT: Final = "content.xml"  #: where an ods has its sheets
_HIDING: Final = (b'hidden="1"', b'hidden="true"', b'visibility="filter"', b'visibility="collapse"')
_BOOK: Final = re.compile(r"xl/workbook\d*\.xml")
_ROW: Final = re.compile(rb"<(?:\w+:)?row\b[^>]*>")
_NUMBER: Final = re.compile(rb"""\sr=["'](\d+)""")
_HIDDEN: Final = re.compile(rb"""\s(?:hidden=["'](?:1|true)|table:visibility=["'](?:filter|collapse))["']""")
_TABLE: Final = re.compile(rb"<table:table(?:-row)?\s[^>]*>|<table:table-row/?>")
_NAMED: Final = re.compile(rb'<table:table\s[^>]*?table:name="([^"]*)"')
_REPEATED: Final = re.compile(rb'table:number-rows-repeated="(\d+)"')
_CELLS: Final = re.compile(r"xl/worksheets/[^/]+\.xml|content\.xml")


def _neighbour(name: str) -> Any:
    """Load a module that stands beside this script; the package around it would take longer than a small file."""
    spec = spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    if spec is None or spec.loader is None:  # pragma: no cover - it is installed with this one
        raise ImportError(name)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


number_formats: Final = _neighbour("number_formats")
_SIGNS: Final = (b't="e"', b"t='e'", b'value-type="error"', *number_formats.ODS_SIGNS)  #: quickly searched for


class Reader:
    """One workbook, and the sheet of it that was asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._book = CalamineWorkbook.from_filelike(_as_shown(path))
        self._sheet: CalamineSheet | None = None
        self._rows: Iterator[tuple[int, Sequence[Any]]] = iter(())
        self._at = -1

    def answer(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Do what one request asks."""
        if "open" in request:
            return {"sheets": [[sheet.name, visible] for sheet, visible in self._sheets()]}
        if "sheet" in request:
            return self._choose(request["sheet"])
        return self._read(request["rows"], request["count"])

    def _sheets(self) -> Iterator[tuple[Any, bool]]:
        for sheet in self._book.sheets_metadata:
            if sheet.typ == SheetTypeEnum.WorkSheet:
                yield sheet, sheet.visible == SheetVisibleEnum.Visible

    def _choose(self, name: str) -> Mapping[str, Any]:
        self._sheet, self._at = self._book.get_sheet_by_name(name), -1
        merged = (self._sheet.merged_cell_ranges or [])[:1000]
        return {"start": self._sheet.start, "merged": merged, "hidden": _hidden(self._path, name)}

    def _read(self, first: int, count: int) -> Mapping[str, Any]:
        if self._sheet is None:
            return {"rows": [], "odd": [], "end": True}
        if first != self._at:
            self._rows = islice(enumerate(self._sheet.iter_rows(), start=1), first, None)
        read = list(islice(self._rows, count))
        self._at = first + len(read)
        rows: list[tuple[int, list[Any]]] = []
        odd: list[tuple[int, int, str]] = []
        for number, values in read:
            cells = [value if type(value) is str else _cell(value) for value in values]
            if not any(cells) and all(cell == "" for cell in cells):
                continue
            for index, cell in enumerate(cells):
                if isinstance(cell, _MOMENTS):
                    odd.append((len(rows), index, type(cell).__name__))
                    cells[index] = cell.isoformat()
            rows.append((number, cells))
        return {"rows": rows, "odd": odd, "end": len(read) < count}


_MOMENTS: Final = (date, time)  # a datetime is a date too


def _cell(value: Any) -> Any:
    if type(value) is float:
        return int(value) if value.is_integer() and abs(value) < _EXACT else value
    return str(value) if isinstance(value, timedelta) else value


def _as_shown(path: Path) -> Any:
    """Open a workbook so that cells read as a spreadsheet shows them: errors, and country codes of a format."""
    with suppress(*_DAMAGE, ET.ParseError), zipfile.ZipFile(path) as archive:
        codes = number_formats.styles_with_codes(archive)
        parts = filter(_CELLS.fullmatch, archive.namelist())
        differing = [name for name in parts if (codes and name != _CONTENT) or _has(archive, name, _SIGNS)]
        if differing:
            return _rewritten(archive, differing, codes)
    return path.open("rb")  # an .xls, or damaged: that is for calamine to say


def _has(archive: zipfile.ZipFile, name: str, signs: Sequence[bytes]) -> bool:
    with archive.open(name) as part:
        before = b""
        while block := part.read(_BLOCK):
            if any(sign in before + block for sign in signs):
                return True
            before = block[-_OVERLAP:]
    return False


def _rewritten(archive: zipfile.ZipFile, differing: Sequence[str], codes: Mapping[int, str]) -> io.BytesIO:
    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w") as rewritten:
        for entry in archive.infolist():
            content = archive.read(entry)
            if entry.filename in differing:
                for mark, text in _ERRORS:
                    content = mark.sub(text, content)
                ods = entry.filename == _CONTENT
                content = number_formats.as_shown(content) if ods else number_formats.with_codes(content, codes)
            rewritten.writestr(entry.filename, content)
    copy.seek(0)
    return copy


def _hidden(path: Path, sheet: str) -> list[list[int]]:
    """Return the first and last number of each range of a sheet's rows that a filter or a person has hidden.

    Those of an .xls are not known.
    """
    ranges: list[list[int]] = []
    with suppress(*_DAMAGE, ET.ParseError), zipfile.ZipFile(path) as archive:
        ods = _CONTENT in archive.namelist()
        rows = _ods_rows(archive, sheet) if ods else _xlsx_rows(archive, sheet)
        for first, last in rows:
            if ranges and ranges[-1][1] + 1 == first:
                ranges[-1][1] = last
            else:
                ranges.append([first, last])
    return ranges


def _xlsx_rows(archive: zipfile.ZipFile, sheet: str) -> Iterator[tuple[int, int]]:
    part = _part(archive, sheet)
    if not _has(archive, part, _HIDING):
        return
    number = 0
    for tag in _tags(archive, part, _ROW):
        number = int(found[1]) if (found := _NUMBER.search(tag)) else number + 1
        if _HIDDEN.search(tag):
            yield number, number


def _part(archive: zipfile.ZipFile, sheet: str) -> str:
    """Return the name of the part of an xlsx that holds a sheet."""
    name = next(filter(_BOOK.fullmatch, archive.namelist()))
    book = ET.fromstring(archive.read(name))  # noqa: S314 - in a process with bounds
    links = ET.fromstring(archive.read(f"xl/_rels/{name[3:]}.rels"))  # noqa: S314 - as above
    wanted = next(
        value
        for element in book.iter()
        if element.tag.endswith("}sheet") and element.get("name") == sheet
        for key, value in element.items()
        if key.endswith("}id")
    )
    target = next(link.get("Target", "") for link in links if link.get("Id") == wanted)
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _ods_rows(archive: zipfile.ZipFile, sheet: str) -> Iterator[tuple[int, int]]:
    if not _has(archive, _CONTENT, _HIDING):
        return
    number, here = 0, False
    for tag in _tags(archive, _CONTENT, _TABLE):
        if named := _NAMED.search(tag):
            here = unescape(named[1].decode()) == sheet
        elif here:
            repeated = _REPEATED.search(tag)
            first, number = number + 1, number + (int(repeated[1]) if repeated else 1)
            if _HIDDEN.search(tag):
                yield first, number


def _tags(archive: zipfile.ZipFile, part: str, wanted: re.Pattern[bytes]) -> Iterator[bytes]:
    with archive.open(part) as opened:
        rest = b""
        while block := opened.read(_BLOCK):
            text = rest + block
            opening = text.rfind(b"<")
            whole = opening if opening >= 0 and b">" not in text[opening:] else len(text)
            text, rest = text[:whole], text[whole:]
            yield from wanted.findall(text)


def _bound(memory: int) -> None:
    """Have the system end this process rather than let it take more memory or time than its file is worth."""
    if sys.platform == "win32":
        return
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - not on Windows

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _allow_time(content: int) -> None:
    """Allow the next request so much more processor time."""
    if sys.platform == "win32":
        return
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - not on Windows

        spent = resource.getrusage(resource.RUSAGE_SELF)
        seconds = int(spent.ru_utime + spent.ru_stime) + 2 + content // _SPEED
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def main(path: str, memory: str, content: str) -> None:
    """Answer requests until there are no more."""
    _bound(int(memory))
    reader: Reader | None = None
    for line in sys.stdin:
        _allow_time(int(content))
        try:
            reader = reader or Reader(Path(path))
            answer = reader.answer(json.loads(line))
        except PasswordError:
            answer = {"failed": "password", "why": ""}
        except BaseException as error:  # noqa: BLE001 - a panic of calamine's Rust side is no Exception
            answer = {"failed": "damaged", "why": str(error)[:200]}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
