"""The rows by which a table's columns are judged."""

from collections.abc import Sequence
from typing import Final

from lecommercial_batch.core.model import Cell, Row
from lecommercial_batch.core.ports import Source

_ROWS: Final = 100
_CELLS: Final = 20_000  #: of them together: a table of thousands of columns would take minutes


def samples_of(source: Source, first: Sequence[Row]) -> Sequence[Sequence[Cell]]:
    """Return the cells of the first rows: a hundred of them, fewer where they are very wide."""
    return [row.cells for row in first[: max(1, min(_ROWS, _CELLS // max(1, len(source.columns))))]]
