"""Waking one loop from others."""

import asyncio
from contextlib import suppress


class Bell:
    """Wakes the one loop that waits for it; a ring while it is busy is kept for its next wait."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()

    async def wait(self, seconds: float | None) -> None:
        """Return when rung, or after so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        self._rung.clear()
