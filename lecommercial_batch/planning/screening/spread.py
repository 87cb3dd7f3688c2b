"""A few rows of a file, evenly spread over all of it, kept while it goes by."""

from collections.abc import Sequence
from typing import Final

from lecommercial_batch.core.model import Row

MOST: Final = 256  #: rows, and up to twice as many


class Spread:
    """Every so-manieth row of those that went by: the more there are, the farther apart."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._step = 1
        self._seen = 0

    def see(self, batch: Sequence[Row]) -> None:
        """Look at the next rows."""
        self.rows += batch[-self._seen % self._step :: self._step]
        self._seen += len(batch)
        while len(self.rows) > 2 * MOST:
            self.rows = self.rows[::2]
            self._step *= 2
