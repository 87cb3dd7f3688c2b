"""When the last message of a run will have left: through its pace, its people's hours and the holidays."""

from collections.abc import Mapping

from lecommercial_batch.budget import USED
from lecommercial_batch.calendar import Calendar
from lecommercial_batch.model import Rate


def last_leaves_at(
    waiting: Mapping[str, int], *, rate: Rate, at: float, calendar: Calendar | None = None
) -> float | None:
    """Return when the last of so many messages by zone leaves, if sending begins at ``at``; None if it never can.

    Those who may not be written to for longest go first, as they do when it is sent. Times are seconds since 1970.
    """
    speed = USED * rate.per_second
    left = {zone: float(count) for zone, count in waiting.items() if count}
    while left:
        if calendar is None:
            return at + sum(left.values()) / speed
        found = {zone: calendar.interval(zone, at) for zone in left}
        intervals = {zone: interval for zone, interval in found.items() if interval}
        if len(intervals) < len(left):
            return None
        closes = {zone: end for zone, (begin, end) in intervals.items() if begin <= at}
        until = min([*closes.values(), *(begin for begin, _ in intervals.values() if begin > at)])
        room = speed * (until - at)
        todo = sum(left[zone] for zone in closes)
        at = until if todo > room or not closes else at + todo / speed
        for zone in sorted(closes, key=closes.__getitem__):
            sent = min(room, left[zone])
            room -= sent
            left[zone] -= sent
        left = {zone: count for zone, count in left.items() if count > 1e-6}  # noqa: PLR2004 - of a message
    return at
