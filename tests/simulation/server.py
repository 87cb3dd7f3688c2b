"""The simulated API: what it does with each call, and its record of what it really did."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Mapping
from contextvars import Context
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tests.simulation.loop import SimulatedLoop
    from tests.simulation.network import Connection

_SUCCESS: Final = '{"message_status":"Success","data":{"from":"33700000001","to":"0","status_code":200}}'
_PAGE: Final = "<html><body>503 Service Temporarily Unavailable</body></html>"
_ENVOY: Final = "upstream connect error or disconnect/reset before headers. reset reason: connection termination"
_NUMBER: Final = re.compile(rb'name="to"\r\n\r\n(\d+)')


class Fate(StrEnum):
    """What is done with one call."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  #: its number is none of WhatsApp's
    THROTTLED = "throttled"  #: 429, not executed
    UNAVAILABLE = "unavailable"  #: 503 of the application itself, at once, not executed
    UNAVAILABLE_AFTER = "unavailable_after"  #: 503 of a proxy on the way, executed behind it
    BROKEN = "broken"  #: 500, not executed
    BROKEN_AFTER = "broken_after"  #: 500, executed
    DROPPED = "dropped"  #: executed, the connection closed without an answer
    LOST = "lost"  #: the connection closed before it came: not executed
    CUT = "cut"  #: executed, half an answer
    SILENT = "silent"  #: executed, no answer at all
    DRIPPED = "dripped"  #: executed, the answer byte by byte
    LATE = "late"  #: executed, the answer after many seconds
    ABSURD_WAIT = "absurd_wait"  #: 429 that asks for a wait of thousands of years
    ANSWERED_TWICE = "answered_twice"  #: executed, a second answer on the idle connection


EXECUTED: Final = frozenset(Fate) - {
    Fate.REFUSED,
    Fate.THROTTLED,
    Fate.UNAVAILABLE,
    Fate.BROKEN,
    Fate.LOST,
    Fate.ABSURD_WAIT,
}
#: Fates after which nobody can know: each may leave one message unknown.
IN_DOUBT: Final = frozenset({
    Fate.UNAVAILABLE_AFTER, Fate.BROKEN, Fate.BROKEN_AFTER, Fate.DROPPED, Fate.LOST, Fate.CUT, Fate.SILENT,
    Fate.DRIPPED, Fate.LATE, Fate.ANSWERED_TWICE, Fate.UNAVAILABLE,
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call as the server knows it."""

    at: float
    phone: str
    fate: Fate


class Server:
    """Answers calls, each with a fate that is drawn; once ``calm`` it only behaves well."""

    def __init__(self, loop: SimulatedLoop, seeded: random.Random, fates: Mapping[Fate, int]) -> None:
        self._loop = loop
        self._seeded = seeded
        self._fates = fates
        self._latency = seeded.choice((0.05, 0.3, 1.5))
        self.calm = False
        self.calls: list[Call] = []
        self.executed: Counter[str] = Counter()

    def receive(self, connection: Connection, request: bytes) -> None:
        """Take in a whole request; from here on it does not matter what becomes of its sender."""
        found = _NUMBER.search(request)
        phone = f"+{found[1].decode()}" if found else "?"
        fate = Fate.ACCEPTED if self.calm else self._draw()
        on_its_way = self._seeded.uniform(0.001, 0.02)
        self._later(on_its_way, self._do, connection, phone, fate)

    def _draw(self) -> Fate:
        drawn = self._seeded.randrange(1000)
        for fate, share in self._fates.items():
            drawn -= share
            if drawn < 0:
                return fate
        return Fate.ACCEPTED

    def _later(self, seconds: float, function: object, *arguments: object) -> None:
        self._loop.call_later(seconds, function, *arguments, context=Context())  # type: ignore[arg-type]  # outside of all programs

    def _do(self, connection: Connection, phone: str, fate: Fate) -> None:  # noqa: C901, PLR0912 - a case a fate
        self.calls.append(Call(at=self._loop.time(), phone=phone, fate=fate))
        if fate in EXECUTED:
            self.executed[phone] += 1
        took = self._seeded.uniform(0.5, 1.5) * self._latency
        match fate:
            case Fate.ACCEPTED:
                self._answer(took, connection, 200, _SUCCESS)
            case Fate.LATE:
                self._answer(8 + took, connection, 200, _SUCCESS)
            case Fate.REFUSED:
                self._answer(took, connection, 401, '{"error":"Request Failed"}')
            case Fate.THROTTLED:
                wait = str(self._seeded.randrange(4))
                self._answer(0.01, connection, 429, '{"message":"Too Many Attempts."}', f"Retry-After: {wait}")
            case Fate.ABSURD_WAIT:
                reset = self._seeded.choice(("Retry-After: 999999999999", "X-RateLimit-Reset: 1790000000000"))
                self._answer(0.01, connection, 429, '{"message":"Too Many Attempts."}', reset)
            case Fate.UNAVAILABLE:
                self._answer(0.01, connection, 503, '{"message":"Service Unavailable"}')
            case Fate.UNAVAILABLE_AFTER:
                body, kind = self._seeded.choice(((_PAGE, "text/html"), (_ENVOY, "text/plain")))
                self._answer(took, connection, 503, body, kind=kind)
            case Fate.BROKEN | Fate.BROKEN_AFTER:
                self._answer(took, connection, 500, '{"message":"Server Error"}')
            case Fate.DROPPED | Fate.LOST:
                self._later(took if fate is Fate.DROPPED else 0.0, connection.lose)
            case Fate.CUT:
                self._later(took, connection.give, _http(200, _SUCCESS)[:-20])
                self._later(took + 0.001, connection.lose)
            case Fate.SILENT:
                pass
            case Fate.DRIPPED:
                for number, byte in enumerate(_http(200, _SUCCESS)[:60]):
                    self._later(took + 5 * number, connection.give, bytes([byte]))
            case Fate.ANSWERED_TWICE:
                self._answer(took, connection, 200, _SUCCESS)
                self._answer(took, connection, 200, _SUCCESS)  # later, it might be that of the next one

    def _answer(
        self,
        after: float,
        connection: Connection,
        status: int,
        body: str,
        *headers: str,
        kind: str = "application/json",
    ) -> None:
        self._later(after, connection.give, _http(status, body, *headers, kind=kind))


def _http(status: int, body: str, *headers: str, kind: str = "application/json") -> bytes:
    lines = [f"HTTP/1.1 {status} -", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers]
    return ("\r\n".join(lines) + f"\r\n\r\n{body}").encode()
