"""CSV and its relatives, streamed through pandas."""

import re
from collections.abc import Container, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from pandas.errors import ParserError

from lecommercial_batch.contacts.chunks import (
    LONGEST_ROW,
    WIDE,
    Columns,
    ImpliedIndexError,
    LongRowError,
    OpenQuoteError,
    careful_chunks,
    quick_chunks,
)
from lecommercial_batch.contacts.dialect import Dialect, find_dialect
from lecommercial_batch.contacts.encoding import find_encoding
from lecommercial_batch.contacts.flaw import flaw
from lecommercial_batch.contacts.header import refuse_data
from lecommercial_batch.contacts.lookalikes import refuse_lookalikes
from lecommercial_batch.contacts.slips import Slips, swallowed
from lecommercial_batch.contacts.text import Cleaned, TooLongError, open_text
from lecommercial_batch.contacts.widths import LONGEST, Fullness, marked, see_that_it_is_no_wider
from lecommercial_batch.core.errors import ContactsError
from lecommercial_batch.core.model import Row
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.core.spreadsheet_text import restored
from lecommercial_batch.planning.screening.columns import is_ours

_SAMPLE: Final = 1 << 16  #: characters that delimiter and header are judged by, and the rest of their last row
_LINES: Final = 1 << 16  #: above a header, at most
_WIDEST: Final = 256  #: cells beyond the header's, in a row that is only rejected
_FEW: Final = 16  #: cells beyond the header's that are reckoned with first: each time more costs a pass
_TOO_LONG: Final = re.compile(r"Expected \d+ fields in line (\d+), saw (\d+)")
_OPEN_QUOTE: Final = re.compile(r"EOF inside string starting at row (\d+)")


