"""How fast calls may leave: exactly, with no burst at any start."""

import asyncio
from collections.abc import Sequence
from typing import Final

from aiolimiter import AsyncLimiter

from lecommercial_batch.model import Rate

#: Share of the rate that is used. A leaky bucket of capacity b and leak r lets floor(b + r*T) calls through
#: in some window of T, and the network moves calls closer together: what is left absorbs both.
USED: Final = 0.985
#: Share of the rate's count that may be caught up after waking late, on top of the one call at hand.
CATCH_UP: Final = 0.004


def exact_limiter(rate: Rate) -> AsyncLimiter:
    """Return a limiter that lets at most ``rate.count`` calls through in any ``rate.period``.

    A fresh one has no burst: the first call passes, the next a spacing later. Capacity and leak are chosen
    so that capacity + leak * period < count + 1, with 1 % of the period to spare for jitter on the way.
    """
    capacity = 1 + CATCH_UP * rate.count
    leak = USED * rate.per_second
    return AsyncLimiter(capacity, capacity / leak)


class Gate:
    """Where a call waits for its time: its sender's limiter, then the machine's where that can bind."""

    def __init__(self, rate: Rate, shared: Sequence[AsyncLimiter] = ()) -> None:
        self._limiters = (exact_limiter(rate), *shared)
        self.rate: Final = rate
        self._spacing = 1 / (USED * rate.per_second)
        self._passed = float("-inf")

    async def wait(self) -> None:
        """Wait until one call may leave."""
        for limiter in self._limiters:
            await limiter.acquire()
        self._passed = asyncio.get_running_loop().time()

    def until_next(self) -> float:
        """Return the seconds until the next call may leave, as far as this sender's own pace goes."""
        return self._passed + self._spacing - asyncio.get_running_loop().time()
