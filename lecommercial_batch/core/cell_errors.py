"""What a spreadsheet shows in a cell that it could not compute."""

from collections.abc import Iterable
from typing import Final

from lecommercial_batch.core.model import Cell

#: In English and in French, as they also stand in a CSV; source: Excel's and LibreOffice's documentation.
_SHOWN: Final = frozenset(
    {
        "#N/A",
        "#REF!",
        "#DIV/0!",
        "#VALUE!",
        "#VALEUR!",
        "#NAME?",
        "#NOM?",
        "#NULL!",
        "#NUL!",
        "#NUM!",
        "#NOMBRE!",
        "#SPILL!",
        "#CALC!",
        "#BUSY!",
        "#FIELD!",
        "#GETTING_DATA",
    }
)


def is_spoilt(cell: Cell) -> bool:
    """Tell whether a cell holds the sign of an error, such as ``#N/A``, and no value."""
    return isinstance(cell, str) and cell[:1] == "#" and cell in _SHOWN


def has_spoilt(cells: Iterable[Cell]) -> bool:
    """Tell whether any of the cells does."""
    return not _SHOWN.isdisjoint(cells)
