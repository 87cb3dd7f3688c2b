"""The gateway over real sockets: every answer, and every way of getting none, on its right side."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress

import pytest

from lecommercial_batch.core.clock import SystemClock
from lecommercial_batch.core.model import Answer, Content, Outcome, Phone
from lecommercial_batch.core.sender import Secret, Sender, SuccessStyle
from lecommercial_batch.gateway import ApiGateway
from lecommercial_batch.sandbox.settings import APPKEY, AUTHKEY
from lecommercial_batch.testing import SandboxServer

PHONE = Phone("+33641000001")
CONTENT = Content(text="Bonjour")
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer() as server:
        yield server


def a_sender(*, appkey: str = APPKEY, style: SuccessStyle = SuccessStyle.DOCUMENTED) -> Sender:
    return Sender(name="default", authkey=Secret(AUTHKEY), appkey=Secret(appkey), success_style=style)


async def call(url: str, sender: Sender | None = None, *, times: int = 1) -> Answer:
    async with ApiGateway(url, sender or a_sender(), clock=SystemClock()) as gateway:
        for _ in range(times - 1):
            await gateway.send(PHONE, CONTENT)
        return await gateway.send(PHONE, CONTENT)


@asynccontextmanager
async def server(handler: Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """Serve raw TCP, each connection closed after its handler; yields a base URL."""
    ended: set[asyncio.Task[None] | None] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ended.add(asyncio.current_task())
        with suppress(OSError, asyncio.IncompleteReadError):
            await handler(reader, writer)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    listening = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls)
    port = listening.sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/api"
    finally:
        listening.close()
        await asyncio.gather(*(task for task in ended if task))


async def read_request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    lines = (line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    length = next(lines, b"content-length: 0")  # a GET has none
    return await reader.readexactly(int(length.split(b":")[1]))


def answering(raw: bytes) -> Handler:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(raw)
        await writer.drain()

    return handle


def http(status: str, body: str, kind: str = "application/json", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body.encode())}", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


FAULTS = [
    ("", Outcome.ACCEPTED, ""),
    ("200_validation", Outcome.REFUSED, "invalid_message"),
    ("422_validation", Outcome.REFUSED, "invalid_message"),
    ("401_keys", Outcome.HALTED, "invalid_keys"),
    ("401_quota", Outcome.HALTED, "quota_exceeded"),
    ("401_template", Outcome.HALTED, "template_not_found"),
    ("401_failed", Outcome.REFUSED, "request_failed"),
    ("403_file", Outcome.REFUSED, "bad_file"),
    ("422_device", Outcome.HALTED, "device_unavailable"),
    ("429", Outcome.NOT_SENT, "throttled"),
    ("503", Outcome.NOT_SENT, "unavailable"),
    ("503_bare", Outcome.UNSURE, "unreadable_answer"),
    ("503_after", Outcome.UNSURE, "unreadable_answer"),
    ("500", Outcome.UNSURE, "server_error"),
    ("500_after", Outcome.UNSURE, "server_error"),
    ("502", Outcome.UNSURE, "unreadable_answer"),
    ("504", Outcome.UNSURE, "unreadable_answer"),
    ("200_html", Outcome.UNSURE, "unreadable_answer"),
    ("drop", Outcome.UNSURE, "connection_lost"),
    ("drop_after", Outcome.UNSURE, "connection_lost"),
]


@pytest.mark.parametrize(
    ("fault", "outcome", "reason"), FAULTS, ids=[fault or "accepted" for fault, _, _ in FAULTS]
)
async def test_what_comes_back(fault: str, outcome: Outcome, reason: str, sandbox: SandboxServer) -> None:
    """Each answer of the API and of servers of its kind has its outcome, read from the body first."""
    sandbox.set_faults(*([fault] if fault else []))

    answer = await call(sandbox.url)

    assert (answer.outcome, answer.reason) == (outcome, reason)


async def test_a_refusal_carries_the_servers_words(sandbox: SandboxServer) -> None:
    """The texts of a validation error reach the report, field by field."""
    sandbox.set_faults("422_validation")

    assert "HTTP 422" in (await call(sandbox.url)).detail


@pytest.mark.parametrize("style", SuccessStyle)
async def test_a_forks_success_counts_only_when_asked_for(style: SuccessStyle) -> None:
    """The message of Cloud API forks is a success for senders that say so, and in doubt for the others."""
    body = '{"message":"Message sent successfully..!!"}'
    async with server(answering(http("200 OK", body))) as url:
        answer = await call(url, a_sender(style=style))

    expected = Outcome.ACCEPTED if style is SuccessStyle.CLOUD else Outcome.UNSURE
    assert answer.outcome is expected


RAW = {
    "nothing after the request": (b"", "connection_lost"),
    "half a head": (b"HTTP/1.1 200 OK\r\nContent-", "connection_lost"),
    "half a body": (http("200 OK", '{"message_status":"Success"}')[:-9], "connection_lost"),
    "truncated JSON": (http("200 OK", '{"message_status":"Succ'), "unreadable_answer"),
    "not HTTP": (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "connection_lost"),
    "a body that is no object": (http("200 OK", "[]"), "unreadable_answer"),
}


@pytest.mark.parametrize("case", RAW)
async def test_an_answer_cut_short_leaves_a_doubt(case: str) -> None:
    """Whatever goes wrong once the request was written, the message may have been sent: unsure, never retried."""
    raw, reason = RAW[case]
    async with server(answering(raw)) as url:
        answer = await call(url)

    assert (answer.outcome, answer.reason) == (Outcome.UNSURE, reason)


async def test_a_refused_connection_was_not_sent() -> None:
    """Where nobody listens, nothing was executed."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        answer = await call(f"http://127.0.0.1:{unused.getsockname()[1]}/api")

    assert (answer.outcome, answer.reason) == (Outcome.NOT_SENT, "unreachable")


