"""What a running sandbox has seen and how it is set: messages, contacts, counts, switches."""

import time
from collections.abc import Callable, Mapping
from threading import Condition
from typing import Final

from lecommercial_batch.sandbox import contact_calls, rules
from lecommercial_batch.sandbox.book import Book, Contact
from lecommercial_batch.sandbox.endpoints import SPECS, Endpoint
from lecommercial_batch.sandbox.limiter import Admission, Throttle
from lecommercial_batch.sandbox.php import Form
from lecommercial_batch.sandbox.received import Received
from lecommercial_batch.sandbox.replies import Reply
from lecommercial_batch.sandbox.rules import Draft
from lecommercial_batch.sandbox.settings import Settings, Switches
from lecommercial_batch.sandbox.stats import Arrival, Counters, Ending, Stats
from lecommercial_batch.sandbox.tape import Tape, TapeError, people

#: The fields of a call about contacts that matter when it is played again; its key does not.
KEPT: Final = frozenset({"list_id", "phone", "name", "lastname"})


class State:
    """A sandbox's memory. Every method may be called from any thread."""

    def __init__(self, settings: Settings, tape: Tape | None = None) -> None:
        """Begin with what the settings say, or with what is on the tape.

        Raises:
            TapeError: the tape is not one of a sandbox.
        """
        self.settings: Final = settings
        self._lock = Condition()
        self._throttle = Throttle(settings.limit) if settings.limit else None
        self._switches = settings.switches
        self._counters = Counters()
        self._received: list[Received] = []
        self._epoch = str(time.time_ns())  #: changes when messages are forgotten
        self._tape = tape
        if tape and not tape.is_new:
            self._book = self._play(tape)
        else:
            self._book = Book(settings.lists, settings.people)
            self._write(lambda tape: tape.begin(settings.lists, settings.people))

    def close(self) -> None:
        """Close the tape, if there is one."""
        if self._tape:
            self._tape.close()

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

    def messages(self) -> tuple[str, tuple[Received, ...]]:
        """Return the same, after a name that changes when messages are forgotten."""
        with self._lock:
            return self._epoch, tuple(self._received)

    def contacts(self, list_id: int) -> tuple[Contact, ...]:
        """Return a list's contacts in the order of their ids.

        Raises:
            KeyError: there is no such list.
        """
        with self._lock:
            return tuple(self._book.contacts(list_id))

    def snapshot(self) -> dict[str, object]:
        """Return all that the page shows, but for the messages and contacts themselves."""
        with self._lock:
            return {
                "epoch": self._epoch,
                "messages": len(self._received),
                "stats": self._counters.read().as_json(),
                "lists": self._book.as_json(),
                "switches": self._switches.as_json(),
            }

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
            self._epoch = str(time.time_ns())
            self._counters.forget()
            self._write(lambda tape: tape.write({"forget": True}))
            self._lock.notify_all()

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
            self._write(lambda tape: tape.write({"message": received.as_json()}))
            self._counters.count("accepted")
            self._lock.notify_all()

    def carry_out(self, endpoint: Endpoint, fields: Form) -> Reply:
        """Do what a call about lists or contacts asks for, and return its answer."""
        with self._lock:
            reply = contact_calls.carry_out(endpoint, fields, self._book)
            if reply.done:
                self._counters.count("carried_out")
                if SPECS[endpoint].method != "GET":
                    kept = {name: value for name, value in fields.items() if name in KEPT}
                    self._write(lambda tape: tape.write({"call": endpoint, "fields": kept}))
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

    def _write(self, line: Callable[[Tape], None]) -> None:
        if self._tape:
            line(self._tape)

    def _play(self, tape: Tape) -> Book:
        """Do again what is on the tape."""
        try:
            lines = tape.play()
            book = Book(*people(next(lines)))
            for line in lines:
                self._repeat(line, book)
        except (KeyError, TypeError, ValueError) as error:
            tape.close()
            raise TapeError("a line is not a sandbox's") from error
        return book

    def _repeat(self, line: Mapping[str, object], book: Book) -> None:
        match line:
            case {"message": dict(message)}:
                self._received.append(Received(**message))
            case {"call": str(call), "fields": dict(fields)}:
                contact_calls.carry_out(Endpoint(call), fields, book)
            case {"forget": True}:
                self._received.clear()
            case _:
                raise ValueError("not a line of a tape")
