"""Servers that answer whatever they like: the client ends each call with an answer, soon."""

import asyncio
import gzip
import json
import random

from lecommercial_batch.core.model import Answer
from lecommercial_batch.gateway import wire
from tests.contract.test_gateway import call, read_request, server

LONGEST = 1.0  #: seconds that a call may take here, instead of two minutes

_STATUSES = (
    "200 OK",
    "201 Created",
    "204 No",
    "302 Found",
    "400 Bad",
    "401 No",
    "422 No",
    "429 Slow",
    "500 X",
    "503 X",
)
_ODD = ("999 ?", "-1 x", "20O OK", "100 Continue", "101 Switching", "")
_HEADERS = (
    "Retry-After",
    "X-RateLimit-Reset",
    "Location",
    "Set-Cookie",
    "Content-Encoding",
    "Content-Type",
    "Connection",
)
_VALUES = (
    *(
        "0",
        "-1",
        "9" * 400,
        "1e400",
        "nan",
        "Infinity",
        "1893456000000",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "\x1b[2J",
        "\xe9\xff",
    ),
    *("http://[", "a=" + "b" * 9_000, "gzip", "deflate, br, gzip", "text/html; charset=\x00", "close", ""),
)


def body(chance: random.Random) -> bytes:
    """Make the body of an answer."""
    texts = (
        '{"message_status":"Success"}',
        '{"error":"\\ud83d x"}',
        '{"message_status":' + "9" * 5_000 + "}",
        "[" * 100_000,
        '{"a":' * 50_000,
        json.dumps({"error": "x" * 2_000_000}),
        json.dumps({"message_status": {"x": [None] * 1_000}, "data": 1e308}),
        "<html><h1>\x1b]52;c;x\x07</h1>" * 100,
        '{"message_status":"Success"' * 3,
        "",
        "NaN",
        "\ufeff{}",
    )
    made = chance.choice(texts).encode("utf-8", "surrogatepass")
    match chance.randrange(5):
        case 0:
            return bytes(chance.randrange(256) for _ in range(chance.choice([1, 50, 3_000])))
        case 1:
            return made[: chance.randrange(len(made) + 1)]
        case 2:
            return gzip.compress(chance.choice([made, bytes(50_000_000)]), 1)
    return made


def answer(chance: random.Random) -> bytes:
    """Make a whole answer, more or less HTTP."""
    content = body(chance)
    status = chance.choice(_STATUSES) if chance.random() < 0.8 else chance.choice(_ODD)
    lines = [f"HTTP/{chance.choice(['1.1', '1.1', '1.0', '9.9'])} {status}"]
    lines += [f"{chance.choice(_HEADERS)}: {chance.choice(_VALUES)}" for _ in range(chance.choice([0, 1, 3]))]
    if content[:2] == b"\x1f\x8b" and chance.random() < 0.8:
        lines.append("Content-Encoding: gzip")
    if chance.random() < 0.1:
        lines += [f"X-{number}: y" for number in range(20_000)]
    length = chance.choice([len(content), len(content), len(content), 0, 10**12, -1])
    chunked = chance.random() < 0.2
    lines.append("Transfer-Encoding: chunked" if chunked else f"Content-Length: {length}")
    head = "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")
    return head + (f"{len(content):x}\r\n".encode() + content + b"\r\n0\r\n\r\n" if chunked else content)


async def _converse(chance: random.Random) -> Answer:
    manner = chance.randrange(6)
    made = answer(chance) * chance.choice([1, 1, 2])

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if manner == 0:  # before it is asked
            writer.write(made)
        await read_request(reader)
        if manner == 1:  # drop by drop
            for start in range(0, len(made), 7):
                writer.write(made[start : start + 7])
                await writer.drain()
                await asyncio.sleep(0.02)
        elif manner == 2:  # without end
            writer.write(made)
            for _ in range(200):
                writer.write(bytes([chance.randrange(256)]) * 65_536)
                await writer.drain()
        elif manner != 3:  # 3: not at all
            writer.write(made)
            await writer.drain()

    async with server(handle) as url:
        return await call(url, times=chance.choice([1, 1, 2]))


def outcome(number: int, seed: int) -> str:
    """Call such a server and say what came of it."""
    wire.LONGEST_CALL = LONGEST  # type: ignore[misc]  # a case is to be over soon
    try:
        found = asyncio.run(_converse(random.Random(f"{seed}-{number}")))
        found.detail.encode()
    except BaseException as error:  # noqa: BLE001 - what is looked for
        return f"{type(error).__name__}: {error}"[:200]
    return "answered" if found.outcome else "no outcome"
