"""The counts of a sandbox."""

import time
from collections import Counter
from dataclasses import dataclass, replace
from typing import Literal

from lecommercial_batch.sandbox.limiter import Busiest


@dataclass(slots=True, kw_only=True)
class Stats:
    """Counts of API calls.

    calls = accepted + carried_out + refused + throttled + dropped + those being worked on.
    """

    calls: int = 0
    accepted: int = 0  #: the message was taken, whatever the client was told
    carried_out: int = 0  #: a call about lists or contacts was, whatever the client was told
    refused: int = 0  #: answered without doing anything
    throttled: int = 0  #: answered 429
    dropped: int = 0  #: ended with neither work nor answer
    unanswered: int = 0  #: of those accepted or carried out: the client was told nothing, or was gone
    in_flight: int = 0
    in_flight_peak: int = 0
    busiest_second: int = 0  #: the most calls that arrived within any one second
    busiest_minute: int = 0

    def as_json(self) -> dict[str, int]:
        """Return it as GET /sandbox/stats shows it."""
        return {name: getattr(self, name) for name in self.__slots__}


#: How a call may go.
Ending = Literal["accepted", "carried_out", "refused", "throttled", "dropped", "unanswered"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A call that came in."""

    number: int  #: counted from 1 since the switches were set
    of_path: int  #: the same, among the calls of its path
    at: float  #: in seconds since 1970


class Counters:
    """Counts calls as they come, go and end. Its owner holds a lock."""

    def __init__(self) -> None:
        self._in_flight = 0
        self.renumber()
        self.forget()

    def renumber(self) -> None:
        """Begin again at call 1."""
        self._numbers: Counter[str] = Counter()

    def forget(self) -> None:
        """Begin again at no calls; those in flight stay so."""
        self._stats = Stats()
        self._second = Busiest(1)
        self._minute = Busiest(60)

    def arrive(self, path: str) -> Arrival:
        """Count a call that came in."""
        now = time.monotonic()
        self._second.add(now)
        self._minute.add(now)
        self._numbers[path] += 1
        self._in_flight += 1
        self._stats.calls += 1
        self._stats.in_flight_peak = max(self._stats.in_flight_peak, self._in_flight)
        return Arrival(number=self._numbers.total(), of_path=self._numbers[path], at=time.time())

    def leave(self) -> None:
        """Count a call that is over."""
        self._in_flight -= 1

    def count(self, ending: Ending) -> None:
        """Count how a call went."""
        setattr(self._stats, ending, getattr(self._stats, ending) + 1)

    def read(self) -> Stats:
        """Return the counts as they are now."""
        return replace(
            self._stats,
            in_flight=self._in_flight,
            busiest_second=self._second.peak,
            busiest_minute=self._minute.peak,
        )
