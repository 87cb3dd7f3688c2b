"""The one way to the API: a request handed to the transport, and whatever happens to it, as a value."""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Any, Final, Self, cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from lecommercial_batch.gateway.second_look import SecondLook

#: Seconds. A send sleeps 1-2 s on the server, 35 s at worst; a pool of its own is never waited for.
TIMEOUT: Final = {"connect": 10.0, "read": 60.0, "write": 60.0, "pool": 60.0}
#: Seconds an idle connection is kept: less than servers keep theirs (Apache 5 s), so that a message never
#: goes out on a connection that is being closed.
KEEP_ALIVE: Final = 4.0

_EXTENSIONS: Final = {"timeout": TIMEOUT}

#: To be called as a request begins to be written.
Left = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer, as it came."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Lost:
    """No whole answer."""

    connected: bool  #: whether the request was ever given a connection: then it may have been executed
    in_time: bool  #: False: the server took too long
    words: str  #: what the transport says; it may hold the address with its keys


@dataclass(slots=True)
class _Evidence:
    """Whether a request was given a connection, which is what a first byte needs, and whom to tell of it."""

    left: Left
    connected: bool = False


#: That of the request of this task.
_evidence: Final[ContextVar[_Evidence]] = ContextVar("evidence")


class Connector(aiohttp.TCPConnector):
    """Notes for each request that it was given a connection."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # aiohttp has no public way to choose the class of its connections.
        self._factory = cast("Any", partial(SecondLook, loop=asyncio.get_running_loop()))

    async def connect(self, *arguments: Any, **named: Any) -> Any:
        """Wait for a connection, as aiohttp does."""
        connection = await super().connect(*arguments, **named)
        evidence = _evidence.get()
        evidence.connected = True
        evidence.left()  # the request is written next
        return connection


class Wire:
    """Connections to one API. An async context manager: they end with it."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._urls: dict[str, httpx.URL] = {}  # which take their time to parse
        proxy = proxy_of(base_url)
        self._transport = AiohttpTransport(client=_session, proxy=httpx.Proxy(proxy) if proxy else None)

    async def __aenter__(self) -> Self:
        # Now, not at the first call, which would leave late and so too close to the second.
        self._transport.client = _session()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._transport.aclose()

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: bytes = b"",
        content_type: str = "",
    ) -> httpx.Request:
        """Return a request that is ready to leave."""
        url = self._urls.get(path) or self._urls.setdefault(path, httpx.URL(f"{self._base_url}/{path}"))
        headers = {"Accept": "application/json"}
        if content_type:
            headers["Content-Type"] = content_type
        # As a stream, so that httpx leaves its usual headers to aiohttp, which writes them anyway.
        request = httpx.Request(
            method,
            url.copy_merge_params(query) if query else url,
            headers=headers,
            stream=httpx.ByteStream(body),
            extensions=_EXTENSIONS,
        )
        request.read()
        return request

    async def exchange(self, request: httpx.Request, left: Left) -> Reply | Lost:
        """Make one call. Never raises for what the network or the server does.

        What tells "not sent" from "unsure" is whether aiohttp had a connection to write to. The exception's type
        does not: httpx-aiohttp calls a connection closed after the request a ConnectTimeout.
        """
        evidence = _Evidence(left)
        token = _evidence.set(evidence)
        try:
            return await self._call(request)
        except (httpx.HTTPError, aiohttp.ClientError, OSError, TimeoutError, EOFError) as error:
            words = words_of(error)
            return Lost(evidence.connected, in_time=not isinstance(error, httpx.ReadTimeout), words=words)
        finally:
            _evidence.reset(token)

    async def _call(self, request: httpx.Request) -> Reply:
        response = await self._transport.handle_async_request(request)
        try:
            body = await _body(response)
        finally:
            await response.aclose()
        return Reply(response.status_code, response.headers, body)


async def _body(response: httpx.Response) -> bytes:
    """Return the body, past httpx's decoders where nothing is compressed: they cost more than the JSON."""
    if "content-encoding" in response.headers or not isinstance(response.stream, httpx.AsyncByteStream):
        return await response.aread()
    return b"".join([part async for part in response.stream])


def proxy_of(base_url: str) -> str | None:
    """Return the proxy on the way, as HTTPS_PROXY and NO_PROXY say or the system does; None where there is none.

    Asked once: aiohttp would ask anew for every request, in a thread.
    """
    url = urlsplit(base_url)
    return None if proxy_bypass(url.hostname or "") else getproxies().get(url.scheme)


def tls() -> ssl.SSLContext:
    """Return what a server's certificate is checked by; `SSL_CERT_FILE` is obeyed."""
    return httpx.create_ssl_context()


def words_of(error: BaseException) -> str:
    """Return what an exception says, on one line."""
    return " ".join(str(error).split()) or type(error).__name__


def _session() -> aiohttp.ClientSession:
    session = aiohttp.ClientSession(
        connector=Connector(limit=0, keepalive_timeout=KEEP_ALIVE, ssl=tls()),
        cookie_jar=aiohttp.DummyCookieJar(),
    )
    # On a connection that the server closed, aiohttp would repeat a GET, PUT or DELETE by itself: past the pace,
    # and a change would be made twice. Its own tests switch that off the same way.
    session._retry_connection = False  # noqa: SLF001 - there is no public switch
    return session
