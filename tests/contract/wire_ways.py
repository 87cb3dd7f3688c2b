"""Each way a call can go wrong on the wire, what the server did, and what becomes of the message.

The table of docs/api.md is made of this one: `python -m tests.contract.wire_ways` prints it.
"""

import asyncio
import gzip
import socket
import struct
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from lecommercial_batch.core.model import Outcome
from tests.contract.test_gateway import http, read_request

SUCCESS: Final = '{"message_status":"Success"}'
PAGE: Final = "<html><body>Oops</body></html>"


@dataclass(kw_only=True)
class Talk:
    """One connection at the server's end."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    executes: bool
    taken: list[bytes] = field(default_factory=list)  #: what was executed

    async def take(self) -> None:
        """Read a request, and execute it where this server does."""
        body = await read_request(self.reader)
        if self.executes:
            self.taken.append(body)

    async def say(self, raw: bytes) -> None:
        self.writer.write(raw)
        await self.writer.drain()

    def reset(self) -> None:
        """Close with RST, not FIN."""
        linger = struct.pack("ii", 1, 0)
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    async def until_it_hangs_up(self) -> None:
        await self.reader.read()


Behaviour = Callable[[Talk], Awaitable[None]]


class Place(StrEnum):
    """What is at the API's address."""

    SERVER = "server"
    TLS = "tls"  #: with a certificate that nobody vouches for
    NO_TLS = "no tls"  #: behind an https address
    NOBODY = "nobody"
    NO_NAME = "no name"
    FULL = "full"  #: takes no connections any more
    PROXY = "proxy"  #: to an http address
    TUNNEL = "tunnel"  #: a proxy to an https address


@dataclass(frozen=True, kw_only=True)
class Way:
    """A way of going wrong, and what becomes of a message that was executed in spite of it, or was not."""

    name: str
    behave: Behaviour
    idle: tuple[Outcome, str] | None  #: not executed. None: this does not happen
    executed: tuple[Outcome, str] | None = None  #: as above; or the server would break its own word
    place: Place = Place.SERVER
    calls: int = 1  #: of which the last is the one in question


ACCEPTED: Final = (Outcome.ACCEPTED, "")
UNREACHABLE: Final = (Outcome.NOT_SENT, "unreachable")
UNAVAILABLE: Final = (Outcome.NOT_SENT, "unavailable")
THROTTLED: Final = (Outcome.NOT_SENT, "throttled")
LOST: Final = (Outcome.UNSURE, "connection_lost")
SILENT: Final = (Outcome.UNSURE, "no_answer")
UNREADABLE: Final = (Outcome.UNSURE, "unreadable_answer")
ERROR: Final = (Outcome.UNSURE, "server_error")
ELSEWHERE: Final = (Outcome.UNSURE, "redirected")
MOVED: Final = (Outcome.HALTED, "redirected")
ADDRESS: Final = (Outcome.HALTED, "wrong_address")
REFUSED: Final = (Outcome.REFUSED, "refused")

JSON: Final = "application/json"
HTML: Final = "text/html"


def answers(raw: bytes) -> Behaviour:
    """Take the request, answer so, and close."""

    async def behave(talk: Talk) -> None:
        await talk.take()
        await talk.say(raw)

    return behave


async def nothing(talk: Talk) -> None:
    """Close at once."""
    del talk


async def resets_at_once(talk: Talk) -> None:
    talk.reset()


async def resets_within_the_request(talk: Talk) -> None:
    await talk.reader.readexactly(1)
    talk.reset()


async def resets_after_the_request(talk: Talk) -> None:
    await talk.take()
    talk.reset()


async def closes_within_the_request(talk: Talk) -> None:
    await talk.reader.readuntil(b"\r\n\r\n")


async def speaks_first(talk: Talk) -> None:
    """Answer before anything was asked, and wait for the other side to hang up."""
    await talk.say(http("200 OK", SUCCESS))
    await talk.until_it_hangs_up()


async def is_silent(talk: Talk) -> None:
    await talk.take()
    await talk.until_it_hangs_up()


