"""A delimited text cut into chunks of rows, in memory that is bounded whatever the text is.

pandas reads most files, and nearly twice as fast. Its memory grows with the longest row, and its time with the
columns of each chunk; wide tables and long rows are for Python's own reader of CSV, which takes any row as it is.
"""

import csv
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final

import pandas as pd

from lecommercial_batch.contacts.text import Cleaned, TooLongError

if TYPE_CHECKING:
    from pandas.io.parsers import TextFileReader

#: The cells of some rows, column by column; all columns are as long.
Columns = list[list[str]]

WIDE: Final = 1_000  #: columns; pandas takes some 80 µs for each in every chunk
ROWS: Final = 5_000  #: of a chunk at most
LONGEST_ROW: Final = 1 << 22  #: characters; a row of sixteen thousand columns has less
_CHUNK: Final = 1 << 22  #: characters that pandas may read for one chunk
_CHARACTERS: Final = 1 << 21  #: after which a chunk of long rows is handed over
_CELLS: Final = 500_000  #: after which a chunk of wide rows is
_END: Final = "\0"  #: no text has it


class ImpliedIndexError(Exception):
    """The first row is wider than was told: pandas would take its first cells for names of rows."""

    def __init__(self, width: int) -> None:
        super().__init__(width)
        self.width = width


class OpenQuoteError(Exception):
    """A quotation mark opens in a row, and never closes."""

    def __init__(self, row: int) -> None:
        super().__init__(row)
        self.row = row


class LongRowError(Exception):
    """A row is longer than any table's."""

    def __init__(self, row: int) -> None:
        super().__init__(row)
        self.row = row


def quick_chunks(opened: Cleaned, *, delimiter: str, width: int, skip: int) -> Iterator[Columns]:
    """Yield the chunks after the first ``skip``, all of one width.

    Raises:
        ImpliedIndexError: there is a row that pandas would take otherwise.
        TooLongError: the rows are long: they are for `careful_chunks`.
    """
    opened.allowed = _CHUNK
    with _reader(opened, delimiter, width) as reader:
        for number, frame in enumerate(reader):
            # index_col=False would cut such rows off with a mere warning
            if not isinstance(frame.index, pd.RangeIndex):
                raise ImpliedIndexError(width + frame.index.nlevels)
            opened.allowed = _CHUNK
            if number >= skip:
                yield [frame[index].tolist() for index in range(width)]


def _reader(opened: Cleaned, delimiter: str, width: int) -> "TextFileReader":
    return pd.read_csv(
        opened,
        sep=delimiter,
        header=None,
        names=range(width),
        dtype=object,  # which are str: pandas would choose their storage by what else is installed
        keep_default_na=False,
        na_filter=False,
        skip_blank_lines=False,  # they count in the numbering
        chunksize=ROWS,
        engine="c",
    )


def careful_chunks(opened: Cleaned, *, delimiter: str, width: int, skip: int) -> Iterator[Columns]:
    """Yield the chunks after the first ``skip`` rows, each at least so wide, and as its longest row is.

    Raises:
        LongRowError: a row goes on and on.
        OpenQuoteError: the last one never ends.
    """
    rows = _rows(opened, delimiter)
    for _ in islice(rows, skip):
        pass
    chunk: list[list[str]] = []
    cells = characters = 0
    for row in rows:
        wide = max(cells, len(row), width)
        if chunk and (len(chunk) == ROWS or wide * (len(chunk) + 1) > _CELLS or characters > _CHARACTERS):
            yield _columns(chunk, max(cells, width))
            chunk, cells, characters = [], 0, 0
        chunk.append(row)
        cells, characters = max(cells, len(row)), characters + sum(map(len, row))
    if chunk:
        yield _columns(chunk, max(cells, width))


def _columns(rows: list[list[str]], width: int) -> Columns:
    even = [row + [""] * (width - len(row)) for row in rows]
    return [list(column) for column in zip(*even, strict=True)]


def _rows(opened: Cleaned, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(LONGEST_ROW)
    read, ended = 0, False

    def lines() -> Iterator[str]:
        nonlocal ended
        while line := opened.readline(LONGEST_ROW + 1):  # and with that many more than is allowed
            yield line
        ended = True
        yield _END

    opened.allowed = LONGEST_ROW
    try:
        for row in csv.reader(lines(), delimiter=delimiter):
            if ended and row == [_END]:
                return
            if ended:
                raise OpenQuoteError(read + 1)
            opened.allowed = LONGEST_ROW
            read += 1
            yield row
    except TooLongError as error:
        raise LongRowError(read + 1) from error
