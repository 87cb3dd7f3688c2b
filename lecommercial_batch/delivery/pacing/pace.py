"""How fast calls may leave: exactly, evenly, with no burst at any start."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from aiolimiter import AsyncLimiter

from lecommercial_batch.core.model import Rate
from lecommercial_batch.delivery.pacing.shared_budget import CATCH_UP, GUARDED, TICK, USED, Budget, Departure

#: Seconds that a call waits at most where others of the machine were faster; then it is worth giving it back.
PATIENCE: Final = 0.5
#: Seconds in which half the pace is won back after the API asked for a slower one.
RECOVERY: Final = 60.0
#: The slowest that the pace is made, as a share of it.
SLOWEST: Final = 1 / 64
_BUSY: Final = 0.0005  #: seconds until a budget that another process writes to is tried again

#: To be called once a call's last byte is written, and kept until then or until the call came to nothing.
Left = Callable[[], None]


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
        now = _now()
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
        return self._left[-1] + self.spacing - _now()

    async def _forget_savings(self) -> None:
        """Leave room for one call in a bucket that nobody used for a while: idling is not saved up."""
        if _now() > self._idle_from:
            capacity = self._bucket.max_rate
            self._bucket = AsyncLimiter(capacity, self._bucket.time_period)
            await self._bucket.acquire(capacity - 1)


class Gate:
    """Where a call waits for its time: its run's own pace, then the budgets that it shares with others.

    The budgets are asked together and once the time has come: a call counts in all of them when it leaves.
    """

    def __init__(self, pace: Pace, shared: Sequence[Budget] = ()) -> None:
        self.rate: Final = pace.rate
        self._pace = pace
        self._shared = shared
        self._paced = False  # the next call has waited for our own pace already
        self._share = 1.0  # of the pace, at the moment it was last slowed down
        self._slowed_at = self._left_at = float("-inf")

    async def wait(self) -> Left | None:
        """Wait until one call may leave, and return what to call when it really has.

        None: others of this machine were faster, and its time is more than ``PATIENCE`` away.
        """
        if not self._paced:
            await self._pace.wait()
            self._paced = True
        while isinstance(left := self._leave(), float):
            if left > PATIENCE:
                return None
            await asyncio.sleep(left)
        self._paced = False
        return left

    def until_next(self) -> float:
        """Return the seconds until the next call may leave, if nobody else is faster."""
        own = 0.0 if self._paced else self._pace.until_next()
        return max(own, self._earliest(now := _now()) - now)

    def slow_down(self, after: float = 0.0) -> None:
        """Halve the pace; it comes back by itself after so many seconds, half of it in ``RECOVERY``."""
        self._share, self._slowed_at = max(SLOWEST, self.share() / 2), _now() + after

    def share(self) -> float:
        """Return the share of the pace that is used now."""
        if self._share == 1:
            return 1.0
        return min(1.0, self._share + 0.5 * max(0.0, _now() - self._slowed_at) / RECOVERY)

    def _earliest(self, now: float) -> float:
        slowed = self._left_at + self._pace.spacing / share if (share := self.share()) < 1 else now
        return max([slowed, *(budget.earliest(now) for budget in self._shared)])

    def _leave(self) -> Left | float:
        """Leave now, in all budgets at once, or return the seconds to wait before it is tried again."""
        locked = []
        try:
            for budget in self._shared:
                if not budget.lock():
                    return _BUSY
                locked.append(budget)
            now = _now()
            for budget in self._shared:
                budget.look(now)
            at = self._earliest(now)
            if at > now + TICK:
                for budget in self._shared:
                    if budget.earliest(now) >= at:
                        budget.come_back(now, at)
                return at - now
            self._left_at = at = max(at, now)
            return _Leaving([(budget, budget.leave(at)) for budget in self._shared])
        finally:
            for budget in locked:
                budget.unlock()


class _Leaving:
    """Hears when a call has really left: a busy program may be late, and a new connection takes a while."""

    def __init__(self, noted: Sequence[tuple[Budget, Departure]]) -> None:
        self._noted = noted

    def __call__(self) -> None:
        now = _now()
        for budget, departure in self._noted:
            budget.left(departure, now)
            _note_late(budget)


def _note_late(budget: Budget) -> None:
    if not budget.note_late():
        asyncio.get_running_loop().call_later(_BUSY, _note_late, budget)


def _now() -> float:
    return asyncio.get_running_loop().time()
