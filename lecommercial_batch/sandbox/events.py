"""What the page is told while it is open: server-sent events, each a snapshot, when something has changed."""

import asyncio
import json
from typing import Final

from starlette.types import Receive, Scope, Send

from lecommercial_batch.sandbox.state import State
from lecommercial_batch.sandbox.wire import is_gone

#: Seconds between two looks: thousands of messages a second are one event each time.
_PAUSE: Final = 0.2


class Events:
    """GET /sandbox/events, until the page is closed."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Tell of every change, the state of the moment first."""
        del receive
        headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        told = None
        try:
            while not is_gone(scope):
                snapshot = json.dumps(self._state.snapshot())
                if snapshot != told:
                    event = f"data: {snapshot}\n\n".encode()
                    await send({"type": "http.response.body", "body": event, "more_body": True})
                    told = snapshot
                await asyncio.sleep(_PAUSE)
        except asyncio.CancelledError:
            pass  # the server stops, and has closed the connection
        await send({"type": "http.response.body", "body": b"", "more_body": False})  # or the server complains
