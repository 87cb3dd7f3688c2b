"""Reads one workbook in a process of its own, since a hostile file can take down the process that opens it.

Run as a script with a path and a bound on memory. Every line on standard input is a request and every line on
standard output its answer, both JSON: ``{"open": true}`` → the sheets, ``{"sheet": 0}`` → where its cells begin,
``{"rows": 0, "count": 5000}`` → the rows from there on that are not blank. It imports nothing of the package.
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
from itertools import islice
from pathlib import Path
from typing import Any, Final

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
_SIGNS: Final = (b't="e"', b"t='e'", b'value-type="error"')  #: quickly searched for
_CELLS: Final = re.compile(r"xl/worksheets/[^/]+\.xml|content\.xml")


class Reader:
    """One workbook, and the sheet of it that was asked for."""

    def __init__(self, path: Path) -> None:
        self._book = CalamineWorkbook.from_filelike(_with_errors(path))
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
        self._sheet = self._book.get_sheet_by_name(name)
        return {"start": self._sheet.start, "merged": (self._sheet.merged_cell_ranges or [])[:1000]}

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


def _with_errors(path: Path) -> Any:
    """Open a workbook so that its error cells read as what a spreadsheet shows in them, such as ``#N/A``."""
    with suppress(*_DAMAGE), zipfile.ZipFile(path) as archive:
        spoilt = [name for name in archive.namelist() if _CELLS.fullmatch(name) and _has_errors(archive, name)]
        if spoilt:
            return _rewritten(archive, spoilt)
    return path.open("rb")  # an .xls, or damaged: that is for calamine to say


def _has_errors(archive: zipfile.ZipFile, name: str) -> bool:
    with archive.open(name) as part:
        before = b""
        while block := part.read(_BLOCK):
            if any(sign in before + block for sign in _SIGNS):
                return True
            before = block[-_OVERLAP:]
    return False


def _rewritten(archive: zipfile.ZipFile, spoilt: Sequence[str]) -> io.BytesIO:
    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w") as rewritten:
        for entry in archive.infolist():
            content = archive.read(entry)
            if entry.filename in spoilt:
                for mark, text in _ERRORS:
                    content = mark.sub(text, content)
            rewritten.writestr(entry.filename, content)
    copy.seek(0)
    return copy


def _bound(memory: int) -> None:
    """Have the system end this process rather than let it take more memory or time than its file is worth."""
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - not on Windows

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _allow_time(content: int) -> None:
    """Allow the next request so much more processor time."""
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
