"""How wide a table may be, and how long a cell: what spreadsheets hold, and no file of contacts needs more."""

from collections.abc import Sequence
from typing import Final

from lecommercial_batch.contacts.flaw import flaw
from lecommercial_batch.contacts.header import column_letter
from lecommercial_batch.core.model import Cell, Row
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.planning.screening.flawed_rows import FlawedRow

WIDEST: Final = 16_384  #: columns
LONGEST: Final = 32_767  #: characters of a cell; source: Excel's specifications and limits
_KEPT: Final = 100  #: characters kept of one that is longer
_MANY: Final = 64  #: columns from which on it matters how many of them are empty
_CELLS: Final = 5_000_000  #: of a table that may be nearly empty
_FULL: Final = 100  #: cells of which one is filled, in a larger one


def see_that_it_is_no_wider(columns: Sequence[str], *, file: str) -> None:
    """Refuse a table with more columns, or a longer name of one, than spreadsheets have. Raises ContactsError."""
    if len(columns) > WIDEST:
        message = Sentence(
            "the table has {count} columns; a spreadsheet has {most} at most", count=len(columns), most=WIDEST
        )
        advice = Sentence("Keep the columns that the campaign needs.")
        raise flaw(file, "too_many_columns", message, advice)
    longest = next((index for index, name in enumerate(columns) if len(name) > LONGEST), None)
    if longest is not None:
        message = Sentence("the name of this column is longer than a spreadsheet’s cell holds")
        raise flaw(file, "long_cell", message, Sentence("Give it a short name."), column=column_letter(longest))


def length(row: Row) -> int:
    """Return how many characters a row's texts have together."""
    try:
        return len("".join(row.cells))  # type: ignore[arg-type]  # texts alone, nearly always
    except TypeError:
        return sum(len(cell) for cell in row.cells if isinstance(cell, str))


def shortened(row: Row) -> Row:
    """Return a row as it is, or one to be rejected where a cell holds more than a spreadsheet's does."""
    return row if length(row) <= LONGEST else marked(row)


def marked(row: Row) -> Row:
    """Return what `shortened` does, for a row that has more than such a cell may have in all."""
    for index, cell in enumerate(row.cells):
        if isinstance(cell, str) and len(cell) > LONGEST:
            flawed = Sentence(
                "this cell has more than {most} characters, which no spreadsheet’s has", most=LONGEST
            )
            return FlawedRow(row.number, tuple(map(_short, row.cells)), flawed, column_letter(index))
    return row


def _short(cell: Cell) -> Cell:
    return cell[:_KEPT] if isinstance(cell, str) and len(cell) > LONGEST else cell


class Fullness:
    """Refuses a table of many columns whose rows fill next to none: a few bytes would come to very many cells."""

    def __init__(self, columns: int, *, file: str) -> None:
        self._columns = columns
        self._file = file
        self._cells = 0
        self._filled = 0

    def see(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Return the rows, once they are counted. Raises ContactsError."""
        if self._columns <= _MANY or not rows:
            return rows
        self._cells += len(rows) * self._columns
        self._filled += sum(len(row.cells) - row.cells.count("") for row in rows)
        if self._cells > _CELLS and self._filled * _FULL < self._cells:
            message = Sentence(
                "the table has {count} columns, and up to this row next to nothing stands in them",
                count=self._columns,
            )
            advice = Sentence("Keep the columns that the campaign needs.")
            raise flaw(self._file, "too_many_columns", message, advice, row=rows[-1].number)
        return rows
