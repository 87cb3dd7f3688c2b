"""Writes to a journal that another program holds, tried for minutes: an answer that is known must not be lost."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from lecommercial_batch.core.errors import JournalBusyError

T = TypeVar("T")

LONGEST: Final = 600.0  #: seconds
AGAIN: Final = 1.0  #: seconds between tries, each of which waits for the journal itself


class Persistence:
    """The writes of one turn; ``on_busy`` hears once of each time that they do not get through."""

    def __init__(self, on_busy: Callable[[], None]) -> None:
        self._on_busy = on_busy
        self._busy_since: float | None = None

    @property
    def busy(self) -> bool:
        """Whether the last write did not get through: then nothing new may leave."""
        return self._busy_since is not None

    async def write(self, make: Callable[[], Awaitable[T]], *, unless: asyncio.Event | None = None) -> T:
        """Make a write, again and again while the journal is busy, but not once ``unless`` is set.

        Raises:
            JournalBusyError: it was for all of ``LONGEST``.
        """
        while True:
            try:
                done = await make()
            except JournalBusyError:
                now = asyncio.get_running_loop().time()
                if self._busy_since is None:
                    self._busy_since = now
                    self._on_busy()
                if now - self._busy_since >= LONGEST or (unless and unless.is_set()):
                    raise
                await asyncio.sleep(AGAIN)
            else:
                self._busy_since = None
                return done
