"""The time of day as the system tells it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from lecommercial_batch.core.ports import Clock


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class SteadyClock:
    """A clock that was right when it was made and goes on evenly: putting the other back or forth does nothing.

    ``time`` gives seconds that never go back, such as an event loop's.
    """

    def __init__(self, clock: Clock, time: Callable[[], float]) -> None:
        self._began = clock.now()
        self._began_at = time()
        self._time = time

    def now(self) -> datetime:
        return self._began + timedelta(seconds=self._time() - self._began_at)
