"""The sandbox's web application: the API under /api, and beside it what the API received."""

import json
from collections.abc import Mapping
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lecommercial_batch.sandbox.api import Api
from lecommercial_batch.sandbox.settings import Settings
from lecommercial_batch.sandbox.state import State


def create_app(settings: Settings, state: State | None = None) -> Starlette:
    """Return the application; give a ``state`` made of the same settings to look into it from outside.

    Its ways to end a call without an answer need the server of ``sandbox.server``.
    """
    doors = Doors(state or State(settings))
    return Starlette(
        routes=[
            Route("/api/{path:path}", Api(doors.state)),
            Route("/received", doors.received, methods=["GET"]),
            Route("/received", doors.clear, methods=["DELETE"]),
            Route("/sandbox/stats", doors.stats, methods=["GET"]),
            Route("/sandbox/faults", doors.switches, methods=["GET"]),
            Route("/sandbox/faults", doors.switch, methods=["PUT"]),
        ]
    )


class Doors:
    """What the sandbox shows of itself and lets be changed."""

    def __init__(self, state: State) -> None:
        self.state: Final = state

    async def received(self, _: Request) -> Response:
        """Show the messages that were taken, in the order they were."""
        received = [message.as_json() for message in self.state.received()]
        return JSONResponse({"count": len(received), "received": received})

    async def clear(self, _: Request) -> Response:
        """Forget messages and counts."""
        self.state.clear()
        return Response(status_code=204)

    async def stats(self, _: Request) -> Response:
        """Show the counts."""
        return JSONResponse(self.state.stats().as_json())

    async def switches(self, _: Request) -> Response:
        """Show the switches."""
        return JSONResponse(self.state.switches.as_json())

    async def switch(self, request: Request) -> Response:
        """Set the switches that are named, put the others back to the start, and show them all."""
        try:
            wanted = json.loads(await request.body())
            if not isinstance(wanted, Mapping):
                raise ValueError("not a JSON object")  # noqa: TRY004, TRY301  one error for all that cannot be read
            return JSONResponse(self.state.switch(wanted).as_json())
        except ValueError as error:
            return JSONResponse({"error": str(error)}, status_code=422)
