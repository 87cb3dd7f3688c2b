"""The simulated network: connections in memory, under aiohttp's own pool and parser."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, Final

from aiohttp import ClientRequest
from aiohttp.client_proto import ResponseHandler

from lecommercial_batch.gateway.connections import Connector
from tests.simulation.loop import SimulatedLoop
from tests.simulation.programs import PROGRAM, Program

_LENGTH: Final = re.compile(rb"(?i)content-length: *(\d+)")
_NUMBER: Final = re.compile(rb'name="to"\r\n\r\n(\d+)')

#: Receives whole requests of a connection.
Receive = Callable[["Connection", bytes], None]
#: Hears of the number that a program has begun to write a request to.
Leaving = Callable[[Program | None, str], None]


class Connection(asyncio.Transport):
    """One connection of a program, as its protocol and the server see it."""

    def __init__(self, loop: SimulatedLoop, protocol: ResponseHandler, receive: Receive, leaving: Leaving) -> None:
        super().__init__()
        self._loop = loop
        self._protocol = protocol
        self._receive = receive
        self._leaving = leaving
        self._program = PROGRAM.get()
        self._written = b""
        self._open = True
        self._pair: tuple[socket.socket, socket.socket] | None = None  # where somebody looks into it

    def write(self, data: Any) -> None:
        """Take in bytes, and hand on each request when it is whole."""
        if not self._open:
            return
        self._written += bytes(data)
        head, found, rest = self._written.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        needed = int(length[1]) if length else 0
        if found and len(rest) >= needed:
            request, self._written = rest[:needed], rest[needed:]
            number = _NUMBER.search(request)
            self._leaving(self._program, f"+{number[1].decode()}" if number else "?")
            self._receive(self, request)

    def give(self, data: bytes) -> None:
        """Bring bytes of the server to the program, where it still listens."""
        self._note(arrived=True)
        self._to_program(partial(self._hear, data))

    def _hear(self, data: bytes) -> None:
        self._note(arrived=False)
        if self._open:
            self._protocol.data_received(data)

    def lose(self) -> None:
        """Break the connection."""
        self._note(arrived=True)
        self._to_program(lambda: self._end(ConnectionResetError("connection lost")))

    def _note(self, *, arrived: bool) -> None:
        """Have the socket show that something waits in it, until the program has heard it."""
        if self._pair:
            mine, theirs = self._pair
            with suppress(OSError):
                theirs.send(b"!") if arrived else mine.recv(1)

    def let_go(self) -> None:
        for each in self._pair or ():
            each.close()

    def _to_program(self, function: Callable[[], object]) -> None:
        if self._program is None or self._program.task is None:
            return
        context = self._program.context.copy()
        self._loop.call_soon(function, context=context)

    def _end(self, error: Exception | None) -> None:
        if self._open:
            self._open = False
            self._protocol.connection_lost(error)

    def close(self) -> None:
        self._to_program(lambda: self._end(None))

    abort = close

    def is_closing(self) -> bool:
        return not self._open

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        if name != "socket":
            return default
        if self._pair is None:
            self._pair = socket.socketpair()
            for each in self._pair:
                each.setblocking(False)
            if self._program:
                self._program.held.append(self)
        return self._pair[0]

    def pause_reading(self) -> None:
        """Do nothing: answers here are short."""

    def resume_reading(self) -> None:
        """Do nothing, as above."""

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Do nothing: what is written has left."""

    def get_write_buffer_size(self) -> int:
        return 0


def connector(receive: Receive, leaving: Leaving, refuses: Callable[[], bool]) -> type[Connector]:
    """Return the product's connector over the simulated network."""

    class SimulatedConnector(Connector):
        async def _create_connection(self, req: ClientRequest, traces: Any, timeout: Any) -> ResponseHandler:  # noqa: ASYNC109 - as aiohttp calls it
            del req, traces, timeout
            await asyncio.sleep(0.002)
            if refuses():
                raise ConnectionRefusedError(111, "refused")
            protocol: ResponseHandler = self._factory()
            loop = asyncio.get_running_loop()
            assert isinstance(loop, SimulatedLoop)
            protocol.connection_made(Connection(loop, protocol, receive, leaving))
            return protocol

    return SimulatedConnector
