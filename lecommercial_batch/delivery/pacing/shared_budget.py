"""What several hands may send together: one count of departures that all of them look at and write to."""

import math
import random
from bisect import bisect_left
from dataclasses import dataclass
from typing import Final
from weakref import WeakSet

from lecommercial_batch.core.model import Rate
from lecommercial_batch.delivery.pacing.shared_memory import Cells

#: Share of the rate that is used. The network moves calls closer together on their way: what is left absorbs it.
USED: Final = 0.983
#: How much longer than its period a full count of calls takes at least.
GUARDED: Final = 1.01
#: Seconds of calls that may be caught up when one left late; the guard still holds.
CATCH_UP: Final = 0.1
#: Seconds that are no time at all: timers are no finer.
TICK: Final = 0.001

_SEATS: Final = 32
_SEAT: Final = 5  #: who, until when, count, period, set by hand
_HEAD: Final = 0  #: departures so far
_LAST: Final = 1  #: the slot of the last one: the schedule goes on from there
_WAITING: Final = 2  #: how many wait for their turn
_LINE: Final = 3  #: where they stand, first come first: who, until when
_LONGEST_LINE: Final = 16
_FIRST_SEAT: Final = _LINE + 2 * _LONGEST_LINE
_RING: Final = _FIRST_SEAT + _SEATS * _SEAT
_REMEMBERED: Final = 4096  #: departures that are kept
_OVERTAKEN: Final = 512  #: by how many a late call is looked for, at most
CELLS: Final = _RING + _REMEMBERED
_LOOK_AGAIN: Final = 0.5  #: seconds between looks at who else is there
_SHORTEST_STAY: Final = 10.0  #: seconds for which a hand that says nothing still counts
_TURN: Final = 0.1  #: seconds after its time that a turn nobody takes is lost


@dataclass(eq=False, slots=True, weakref_slot=True)
class Departure:
    """A call that was let go, as it is noted: under way until it is known when it really left.

    Whoever makes the call holds it: one that comes to nothing before it has left is forgotten with it.
    """

    number: int  #: its place among the departures
    at: float  #: when it was to leave, or was last seen not to have left yet


