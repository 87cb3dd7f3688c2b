"""When the last message of a run will leave: through its pace, its people's hours and the holidays."""

import math
from collections.abc import Mapping

from lecommercial_batch.core.model import Rate
from lecommercial_batch.delivery.pacing.shared_budget import USED
from lecommercial_batch.scheduling.calendar import Calendar

_NOTHING = 1e-6  #: of a call: what is left of one by calculating


def last_leaves_at(
    waiting: Mapping[str, int], *, rate: Rate, at: float, calendar: Calendar | None = None
) -> float | None:
    """Return when the last of so many messages by zone leaves, if sending begins at ``at``; None if it never can.

    Whoever may not be written to any more soon goes first, as when they are sent. Times are seconds since 1970.
    """
    spacing = 1 / (USED * rate.per_second)
    left, last = {zone: count for zone, count in waiting.items() if count}, at
    while left:
        found = {zone: calendar.interval(zone, at) if calendar else (at, math.inf) for zone in left}
        intervals = {zone: interval for zone, interval in found.items() if interval}
        if len(intervals) < len(left):
            return None
        closes = {zone: end for zone, (begin, end) in intervals.items() if begin <= at}
        until = min([*closes.values(), *(begin for begin, _ in intervals.values() if begin > at)])
        room = math.inf if math.isinf(until) else math.ceil((until - at) / spacing - _NOTHING)
        for zone in sorted(closes, key=closes.__getitem__):
            sent = int(min(room, left[zone]))
            room, left[zone] = room - sent, left[zone] - sent
            last = at + (sent - 1) * spacing if sent else last
            at += sent * spacing
        at = max(at, until) if room == 0 or not closes else at
        left = {zone: count for zone, count in left.items() if count}
    return last
