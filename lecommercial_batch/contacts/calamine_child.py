"""Reads one workbook in a process of its own, since a hostile file can take down the process that opens it.

Run as a script with a path and a bound on memory. Every line on standard input is a request and every line on
standard output its answer, both JSON: ``{"open": true}`` → the sheets, ``{"sheet": 0}`` → where its cells begin
and which rows are not shown, ``{"rows": 0, "count": 5000}`` → the rows from there on that are not blank. It
imports nothing of the package but three neighbours, by their paths.
"""

import io
import json
import re
import struct
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, time, timedelta
from importlib.util import module_from_spec, spec_from_file_location
from itertools import islice
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

_EXACT: Final = 1e15  #: whole numbers below it are exact in a spreadsheet's cells
_SPEED: Final = 5_000_000  #: bytes of content that one second of processor time is allowed for

#: How xlsx and ods mark a cell that holds an error, and how they mark a text: calamine reads the first as empty.
_ERRORS: Final = (
    (re.compile(rb"""\bt=(["'])e\1"""), rb't="str"'),
    (re.compile(rb"""\s(?:office:string-value=""\s)?calcext:value-type="error\""""), b""),
)
_CONTENT: Final = "content.xml"  #: where an ods has its sheets
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
unshown: Final = _neighbour("unshown")
binary_book: Final = _neighbour("binary_book")
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
        return {"start": self._sheet.start, "merged": merged, **_unshown(self._path, name)}

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
    with suppress(*unshown.DAMAGE, ET.ParseError), zipfile.ZipFile(path) as archive:
        codes = number_formats.styles_with_codes(archive)
        parts = filter(_CELLS.fullmatch, archive.namelist())
        differing = [name for name in parts if (codes and name != _CONTENT) or unshown.has(archive, name, _SIGNS)]
        if differing:
            return _rewritten(archive, differing, codes)
    return path.open("rb")  # an .xls, or damaged: that is for calamine to say


def _unshown(path: Path, sheet: str) -> Mapping[str, Any]:
    """Return what the workbook does not show of a sheet."""
    with suppress(*unshown.DAMAGE, IndexError, struct.error, ET.ParseError), zipfile.ZipFile(path) as archive:
        if binary_book.BOOK in archive.namelist():
            rows, columns = binary_book.hidden(archive, sheet, unshown.target_of)
            hidden = unshown.joined((row, row) for row in rows)
            return {"hidden": hidden, "hidden_columns": columns, "uncomputed": 0}
    found: Mapping[str, Any] = unshown.of_sheet(path, sheet)
    return found


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