def drips(raw: bytes) -> Behaviour:
    """Send a byte at a time, for ever: the last one again and again."""

    async def behave(talk: Talk) -> None:
        await talk.take()
        sent = 0
        while not talk.reader.at_eof():
            await talk.say(raw[sent : sent + 1] or b" ")
            sent += 1
            await asyncio.sleep(0.05)

    return behave


async def answers_twice(talk: Talk) -> None:
    """Answer each call, and the first of a connection once more in the same packet."""
    await talk.take()
    await talk.say(2 * http("200 OK", SUCCESS))
    while not talk.reader.at_eof():
        await talk.take()
        await talk.say(http("200 OK", SUCCESS))


async def closes_after_each(talk: Talk) -> None:
    """Answer as if the connection were kept, and close it."""
    await talk.take()
    await talk.say(http("200 OK", SUCCESS))


async def closes_on_the_second(talk: Talk) -> None:
    """Answer the first call alone."""
    executes, talk.executes = talk.executes, False
    await talk.take()
    await talk.say(http("200 OK", SUCCESS))
    talk.executes = executes
    await talk.take()


def refuses_the_tunnel(status: str) -> Behaviour:
    async def behave(talk: Talk) -> None:
        await talk.reader.readuntil(b"\r\n\r\n")
        await talk.say(http(status, PAGE, HTML))

    return behave


def both(name: str, behave: Behaviour, outcome: tuple[Outcome, str]) -> Way:
    """Make a way from which it cannot be seen whether the message was executed."""
    return Way(name=name, behave=behave, idle=outcome, executed=outcome)


def answer(name: str, raw: bytes, outcome: tuple[Outcome, str]) -> Way:
    """Make a way of an answer that says by itself that nothing was executed."""
    return Way(name=name, behave=answers(raw), idle=outcome)


def doubtful(name: str, raw: bytes, outcome: tuple[Outcome, str]) -> Way:
    return both(name, answers(raw), outcome)


CHUNKED: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
GZIPPED: Final = "Content-Encoding: gzip"
LONGER: Final = http("200 OK", SUCCESS).replace(b"Length: 28", b"Length: 29")
SHORTER: Final = http("200 OK", SUCCESS).replace(b"Length: 28", b"Length: 20")


def gzipped(body: bytes) -> bytes:
    packed = gzip.compress(body)
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {JSON}\r\n{GZIPPED}\r\nContent-Length: {len(packed)}\r\n\r\n"
    return head.encode() + packed


def moved(status: str, to: str) -> bytes:
    return http(status, "", HTML, f"Location: http://127.0.0.1:1/{to}")


