"""The one way to the API: a prepared request handed to the transport, whatever happens read as an Answer."""

import asyncio
import logging
import ssl
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from lecommercial_batch.errors import Problem, UnreachableError
from lecommercial_batch.gateway.answers import LONGEST_DETAIL, read_answer
from lecommercial_batch.gateway.form import Multipart, message_fields
from lecommercial_batch.language import why
from lecommercial_batch.model import Answer, Content, Outcome, Phone
from lecommercial_batch.ports import Clock
from lecommercial_batch.sender import Sender
from lecommercial_batch.sentence import Sentence

#: Seconds. A send sleeps 1-2 s on the server, 35 s at worst; a pool of its own is never waited for.
TIMEOUT: Final = {"connect": 10.0, "read": 60.0, "write": 60.0, "pool": 60.0}
#: Seconds an idle connection is kept: less than servers keep theirs (Apache 5 s), so that a message never
#: goes out on a connection that is being closed.
KEEP_ALIVE: Final = 4.0

_log: Final = logging.getLogger("lecommercial_batch.gateway")
_EXTENSIONS: Final = {"timeout": TIMEOUT}


@dataclass(slots=True)
class Evidence:
    """Whether a request was given a connection, which is what a first byte needs, and whom to tell of it."""

    left: Callable[[], None]
    connected: bool = False


#: That of the request of this task.
_evidence: Final[ContextVar[Evidence]] = ContextVar("evidence")


class Connector(aiohttp.TCPConnector):
    """Notes for each request that it was given a connection."""

    async def connect(self, *arguments: Any, **named: Any) -> Any:
        """Wait for a connection, as aiohttp does."""
        connection = await super().connect(*arguments, **named)
        evidence = _evidence.get()
        evidence.connected = True
        evidence.left()  # the request is written next
        return connection


class ApiGateway:
    """`create-message` for one sender. An async context manager: its connections end with it."""

    def __init__(self, base_url: str, sender: Sender, *, clock: Clock) -> None:
        self._url = httpx.URL(f"{base_url}/create-message")
        self._sender = sender
        self._clock = clock
        self._form = Multipart()
        self._headers = {"Accept": "application/json", "Content-Type": self._form.content_type}
        proxy = proxy_of(base_url)
        self._transport = AiohttpTransport(client=_session, proxy=httpx.Proxy(proxy) if proxy else None)

    async def __aenter__(self) -> Self:
        # Now, not at the first call, which would leave late and so too close to the second.
        self._transport.client = _session()
        self._request(Phone("+0"), Content(text=" "))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._transport.aclose()

    async def send(self, phone: Phone, content: Content, *, left: Callable[[], None] = lambda: None) -> Answer:
        """Make one call. Never raises for what the network or the server does: that is an answer."""
        request = self._request(phone, content)
        evidence = Evidence(left)
        token = _evidence.set(evidence)
        try:
            answer = await self._call(request)
        except (httpx.HTTPError, aiohttp.ClientError, OSError, TimeoutError, EOFError) as error:
            answer = self._failure(error, connected=evidence.connected)
        finally:
            _evidence.reset(token)
        _log.debug("answer outcome=%s reason=%s to=%s", answer.outcome, answer.reason, phone.masked)
        return answer

    def _request(self, phone: Phone, content: Content) -> httpx.Request:
        body = httpx.ByteStream(self._form.encode(message_fields(self._sender, phone, content)))
        # As a stream, so that httpx leaves its usual headers to aiohttp, which writes them anyway.
        request = httpx.Request("POST", self._url, headers=self._headers, stream=body, extensions=_EXTENSIONS)
        request.read()
        return request

    async def _call(self, request: httpx.Request) -> Answer:
        response = await self._transport.handle_async_request(request)
        try:
            body = await _body(response)
        finally:
            await response.aclose()
        return read_answer(
            response.status_code,
            response.headers,
            body,
            style=self._sender.success_style,
            redact=self._redact,
            now=self._clock.now(),
        )

    def _failure(self, error: Exception, *, connected: bool) -> Answer:
        """No whole answer: not sent when no connection was ever had, else it may have been executed.

        The exception's type does not tell: httpx-aiohttp calls a connection closed after the request a
        ConnectTimeout. What tells is whether aiohttp had a connection to write to.
        """
        words = self._redact(_words(error))[:LONGEST_DETAIL]
        if connected:
            reason = "no_answer" if isinstance(error, httpx.ReadTimeout) else "connection_lost"
            return Answer(outcome=Outcome.UNSURE, reason=reason, detail=words)
        return Answer(outcome=Outcome.NOT_SENT, reason="unreachable", detail=words)

    def _redact(self, text: str) -> str:
        for secret in (self._sender.authkey, self._sender.appkey):
            text = text.replace(secret.reveal(), "•••")
        return text


async def _body(response: httpx.Response) -> bytes:
    """Return the body, past httpx's decoders where nothing is compressed: they cost more than the JSON."""
    if "content-encoding" in response.headers or not isinstance(response.stream, httpx.AsyncByteStream):
        return await response.aread()
    return b"".join([part async for part in response.stream])


async def check_reachable(base_url: str) -> None:
    """Open a connection to the API, or to the proxy on the way, and close it: no request is made.

    Raises:
        UnreachableError: nothing answers there.
    """
    url = urlsplit(base_url)
    proxy = proxy_of(base_url)
    target = urlsplit(proxy) if proxy else url
    secure = target.scheme == "https"
    port = target.port or (443 if secure else 80)
    try:
        context = ssl.create_default_context() if secure else None
        opening = asyncio.open_connection(target.hostname, port, ssl=context)
        _, writer = await asyncio.wait_for(opening, TIMEOUT["connect"])
    except (OSError, TimeoutError, ValueError) as error:
        problem = Problem(
            code="unreachable",
            message=Sentence("nothing answers at {address}: {reason}", address=base_url, reason=_cause(error)),
            advice=Sentence("Check the network, the proxy and LECOMMERCIAL_BASE_URL. Nothing was sent."),
        )
        raise UnreachableError(problem) from error
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


def proxy_of(base_url: str) -> str | None:
    """Return the proxy on the way, as HTTPS_PROXY and NO_PROXY say or the system does; None where there is none.

    Asked once: aiohttp would ask anew for every request, in a thread.
    """
    url = urlsplit(base_url)
    return None if proxy_bypass(url.hostname or "") else getproxies().get(url.scheme)


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=Connector(limit=0, keepalive_timeout=KEEP_ALIVE, ssl=httpx.create_ssl_context()),
        cookie_jar=aiohttp.DummyCookieJar(),
    )


def _cause(error: OSError | ValueError) -> str:
    return (why(error) if isinstance(error, OSError) else "") or _words(error)


def _words(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
