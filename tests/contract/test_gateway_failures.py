"""What was written to the socket decides: each way of failing before is "not sent", each after is "unsure"."""

import asyncio
import gzip
import socket
import ssl
import struct
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from lecommercial_batch.core.errors import UnreachableError
from lecommercial_batch.core.model import Outcome
from lecommercial_batch.core.sender import Unexplained503
from lecommercial_batch.gateway import check_reachable, wire
from lecommercial_batch.testing import SandboxServer
from tests.contract.test_gateway import a_sender, answering, call, http, read_request, server

SUCCESS = '{"message_status":"Success"}'
PAGE = "<html><body>Oops</body></html>"

#: What servers of the family and proxies before them answer: status line, content type, body, outcome, reason.
ANSWERS = [
    ("200 OK", "application/json; charset=UTF-8", '{"message_status":"SUCCESS"}', Outcome.ACCEPTED, ""),
    ("200 OK", "application/problem+json", SUCCESS, Outcome.ACCEPTED, ""),
    ("201 Created", "application/json", SUCCESS, Outcome.UNSURE, "server_error"),
    ("204 No Content", "text/plain", "", Outcome.UNSURE, "unreadable_answer"),
    ("200 OK", "application/json", '{"message_status":"Failed"}', Outcome.UNSURE, "server_error"),
    (
        "200 OK",
        "application/json",
        '{"success":false,"message":"x","data":{}}',
        Outcome.REFUSED,
        "invalid_message",
    ),
    ("401 Unauthorized", "application/json", '{"message":"Quota atteint"}', Outcome.HALTED, "quota_exceeded"),
    ("401 Unauthorized", "text/html", PAGE, Outcome.HALTED, "wrong_address"),
    ("403 Forbidden", "text/html", PAGE, Outcome.HALTED, "wrong_address"),
    ("404 Not Found", "text/html", PAGE, Outcome.HALTED, "wrong_address"),
    ("405 Method Not Allowed", "application/json", '{"message":"x"}', Outcome.HALTED, "wrong_address"),
    ("407 Proxy Authentication Required", "text/html", PAGE, Outcome.HALTED, "wrong_address"),
    ("413 Payload Too Large", "text/html", PAGE, Outcome.REFUSED, "refused"),
    ("422 Unprocessable Content", "text/html", PAGE, Outcome.REFUSED, "refused"),
    ("429 Too Many Requests", "text/html", PAGE, Outcome.NOT_SENT, "throttled"),
    ("503 Service Unavailable", "text/html", PAGE, Outcome.UNSURE, "unreadable_answer"),
    ("500 Internal Server Error", "text/html", PAGE, Outcome.UNSURE, "unreadable_answer"),
    ("504 Gateway Timeout", "application/json", '{"message":"x"}', Outcome.UNSURE, "server_error"),
    ("520 Unknown Error", "text/html", PAGE, Outcome.UNSURE, "unreadable_answer"),
    ("301 Moved Permanently", "text/html", PAGE, Outcome.UNSURE, "redirected"),
    ("307 Temporary Redirect", "application/json", "{}", Outcome.HALTED, "redirected"),
    ("308 Permanent Redirect", "text/html", "", Outcome.HALTED, "redirected"),
]


@pytest.mark.parametrize(("status", "kind", "body", "outcome", "reason"), ANSWERS)
async def test_what_a_status_and_a_body_mean(
    status: str, kind: str, body: str, outcome: Outcome, reason: str
) -> None:
    """The body is read before the status, and a page that is no JSON by its status alone."""
    async with server(answering(http(status, body, kind, "Location: http://127.0.0.1:1/"))) as url:
        answer = await call(url)

    assert (answer.outcome, answer.reason) == (outcome, reason)


CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
BROKEN: Mapping[str, bytes] = {
    "a chunked body cut short": CHUNKED + b"1c\r\n" + SUCCESS.encode()[:10],
    "a chunked body without its end": CHUNKED + b"%x\r\n%b\r\n" % (len(SUCCESS), SUCCESS.encode()),
    "a chunk of no length": CHUNKED + b"zz\r\n",
    "a compressed body that is none": http("200 OK", SUCCESS, "application/json", "Content-Encoding: gzip"),
    "text in another encoding": http("200 OK", "").replace(b"Content-Length: 0", b"Content-Length: 4")
    + b"\xff\xfe{}",
}


@pytest.mark.parametrize("case", BROKEN)
async def test_an_answer_that_cannot_be_read_leaves_a_doubt(case: str) -> None:
    """The request was written: whatever is wrong with the answer, it is never sent again unasked."""
    async with server(answering(BROKEN[case])) as url:
        answer = await call(url)

    assert answer.outcome is Outcome.UNSURE


async def test_a_compressed_answer_is_read() -> None:
    """A proxy may compress what it passes on."""
    body = gzip.compress(SUCCESS.encode())
    head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
    async with server(answering(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)) as url:
        answer = await call(url)

    assert answer.outcome is Outcome.ACCEPTED


