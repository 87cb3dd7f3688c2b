"""The sandbox's web application: the API under /api, and beside it what the API received."""

import json
from collections.abc import Mapping
from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from lecommercial_batch.pages.number import written
from lecommercial_batch.sandbox import contact_calls, page, php
from lecommercial_batch.sandbox.api import Api
from lecommercial_batch.sandbox.doorkeeper import Doorkeeper
from lecommercial_batch.sandbox.events import Events
from lecommercial_batch.sandbox.openapi import describe
from lecommercial_batch.sandbox.received import Window, digits
from lecommercial_batch.sandbox.state import State

#: Messages on a page of GET /sandbox/messages, unless asked otherwise.
PAGE: Final = 50


def create_app(state: State) -> Starlette:
    """Return the application over a state, which may be looked into from outside.

    Its ways to end a call without an answer need the server of ``sandbox.server``.
    """
    doors = Doors(state)
    return Starlette(
        routes=[
            Route("/api/{path:path}", Api(doors.state)),
            Mount("/", routes=doors.routes()),
        ],
        middleware=[Middleware(Doorkeeper)],
    )


class Doors:
    """What the sandbox shows of itself and lets be changed."""

    def __init__(self, state: State) -> None:
        self.state: Final = state

    def routes(self) -> list[Route]:
        """Return where it does."""
        return [
            Route("/received", self.received, methods=["GET"]),
            Route("/received", self.clear, methods=["DELETE"]),
            Route("/", page.show),
            Route("/page/{name}", page.part),
            Route("/openapi.json", self.description, methods=["GET"]),
            Route("/sandbox/events", Events(self.state)),
            Route("/sandbox/messages", self.messages, methods=["GET"]),
            Route("/sandbox/contacts", self.contacts, methods=["GET"]),
            Route("/sandbox/stats", self.stats, methods=["GET"]),
            Route("/sandbox/faults", self.switches, methods=["GET"]),
            Route("/sandbox/faults", self.switch, methods=["PUT"]),
        ]

    async def received(self, _: Request) -> Response:
        """Show the messages that were taken, in the order they were."""
        received = [message.as_json() for message in self.state.received()]
        return JSONResponse({"count": len(received), "received": received})

    async def messages(self, request: Request) -> Response:
        """Show messages as phones would, newest first, of those that number, after and before let through."""
        asked = request.query_params
        before = php.as_integer(asked.get("before"))
        after, limit = php.as_integer(asked.get("after")) or 0, php.as_integer(asked.get("limit")) or PAGE
        window = Window(number=asked.get("number", ""), after=max(0, after), before=before)
        epoch, received = self.state.messages()
        found = list(window.look(received))
        bubbles = [message.as_bubble(place) for place, message in found[:limit]]
        return JSONResponse({"epoch": epoch, "total": len(received), "matching": len(found), "messages": bubbles})

    async def contacts(self, request: Request) -> Response:
        """Show a page of a list's contacts, of those whose number holds ``number``."""
        asked = request.query_params
        wanted = digits(asked.get("number", ""))
        try:
            contacts = self.state.contacts(php.as_integer(asked.get("list_id")) or 0)
        except KeyError:
            return JSONResponse({"error": "no such list"}, status_code=404)
        found = [contact for contact in contacts if wanted in contact.phone]
        shown, meta = contact_calls.paginate(found, asked.get("page"))
        rows = [contact.as_json() | {"number": written(contact.phone)} for contact in shown]
        return JSONResponse({"data": rows, "meta": meta})

    async def description(self, request: Request) -> Response:
        """Show the OpenAPI description of the API."""
        return JSONResponse(describe(f"{request.base_url}api"))

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
