"""The sandbox on a socket."""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any, ClassVar, Final

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from lecommercial_batch.core.addresses import is_loopback
from lecommercial_batch.sandbox.app import create_app
from lecommercial_batch.sandbox.state import State
from lecommercial_batch.sandbox.wire import TRANSPORT

#: Connections that may wait to be accepted: more than a client would ever open at once.
BACKLOG: Final = 4096


def serve(
    state: State, *, host: str = "127.0.0.1", port: int = 8765, ready: Callable[[str], None] = lambda _: None
) -> None:
    """Run a sandbox until Ctrl-C or SIGTERM; ``ready`` is told the API's URL once it takes calls.

    Port 0 takes a free one.

    Raises:
        OSError: the address cannot be had, such as a port in use.
        ValueError: it is no address of this computer alone, and the sandbox's keys are known to everybody.
    """
    server = Server(state, host=host, port=port)
    ready(server.url)
    with suppress(KeyboardInterrupt):
        server.run()


class Server(uvicorn.Server):
    """A sandbox that listens from the moment it is made and stops at once, closing open connections."""

    def __init__(self, state: State, *, host: str, port: int) -> None:
        super().__init__(
            uvicorn.Config(
                create_app(state),
                http=ProtocolWithTransport,
                ws="none",
                lifespan="off",
                loop="asyncio",
                log_config=None,
                log_level="warning",
                access_log=False,
            )
        )
        if not is_loopback(f"http://[{host}]" if ":" in host else f"http://{host}"):
            raise ValueError(f"the sandbox is for this computer alone, not for {host}: everybody knows its keys")
        self._listener = _listen(host, port)
        host, port = self._listener.getsockname()[:2]
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{port}/api"

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until told to exit."""
        super().run(sockets or [self._listener])

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close every connection and end every call, without the courtesies of a real server."""
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        calls = list(self.server_state.tasks)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)


class ProtocolWithTransport(H11Protocol):
    """HTTP with a way for the application to close the connection, which ASGI does not have.

    Half a request is not waited for without end, nor are more connections held than may wait to be accepted.
    """

    #: Seconds in which a request comes whole, from the connection or its first byte on.
    patience: ClassVar[float] = 30.0
    _giving_up: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in H11Protocol
        """Hand the connection to the application, in the state of each of its calls."""
        super().connection_made(transport)
        self.app_state: dict[str, Any] = {**self.app_state, TRANSPORT: transport}
        if len(self.connections) > BACKLOG:
            transport.abort()
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Take in what has come."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._calm()
        super().connection_lost(exc)

    def _watch(self) -> None:
        """Wait for the rest of a request, but not for ever."""
        if self.conn.their_state not in {h11.IDLE, h11.SEND_BODY}:
            self._calm()
        elif self._giving_up is None:
            self._giving_up = asyncio.get_running_loop().call_later(self.patience, self.transport.abort)

    def _calm(self) -> None:
        if self._giving_up is not None:
            self._giving_up.cancel()
            self._giving_up = None


def _listen(host: str, port: int) -> socket.socket:
    """Bind with the protocol named: asyncio sends small answers at once (TCP_NODELAY) only where it is."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP
    )[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener
