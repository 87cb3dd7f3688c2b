"""Rows of a delimited text whose cells slipped: too many of them, or whole rows inside one."""

from collections.abc import Sequence
from typing import Final

from lecommercial_batch.contacts.header import column_letter
from lecommercial_batch.core.errors import ContactsError, Problem
from lecommercial_batch.core.model import Row
from lecommercial_batch.core.sentence import N_, Sentence
from lecommercial_batch.planning.screening.flawed_rows import FlawedRow

_TOLD: Final = 50  #: rows named when the file is refused
_FEW: Final = 20  #: rows that may slip in a file, whatever their share
_LONG: Final = N_("this row has more cells than the header has columns")


class Slips:
    """Counts the rows whose cells slipped. A few are rejected by their number; when they are many, the file is.

    A row that slipped in ten thousand is a slip of the pen. Many mean that what was taken for the delimiter, the
    header or a quotation mark is none, and then the rows that look right cannot be trusted either.
    """

    def __init__(self, file: str, advice: Sentence) -> None:
        self._file = file
        self._advice = advice
        self._rows = 0
        self._slipped = 0
        self._problems: list[Problem] = []

    def judge(self, rows: Sequence[Row], beyond: dict[int, int]) -> Sequence[Row]:
        """Return the rows, those marked that have a cell beyond the header: ``beyond`` has row number → index.

        Raises:
            ContactsError: too many of them have.
        """
        self._rows += len(rows)
        if not beyond:
            return rows
        self._slipped += len(beyond)
        room = _TOLD - len(self._problems)
        self._problems += [self.problem(row, column_letter(index)) for row, index in sorted(beyond.items())[:room]]
        few = self._slipped <= _FEW or self._slipped * 10 <= self._rows
        if self._slipped * 2 > self._rows or not few:
            raise ContactsError(*self._problems)
        return [self._marked(row, beyond[row.number]) if row.number in beyond else row for row in rows]

    def problem(self, row: int, column: str = "") -> Problem:
        """Return the problem to show for one such row."""
        return Problem(
            code="long_row",
            file=self._file,
            row=row,
            column=column,
            message=Sentence(_LONG),
            advice=self._advice,
        )

    @staticmethod
    def _marked(row: Row, index: int) -> FlawedRow:
        return FlawedRow(row.number, row.cells, Sentence(_LONG), column_letter(index))


def swallowed(cell: str, *, index: int, columns: int, delimiter: str) -> bool:
    """Tell whether a cell holds whole rows, as between a stray quotation mark and the next one.

    Its first line then goes on to the end of a row, its last one from the beginning of a row to this column, and
    those between have as many delimiters as a row has. In two columns parted by commas that is nothing unusual.
    """
    lines = cell.splitlines()
    if len(lines) < 2 or columns < 2:  # noqa: PLR2004 - one line, one column: nothing to swallow
        return False
    if columns == 2 and delimiter == "," and len(lines) == 2:  # noqa: PLR2004 - "12, rue X" over two lines
        return False
    wanted = [columns - 1 - index, *[columns - 1] * (len(lines) - 2), index]
    return [line.count(delimiter) for line in lines] == wanted
