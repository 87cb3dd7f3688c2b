"""Until when nothing leaves a lane, because the API asked for that or was not there."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from lecommercial_batch.core.model import Answer
from lecommercial_batch.delivery import backoff
from lecommercial_batch.delivery.circuit_breaker import Judge
from lecommercial_batch.delivery.pacing.pace import Gate
from lecommercial_batch.delivery.pacing.shared_budget import TICK

#: Seconds of a wait from which on somebody is told of it.
WORTH_TELLING: Final = 5.0

_log: Final = logging.getLogger("lecommercial_batch.delivery.drain")


class Hold:
    """The one hold of a lane. Its waits are bounded: what asks for more halts the sender.

    ``on_held`` hears of each longer wait: for how many seconds, and why.
    """

    def __init__(
        self,
        lane: str,
        *,
        judge: Judge,
        gate: Gate,
        jitter: Callable[[], float],
        on_held: Callable[[float, str], None],
    ) -> None:
        self._lane = lane
        self._judge = judge
        self._gate = gate
        self._jitter = jitter
        self._on_held = on_held
        self._until = self._told_until = 0.0  # of the loop's time

    @property
    def left(self) -> float:
        """The seconds in which nothing leaves; negative or nothing where it may."""
        return self._until - _now()

    def begin(self, answer: Answer) -> float:
        """Hold the whole lane after a call that was not executed, and return for how long.

        The next would fare no better.
        """
        if self.left <= TICK:
            wait = backoff.delay(self._judge.waits + 1, retry_after=answer.retry_after, jitter=self._jitter)
            self._judge.count_wait(answer.reason, wait)
            if answer.reason == "throttled":
                self._gate.slow_down(wait)
            self._wait(wait, answer.reason)
        elif answer.retry_after:  # another of those that were on their way may know of a longer one
            self.pause(answer.retry_after, answer.reason)
        return max(0.0, self.left)

    def pause(self, seconds: float, reason: str) -> None:
        """Hold the lane for as long as an answer says, though nothing failed."""
        self._judge.look_at_pause(reason, seconds)
        self._wait(min(seconds, backoff.TOO_LONG), reason)

    def _wait(self, seconds: float, reason: str) -> None:
        self._until = max(self._until, _now() + seconds)
        if self._judge.halted or self._until <= self._told_until + WORTH_TELLING:
            return
        self._told_until = self._until
        _log.warning("held lane=%s reason=%s seconds=%.1f", self._lane, reason, seconds)
        if seconds >= WORTH_TELLING:
            self._on_held(seconds, reason)


def _now() -> float:
    return asyncio.get_running_loop().time()
