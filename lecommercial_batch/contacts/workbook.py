"""Workbooks (.xlsx, .xlsm, .xls, .ods), read by calamine."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from lecommercial_batch.columns import find_column, suggest
from lecommercial_batch.contacts.flaw import flaw
from lecommercial_batch.contacts.header import find_header, is_filled, name_columns
from lecommercial_batch.model import Cell, Row
from lecommercial_batch.sentence import NOTHING, Sentence

_BATCH: Final = 5_000
_FIRST: Final = 30  #: rows in which the header is looked for
_EXACT: Final = 1e15  #: whole numbers below it are exact in a spreadsheet's cells
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")


class Workbook:
    """One sheet of a workbook."""

    def __init__(self, path: Path, *, file: str, sheet: str | None) -> None:
        self._path = path
        self._file = file
        with self._translating():
            self._sheet = self._load(sheet)
            head = [_cells(row) for row in islice(self._sheet.iter_rows(), _FIRST)]
        index = find_header(head)
        start = self._sheet.start
        if index is None or start is None:
            raise self._empty(self._sheet.name)
        self._header = index + 1
        self._columns = name_columns(head[index], first=start[1])

    @property
    def name(self) -> str:
        """The file as messages call it."""
        return self._file

    @property
    def columns(self) -> tuple[str, ...]:
        """The names in the header."""
        return self._columns

    def batches(self) -> Iterator[Sequence[Row]]:
        """Yield the rows under the header, numbered as a spreadsheet shows them, blank ones left out."""
        with self._translating():
            rows = islice(enumerate(self._sheet.iter_rows(), start=1), self._header, None)
            while batch := list(islice(rows, _BATCH)):
                cells = ((number, _cells(row)) for number, row in batch)
                if filled := [Row(number, row) for number, row in cells if any(map(is_filled, row))]:
                    yield filled

    def _load(self, wanted: str | None) -> CalamineSheet:
        with self._path.open("rb") as opened:
            workbook = CalamineWorkbook.from_filelike(opened)
            return workbook.get_sheet_by_name(self._choose(workbook, wanted))

    def _choose(self, workbook: CalamineWorkbook, wanted: str | None) -> str:
        sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        names = [sheet.name for sheet in sheets]
        if wanted is not None:
            if (index := find_column(wanted, names)) is not None:
                return names[index]
            raise self._unknown_sheet(wanted, names)
        visible = [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
        if not visible:
            message = Sentence("the workbook has no visible sheet")
            raise flaw(self._file, "empty_file", message, _others(names))
        return visible[0]

    def _unknown_sheet(self, wanted: str, names: Sequence[str]) -> Exception:
        message = Sentence("the workbook has no sheet “{sheet}”", sheet=wanted)
        near = suggest(wanted, names)
        advice = Sentence("Did you mean “{sheet}”?", sheet=near) if near else _others(names)
        return flaw(self._file, "unknown_sheet", message, advice)

    def _empty(self, sheet: str) -> Exception:
        message = Sentence("the sheet “{sheet}” is empty", sheet=sheet)
        advice = Sentence("Write the contacts there under a header row, or name their sheet in the campaign.")
        return flaw(self._file, "empty_file", message, advice)

    @contextmanager
    def _translating(self) -> Iterator[None]:
        try:
            yield
        except PasswordError as error:
            raise self._locked() from error
        except (CalamineError, OSError, ValueError) as error:
            raise self._damaged(error) from error
        except BaseException as error:
            if type(error).__name__ != "PanicException":  # how calamine's Rust side reports its own bugs
                raise
            raise self._damaged(error) from error

    def _damaged(self, error: BaseException) -> Exception:
        if _ENCRYPTED in self._path.read_bytes():
            return self._locked()
        message = Sentence("the workbook is damaged: {error}", error=str(error)[:200])
        advice = Sentence("Open it in a spreadsheet and save it again as .xlsx.")
        return flaw(self._file, "damaged_file", message, advice)

    def _locked(self) -> Exception:
        message = Sentence("the workbook is protected by a password")
        return flaw(self._file, "password", message, Sentence("Save a copy without the password."))


def _others(names: Sequence[str]) -> Sentence:
    return Sentence("Its sheets are: {sheets}.", sheets=", ".join(names)) if names else NOTHING


def _cells(values: Sequence[Any]) -> tuple[Cell, ...]:  # calamine's own union, timedelta included
    return tuple([value if type(value) is str else _cell(value) for value in values])


def _cell(value: Any) -> Cell:
    if type(value) is float:
        return int(value) if value.is_integer() and abs(value) < _EXACT else value
    return str(value) if isinstance(value, timedelta) else value
