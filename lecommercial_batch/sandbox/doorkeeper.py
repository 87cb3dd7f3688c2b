"""Who and what is let in to the sandbox: calls by a name of this computer, of a size that a call has."""

from typing import Final

from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lecommercial_batch.sandbox.replies import page

#: The names of this computer: a website that has its own name lead here is not let in, to messages or to the API.
HOSTS: Final = ["127.0.0.1", "localhost"]
#: Bytes of a body that are read, as proxies before such an API have it.
LARGEST: Final = 1_000_000


class _TooLargeError(Exception):
    """A body of which more has come than is read."""


class Doorkeeper:
    """An application that is asked nothing by another computer's name, and nothing of a megabyte."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = TrustedHostMiddleware(_Bounded(app), allowed_hosts=HOSTS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a call in, or answer it here."""
        await self._app(scope, receive, send)


class _Bounded:
    """An application whose calls have at most so many bytes: what is larger is answered as proxies do."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        read = 0

        async def counted() -> Message:
            nonlocal read
            event = await receive()
            read += len(event.get("body", b""))
            if read > LARGEST:
                raise _TooLargeError
            return event

        try:
            if _announced(scope) > LARGEST:
                raise _TooLargeError  # noqa: TRY301 - the one place that answers it
            await self._app(scope, counted, send)
        except _TooLargeError:
            title = "413 Request Entity Too Large"
            await HTMLResponse(page(title), status_code=413, headers={"Connection": "close"})(scope, receive, send)


def _announced(scope: Scope) -> int:
    length: bytes = dict(scope["headers"]).get(b"content-length", b"")
    return int(length) if length.isdigit() and len(length) < 19 else 0  # noqa: PLR2004 - digits of 64 bits
