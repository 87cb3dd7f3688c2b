"""Where a table's header stands, and what its columns are called."""

from collections.abc import Sequence
from typing import Final

from lecommercial_batch.model import Cell

_LETTERS: Final = 26


def is_filled(cell: Cell) -> bool:
    """Tell whether a cell holds anything but space."""
    return not isinstance(cell, str) or not (cell == "" or cell.isspace())


def find_header(rows: Sequence[Sequence[Cell]]) -> int | None:
    """Return the index of the header among a table's first rows; None where all are blank.

    It is the first row that fills more than half of the cells that the fullest row does: titles fill fewer.
    """
    filled = [sum(map(is_filled, row)) for row in rows]
    fullest = max(filled, default=0)
    return next((index for index, count in enumerate(filled) if count and count * 2 > fullest), None)


def name_columns(cells: Sequence[Cell], *, first: int = 0) -> tuple[str, ...]:
    """Return one name a column, each once: `Nom`, `Nom (2)`, and `Column D` where the header is empty.

    ``first`` is the position in the sheet of the first of them.
    """
    names: list[str] = []
    taken = {_text(cell) for cell in cells}
    for index, cell in enumerate(cells, start=first):
        name = _text(cell) or f"Column {column_letter(index)}"
        names.append(_once(name, names, taken) if name in names else name)
    return tuple(names)


def column_letter(index: int) -> str:
    """Return the letters that a spreadsheet shows above a column: A for 0, AA for 26."""
    letters = ""
    index += 1
    while index:
        index, place = divmod(index - 1, _LETTERS)
        letters = chr(ord("A") + place) + letters
    return letters


def _once(name: str, names: Sequence[str], taken: set[str]) -> str:
    count = 2
    while (numbered := f"{name} ({count})") in taken or numbered in names:
        count += 1
    return numbered


def _text(cell: Cell) -> str:
    return " ".join(str(cell).split())
