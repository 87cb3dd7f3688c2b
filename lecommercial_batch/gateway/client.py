"""Single calls of the API, each read as an Answer: the batch sends with them, `LeCommercial` is made of them."""

import logging
from collections.abc import Mapping
from types import TracebackType
from typing import Final, Self

import httpx

from lecommercial_batch.core.model import Answer, Content, Outcome, Phone
from lecommercial_batch.core.ports import Clock
from lecommercial_batch.core.sender import Sender
from lecommercial_batch.gateway.answers import Heard, read_answer, read_contact_answer
from lecommercial_batch.gateway.connections import Left
from lecommercial_batch.gateway.form import Fields, Multipart, contact_form, message_fields
from lecommercial_batch.gateway.redaction import Redactor
from lecommercial_batch.gateway.wire import Lost, Reply, Wire

_log: Final = logging.getLogger("lecommercial_batch.gateway")


def _nobody() -> None:
    """Tell nobody that a request left."""


class ApiGateway:
    """The calls of one sender. An async context manager: its connections end with it."""

    def __init__(self, base_url: str, sender: Sender, *, clock: Clock) -> None:
        self._sender = sender
        self._clock = clock
        self._form = Multipart()
        self._redact = Redactor([sender.authkey.reveal(), sender.appkey.reveal()]).detail
        self._wire = Wire(base_url)

    async def __aenter__(self) -> Self:
        await self._wire.__aenter__()
        self._message(Phone("+0"), Content(text=" "))  # what is made once is made before the first call
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._wire.__aexit__(kind, error, trace)

    async def send(self, phone: Phone, content: Content, *, left: Left = _nobody) -> Answer:
        """Make one `create-message` call. Never raises for what the network or the server does."""
        return (await self.message(phone, content, left=left)).answer

    async def message(self, phone: Phone, content: Content, *, left: Left = _nobody) -> Heard:
        """Make one `create-message` call, and return its answer with what came with it."""
        got = await self._wire.exchange(self._message(phone, content), left)
        heard = Heard(self._failure(got)) if isinstance(got, Lost) else self._read_message(got)
        answer = heard.answer
        _log.debug("answer outcome=%s reason=%s to=%s", answer.outcome, answer.reason, phone.masked)
        return heard

    async def ask(self, path: str, fields: Mapping[str, str], *, left: Left = _nobody) -> Heard:
        """Make one call that only reads: the keys go into its address."""
        query = {"authkey": self._sender.authkey.reveal(), **fields}
        return await self._contact_call(self._wire.request("GET", path, query=query), path, left)

    async def change(self, method: str, path: str, fields: Fields, *, left: Left = _nobody) -> Heard:
        """Make one call that changes a contact or a list; empty fields are left out."""
        given = [("authkey", self._sender.authkey.reveal()), *((name, value) for name, value in fields if value)]
        written = contact_form(method, given, encoding=self._sender.encoding, multipart=self._form)
        request = self._wire.request(written.method, path, body=written.body, content_type=written.content_type)
        return await self._contact_call(request, path, left)

    async def _contact_call(self, request: httpx.Request, path: str, left: Left) -> Heard:
        got = await self._wire.exchange(request, left)
        heard = Heard(self._failure(got)) if isinstance(got, Lost) else self._read_contact(got)
        _log.debug("answer outcome=%s reason=%s path=%s", heard.answer.outcome, heard.answer.reason, path)
        return heard

    def _message(self, phone: Phone, content: Content) -> httpx.Request:
        body = self._form.encode(message_fields(self._sender, phone, content))
        return self._wire.request("POST", "create-message", body=body, content_type=self._form.content_type)

    def _read_message(self, reply: Reply) -> Heard:
        return read_answer(
            reply.status,
            reply.headers,
            reply.body,
            style=self._sender.success_style,
            unexplained_503=self._sender.unexplained_503,
            redact=self._redact,
            now=self._clock.now(),
        )

    def _read_contact(self, reply: Reply) -> Heard:
        return read_contact_answer(
            reply.status,
            reply.headers,
            reply.body,
            unexplained_503=self._sender.unexplained_503,
            redact=self._redact,
            now=self._clock.now(),
        )

    def _failure(self, lost: Lost) -> Answer:
        """No whole answer: not sent when not a byte of the request was written, else it may have been executed."""
        words = self._redact(lost.words)
        if lost.written:
            reason = "connection_lost" if lost.in_time else "no_answer"
            return Answer(outcome=Outcome.UNSURE, reason=reason, detail=words)
        return Answer(outcome=Outcome.NOT_SENT, reason="unreachable", detail=words)
