"""CSV and its relatives, streamed through pandas."""

import re
from collections.abc import Container, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import pandas as pd

from lecommercial_batch.columns import is_ours
from lecommercial_batch.contacts.dialect import Dialect, find_dialect
from lecommercial_batch.contacts.encoding import find_encoding
from lecommercial_batch.contacts.flaw import flaw
from lecommercial_batch.contacts.header import refuse_data
from lecommercial_batch.contacts.lookalikes import refuse_lookalikes
from lecommercial_batch.contacts.slips import Slips, swallowed
from lecommercial_batch.contacts.text import open_text
from lecommercial_batch.csv_text import restored
from lecommercial_batch.errors import ContactsError
from lecommercial_batch.model import Row
from lecommercial_batch.sentence import Sentence

if TYPE_CHECKING:
    from pandas.io.parsers import TextFileReader

_BATCH: Final = 5_000
_SAMPLE: Final = 1 << 16  #: characters that delimiter and header are judged by, and the rest of their last row
_LONGEST: Final = 1 << 22  #: characters; a header of sixteen thousand columns has less
_LINES: Final = 1 << 16  #: above a header, at most
_WIDEST: Final = 256  #: cells beyond the header's, in a row that is only rejected
_TOO_LONG: Final = re.compile(r"Expected \d+ fields in line (\d+), saw (\d+)")
_OPEN_QUOTE: Final = re.compile(r"EOF inside string starting at row (\d+)")


class _ImpliedIndexError(Exception):
    """The first row is wider than was told: pandas would take its first cells for names of rows."""

    def __init__(self, width: int) -> None:
        super().__init__(width)
        self.width = width


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
        number, batches, width = 1, 0, self._dialect.width
        while width:
            try:
                for frame in self._frames(width, skip=batches):
                    beyond = self._beyond(frame, number)
                    if judged := slips.judge(self._rows(frame, number, beyond), beyond):
                        yield judged
                    number += len(frame)
                    batches += 1
                width = 0
            except _ImpliedIndexError as error:
                width = self._widened(error.width, 1, slips)
            except (pd.errors.ParserError, UnicodeError, OSError) as error:
                width = self._wider(error, slips)

    def _frames(self, width: int, *, skip: int) -> Iterator[pd.DataFrame]:
        with self._open() as opened, self._reader(opened, width) as reader:
            for frame in islice(reader, skip, None):
                # index_col=False would cut such rows off with a mere warning
                if not isinstance(frame.index, pd.RangeIndex):
                    raise _ImpliedIndexError(width + frame.index.nlevels)
                yield frame

    def _wider(self, error: Exception, slips: Slips) -> int:
        """Return the width to read on with, after a row that was longer than any before it."""
        found = _TOO_LONG.search(str(error))
        if found is None:
            raise self._translated(error) from error
        return self._widened(int(found[2]), int(found[1]), slips)

    def _widened(self, width: int, row: int, slips: Slips) -> int:
        if width > len(self.columns) + _WIDEST:
            raise ContactsError(slips.problem(row))
        return max(width, len(self.columns) + 16)

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
        refuse_lookalikes(sample, columns=dialect.columns, file=self._file)
        refuse_data(dialect.columns, file=self._file, row=dialect.header)
        return dialect

    def _open(self, *, skip: bool = True) -> IO[str]:
        opened = open_text(self._path, self._encoding)
        if skip and self._dialect.has_sep_line:
            opened.readline()
        return opened

    def _reader(self, opened: IO[str], width: int) -> "TextFileReader":
        return pd.read_csv(
            opened,
            sep=self._dialect.delimiter,
            header=None,
            names=range(width),
            dtype=object,  # which are str: pandas would choose their storage by what else is installed
            keep_default_na=False,
            na_filter=False,
            skip_blank_lines=False,  # they count in the numbering
            chunksize=_BATCH,
            engine="c",
        )

    def _rows(self, frame: pd.DataFrame, first: int, beyond: Container[int]) -> Sequence[Row]:
        cells = [frame[index].tolist() for index in range(len(self.columns))]
        if is_ours(self.columns):
            cells = [list(map(restored, column)) for column in cells]
        for index, column in enumerate(cells):
            if "\n" in (joined := "".join(column)) or "\r" in joined:
                self._nothing_swallowed(column, index, first)
        return [
            Row(number, row)
            for number, row in enumerate(zip(*cells, strict=True), start=first)
            if number > self._dialect.header and ((any(row) and not "".join(row).isspace()) or number in beyond)
        ]

    def _beyond(self, frame: pd.DataFrame, first: int) -> dict[int, int]:
        """Return the rows with something beyond the header's columns, each with the index of the first of it."""
        found: dict[int, int] = {}
        for index in range(len(self.columns), frame.shape[1]):
            column = frame[index].tolist()
            if (joined := "".join(column)) and not joined.isspace():
                for number, cell in enumerate(column, start=first):
                    if cell and not cell.isspace() and number > self._dialect.header:
                        found.setdefault(number, index)
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
        if found := _OPEN_QUOTE.search(str(error)):
            message = Sentence("a quotation mark opens in this row and never closes")
            advice = Sentence("Remove it, or write it twice where it is part of a quoted value.")
            return flaw(self._file, "open_quote", message, advice, row=int(found[1]) + 1)
        message = Sentence("the file cannot be read to its end: {error}", error=str(error)[:200])
        return flaw(self._file, "damaged_file", message, Sentence("Open it in a spreadsheet and save it again."))


def _sample(opened: IO[str], *, lines: int) -> str:
    """Read the beginning of a text, to the end of a row: half a header would leave cells without a name.

    It has so many ``lines`` and as much again below them, as far as that is within bounds.
    """
    above = "".join(islice(iter(lambda: opened.readline(_LONGEST), ""), min(lines, _LINES)))[:_LONGEST]
    parts = [above + opened.read(_SAMPLE)]
    length, marks = len(parts[0]), parts[0].count('"')
    while length < _LONGEST and (line := opened.readline(_LONGEST)):
        parts.append(line)
        length, marks = length + len(line), marks + line.count('"')
        if marks % 2 == 0:  # else a quoted value goes on in the next line
            break
    return "".join(parts)
