"""The daily cap of a sender: what passes it waits for the next day."""

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from lecommercial_batch.core.ports import Clock, Journal
from lecommercial_batch.delivery.turns import Allowance, Drained

#: Why a lane was halted that has sent all its messages of the day.
DAILY_LIMIT: Final = "daily_limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """The days of a lane, each with so many messages, over all runs. Days begin at midnight of this machine."""

    lane: str
    cap: float  #: infinity where there is none
    waits: bool  #: for the next day's hours; a run without any would go on at midnight
    journal: Journal
    clock: Clock

    async def drain(
        self, run: str, drain: Callable[[Allowance], Awaitable[Drained]], *, allowance: Allowance
    ) -> Drained:
        """Drain until the lane ends or the day's messages are used up, which halts it or has it wait.

        A lane that still drains when the next day begins goes on with that day's.
        """
        if math.isinf(self.cap):
            return await drain(allowance)
        day = await self._today(allowance)
        while day.left > 0:
            drained = await drain(day)
            if drained.finished or drained.halted or drained.resumes_at or day.left > 0:
                return drained
            day = await self._today(allowance)
        if allowance.left <= 0:
            return Drained(finished=False)
        if self.lane not in await self.journal.lanes(run):
            return Drained(finished=True)
        if self.waits:
            return Drained(finished=False, resumes_at=self._midnight(days=1))
        return Drained(finished=False, halted=DAILY_LIMIT)

    def _midnight(self, *, days: int = 0) -> datetime:
        """Return the beginning of today, or of a day to come."""
        day = self.clock.now().astimezone().date() + timedelta(days=days)
        return datetime.combine(day, time()).astimezone()

    async def _today(self, allowance: Allowance) -> Allowance:
        midnight = self._midnight()
        calls = await self.journal.ledger.calls(self.lane, since=midnight)
        return Allowance(self.cap - calls, within=allowance)


def lower(*caps: int | None) -> float:
    """Return the lowest of several caps; infinity where there is none."""
    return min((cap for cap in caps if cap is not None), default=math.inf)