class Budget:
    """A pace that all who share ``cells`` keep together, exactly and evenly.

    It is the lowest of the rates that were set by hand, or else the highest of those who are there. Departures
    are times of the system's monotonic clock, which all processes of a machine read alike. Nothing is reserved:
    whoever is killed while waiting takes nothing along.
    """

    def __init__(self, rate: Rate, cells: Cells, *, by_hand: bool = False) -> None:
        self._own = rate
        self._by_hand = by_hand
        self._cells = cells
        self._who = random.random()  # noqa: S311 - tells hands apart, keeps nobody out
        self._seat = 0
        self._look_at = self._remind_at = -math.inf
        self._under_way: WeakSet[Departure] = WeakSet()
        self._late: list[tuple[Departure, float]] = []  # and when they left; not noted yet
        self._obey(rate)

    def lock(self) -> bool:
        """Take the right to look and to leave, without waiting; False when another has it."""
        return self._cells.lock()

    def unlock(self) -> None:
        self._cells.unlock()

    def close(self) -> None:
        """Leave the table: the others need not reckon with us any more."""
        if self._cells.lock():
            self._note_late()
            if self._seat and self._cells.values[self._seat] == self._who:
                self._cells.values[self._seat + 1] = 0.0
            self._keep_in_line(None)
            self._cells.unlock()
        self._late.clear()
        self._cells.close()

    def earliest(self, now: float) -> float:
        """Return when the next call may leave, if nobody else leaves before."""
        values = self._cells.values
        head, last = int(values[_HEAD]), values[_LAST]
        if not head or last > now + 1:  # nobody yet, or the times of an earlier start of the machine
            return now
        slot = last + self._spacing
        full = head >= self._count
        guard = values[_RING + (head - self._count) % _REMEMBERED] + self._window if full else now
        at = max(slot, guard) if now - slot <= CATCH_UP else max(now, guard)
        return at + self._spacing * self._before_us(now)

    def come_back(self, now: float, at: float) -> None:
        """Stand in line for this time: first come, first served, so that nobody is passed over for ever."""
        values = self._cells.values
        if self._place() is None:
            place = self._keep_in_line(now)
            if place == _LONGEST_LINE:
                return
            values[_LINE + 2 * place] = self._who
            values[_WAITING] = place + 1
        values[_LINE + 2 * (self._place() or 0) + 1] = at + _TURN

    def look(self, now: float) -> None:
        """See who else is there, now and then, and which of our calls have left; only under the lock."""
        self._note_late()
        if now >= self._remind_at:
            self._remind(now)
        if now < self._look_at:
            return
        self._look_at = now + _LOOK_AGAIN
        self._cells.touch()
        self._sit_down(now)
        self._obey(self._common(now))

    def leave(self, now: float) -> Departure:
        """Note that a call leaves now, and return what is noted; only under the lock, and at its time."""
        values = self._cells.values
        head, last = int(values[_HEAD]), values[_LAST]
        if last > now + 1:
            head = 0
        slot = last + self._spacing
        late = head and 0 <= now - slot <= CATCH_UP
        values[_RING + head % _REMEMBERED] = now
        values[_LAST] = slot if late else now
        values[_HEAD] = head + 1
        if values[_WAITING]:
            self._keep_in_line(now)
        departure = Departure(head, now)
        self._under_way.add(departure)
        return departure

    def left(self, departure: Departure, at: float) -> None:
        """Hear when a call really left. Where that was later than meant, ``note_late`` is to follow."""
        self._under_way.discard(departure)
        if at > departure.at + TICK:
            self._late.append((departure, at))

    def note_late(self) -> bool:
        """Note which calls left late: those a period after them reckon with that. False: not now, but soon."""
        if not self._late:
            return True
        if not self._cells.lock():
            return False
        self._note_late()
        self._cells.unlock()
        return True

    def _note_late(self) -> None:
        for departure, at in self._late:
            self._postpone(departure, at)
        self._late.clear()

    def _remind(self, now: float) -> None:
        """Put off those that have not left, as long as that takes: when they do, it is now at the earliest."""
        self._remind_at = now + self._window / 4
        for departure in sorted(self._under_way, key=lambda each: each.at):
            if departure.at < now - self._window / 4:
                self._postpone(departure, now)

    def _postpone(self, departure: Departure, at: float) -> None:
        """Note another time for a call; they stay in order, so it moves back among those that overtook it."""
        head = int(self._cells.values[_HEAD])
        oldest = max(0, head - _REMEMBERED, departure.number - _OVERTAKEN)
        found = bisect_left(range(oldest, departure.number + 1), departure.at, key=self._departure) + oldest
        if found <= departure.number < head and self._departure(found) == departure.at:
            overtaken_by = bisect_left(range(found + 1, head), at, key=self._departure)
            self._move_back(found, overtaken_by)
            departure.number, departure.at = found + overtaken_by, at
            self._cells.values[_RING + departure.number % _REMEMBERED] = at

    def _departure(self, number: int) -> float:
        return self._cells.values[_RING + number % _REMEMBERED]

    def _move_back(self, first: int, count: int) -> None:
        """Move so many times after the first one a place back, over it; a whole piece of the ring at once."""
        values, place = self._cells.values, first
        while place < first + count:
            start = _RING + place % _REMEMBERED
            piece = min(first + count - place, CELLS - 1 - start)
            if piece:
                values[start : start + piece] = values[start + 1 : start + 1 + piece]
            else:  # the ring's end: what follows is at its beginning
                values[start], piece = values[_RING], 1
            place += piece

    def _line(self) -> list[tuple[float, float]]:
        values = self._cells.values
        waiting = min(int(values[_WAITING]), _LONGEST_LINE)
        return [(values[at], values[at + 1]) for at in range(_LINE, _LINE + 2 * waiting, 2)]

    def _place(self) -> int | None:
        return next((place for place, (who, _) in enumerate(self._line()) if who == self._who), None)

    def _before_us(self, now: float) -> int:
        """Count who comes before us: a turn that was not taken in time is lost, as is one of before a restart."""
        if not self._cells.values[_WAITING]:
            return 0
        return sum(self._is_due(until, now) for _, until in self._line()[: self._place()])

    def _is_due(self, until: float, now: float) -> bool:
        return now < until <= now + self._window + _LONGEST_LINE * self._spacing + 2 * _TURN

    def _keep_in_line(self, now: float | None) -> int:
        """Leave the line, and at a time let those go who have lost their turn; return how many are left."""
        values = self._cells.values
        others = [(who, until) for who, until in self._line() if who != self._who]
        left = [each for each in others if now is None or self._is_due(each[1], now)]
        for place, (who, until) in enumerate(left):
            values[_LINE + 2 * place], values[_LINE + 2 * place + 1] = who, until
        values[_WAITING] = len(left)
        return len(left)

    def _obey(self, rate: Rate) -> None:
        """Take this rate; a great one as a part of its count in the same part of its period."""
        self._spacing = 1 / (USED * rate.per_second)
        parts = math.ceil(rate.count / _REMEMBERED)
        self._count = rate.count // parts
        self._window = GUARDED * rate.period / parts

    def _sit_down(self, now: float) -> None:
        values = self._cells.values
        if not self._seat or values[self._seat] != self._who:
            seats = range(_FIRST_SEAT, _RING, _SEAT)
            self._seat = next((seat for seat in seats if self._taken(seat, now) is None), 0)
        if self._seat:
            own = (self._who, now + _stay(self._own), self._own.count, self._own.period, float(self._by_hand))
            for offset, value in enumerate(own):
                values[self._seat + offset] = value

    def _common(self, now: float) -> Rate:
        seats = ((seat, self._taken(seat, now)) for seat in range(_FIRST_SEAT, _RING, _SEAT))
        others = [(rate, bool(self._cells.values[seat + 4])) for seat, rate in seats if rate]
        found = [(self._own, self._by_hand), *others]
        set_by_hand = [rate for rate, by_hand in found if by_hand]
        if set_by_hand:
            return min(set_by_hand, key=lambda rate: rate.per_second)
        return max((rate for rate, _ in found), key=lambda rate: rate.per_second)

    def _taken(self, seat: int, now: float) -> Rate | None:
        """Return the rate of whoever sits there; None where nobody does, or did before the machine was started."""
        until, count, period = self._cells.values[seat + 1 : seat + 4]
        if not (count >= 1 and period > 0):
            return None
        rate = Rate(count=int(count), period=period)
        return rate if now < until <= now + _stay(rate) + 1 else None


def _stay(rate: Rate) -> float:
    """Return the seconds for which a hand of this rate counts after it was last seen."""
    return max(_SHORTEST_STAY, 3 / rate.per_second)
