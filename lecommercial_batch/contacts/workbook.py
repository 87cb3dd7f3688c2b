"""Workbooks (.xlsx, .xlsm, .xls, .ods), read by calamine."""

import logging
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

from lecommercial_batch.contacts.calamine_process import CalamineProcess
from lecommercial_batch.contacts.flaw import flaw
from lecommercial_batch.contacts.header import (
    LOOKED_FOR_IN,
    header_of,
    is_filled,
    name_columns,
    refuse_data,
    under_merged,
)
from lecommercial_batch.contacts.reader_process import ReaderFailedError
from lecommercial_batch.contacts.sheets import choose_sheet
from lecommercial_batch.contacts.widths import see_that_it_is_no_wider, shortened
from lecommercial_batch.core.errors import ContactsError
from lecommercial_batch.core.model import Cell, Row
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.planning.screening.flawed_rows import HiddenRow

_log: Final = logging.getLogger("lecommercial_batch.contacts")
_BATCH: Final = 5_000
_CELLS: Final = 1_000_000  #: of a batch of wide rows
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_MOMENTS: Final = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
}


class Workbook:
    """One sheet of a workbook, held by a process of its own: in this one, never more than a batch of rows."""

    def __init__(self, path: Path, *, file: str, sheet: str | None, header: int | None = None) -> None:
        self._path = path
        self._file = file
        self.sheet = ""  #: the one that is read
        self.other_sheets: tuple[str, ...] = ()
        try:
            self._reader = CalamineProcess(path)
            chosen = self._choose(self._reader.ask(open=True)["sheets"], sheet)
            found = self._reader.ask(sheet=chosen)
            head = self._head(found, header)
        except (ReaderFailedError, OSError) as error:
            raise self._translated(error) from error
        index = header_of(head, header, file=file)
        if index is None or found["start"] is None:
            raise self._empty(chosen)
        merged = [(first[1], last[1]) for first, last in found["merged"] if first[0] == index]
        start = found["start"][1]
        names, index = under_merged(head, index, [(first - start, last - start) for first, last in merged])
        refuse_data(names, file=file, row=index + 1)
        self._hidden: Sequence[Sequence[int]] = found["hidden"]  # ranges: a file may hide its last million rows
        self._header = index + 1
        self._columns = name_columns(names, first=start)
        see_that_it_is_no_wider(self._columns, file=file)
        self.hidden_columns: Collection[str] = _within(self._columns, found["hidden_columns"], first=start)
        self.uncomputed: int = found["uncomputed"]

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
        first, ended = self._header, False
        count = max(1, min(_BATCH, _CELLS // len(self._columns)))
        while not ended:
            try:
                answer = self._reader.ask(rows=first, count=count)
            except (ReaderFailedError, OSError) as error:
                raise self._translated(error) from error
            if rows := [self._row(number, cells) for number, cells in _filled(answer)]:
                yield rows
            first += count
            ended = answer["end"]

    def _row(self, number: int, cells: Sequence[Cell]) -> Row:
        before = bisect_right(self._hidden, number, key=itemgetter(0))
        hidden = before > 0 and number <= self._hidden[before - 1][1]
        return shortened((HiddenRow if hidden else Row)(number, tuple(cells)))

    def _head(self, found: Mapping[str, Any], header: int | None = None) -> list[Sequence[Cell]]:
        """Return the rows of the sheet in which its header is, as if those above it were blank."""
        first = header - 1 if header else found["start"][0] if found["start"] else 0
        answer = self._reader.ask(rows=first, count=LOOKED_FOR_IN)
        filled = dict(_filled(answer))
        return [filled.get(number, ()) for number in range(1, max(filled, default=0) + 1)]

    def _choose(self, sheets: Sequence[tuple[str, bool]], wanted: str | None) -> str:
        def rows(name: str) -> Sequence[Sequence[Cell]]:
            return self._head(self._reader.ask(sheet=name))

        chosen = choose_sheet(sheets, wanted, file=self._file, rows=rows)
        self.sheet, self.other_sheets = chosen, tuple(name for name, _ in sheets if name != chosen)
        return chosen

    def _empty(self, sheet: str) -> ContactsError:
        message = Sentence("the sheet “{sheet}” is empty", sheet=sheet)
        advice = Sentence("Write the contacts there under a header row, or name their sheet in the campaign.")
        return flaw(self._file, "empty_file", message, advice)

    def _translated(self, error: ReaderFailedError | OSError) -> ContactsError:
        why = error.why if isinstance(error, ReaderFailedError) else "damaged"
        if why == "password" or _holds(self._path, _ENCRYPTED):
            message = Sentence("the workbook is protected by a password")
            return flaw(self._file, "password", message, Sentence("Save a copy without the password."))
        if why == "bomb":
            message = Sentence("the workbook unpacks to far more than a spreadsheet holds: it was made to do harm")
            return flaw(self._file, "hostile_file", message, Sentence("Do not open it, and ask who sent it."))
        if why == "too_much":
            message = Sentence(
                "the workbook takes too much memory or time to read: it is damaged, or nearly empty"
            )
            advice = Sentence("Copy the contacts alone into a new workbook, and save it as .xlsx.")
            return flaw(self._file, "damaged_file", message, advice)
        _log.info("workbook_damaged error=%s", str(error)[:200])  # in the words of whoever made the reader
        message = Sentence("the workbook is damaged, cut short, or no workbook at all")
        advice = Sentence("Open it in a spreadsheet and save it again as .xlsx.")
        return flaw(self._file, "damaged_file", message, advice)


def _within(names: Sequence[str], ranges: Sequence[Sequence[int]], *, first: int) -> Collection[str]:
    """Return the names of the columns that are in any of these ranges, however often those overlap."""
    found: set[str] = set()
    taken = first
    for begin, last in sorted(ranges, key=itemgetter(0)):
        found.update(names[max(begin, taken) - first : max(0, last + 1 - first)])
        taken = max(taken, last + 1)
    return found


def _filled(answer: Mapping[str, Any]) -> list[tuple[int, list[Cell]]]:
    """Return an answer's rows, dates as dates again, without those of nothing but space."""
    rows = answer["rows"]
    for row, index, kind in answer["odd"]:
        cells = rows[row][1]
        cells[index] = _MOMENTS[kind](cells[index])
    return [(number, cells) for number, cells in rows if any(map(is_filled, cells))]


def _holds(path: Path, mark: bytes) -> bool:
    with path.open("rb") as opened:
        before = b""
        while block := opened.read(1 << 20):
            if mark in before + block:
                return True
            before = block[-len(mark) :]
    return False
