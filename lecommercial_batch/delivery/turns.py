"""What a turn of a lane may use up, and how it ended."""

import math
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Drained:
    """Why a drain ended: with nothing left, on request, halted for a reason, or because the hours are over."""

    finished: bool
    halted: str = ""
    resumes_at: datetime | None = None  #: when the next people may be written to; the lane is free until then


class Allowance:
    """How many messages may still be sent: through one lane, and over all the lanes that share ``within``."""

    def __init__(self, count: float = math.inf, *, within: "Allowance | None" = None) -> None:
        self._count = count
        self._within = within

    @property
    def left(self) -> float:
        return self._count if self._within is None else min(self._count, self._within.left)

    def take(self, count: int) -> None:
        """Use up so many; give back where they are fewer than none."""
        self._count -= count
        if self._within is not None:
            self._within.take(count)
