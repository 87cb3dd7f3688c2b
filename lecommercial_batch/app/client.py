"""The client: the six calls of the API, typed, paced and tried again where that is safe."""

import asyncio
import logging
import os
import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from lecommercial_batch.app.settings import Settings, load_settings
from lecommercial_batch.core.clock import SystemClock
from lecommercial_batch.core.contact_lists import Accepted, Added, Contact, ContactList
from lecommercial_batch.core.model import Answer, Content, Outcome, Phone, Rate, Reading
from lecommercial_batch.core.rate import DEFAULT_RATE, parse_rate
from lecommercial_batch.core.sender import (
    DEFAULT_SENDER,
    Encoding,
    Sender,
    SuccessStyle,
    Unexplained503,
    VariablesStyle,
)
from lecommercial_batch.delivery import backoff
from lecommercial_batch.delivery.pacing.limiters import open_gate
from lecommercial_batch.delivery.pacing.pace import Gate
from lecommercial_batch.gateway import bodies
from lecommercial_batch.gateway.answers import Heard
from lecommercial_batch.gateway.client import ApiGateway
from lecommercial_batch.gateway.connections import Left
from lecommercial_batch.gateway.form import Fields
from lecommercial_batch.gateway.listing import Listing, Page
from lecommercial_batch.gateway.refusals import error_of, malformed
from lecommercial_batch.planning.phones import normalise
from lecommercial_batch.planning.templates.limits import drop_of, flaw_of

#: Seconds that one call waits in all for an API that is away or asks for a slower pace.
PATIENCE: Final = 300.0

#: Seconds of a pause that any call waits: a limit's window is a minute.
_WINDOW: Final = 60.0

_log: Final = logging.getLogger("lecommercial_batch.gateway")
_Making = Callable[[Left], Awaitable[Heard]]


