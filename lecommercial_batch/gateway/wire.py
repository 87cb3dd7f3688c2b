"""The one way to the API: a request handed to the transport, and whatever happens to it, as a value."""

import asyncio
import os
import ssl
import zlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from lecommercial_batch.gateway.connections import Connector, Evidence, Left, Request, evidence_of_task

#: Seconds. A send sleeps 1-2 s on the server, 35 s at worst; a pool of its own is never waited for.
TIMEOUT: Final = {"connect": 10.0, "read": 60.0, "write": 60.0, "pool": 60.0}
#: Seconds an idle connection is kept: less than servers keep theirs (Apache 5 s), so that a message never
#: goes out on a connection that is being closed.
KEEP_ALIVE: Final = 4.0
#: Seconds that a call takes in all: `TIMEOUT` bounds each read, and a server may send a byte a second.
LONGEST_CALL: Final = 120.0
#: Bytes of an answer that are read, unpacked: the longest that the API gives, 50 contacts, has a hundredth of it.
LONGEST_BODY: Final = 2**20

#: For a way on which nothing is encrypted. It knows no certificate, so that nothing could be by mistake.
_NO_TLS: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
_EXTENSIONS: Final = {"timeout": TIMEOUT}
#: gzip and deflate as RFC 9110 has them, and deflate as some servers do: without its header.
_PACKED: Final = (zlib.MAX_WBITS | 32, -zlib.MAX_WBITS)


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer, as it came."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Lost:
    """No whole answer."""

    written: bool  #: whether a byte of the request was given to a connection: then it may have been executed
    in_time: bool  #: False: the server took too long
    words: str  #: what the transport says; it may hold the address with its keys


class Wire:
    """Connections to one API. An async context manager: they end with it."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._urls: dict[str, httpx.URL] = {}  # which take their time to parse
        proxy = proxy_of(base_url)
        self._tls = tls() if _is_secure(base_url) or (proxy and _is_secure(proxy)) else _NO_TLS
        self._transport = AiohttpTransport(verify=self._tls, proxy=httpx.Proxy(proxy) if proxy else None)

    async def __aenter__(self) -> Self:
        # Now, not at the first call, which would leave late and so too close to the second.
        self._transport.client = _session(self._tls)
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
        # As a stream, so that httpx leaves its usual headers to aiohttp, which writes them anyway.
        request = httpx.Request(
            method,
            url.copy_merge_params(query) if query else url,
            headers={"Content-Type": content_type} if content_type else None,
            stream=httpx.ByteStream(body),
            extensions=_EXTENSIONS,
        )
        request.read()
        return request

    async def exchange(self, request: httpx.Request, left: Left) -> Reply | Lost:
        """Make one call, in `LONGEST_CALL` at most. Never raises for what the network or the server does.

        What tells "not sent" from "unsure" is whether a byte of the request was written. The exception's type does
        not: httpx-aiohttp calls a connection closed after the request a ConnectTimeout.
        """
        evidence = Evidence(left, asyncio.get_running_loop().time() + LONGEST_CALL)
        token = evidence_of_task.set(evidence)
        try:
            got = await self._attempt(request, evidence)
            while evidence.reused and not evidence.written:  # an old connection that was of no use any more
                got = await self._attempt(request, evidence)
            return got
        finally:
            evidence_of_task.reset(token)

    async def _attempt(self, request: httpx.Request, evidence: Evidence) -> Reply | Lost:
        evidence.reused = False
        try:
            reply = await self._call(request)
        except (httpx.HTTPError, aiohttp.ClientError, OSError, EOFError) as error:
            in_time = not isinstance(error, httpx.ReadTimeout)
            return Lost(evidence.written, in_time=in_time, words=words_of(error))
        if not evidence.written:  # so it answers something else; its connection takes no request any more
            return Lost(written=False, in_time=True, words="an answer came before the request was written")
        return reply

    async def _call(self, request: httpx.Request) -> Reply:
        response = await self._transport.handle_async_request(request)
        try:
            body = await _body(response)
        finally:
            await response.aclose()
        return Reply(response.status_code, response.headers, body)


async def _body(response: httpx.Response) -> bytes:
    """Return the body, `LONGEST_BODY` of it at most. Past httpx's decoders, which know no bound."""
    parts = aiter(response.stream)  # type: ignore[arg-type]  # as transports have it
    if "content-encoding" not in response.headers:
        return await _read(parts)
    match response.headers["content-encoding"].strip().casefold():
        case "identity" | "":
            return await _read(parts)
        case "gzip" | "x-gzip" | "deflate":  # which was not asked for
            return _unpacked(await _read(parts))
        case _:
            return b""  # nobody can read it


async def _read(parts: AsyncIterator[bytes]) -> bytes:
    body = b""
    async for part in parts:
        body = body + part if body else part
        if len(body) >= LONGEST_BODY:
            break
    return body[:LONGEST_BODY]


def _unpacked(packed: bytes) -> bytes:
    """Unpack a body; one that is no such thing, or has no end, raises."""
    for form in _PACKED:
        unpacking = zlib.decompressobj(form)
        try:
            body = unpacking.decompress(packed, LONGEST_BODY)
        except zlib.error:
            continue
        if unpacking.eof or len(body) == LONGEST_BODY:
            return body
    raise httpx.DecodingError("the compressed answer cannot be unpacked")


def proxy_of(base_url: str) -> str | None:
    """Return the proxy on the way, as HTTPS_PROXY and NO_PROXY say or the system does; None where there is none.

    Asked once: aiohttp would ask anew for every request, in a thread.
    """
    url = urlsplit(base_url)
    return None if proxy_bypass(url.hostname or "") else getproxies().get(url.scheme)


def tls() -> ssl.SSLContext:
    """Return what a server's certificate is checked by; `SSL_CERT_FILE` and `SSL_CERT_DIR` are obeyed.

    Made once, since reading all certificates takes as long as a hundred messages.
    """
    return _tls(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@cache
def _tls(_file: str | None, _folder: str | None) -> ssl.SSLContext:
    return httpx.create_ssl_context()


def _is_secure(url: str) -> bool:
    return urlsplit(url).scheme == "https"


def words_of(error: BaseException) -> str:
    """Return what an exception says, on one line."""
    return " ".join(str(error).split()) or type(error).__name__


def _session(context: ssl.SSLContext) -> aiohttp.ClientSession:
    session = aiohttp.ClientSession(
        connector=Connector(limit=0, keepalive_timeout=KEEP_ALIVE, ssl=context),
        cookie_jar=aiohttp.DummyCookieJar(),
        request_class=Request,
        headers={"Accept": "application/json", "Accept-Encoding": "identity"},
    )
    # On a connection that the server closed, aiohttp would repeat a GET, PUT or DELETE by itself: past the pace,
    # and a change would be made twice. Its own tests switch that off the same way.
    session._retry_connection = False  # noqa: SLF001 - there is no public switch
    return session
