"""Standard input as a contact file, or one out of an archive: kept in a temporary file.

A plan reads its contacts more than once.
"""

import os
import select
import shutil
import sys
import tempfile
import weakref
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import IO, BinaryIO, Final

from lecommercial_batch.contacts.packed import Bounded
from lecommercial_batch.core.model import Row
from lecommercial_batch.core.ports import Sheeted, Source, Spreadsheet
from lecommercial_batch.core.temporary import prefix

_LOOK_UP: Final = 1.0  #: seconds
_PART: Final = 1 << 16  #: bytes read at a time


class Spooled:
    """A source over what came in, which is deleted when the source goes."""

    def __init__(self, reader: Callable[[Path], Source], *, opened: Bounded | None = None) -> None:
        with tempfile.NamedTemporaryFile(prefix=prefix(), delete=False) as copy:
            path = Path(copy.name)
            weakref.finalize(self, path.unlink, missing_ok=True)
            if opened is None:
                _copy(sys.stdin.buffer, copy)
            else:
                shutil.copyfileobj(opened, copy)
        self._source = reader(path)

    @property
    def name(self) -> str:
        """What messages call it."""
        return self._source.name

    @property
    def sheet(self) -> str:
        """The sheet that is read, where there are any."""
        return self._source.sheet if isinstance(self._source, Sheeted) else ""

    @property
    def other_sheets(self) -> tuple[str, ...]:
        """The sheets that are not."""
        return self._source.other_sheets if isinstance(self._source, Sheeted) else ()

    @property
    def hidden_columns(self) -> Collection[str]:
        """The columns that a spreadsheet does not show."""
        return self._source.hidden_columns if isinstance(self._source, Spreadsheet) else ()

    @property
    def uncomputed(self) -> int:
        """The cells with a formula and no value."""
        return self._source.uncomputed if isinstance(self._source, Spreadsheet) else 0

    @property
    def columns(self) -> tuple[str, ...]:
        """The names in the header."""
        return self._source.columns

    def batches(self) -> Iterator[Sequence[Row]]:
        """Yield the rows, as the reader for what came in does."""
        yield from self._source.batches()


def _copy(source: BinaryIO, copy: IO[bytes]) -> None:
    """Copy all that comes, and look up every second meanwhile.

    A signal may be delivered to another thread, of numpy's say: whoever waits in a read is not interrupted then,
    and would hear of it with the next byte, or never.
    """
    if sys.platform == "win32":
        shutil.copyfileobj(source, copy)
        return
    descriptor = source.fileno()
    while True:
        while not select.select([descriptor], [], [], _LOOK_UP)[0]:
            pass
        if not (part := os.read(descriptor, _PART)):
            return
        copy.write(part)
