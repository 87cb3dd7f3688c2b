"""What a running sandbox has seen and how it is set: messages, counts, switches."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from threading import Condition
from typing import Final, Literal

from lecommercial_batch.sandbox.limiter import Admission, Busiest, Throttle
from lecommercial_batch.sandbox.php import Form, Value
from lecommercial_batch.sandbox.rules import Draft, Reply, examine
from lecommercial_batch.sandbox.settings import Settings, Switches


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A message that was taken. No key is kept: the sender is the label of its app key."""

    to: str
    message: str
    file: str
    template_id: str
    variables: Value
    sender: str
    text: str  #: as the phone shows it
    at: float  #: when the call arrived, in seconds since 1970

    def as_json(self) -> dict[str, object]:
        """Return it as GET /received shows it."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True, kw_only=True)
class Stats:
    """Counts of create-message calls: calls = accepted + refused + throttled + dropped + those being worked on."""

    calls: int = 0
    accepted: int = 0  #: the message was taken, whatever the client was told
    refused: int = 0  #: answered without taking the message
    throttled: int = 0  #: answered 429
    dropped: int = 0  #: ended with neither message nor answer
    unanswered: int = 0  #: of those accepted: the client was told nothing, or was gone
    in_flight: int = 0
    in_flight_peak: int = 0
    busiest_second: int = 0  #: the most calls that arrived within any one second
    busiest_minute: int = 0

    def as_json(self) -> dict[str, int]:
        """Return it as GET /sandbox/stats shows it."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A call that came in."""

    number: int  #: counted from 1 since the switches were set
    at: float  #: in seconds since 1970


class State:
    """A sandbox's memory. Every method may be called from any thread."""

    def __init__(self, settings: Settings) -> None:
        self.settings: Final = settings
        self._lock = Condition()
        self._throttle = Throttle(settings.limit) if settings.limit else None
        self._switches = settings.switches
        self._arrived = 0
        self._arrived_before_switches = 0
        self._in_flight = 0
        self._forget()

    @property
    def switches(self) -> Switches:
        """The switches as they are now."""
        with self._lock:
            return self._switches

    def switch(self, wanted: Mapping[str, object]) -> Switches:
        """Set the switches that are named and put the others back to the start; fault rules count calls anew.

        Raises:
            ValueError: a switch that does not exist, or a value that it cannot take; nothing was changed.
        """
        switches = self.settings.switches.replaced(wanted)
        with self._lock:
            self._switches, self._arrived_before_switches = switches, self._arrived
        return switches

    def received(self) -> tuple[Received, ...]:
        """Return the messages that were taken, in the order they were."""
        with self._lock:
            return tuple(self._received)

    def stats(self) -> Stats:
        """Return the counts as they are now."""
        with self._lock:
            return self._count_up()

    def wait_until(self, condition: Callable[[Stats], bool], *, timeout: float) -> Stats:
        """Block until the counts meet the condition, and return them.

        Raises:
            TimeoutError: they did not within so many seconds.
        """
        with self._lock:
            if not self._lock.wait_for(lambda: condition(self._count_up()), timeout):
                raise TimeoutError(f"the sandbox stands at {self._count_up()}")
            return self._count_up()

    def clear(self) -> None:
        """Forget messages and counts; switches and throttle stay."""
        with self._lock:
            self._forget()

    def arrive(self) -> Arrival:
        """Note that a call came in."""
        with self._lock:
            now = time.monotonic()
            self._second.add(now)
            self._minute.add(now)
            self._arrived += 1
            self._in_flight += 1
            self._stats.calls += 1
            self._stats.in_flight_peak = max(self._stats.in_flight_peak, self._in_flight)
            self._lock.notify_all()
            return Arrival(number=self._arrived - self._arrived_before_switches, at=time.time())

    def admit(self, address: str) -> Admission | None:
        """Ask the throttle about a call from ``address``; None where there is no throttle."""
        with self._lock:
            return self._throttle.hit(address, time.monotonic()) if self._throttle else None

    def examine(self, fields: Form) -> Draft | Reply:
        """Check a call against what the sandbox knows and has taken so far."""
        with self._lock:
            return examine(fields, settings=self.settings, switches=self._switches, taken=len(self._received))

    def take(self, draft: Draft, *, at: float) -> None:
        """Keep a message: from here on it counts as delivered."""
        received = Received(
            to=draft.to,
            message=draft.message,
            file=draft.file,
            template_id=draft.template_id,
            variables=draft.variables,
            sender=draft.sender,
            text=draft.text,
            at=at,
        )
        with self._lock:
            self._received.append(received)
            self._stats.accepted += 1
            self._lock.notify_all()

    def count(self, what: Literal["refused", "throttled", "dropped", "unanswered"]) -> None:
        """Count how a call went."""
        with self._lock:
            setattr(self._stats, what, getattr(self._stats, what) + 1)
            self._lock.notify_all()

    def leave(self) -> None:
        """Note that a call is over."""
        with self._lock:
            self._in_flight -= 1
            self._lock.notify_all()

    def _count_up(self) -> Stats:
        return replace(
            self._stats,
            in_flight=self._in_flight,
            busiest_second=self._second.peak,
            busiest_minute=self._minute.peak,
        )

    def _forget(self) -> None:
        self._received: list[Received] = []
        self._stats = Stats()
        self._second = Busiest(1)
        self._minute = Busiest(60)
