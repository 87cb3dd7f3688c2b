"""When to try again after a call that was surely not executed."""

from collections.abc import Callable
from typing import Final

BASE: Final = 1.0  #: seconds: the widest first wait
CEILING: Final = 60.0  #: seconds: the widest wait of all
ATTEMPTS: Final = 10  #: tries in a row after which the sender is halted rather than tried on and on
PATIENCE: Final = 3600.0  #: seconds of waits in a row after which it is halted, whoever asked for them
TOO_LONG: Final = PATIENCE + 1  #: seconds that stand for any longer wait: nobody waits them


def delay(attempt: int, *, retry_after: float | None, jitter: Callable[[], float]) -> float:
    """Return the seconds to wait after the ``attempt``-th try in a row came to nothing.

    Exponential with full jitter between half a second and ``CEILING``; never less than what the API asked
    for, and never more than ``TOO_LONG``. ``jitter`` gives a number in [0, 1), as ``random.random`` does.
    """
    widest = min(CEILING, BASE * 2.0 ** min(attempt, 16))
    ours = max(0.5, jitter() * widest)
    return ours if retry_after is None else min(max(ours, retry_after), TOO_LONG)