async def test_an_unknown_host_was_not_sent() -> None:
    """A name that does not resolve is no doubt."""
    answer = await call("http://no-such-host.invalid/api")

    assert (answer.outcome, answer.reason) == (Outcome.NOT_SENT, "unreachable")


async def test_a_failed_handshake_was_not_sent() -> None:
    """A server that does not speak TLS never saw a byte of the request."""
    async with server(answering(b"")) as url:
        answer = await call(url.replace("http://", "https://"))

    assert (answer.outcome, answer.reason) == (Outcome.NOT_SENT, "unreachable")


async def test_a_connection_closed_between_two_calls_sends_nothing_twice() -> None:
    """A server may close a kept connection as a message goes out on it: then it is in doubt, not resent."""
    bodies: list[bytes] = []
    ok = http("200 OK", '{"message_status":"Success"}')

    async def close_on_the_second(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        bodies.append(await read_request(reader))
        writer.write(ok)
        await writer.drain()
        bodies.append(await read_request(reader))

    async with server(close_on_the_second) as url:
        answer = await call(url, times=2)

    assert answer.outcome is Outcome.UNSURE
    assert len(bodies) == 2


async def test_no_redirect_is_followed() -> None:
    """A redirect halts: following it would hand keys and messages to another address."""
    called = asyncio.Event()

    async def elsewhere(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        del reader, writer
        called.set()

    async with server(elsewhere) as other:
        answering_302 = answering(http("302 Found", "", "text/html", f"Location: {other}"))
        async with server(answering_302) as url:
            answer = await call(url)

    assert (answer.outcome, answer.reason) == (Outcome.UNSURE, "redirected")
    assert not called.is_set()


@pytest.mark.parametrize(
    ("header", "low", "high"),
    [
        ("Retry-After: 30", 30, 30),
        ("Retry-After: Wed, 01 Jan 2020 00:00:00 GMT", 0, 0),
        ("X-RateLimit-Reset: 4102444800", 3601, 3601),
    ],
    ids=["seconds", "a date", "reset"],
)
async def test_the_wait_the_api_asks_for_is_read(header: str, low: float, high: float) -> None:
    """Retry-After in seconds or as a date, or X-RateLimit-Reset, tell how long to wait."""
    async with server(answering(http("429 Too Many Requests", "{}", "application/json", header))) as url:
        answer = await call(url)

    assert answer.outcome is Outcome.NOT_SENT
    assert answer.retry_after is not None
    assert low <= answer.retry_after <= high


async def test_keys_echoed_by_the_server_are_redacted() -> None:
    """A debug trace may hold the request: what is kept of it has no key and 500 characters at most."""
    body = f'{{"error":"appkey={APPKEY} authkey={AUTHKEY} {"x" * 900}"}}'
    async with server(answering(http("400 Bad Request", body))) as url:
        answer = await call(url)

    assert answer.outcome is Outcome.REFUSED
    assert APPKEY not in answer.detail
    assert AUTHKEY not in answer.detail
    assert len(answer.detail) == 500


async def test_a_proxy_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the environment names a proxy, calls go through it."""
    seen: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n"))
        writer.write(http("200 OK", '{"message_status":"Success"}'))
        await writer.drain()

    async with server(proxy) as url:
        monkeypatch.setenv("HTTP_PROXY", url.removesuffix("/api"))
        monkeypatch.setenv("http_proxy", url.removesuffix("/api"))
        answer = await call("http://api.example.test/api")

    assert answer.outcome is Outcome.ACCEPTED
    assert seen == [b"POST http://api.example.test/api/create-message HTTP/1.1\r\n"]
