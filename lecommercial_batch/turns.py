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


@dataclass(slots=True)
class Allowance:
    """How many messages may still be sent, over all the lanes that share it."""

    left: float = math.inf
