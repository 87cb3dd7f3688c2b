"""When people may be written to: a window of the day in their own time zone, on some days, on no public holiday.

Pure: which days are holidays and what time it is come in as arguments. Times are seconds since 1970.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lecommercial_batch.core.hours import Hours

#: Days after which no opening is looked for any more: a whole year and its holidays.
_FURTHEST: Final = 400

Interval = tuple[float, float]  #: from, and up to but without


class Calendar:
    """The hours of a campaign, as intervals of time.

    A zone is named as in ``planning.phones.zone_of``: names joined by commas where a number can be of several
    zones, in all of which it must then be a good hour; an empty one is the campaign's own.
    """

    def __init__(self, hours: Hours, is_holiday: Callable[[date], bool]) -> None:
        self._hours = hours
        self._is_holiday = is_holiday
        self._found: dict[str, tuple[float, Interval]] = {}  # by zone, from when on it is the next one

    def interval(self, zone: str, at: float) -> Interval | None:
        """Return the interval that holds this moment, or else the next one; None where there is none in a year."""
        asked, found = self._found.get(zone, (at, None))
        if found and asked <= at < found[1]:
            return found
        if found := self._look(zone, at):
            self._found[zone] = at, found
        return found

    def is_open(self, zone: str, at: float) -> bool:
        """Tell whether people of this zone may be written to at this moment."""
        found = self.interval(zone, at)
        return found is not None and found[0] <= at

    def _look(self, zone: str, at: float) -> Interval | None:
        zones = list(filter(None, (_load(name) for name in zone.split(","))))
        common = _common([self._of_one(each) for each in zones], at) if zones else None
        # Some numbers may be of zones so far apart that no hour is good in all of them.
        return common or _common([self._of_one(ZoneInfo(self._hours.timezone))], at)

    def _of_one(self, zone: ZoneInfo) -> Callable[[float], Interval | None]:
        def interval(at: float) -> Interval | None:
            return next((found for found in self._from(zone, at) if found[1] > at), None)

        return interval

    def _from(self, zone: ZoneInfo, at: float) -> Iterator[Interval]:
        first = datetime.fromtimestamp(at, zone).date()
        for offset in range(_FURTHEST):
            day = first + timedelta(days=offset)
            if day.weekday() in self._hours.days and not self._is_holiday(day):
                yield from _window(zone, day, self._hours.opens, self._hours.closes)


def _common(of_each: Iterable[Callable[[float], Interval | None]], at: float) -> Interval | None:
    """Return the first interval from a moment on that is one of each."""
    of_each, begin = list(of_each), at
    while begin < at + _FURTHEST * 86_400:
        found = [interval(begin) for interval in of_each]
        known = [each for each in found if each is not None]
        if len(known) < len(found):
            return None
        start, end = max(each[0] for each in known), min(each[1] for each in known)
        if start < end:
            return start, end
        begin = start
    return None


@lru_cache(maxsize=4096)
def _window(zone: ZoneInfo, day: date, opens: int, closes: int) -> tuple[Interval, ...]:
    """Return when the clocks of a zone show a time of this window on this day.

    Two intervals where they are put back within it, and none where they skip it.
    """
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
    found: list[Interval] = []
    for begin, end, offset in _offsets(zone, midnight - 86_400, midnight + 2 * 86_400):
        start = max(begin, midnight + 60 * opens - offset)
        stop = min(end, midnight + 60 * closes - offset)
        if start < stop and found and found[-1][1] == start:
            found[-1] = (found[-1][0], stop)
        elif start < stop:
            found.append((start, stop))
    return tuple(found)


def _offsets(zone: ZoneInfo, begin: float, end: float) -> Iterator[tuple[float, float, float]]:
    """Yield the parts of a stretch of time in which the zone's offset stays what it is, with that offset."""
    start = begin
    while start < end:
        offset, hour = _offset(zone, start), start + 3600
        while hour < end and _offset(zone, hour) == offset:
            hour += 3600
        stop = end if hour >= end else _change(zone, hour - 3600, hour)
        yield start, stop, offset
        start = stop


def _change(zone: ZoneInfo, before: float, after: float) -> float:
    """Return the second at which the offset changes between two moments."""
    offset = _offset(zone, before)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone, middle) == offset:
            before = middle
        else:
            after = middle
    return after


def _offset(zone: ZoneInfo, at: float) -> float:
    offset = datetime.fromtimestamp(at, zone).utcoffset()
    return offset.total_seconds() if offset else 0.0


def _load(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):  # newer than this system's list, or none at all
        return None
