"""How fast calls may leave: exactly, evenly, with no burst at any start."""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Final

from aiolimiter import AsyncLimiter

from lecommercial_batch.model import Rate

#: Share of the rate that is used. The network moves calls closer together on their way: what is left absorbs it.
USED: Final = 0.983
#: How much longer than its period a full count of calls takes at least.
GUARDED: Final = 1.0145
#: Seconds of calls that may be caught up when one left late; the guard still holds.
CATCH_UP: Final = 0.1


class Pace:
    """At most ``rate.count`` calls in any ``rate.period``, evenly spaced, at 98 % of it when there is work.

    Two rules in a row. A leaky bucket spaces calls evenly and lets a late one be caught up. Such a bucket of
    capacity b and leak r lets b + r·T calls through in some window of T, so a guard over the last calls makes
    it exact: no call leaves before the one ``rate.count`` earlier is a period and a bit ago.
    """

    def __init__(self, rate: Rate) -> None:
        self.rate: Final = rate
        self.spacing: Final = 1 / (USED * rate.per_second)
        capacity = 1 + CATCH_UP * rate.per_second
        self._bucket = AsyncLimiter(capacity, capacity * self.spacing)
        self._left: deque[float] = deque(maxlen=rate.count)  # when the last calls left, or will
        self._idle_from = float("-inf")

    async def wait(self) -> None:
        """Wait until one call may leave. Whoever waits first leaves first."""
        await self._forget_savings()
        await self._bucket.acquire()
        now = asyncio.get_running_loop().time()
        full = len(self._left) == self._left.maxlen
        at = max(now, self._left[0] + GUARDED * self.rate.period) if full else now
        self._left.append(at)
        self._idle_from = at + CATCH_UP + self.spacing
        if at > now:
            await asyncio.sleep(at - now)

    def until_next(self) -> float:
        """Return the seconds until the next call may leave."""
        if not self._left:
            return 0.0
        return self._left[-1] + self.spacing - asyncio.get_running_loop().time()

    async def _forget_savings(self) -> None:
        """Leave room for one call in a bucket that nobody used for a while: idling is not saved up."""
        if asyncio.get_running_loop().time() > self._idle_from:
            capacity = self._bucket.max_rate
            self._bucket = AsyncLimiter(capacity, self._bucket.time_period)
            await self._bucket.acquire(capacity - 1)


class Gate:
    """Where a call waits for its time: its sender's pace, then the machine's where that can bind."""

    def __init__(self, pace: Pace, shared: Sequence[Pace] = ()) -> None:
        self._paces = (pace, *shared)
        self.rate: Final = pace.rate

    async def wait(self) -> None:
        """Wait until one call may leave."""
        for pace in self._paces:
            await pace.wait()

    def until_next(self) -> float:
        """Return the seconds until the next call may leave."""
        return max(pace.until_next() for pace in self._paces)
