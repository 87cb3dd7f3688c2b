"""Which of a run's people may be written to now, and when the others may."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from lecommercial_batch.core.ports import Clock
from lecommercial_batch.scheduling.calendar import Calendar


class Openings:
    """The hours of a run as the clock on the wall has them: a computer that was asleep wakes up to the right one.

    A run without a calendar may be sent at any hour from ``not_before`` on.
    """

    def __init__(self, clock: Clock, calendar: Calendar | None = None, not_before: datetime | None = None) -> None:
        self._clock = clock
        self._calendar = calendar
        self._not_before = not_before.timestamp() if not_before else -math.inf
        self._always = calendar is None and not_before is None

    def open(self, zones: Sequence[str]) -> Sequence[str]:
        """Return those of the zones that are open, whoever closes first at the head."""
        if self._always:
            return zones
        now = self._clock.now().timestamp()
        if now < self._not_before:
            return []
        if self._calendar is None:
            return zones
        found = [(interval, zone) for zone in zones if (interval := self._calendar.interval(zone, now))]
        still_open = [(closes, zone) for (opens, closes), zone in found if opens <= now]
        return [zone for _, zone in sorted(still_open)]

    def is_open(self, zone: str) -> bool:
        """Tell whether people of this zone may be written to now."""
        return self._always or bool(self.open([zone]))

    def opens_in(self, zone: str) -> float:
        """Return the seconds until people of this zone may be written to; infinity where they never may."""
        if self._always:
            return 0.0
        now = self._clock.now().timestamp()
        at = max(now, self._not_before)
        if self._calendar is not None:
            interval = self._calendar.interval(zone, at)
            at = max(at, interval[0]) if interval else math.inf
        return at - now

    def after(self, seconds: float) -> datetime | None:
        """Return the time on the wall in so many seconds; None where that never comes."""
        return None if math.isinf(seconds) else self._clock.now() + timedelta(seconds=seconds)
