"""The sandbox on a socket."""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

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
    """HTTP with a way for the application to close the connection, which ASGI does not have."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in H11Protocol
        """Hand the connection to the application, in the state of each of its calls."""
        super().connection_made(transport)
        self.app_state: dict[str, Any] = {**self.app_state, TRANSPORT: transport}


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
