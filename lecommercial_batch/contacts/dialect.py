"""How a delimited text is written: what stands between its cells, and where its header is."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from typing import Final

from lecommercial_batch.contacts.header import header_of, is_filled, name_columns
from lecommercial_batch.core.sentence import Sentence

_DELIMITERS: Final = ";\t|,"  #: the first wins where several fit as well
_LINES: Final = 500
#: The line by which Excel is told the delimiter, and which it does not count as a row.
_SEP: Final = re.compile(r"sep=([\t !#$%&'()*+,./:;<>?@^_`{|}~-])(?:\r\n|\r|\n|\Z)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What the first rows of a delimited text say about all of them."""

    delimiter: str
    has_sep_line: bool
    header: int  #: row of the header, as Excel numbers it
    columns: tuple[str, ...]
    width: int  #: cells of the longest of the first rows: more than there are columns where some have no header

    @property
    def advice(self) -> Sentence:
        """What to do about rows with too many cells."""
        if self.delimiter == "\t":
            return Sentence(
                "Put quotation marks round a value that contains a tab, or give every column a name in the header."
            )
        return Sentence(
            "Put quotation marks round a value that contains “{delimiter}”,"
            " or give every column a name in the header.",
            delimiter=self.delimiter,
        )


def find_dialect(sample: str, *, header: int | None = None, file: str = "") -> Dialect | None:
    """Return the dialect of a text from its beginning; None where that is blank.

    ``header`` is the row of the header where somebody has named it: the rows above it tell nothing.

    Raises:
        ContactsError: there is nothing in the row that is to be the header.
    """
    told, text = _told(sample)
    first = (header or 1) - 1
    delimiter = told or max(_DELIMITERS, key=lambda candidate: _fit(_rows(text, candidate, first)[first:]))
    rows = _rows(text, delimiter, first)
    index = header_of(rows, header, file=file)
    if index is None:
        return None
    columns = _columns(rows[index:])
    return Dialect(
        delimiter=delimiter,
        has_sep_line=bool(told),
        header=index + 1,
        columns=columns,
        width=max(len(columns), *map(len, rows)),
    )


def _told(sample: str) -> tuple[str, str]:
    """Return the delimiter that a `sep=` line names, if there is one, and the text after it."""
    if told := _SEP.match(sample):
        return told[1], sample[told.end() :]
    return "", sample


def _fit(rows: Sequence[Sequence[str]]) -> float:
    """Rate how evenly a delimiter has cut the rows, and into how many cells."""
    widths = Counter(len(row) for row in rows if any(row))
    if not widths:
        return 0.0
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    return (width - 1) * (count / widths.total()) ** 2


def _rows(text: str, delimiter: str, first: int) -> Sequence[Sequence[str]]:
    """Return the rows of a text, down to some hundred below the ``first`` that counts."""
    rows: list[list[str]] = []
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    with suppress(csv.Error):  # the sample is only there to judge by: the reading itself will say what is wrong
        rows.extend(islice(reader, first + _LINES))
    return rows


def _columns(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Name the columns of a table that begins with its header.

    A column without a name is one if the header leaves room for it and something stands in it. What stands beyond
    the header's own cells is none: there, a value was cut in two, and its row has slipped.
    """
    header, body = rows[0], rows[1:]
    count = max(index + 1 for index, cell in enumerate(header) if is_filled(cell))
    for index in range(count, len(header)):
        if any(len(row) > index and is_filled(row[index]) for row in body):
            count = index + 1
    return name_columns(header[:count])
