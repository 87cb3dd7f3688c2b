"""Connections that know what was written to them, which is what tells "not sent" from "unsure"."""

import functools
import math
import select
import sys
from asyncio import AbstractEventLoop, BaseTransport, Transport, get_running_loop
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final, cast

import aiohttp
from aiohttp.client_proto import ResponseHandler

from lecommercial_batch.gateway.second_look import SecondLook

_AT_ONCE: Final = 0.001  #: seconds; for aiohttp none is no bound

#: To be called when a request has been written.
Left = Callable[[], None]


@dataclass(slots=True)
class Evidence:
    """Whether a byte of a request was given to a connection, and until when the call may last."""

    left: Left  #: told once
    deadline: float  #: loop time
    written: bool = False
    reused: bool = False  #: whether it was given a connection that had served others


#: That of the request of this task.
evidence_of_task: Final[ContextVar[Evidence]] = ContextVar("evidence")


class Connection(SecondLook):
    """One connection, with the evidence of the request that has it now.

    HTTP/1.1 matches answers to requests by their order alone: what comes before a request was written answers
    something else. A connection that got such bytes, or its end, takes no request any more.
    """

    def __init__(self, loop: AbstractEventLoop) -> None:
        super().__init__(loop)
        self.rest()
        self._used = False
        self._unasked = False  # whether anything came before its request was written; for good
        self._tls = False
        self._has_input: Callable[[], object] = _always  # whether bytes, an end or an error wait in the socket

    def connection_made(self, transport: BaseTransport) -> None:
        self._has_input = _asking(transport.get_extra_info("socket").fileno())
        self._tls = transport.get_extra_info("sslcontext") is not None
        super().connection_made(cast("BaseTransport", _Guarded(cast("Transport", transport), self)))

    def data_received(self, data: bytes) -> None:
        if data:
            self._unasked = self._unasked or not self.evidence.written
            # aiohttp waits so long for more after each piece: pieces that keep coming must end as well.
            remaining = self.evidence.deadline - self._loop.time()
            if self._read_timeout and remaining < self._read_timeout:
                self._read_timeout = max(remaining, _AT_ONCE)
        super().data_received(data)

    def begin(self, evidence: Evidence) -> bool:
        """Give the connection to a request. False: it is used up, and another is needed."""
        evidence.reused = self._used
        self.evidence = evidence
        return not (self._used and (self._unasked or self.should_close))

    def rest(self) -> None:
        """Belong to no request until the next one begins."""
        self.evidence = Evidence(left=nobody, deadline=math.inf)

    def check(self) -> None:
        """Note that the request is being written; where it must not be, raise before the first byte."""
        if self.evidence.written:
            return
        if not self._is_quiet():
            raise aiohttp.ClientConnectionResetError("the server spoke or closed before the request was written")
        self._used = self.evidence.written = True

    def _is_quiet(self) -> bool:
        if self._unasked or self.should_close:
            return False
        # What the loop has not read yet counts as well. After a TLS handshake that may be session tickets, which
        # are read with the first answer.
        return (self._tls and not self._used) or not self._has_input()


class Request(aiohttp.ClientRequest):
    """Tells when it has been written: whatever kept it from that, it has left by then."""

    async def send(self, *arguments: Any, **named: Any) -> Any:
        """Write the head, and the body too where there is none or Python begins tasks at once."""
        sent = await super().send(*arguments, **named)
        if not self.body:
            _tell()
        return sent

    async def write_bytes(self, *arguments: Any, **named: Any) -> None:
        """Write the body, and the head with it."""
        await super().write_bytes(*arguments, **named)
        _tell()


def _tell() -> None:
    """Say once that the request of this task has left, where it has."""
    evidence = evidence_of_task.get()
    if evidence.written:
        evidence.left()
        evidence.left = nobody


class _Guarded:
    """A transport that asks its connection before the first byte of a request."""

    __slots__ = ("_connection", "_transport", "is_closing")

    def __init__(self, transport: Transport, connection: Connection) -> None:
        self._transport = transport
        self._connection = connection
        self.is_closing = transport.is_closing

    def write(self, data: bytes) -> None:
        self._connection.check()
        self._transport.write(data)

    def writelines(self, data: Iterable[bytes]) -> None:
        self._connection.check()
        self._transport.writelines(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class Connector(aiohttp.TCPConnector):
    """Gives each request a connection in which nothing waits, and notes its evidence there."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # aiohttp has no public way to choose the class of its connections.
        self._factory = cast("Any", functools.partial(Connection, loop=get_running_loop()))

    async def connect(self, *arguments: Any, **named: Any) -> Any:
        """Wait for a connection, as aiohttp does."""
        evidence = evidence_of_task.get()
        connection = await super().connect(*arguments, **named)
        while not cast("Connection", connection.protocol).begin(evidence):
            connection.close()
            connection = await super().connect(*arguments, **named)
        return connection

    def _release(self, key: Any, protocol: ResponseHandler, **named: Any) -> None:
        super()._release(key, protocol, **named)
        cast("Connection", protocol).rest()


def nobody() -> None:
    """Tell nobody that a request leaves."""


def _always() -> bool:
    return True


def _asking(number: int) -> Callable[[], object]:
    """Return what tells whether something waits in a socket."""
    if sys.platform == "win32":  # whose select knows no highest number
        return lambda: select.select([number], [], [], 0)[0]
    asked = select.poll()
    asked.register(number, select.POLLIN)
    return functools.partial(asked.poll, 0)