@pytest.mark.parametrize("moment", ["after the head", "after the request"])
async def test_a_connection_that_breaks_leaves_a_doubt(moment: str) -> None:
    """Closed or reset once the request was being written: how much of the request was read cannot be known."""

    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        match moment:
            case "after the head":
                await reader.readuntil(b"\r\n\r\n")
            case "after the request":
                await read_request(reader)
        connection = writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # RST, not FIN

    async with server(reset) as url:
        answer = await call(url)

    assert (answer.outcome, answer.reason) == (Outcome.UNSURE, "connection_lost")


async def test_no_answer_in_time_leaves_a_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server took the message and says nothing until we give up."""
    monkeypatch.setitem(wire.TIMEOUT, "read", 0.2)
    with SandboxServer() as sandbox:
        sandbox.set_faults("hang")
        answer = await call(sandbox.url)

    assert (answer.outcome, answer.reason) == (Outcome.UNSURE, "no_answer")


async def test_a_connection_that_is_never_made_was_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that does not take connections any more: nothing of the request left."""
    monkeypatch.setitem(wire.TIMEOUT, "connect", 0.3)
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]  # as many as it lets wait, and more
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(full.getsockname())
        answer = await call(f"http://127.0.0.1:{full.getsockname()[1]}/api")
        for each in waiting:
            each.close()

    assert (answer.outcome, answer.reason) == (Outcome.NOT_SENT, "unreachable")


@pytest.mark.parametrize("status", ["403 Forbidden", "407 Proxy Authentication Required", "502 Bad Gateway"])
async def test_a_proxy_that_opens_no_tunnel_was_not_sent(status: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tunnel to an https address comes first: without it, no key and no message has left."""
    seen: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(http(status, PAGE, "text/html"))
        await writer.drain()

    async with server(proxy) as url:
        for name in ("HTTPS_PROXY", "https_proxy"):
            monkeypatch.setenv(name, url.removesuffix("/api"))
        answer = await call("https://api.example.test/api")

    assert (answer.outcome, answer.reason) == (Outcome.NOT_SENT, "unreachable")
    assert len(seen) == 1
    assert seen[0].startswith(b"CONNECT api.example.test:443")


@pytest.mark.parametrize(
    ("trusted", "raw", "outcome"),
    [
        (False, http("200 OK", SUCCESS), Outcome.NOT_SENT),
        (True, http("200 OK", SUCCESS), Outcome.ACCEPTED),
        (True, b"", Outcome.UNSURE),
        (True, http("200 OK", SUCCESS)[:-5], Outcome.UNSURE),
    ],
    ids=["not trusted", "trusted", "closed after the request", "cut short"],
)
async def test_tls(
    trusted: bool, raw: bytes, outcome: Outcome, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A certificate that nobody vouches for ends before the request; SSL_CERT_FILE lets a private one in."""
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    async with server(answering(raw), context) as url:
        answer = await call(url.replace("http://", "https://"))

    assert answer.outcome is outcome


@pytest.mark.parametrize(
    ("headers", "low", "high"),
    [
        (["X-RateLimit-Remaining: 0", "Retry-After: 7"], 7, 7),
        (["X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 30"], 30, 30),
        (["X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 4102444800"], 3601, 3601),
    ],
    ids=["seconds", "reset in seconds", "reset as a moment"],
)
async def test_the_last_call_that_the_limit_lets_through_says_so(
    headers: list[str], low: float, high: float
) -> None:
    """An accepted message with nothing remaining tells when the next may follow."""
    async with server(answering(http("200 OK", SUCCESS, "application/json", *headers))) as url:
        answer = await call(url)

    assert answer.outcome is Outcome.ACCEPTED
    assert answer.retry_after is not None
    assert low <= answer.retry_after <= high


async def test_calls_that_remain_are_no_reason_to_wait() -> None:
    """What Laravel says on every answer holds nobody up."""
    headers = ["X-RateLimit-Limit: 60", "X-RateLimit-Remaining: 12", "X-RateLimit-Reset: 4102444800"]
    async with server(answering(http("200 OK", SUCCESS, "application/json", *headers))) as url:
        assert (await call(url)).retry_after is None


@pytest.mark.parametrize("kind", ["application/json", "text/html"])
@pytest.mark.parametrize("unexplained", Unexplained503)
async def test_a_503_without_a_word_is_what_the_sender_says(unexplained: Unexplained503, kind: str) -> None:
    """Where a server is known to be clean, all its 503s are tried again; else those alone that say so."""
    sender = replace(a_sender(), unexplained_503=unexplained)
    async with server(answering(http("503 Service Unavailable", '{"message":"x"}', kind))) as url:
        answer = await call(url, sender)

    known = unexplained is Unexplained503.NOT_SENT
    assert answer.outcome is (Outcome.NOT_SENT if known else Outcome.UNSURE)


async def test_a_bad_certificate_is_told_as_one(certificate: Path) -> None:
    """Its number is OpenSSL's: to the system it would be "Operation not permitted"."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    async with server(answering(b""), context) as url:
        with pytest.raises(UnreachableError) as raised:
            await check_reachable(url.replace("http://", "https://"))

    said = str(raised.value)
    assert "not permitted" not in said
    assert "certificate" in said
    assert "self-signed" in said


async def test_a_private_certificate_is_trusted_in_the_check_as_in_the_calls(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`SSL_CERT_FILE` holds for both, and so do the authorities that are trusted without it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    async with server(answering(b""), context) as url:
        await check_reachable(url.replace("http://", "https://"))