class LeCommercial:
    """The API as one async context manager. Keys and settings are the command's, unless they are given here.

    All its calls keep one pace, shared with whatever else calls the API on this machine. A call that was surely
    not executed is tried again; so is one without an answer where it only reads, or only says how things shall
    be (`update_contact`, `remove_contact`). A message or a contact that may have been taken is never sent again.

    Every call raises one of the kinds of ``CallError``.
    """

    def __init__(
        self,
        sender: Sender | str = DEFAULT_SENDER,
        *,
        authkey: str = "",
        appkey: str = "",
        base_url: str = "",
        rate: Rate | str | None = None,
        encoding: Encoding | str = "",
        variables_style: VariablesStyle | str = "",
        success_style: SuccessStyle | str = "",
        unexplained_503: Unexplained503 | str = "",
        settings: Settings | None = None,
        patience: float = PATIENCE,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        given = {"AUTHKEY": authkey, "APPKEY": appkey, "BASE_URL": base_url}
        told = {f"LECOMMERCIAL_{name}": value for name, value in given.items() if value}
        self._settings = settings or load_settings(folder=Path(), environment={**os.environ, **told})
        found = self._settings.account(sender) if isinstance(sender, str) else sender
        self._sender = replace(
            found,
            encoding=Encoding(encoding or found.encoding),
            variables_style=VariablesStyle(variables_style or found.variables_style),
            success_style=SuccessStyle(success_style or found.success_style),
            unexplained_503=Unexplained503(unexplained_503 or found.unexplained_503),
        )
        usual = self._settings.machine_rate or DEFAULT_RATE
        self._rate = parse_rate(rate) if isinstance(rate, str) else rate or usual
        self._patience = patience
        self._jitter = jitter
        self._stack = AsyncExitStack()
        self._line = asyncio.Lock()  # in which calls wait for their turn, first come first
        self._held_until = 0.0
        self._gate: Gate | None = None  # until the context is entered

    def __repr__(self) -> str:
        return f"LeCommercial({self._settings.base_url!r}, sender={self._sender.name!r})"

    async def __aenter__(self) -> Self:
        settings = self._settings
        self._gate = self._stack.enter_context(
            open_gate(self._rate, machine_rate=settings.machine_rate, cells=settings.cells)
        )
        gateway = ApiGateway(settings.base_url, self._sender, clock=SystemClock())
        self._gateway = await self._stack.enter_async_context(gateway)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def create_message(
        self,
        to: Phone | str,
        message: str = "",
        *,
        file: str = "",
        template_id: str = "",
        variables: Mapping[str, str] | None = None,
    ) -> Accepted:
        """Send one message: a text with or without an attachment, or a template with its variables.

        Once, whatever happens: an ``UnknownOutcomeError`` says that it may have been delivered. It is no run:
        nothing but the caller remembers it. For more than a few, `plan` and `send` a campaign.
        """
        if not self._sender.appkey.reveal():
            self._settings.sender(self._sender.name)  # which says what is missing
        given = tuple((variables or {}).items())
        content = Content(text=message.strip(), file=file, template_id=template_id, variables=given)
        if dropped := drop_of(content):
            raise malformed("create-message", dropped)
        if flaw := flaw_of(content):
            raise malformed("create-message", flaw[1])
        phone = Phone(f"+{_digits(to, 'create-message')}")
        heard = await self._carry_out(
            "create-message", lambda left: self._gateway.message(phone, content, left=left)
        )
        return bodies.accepted(heard.body)

    async def lists(self) -> list[ContactList]:
        """Return all lists, with how many contacts each has."""
        heard = await self._carry_out(
            "lists", lambda left: self._gateway.ask("lists", {}, left=left), repeatable=True
        )
        return bodies.lists(heard.body)

    def contacts(self, list_id: int) -> Listing:
        """Return the contacts of a list, to be iterated over: ``async for contact in api.contacts(3)``.

        Each once, though a list may change while its pages are read. ``total`` is known from the first page on.
        """
        return Listing(lambda number: self._page(list_id, number))

    async def add_contact(self, list_id: int, phone: Phone | str, *, name: str = "", lastname: str = "") -> Added:
        """Put a contact into a list. A number that is known keeps its id, and the names that are not given.

        Where the API refuses because the contact is there already, that is what was asked for.
        """
        fields = [("list_id", str(list_id)), ("phone", _digits(phone, "add-contact"))]
        heard = await self._change("POST", "add-contact", [*fields, ("name", name), ("lastname", lastname)])
        return bodies.added(heard.body, list_id)

    async def update_contact(self, phone: Phone | str, *, name: str = "", lastname: str = "") -> Contact:
        """Change the names of a contact; those that are empty stay as they are: the API cannot clear them."""
        digits = _digits(phone, "update-contact")
        heard = await self._change(
            "PUT", "update-contact", [("phone", digits), ("name", name), ("lastname", lastname)], repeatable=True
        )
        return bodies.contact(heard.body.get("data"))

    async def remove_contact(self, list_id: int, phone: Phone | str) -> None:
        """Take a contact out of a list; the API keeps knowing them."""
        fields = [("list_id", str(list_id)), ("phone", _digits(phone, "remove-contact"))]
        await self._change("DELETE", "remove-contact", fields, repeatable=True)

    async def _page(self, list_id: int, number: int) -> Page:
        fields = {"list_id": str(list_id), "page": str(number)}
        heard = await self._carry_out(
            "contacts", lambda left: self._gateway.ask("contacts", fields, left=left), repeatable=True
        )
        return bodies.page(heard.body)

    async def _change(self, method: str, path: str, fields: Fields, *, repeatable: bool = False) -> Heard:
        return await self._carry_out(
            path, lambda left: self._gateway.change(method, path, fields, left=left), repeatable=repeatable
        )

    async def _carry_out(self, path: str, make: _Making, *, repeatable: bool = False) -> Heard:
        """Make a call in its turn until it is answered, and return the answer of one that was carried out."""
        attempt, waited, unsure = 0, 0.0, False
        if self._held_until - _now() > max(
            self._patience, _WINDOW
        ):  # as a call before was told: nobody waits so long unasked
            raise error_of(path, Heard(Answer(outcome=Outcome.NOT_SENT, reason="throttled")))
        while True:
            left = await self._turn()
            attempt += 1
            heard = await make(left)
            answer = heard.answer
            if answer.outcome is Outcome.ACCEPTED:
                self._hold(answer.retry_after or 0.0)
                return heard
            if path == "add-contact" and answer.reason == "already_there":
                return heard
            if unsure and path == "remove-contact" and answer.reason == "not_found":
                return heard  # the call without an answer had taken it out
            again = answer.outcome is Outcome.NOT_SENT or (repeatable and answer.outcome is Outcome.UNSURE)
            wait = backoff.delay(attempt, retry_after=answer.retry_after, jitter=self._jitter)
            waited += wait
            if not again or attempt >= backoff.ATTEMPTS or waited > self._patience:
                raise error_of(path, heard)
            unsure = unsure or answer.outcome is Outcome.UNSURE
            _log.warning("held call=%s reason=%s seconds=%.1f", path, answer.reason, wait)
            if answer.reason == "throttled" and self._gate:
                self._gate.slow_down(wait)
            self._hold(wait)

    def _hold(self, seconds: float) -> None:
        """Let no call leave for so long: the next would fare no better."""
        self._held_until = max(self._held_until, _now() + seconds)

    async def _turn(self) -> Left:
        """Wait until a call may leave, and return what to call when it has."""
        if self._gate is None:
            raise RuntimeError("LeCommercial is not open: use it in an `async with` block")
        async with self._line:
            while True:
                if (held := self._held_until - _now()) > 0:
                    await asyncio.sleep(held)
                elif (left := await self._gate.wait()) is not None:
                    return left
                else:  # others of this machine were faster
                    await asyncio.sleep(max(0.0, self._gate.until_next()))


def _digits(phone: Phone | str, path: str) -> str:
    """Return a number as the API takes it; one that only the API can judge is passed on as it is."""
    if isinstance(phone, Phone):
        return phone.digits
    reading = normalise(phone, region="FR", accept_any=True)
    if isinstance(reading, Reading):
        return reading.phone.digits
    if phone.isascii() and phone.isdigit():
        return phone
    raise malformed(path, reading.detail, field="phone")


def _now() -> float:
    return asyncio.get_running_loop().time()
