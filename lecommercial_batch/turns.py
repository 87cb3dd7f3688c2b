"""What a turn of a lane may use up, and how it ended."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Drained:
    """Why a drain ended: with nothing left, on request, or halted for a reason."""

    finished: bool
    halted: str = ""


@dataclass(slots=True)
class Allowance:
    """How many messages may still be sent, over all the lanes that share it."""

    left: float = math.inf
