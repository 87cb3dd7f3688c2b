"""CSV and its relatives, streamed through pandas."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import pandas as pd

from lecommercial_batch.contacts.dialect import Dialect, find_dialect
from lecommercial_batch.contacts.encoding import find_encoding
from lecommercial_batch.contacts.flaw import flaw
from lecommercial_batch.contacts.header import column_letter
from lecommercial_batch.errors import ContactsError
from lecommercial_batch.model import Row
from lecommercial_batch.sentence import Sentence

if TYPE_CHECKING:
    from pandas.io.parsers import TextFileReader

_BATCH: Final = 5_000
_SAMPLE: Final = 1 << 16  #: characters that encoding, delimiter and header are judged by
_TOO_LONG: Final = re.compile(r"Expected \d+ fields in line (\d+), saw \d+")
_OPEN_QUOTE: Final = re.compile(r"EOF inside string starting at row (\d+)")


class Delimited:
    """A text file of rows, one after the other: never more of it in memory than one batch."""

    def __init__(self, path: Path, *, file: str) -> None:
        self._path = path
        self._file = file
        self._encoding = find_encoding(path, file=file)
        self._dialect = self._judge()

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
        try:
            with self._open() as opened, self._reader(opened) as reader:
                number = 1
                for frame in reader:
                    if rows := self._rows(frame, number):
                        yield rows
                    number += len(frame)
        except (pd.errors.ParserError, UnicodeError, OSError) as error:
            raise self._translated(error) from error

    def _judge(self) -> Dialect:
        try:
            with self._open(skip=False) as opened:
                sample = opened.read(_SAMPLE)
        except (UnicodeError, OSError) as error:
            raise self._translated(error) from error
        dialect = find_dialect(sample)
        if dialect is None:
            message = Sentence("the file holds nothing but blank lines")
            raise flaw(self._file, "empty_file", message, Sentence("Save it again, with a header row."))
        return dialect

    def _open(self, *, skip: bool = True) -> IO[str]:
        opened = self._path.open(encoding=self._encoding, newline="")
        if skip and self._dialect.has_sep_line:
            opened.readline()
        return opened

    def _reader(self, opened: IO[str]) -> "TextFileReader":
        return pd.read_csv(
            opened,
            sep=self._dialect.delimiter,
            header=None,
            names=range(self._dialect.width),
            dtype=str,
            keep_default_na=False,
            na_filter=False,
            skip_blank_lines=False,  # they count in the numbering
            chunksize=_BATCH,
            engine="c",
        )

    def _rows(self, frame: pd.DataFrame, first: int) -> Sequence[Row]:
        count = len(self.columns)
        cells = [frame[index].tolist() for index in range(count)]
        for index in range(count, self._dialect.width):
            self._nothing_beyond(frame[index].tolist(), index, first)
        return [
            Row(number, row)
            for number, row in enumerate(zip(*cells, strict=True), start=first)
            if number > self._dialect.header and any(row) and not "".join(row).isspace()
        ]

    def _nothing_beyond(self, column: Sequence[str], index: int, first: int) -> None:
        for number, cell in enumerate(column, start=first):
            if cell.strip() and number > self._dialect.header:
                raise self._long_row(number, column_letter(index))

    def _long_row(self, number: int, column: str = "") -> ContactsError:
        message = Sentence("this row has more cells than the header has columns")
        advice = Sentence(
            "Put quotes round a value that contains “{delimiter}”, or give every column a name in the header.",
            delimiter="tab" if self._dialect.delimiter == "\t" else self._dialect.delimiter,
        )
        return flaw(self._file, "long_row", message, advice, row=number, column=column)

    def _translated(self, error: Exception) -> ContactsError:
        if found := _TOO_LONG.search(str(error)):
            return self._long_row(int(found[1]))
        if found := _OPEN_QUOTE.search(str(error)):
            message = Sentence("a quotation mark opens in this row and never closes")
            advice = Sentence("Remove it, or write it twice where it is part of a quoted value.")
            return flaw(self._file, "open_quote", message, advice, row=int(found[1]) + 1)
        message = Sentence("the file cannot be read to its end: {error}", error=str(error)[:200])
        return flaw(self._file, "damaged_file", message, Sentence("Open it in a spreadsheet and save it again."))