WAYS: Final = (
    Way(name="connection refused", behave=nothing, idle=UNREACHABLE, place=Place.NOBODY),
    Way(name="the name is not known (DNS)", behave=nothing, idle=UNREACHABLE, place=Place.NO_NAME),
    Way(name="no connection in 10 s", behave=nothing, idle=UNREACHABLE, place=Place.FULL),
    Way(name="a certificate that is not trusted", behave=nothing, idle=UNREACHABLE, place=Place.TLS),
    Way(name="TLS asked of a server that has none", behave=nothing, idle=UNREACHABLE, place=Place.NO_TLS),
    Way(name="closed as soon as it is open", behave=nothing, idle=UNREACHABLE),
    Way(name="reset as soon as it is open", behave=resets_at_once, idle=UNREACHABLE),
    Way(name="an answer before the request", behave=speaks_first, idle=UNREACHABLE),
    Way(name="reset within the request", behave=resets_within_the_request, idle=LOST),
    Way(name="closed within the request", behave=closes_within_the_request, idle=LOST),
    both("reset after the request", resets_after_the_request, LOST),
    doubtful("closed without a byte of an answer", b"", LOST),
    doubtful("half a head", b"HTTP/1.1 200 OK\r\nContent-", LOST),
    doubtful("half a body", http("200 OK", SUCCESS)[:-9], LOST),
    doubtful("half a body, in chunks", CHUNKED + b"1c\r\n" + SUCCESS.encode()[:10], LOST),
    doubtful("`Content-Length` above the body", LONGER, LOST),
    doubtful("`Content-Length` below the body", SHORTER, LOST),
    doubtful("gzip that is none", http("200 OK", SUCCESS, JSON, GZIPPED), LOST),
    doubtful("gzip of two megabytes of nothing", gzipped(bytes(2**21)), UNREADABLE),
    doubtful("not HTTP", b"SSH-2.0-OpenSSH_9.2\r\n\r\n", LOST),
    doubtful("200 with half a JSON", http("200 OK", SUCCESS[:-5]), UNREADABLE),
    doubtful("200 with another JSON", http("200 OK", "{}"), ERROR),
    doubtful("200 with a page of HTML", http("200 OK", PAGE, HTML), UNREADABLE),
    doubtful("200 with nothing", http("200 OK", ""), UNREADABLE),
    doubtful("200 with two megabytes", http("200 OK", f'{{"x":"{"x" * 2**21}"}}'), UNREADABLE),
    doubtful("201, 204", http("201 Created", SUCCESS), ERROR),
    both("no answer in 60 s", is_silent, SILENT),
    both("a byte a second, in the head, for 120 s", drips(b"HTTP/1.1 200 OK\r\nX: "), SILENT),
    both("a byte a second, in the body, for 120 s", drips(CHUNKED + b"fffff\r\n"), SILENT),
    Way(
        name="100, 103, then the answer",
        behave=answers(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + http("200 OK", SUCCESS)),
        idle=None,
        executed=ACCEPTED,
    ),
    both(
        "100, and nothing after it",
        answers(b"HTTP/1.1 100 Continue\r\n\r\n"),
        LOST,
    ),
    Way(
        name="the answer to the call before comes a second time",
        behave=answers_twice,
        idle=None,
        executed=ACCEPTED,
        calls=2,
    ),
    Way(
        name="a kept connection is closed before the request",
        behave=closes_after_each,
        idle=None,
        executed=ACCEPTED,
        calls=2,
    ),
    Way(
        name="a kept connection is closed after the request",
        behave=closes_on_the_second,
        idle=LOST,
        executed=LOST,
        calls=2,
    ),
    answer("301, 302 to the same call elsewhere", moved("301 Moved", "v2/create-message"), MOVED),
    doubtful("301, 302 to another page", moved("302 Found", "home"), ELSEWHERE),
    answer("307", moved("307 Temporary Redirect", "x"), MOVED),
    answer("308", moved("308 Permanent Redirect", "x"), MOVED),
    answer("400", http("400 Bad Request", '{"message":"x"}'), REFUSED),
    doubtful("400 with a page of HTML", http("400 Bad Request", PAGE, HTML), UNREADABLE),
    answer(
        "401 `Invalid Auth and AppKey`",
        http("401 Unauthorized", '{"error":"Invalid Auth and AppKey"}'),
        (Outcome.HALTED, "invalid_keys"),
    ),
    answer(
        "401 with `message`",
        http("401 Unauthorized", '{"message":"Maximum Monthly Messages Limit Exceeded"}'),
        (Outcome.HALTED, "quota_exceeded"),
    ),
    answer(
        "401 `Template Not Found`",
        http("401 Unauthorized", '{"error":"Template Not Found"}'),
        (Outcome.HALTED, "template_not_found"),
    ),
    answer(
        "401 `Request Failed`",
        http("401 Unauthorized", '{"error":"Request Failed"}'),
        (Outcome.REFUSED, "request_failed"),
    ),
    answer("401, 403, 407 with a page of HTML", http("403 Forbidden", PAGE, HTML), ADDRESS),
    answer(
        "403 with `error`",
        http("403 Forbidden", '{"error":"file type should be pdf"}'),
        (Outcome.REFUSED, "bad_file"),
    ),
    answer("404", http("404 Not Found", PAGE, HTML), ADDRESS),
    answer("405", http("405 Method Not Allowed", '{"message":"x"}'), ADDRESS),
    doubtful("408", http("408 Request Timeout", '{"message":"x"}'), ERROR),
    doubtful("408 with a page of HTML", http("408 Request Timeout", PAGE, HTML), UNREADABLE),
    doubtful("409", http("409 Conflict", '{"message":"x"}'), ERROR),
    answer("413", http("413 Payload Too Large", PAGE, HTML), REFUSED),
    answer("415", http("415 Unsupported Media Type", '{"message":"x"}'), REFUSED),
    answer(
        "422 with `errors`",
        http("422 Unprocessable Content", '{"message":"x","errors":{"to":["x"]}}'),
        (Outcome.REFUSED, "invalid_message"),
    ),
    answer(
        "422 `Device not connected`",
        http("422 Unprocessable Content", '{"error":"Device not connected or unavailable"}'),
        (Outcome.HALTED, "device_unavailable"),
    ),
    doubtful("425", http("425 Too Early", '{"message":"x"}'), ERROR),
    answer("429 with `Retry-After`", http("429 Too Many Requests", "{}", JSON, "Retry-After: 1"), THROTTLED),
    answer("429 with nothing", http("429 Too Many Requests", "", HTML), THROTTLED),
    doubtful("500", http("500 Internal Server Error", '{"message":"Server Error"}'), ERROR),
    doubtful("502 of a proxy before the server", http("502 Bad Gateway", PAGE, HTML), UNREADABLE),
    answer("503 with `Retry-After`", http("503 Service Unavailable", PAGE, HTML, "Retry-After: 1"), UNAVAILABLE),
    answer(
        "503 of the throttle (`X-RateLimit-Reset`)",
        http("503 Service Unavailable", PAGE, HTML, "X-RateLimit-Reset: 1"),
        UNAVAILABLE,
    ),
    answer(
        '503 `{"message":"Service Unavailable"}`',
        http("503 Service Unavailable", '{"message":"Service Unavailable"}'),
        UNAVAILABLE,
    ),
    doubtful("503 with a page of HTML", http("503 Service Unavailable", PAGE, HTML), UNREADABLE),
    doubtful(
        "503 with `X-RateLimit-Remaining` alone",
        http("503 Service Unavailable", '{"message":"x"}', JSON, "X-RateLimit-Remaining: 5"),
        ERROR,
    ),
    doubtful("504", http("504 Gateway Timeout", PAGE, HTML), UNREADABLE),
    Way(
        name="a proxy on the way to http: 502, 503, 504",
        behave=answers(http("502 Bad Gateway", PAGE, HTML)),
        idle=UNREADABLE,
        executed=UNREADABLE,
        place=Place.PROXY,
    ),
    Way(
        name="a proxy on the way to http: 407",
        behave=answers(http("407 Proxy Authentication Required", PAGE, HTML)),
        idle=ADDRESS,
        place=Place.PROXY,
    ),
    *(
        Way(
            name=f"a proxy on the way to https: {status}",
            behave=refuses_the_tunnel(status),
            idle=UNREACHABLE,
            place=Place.TUNNEL,
        )
        for status in ("407", "502", "503")
    ),
    Way(name="a proxy on the way to https closes", behave=nothing, idle=UNREACHABLE, place=Place.TUNNEL),
)

_STATUS: Final = {
    Outcome.ACCEPTED: "accepted",
    Outcome.REFUSED: "failed",
    Outcome.UNSURE: "unknown",
    Outcome.NOT_SENT: "sent again",
    Outcome.HALTED: "halts, sent again",
}


def table() -> Iterator[str]:
    """Return the lines of the table of docs/api.md."""
    yield "| on the wire | the message was not executed | it was |"
    yield "|---|---|---|"
    for way in WAYS:
        yield f"| {way.name} | {_cell(way.idle)} | {_cell(way.executed)} |"


def _cell(found: tuple[Outcome, str] | None) -> str:
    if found is None:
        return "–"
    outcome, reason = found
    return f"{_STATUS[outcome]}: `{reason}`" if reason else _STATUS[outcome]


if __name__ == "__main__":
    sys.stdout.write("\n".join(table()) + "\n")