class Delimited:
    """A text file of rows, one after the other: never more of it in memory than one batch."""

    def __init__(self, path: Path, *, file: str, header: int | None = None) -> None:
        self._path = path
        self._file = file
        self._encoding = find_encoding(path, file=file)
        self._dialect = self._judge(header)

    @property
    def name(self) -> str:
        """The file as messages call it."""
        return self._file

    @property
    def columns(self) -> tuple[str, ...]:
        """The names in the header."""
        return self._dialect.columns

    def batches(self) -> Iterator[Sequence[Row]]:
        """Yield the rows under the header, numbered as a spreadsheet shows them, blank ones left out."""
        slips = Slips(self._file, self._dialect.advice)
        fullness = Fullness(len(self.columns), file=self._file)
        number, chunks, width = 1, 0, self._dialect.width
        while width:
            try:
                for cells in self._chunks(width, rows=number - 1, chunks=chunks):
                    beyond = self._beyond(cells, number, slips)
                    if judged := slips.judge(self._rows(cells, number, beyond), beyond):
                        yield fullness.see(judged)
                    number += len(cells[0])
                    chunks += 1
                width = 0
            except ImpliedIndexError as error:
                width = self._widened(error.width, 1, slips)
            except TooLongError:
                width = WIDE + 1
            except (ParserError, UnicodeError, OSError, OpenQuoteError, LongRowError) as error:
                width = self._wider(error, slips)

    def _chunks(self, width: int, *, rows: int, chunks: int) -> Iterator[Columns]:
        """Yield the cells after those that have been read: so many rows, in so many chunks."""
        delimiter = self._dialect.delimiter
        with self._open() as opened:
            if width <= WIDE:
                yield from quick_chunks(opened, delimiter=delimiter, width=width, skip=chunks)
            else:
                yield from careful_chunks(opened, delimiter=delimiter, width=len(self.columns), skip=rows)

    def _wider(self, error: Exception, slips: Slips) -> int:
        """Return the width to read on with, after a row that was longer than any before it."""
        found = _TOO_LONG.search(str(error))
        if found is None:
            raise self._translated(error) from error
        return self._widened(int(found[2]), int(found[1]), slips)

    def _widened(self, width: int, row: int, slips: Slips) -> int:
        most = len(self.columns) + _WIDEST
        if width > most:
            raise ContactsError(slips.problem(row))
        few = len(self.columns) + _FEW
        return few if width <= few else most

    def _judge(self, header: int | None) -> Dialect:
        try:
            with self._open(skip=False) as opened:
                sample = _sample(opened, lines=header or 0)
        except (UnicodeError, OSError) as error:
            raise self._translated(error) from error
        dialect = find_dialect(sample, header=header, file=self._file)
        if dialect is None:
            message = Sentence("the file holds nothing but blank lines")
            raise flaw(self._file, "empty_file", message, Sentence("Save it again, with a header row."))
        see_that_it_is_no_wider(dialect.columns, file=self._file)
        refuse_lookalikes(sample, columns=dialect.columns, file=self._file)
        refuse_data(dialect.columns, file=self._file, row=dialect.header)
        return dialect

    def _open(self, *, skip: bool = True) -> Cleaned:
        opened = open_text(self._path, self._encoding)
        if skip and self._dialect.has_sep_line:
            opened.readline()
        return opened

    def _rows(self, cells: Columns, first: int, beyond: Container[int]) -> Sequence[Row]:
        kept = cells[: len(self.columns)]
        if is_ours(self.columns):
            kept = [list(map(restored, column)) for column in kept]
        for index, column in enumerate(kept):
            if "\n" in (joined := "".join(column)) or "\r" in joined:
                self._nothing_swallowed(column, index, first)
        return [
            Row(number, row) if len(text) <= LONGEST else marked(Row(number, row))
            for number, row in enumerate(zip(*kept, strict=True), start=first)
            if number > self._dialect.header
            and (((text := "".join(row)) and not text.isspace()) or number in beyond)
        ]

    def _beyond(self, cells: Columns, first: int, slips: Slips) -> dict[int, int]:
        """Return the rows with something beyond the header's columns, each with the index of the first of it."""
        found: dict[int, int] = {}
        for index, column in enumerate(cells[len(self.columns) :], start=len(self.columns)):
            if (joined := "".join(column)) and not joined.isspace():
                for number, cell in enumerate(column, start=first):
                    if cell and not cell.isspace() and number > self._dialect.header:
                        found.setdefault(number, index)
                        if index >= len(self.columns) + _WIDEST:
                            raise ContactsError(slips.problem(number))
        return found

    def _nothing_swallowed(self, column: Sequence[str], index: int, first: int) -> None:
        dialect = self._dialect
        for number, cell in enumerate(column, start=first):
            if swallowed(cell, index=index, columns=len(dialect.columns), delimiter=dialect.delimiter):
                message = Sentence(
                    "a quotation mark in this row swallows the rows after it: one cell holds {count} lines",
                    count=len(cell.splitlines()),
                )
                advice = Sentence("Remove it, or write it twice where it is part of a quoted value.")
                raise flaw(self._file, "stray_quote", message, advice, row=number, column=dialect.columns[index])

    def _translated(self, error: Exception) -> ContactsError:
        found = _OPEN_QUOTE.search(str(error))
        if found or isinstance(error, OpenQuoteError):
            message = Sentence("a quotation mark opens in this row and never closes")
            advice = Sentence("Remove it, or write it twice where it is part of a quoted value.")
            row = error.row if isinstance(error, OpenQuoteError) else int(found[1]) + 1 if found else None
            return flaw(self._file, "open_quote", message, advice, row=row)
        if isinstance(error, LongRowError):
            message = Sentence(
                "this row has more than {most} characters: a quotation mark in it never closes, or it is no row",
                most=LONGEST_ROW,
            )
            advice = Sentence("Remove it, or write the mark twice where it is part of a quoted value.")
            return flaw(self._file, "long_row", message, advice, row=error.row)
        message = Sentence("the file cannot be read to its end: {error}", error=str(error)[:200])
        return flaw(self._file, "damaged_file", message, Sentence("Open it in a spreadsheet and save it again."))


def _sample(opened: Cleaned, *, lines: int) -> str:
    """Read the beginning of a text, to the end of a row: half a header would leave cells without a name.

    It has so many ``lines`` and as much again below them, as far as that is within bounds.
    """
    above = "".join(islice(iter(lambda: opened.readline(LONGEST_ROW), ""), min(lines, _LINES)))[:LONGEST_ROW]
    parts = [above + opened.read(_SAMPLE)]
    length, marks = len(parts[0]), parts[0].count('"')
    while length < LONGEST_ROW and (line := opened.readline(LONGEST_ROW)):
        parts.append(line)
        length, marks = length + len(line), marks + line.count('"')
        if marks % 2 == 0:  # else a quoted value goes on in the next line
            break
    return "".join(parts)
