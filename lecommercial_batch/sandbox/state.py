"""What a running sandbox has seen and how it is set: messages, contacts, counts, switches."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Condition
from typing import Final

from lecommercial_batch.sandbox import contact_calls, rules
from lecommercial_batch.sandbox.book import Book, Contact
from lecommercial_batch.sandbox.endpoints import Endpoint
from lecommercial_batch.sandbox.limiter import Admission, Throttle
from lecommercial_batch.sandbox.php import Form, Value
from lecommercial_batch.sandbox.replies import Reply
from lecommercial_batch.sandbox.rules import Draft
from lecommercial_batch.sandbox.settings import Settings, Switches
from lecommercial_batch.sandbox.stats import Arrival, Counters, Ending, Stats


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


class State:
    """A sandbox's memory. Every method may be called from any thread."""

    def __init__(self, settings: Settings) -> None:
        self.settings: Final = settings
        self._lock = Condition()
        self._throttle = Throttle(settings.limit) if settings.limit else None
        self._switches = settings.switches
        self._counters = Counters()
        self._received: list[Received] = []
        self._book = Book(settings.lists, settings.people)

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
            self._switches = switches
            self._counters.renumber()
        return switches

    def received(self) -> tuple[Received, ...]:
        """Return the messages that were taken, in the order they were."""
        with self._lock:
            return tuple(self._received)

    def contacts(self, list_id: int) -> tuple[Contact, ...]:
        """Return a list's contacts in the order of their ids.

        Raises:
            KeyError: there is no such list.
        """
        with self._lock:
            return tuple(self._book.contacts(list_id))

    def stats(self) -> Stats:
        """Return the counts as they are now."""
        with self._lock:
            return self._counters.read()

    def wait_until(self, condition: Callable[[Stats], bool], *, timeout: float) -> Stats:
        """Block until the counts meet the condition, and return them.

        Raises:
            TimeoutError: they did not within so many seconds.
        """
        with self._lock:
            if not self._lock.wait_for(lambda: condition(self._counters.read()), timeout):
                raise TimeoutError(f"the sandbox stands at {self._counters.read()}")
            return self._counters.read()

    def clear(self) -> None:
        """Forget messages and counts; contacts, switches and throttle stay."""
        with self._lock:
            self._received = []
            self._counters.forget()

    def arrive(self, path: str) -> Arrival:
        """Note that a call came in."""
        with self._lock:
            self._lock.notify_all()
            return self._counters.arrive(path)

    def admit(self, address: str) -> Admission | None:
        """Ask the throttle about a call from ``address``; None where there is no throttle."""
        with self._lock:
            return self._throttle.hit(address, time.monotonic()) if self._throttle else None

    def examine(self, endpoint: Endpoint, fields: Form) -> Draft | Reply | None:
        """Check a call against what the sandbox knows and has taken so far; None: it may go on."""
        with self._lock:
            settings, switches = self.settings, self._switches
            if endpoint is Endpoint.CREATE_MESSAGE:
                return rules.examine(fields, settings=settings, switches=switches, taken=len(self._received))
            return contact_calls.examine(endpoint, fields, settings=settings, switches=switches)

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
            self._counters.count("accepted")
            self._lock.notify_all()

    def carry_out(self, endpoint: Endpoint, fields: Form) -> Reply:
        """Do what a call about lists or contacts asks for, and return its answer."""
        with self._lock:
            reply = contact_calls.carry_out(endpoint, fields, self._book)
            if reply.done:
                self._counters.count("carried_out")
                self._lock.notify_all()
            return reply

    def count(self, ending: Ending) -> None:
        """Count how a call went."""
        with self._lock:
            self._counters.count(ending)
            self._lock.notify_all()

    def leave(self) -> None:
        """Note that a call is over."""
        with self._lock:
            self._counters.leave()
            self._lock.notify_all()
