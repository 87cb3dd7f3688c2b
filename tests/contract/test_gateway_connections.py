"""Connections that are kept: whose an answer is, and what of a request went out."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest

from lecommercial_batch.core.clock import SystemClock
from lecommercial_batch.core.model import Answer, Outcome, Phone
from lecommercial_batch.gateway import ApiGateway
from lecommercial_batch.gateway.connections import Connection, Evidence
from tests.contract.test_gateway import CONTENT, a_sender, http, read_request, server
from tests.contract.wire_ways import SUCCESS

TAKEN = http("200 OK", SUCCESS)
FAILED = http("401 Unauthorized", '{"error":"Request Failed"}')
#: What comes a second time, and not at all to be taken for an answer.
STRAYS = {
    "a success": TAKEN,
    "a refusal": FAILED,
    "a timeout": http("408 Request Timeout", "<html></html>", "text/html", "Connection: close"),
    "half a head": TAKEN[:30],
    "one byte": b"H",
    "no HTTP": b"\r\n\x00",
    "the end": b"",
}


class Talkative:
    """A server that says something nobody asked for after each answer, once the client has that."""

    def __init__(self, stray: bytes) -> None:
        self._stray = stray
        self._rest = TAKEN.removeprefix(stray) if stray else b""  # of a stray that came in part
        self._heard = asyncio.Event()
        self._said = asyncio.Event()
        self.executed: list[int] = []

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take the messages of one connection; every other number is refused."""
        spoken = False
        while not reader.at_eof():
            body = await read_request(reader)
            if spoken and TAKEN.startswith(self._stray):
                writer.write(self._rest)
            number = re.search(rb'name="to"\r\n\r\n\d+(\d\d)', body)
            assert number
            self.executed.append(int(number[1]))
            writer.write(FAILED if int(number[1]) % 2 else TAKEN)
            await writer.drain()
            await self._heard.wait()
            self._heard.clear()
            if not self._stray:
                writer.close()
            writer.write(self._stray)
            spoken = True
            self._said.set()

    async def speak(self) -> None:
        """Let it say what nobody asked for, now."""
        self._heard.set()
        async with asyncio.timeout(30):  # it waits for a message that never left
            await self._said.wait()
        self._said.clear()


@pytest.mark.parametrize("noticed", [True, False], ids=["long before", "just before"])
@pytest.mark.parametrize("stray", STRAYS)
async def test_no_message_takes_the_answer_of_another(stray: str, noticed: bool) -> None:
    """An answer that comes unasked costs its connection: each message is executed once, and has its own answer."""
    talkative = Talkative(STRAYS[stray])
    answers: list[Outcome] = []
    async with server(talkative.converse) as url, ApiGateway(url, a_sender(), clock=SystemClock()) as gateway:
        for number in range(12):
            answers.append((await gateway.send(Phone(f"+336410000{number:02}"), CONTENT)).outcome)
            await talkative.speak()
            if noticed:
                for _ in range(5):  # rounds of the loop, in which it is read
                    await asyncio.sleep(0)

    assert talkative.executed == list(range(12))
    assert answers == [Outcome.ACCEPTED, Outcome.REFUSED] * 6


@asynccontextmanager
async def listening() -> AsyncIterator[tuple[str, socket.socket]]:
    """Listen without taking connections: the test does, at its moment."""
    with socket.create_server(("127.0.0.1", 0)) as there:
        yield f"http://127.0.0.1:{there.getsockname()[1]}/api", there


async def send(gateway: ApiGateway, left: Callable[[], None] = lambda: None) -> Answer:
    return await gateway.send(Phone("+33641000001"), CONTENT, left=left)


#: Has something happen once, between the choice of a connection and the first byte of the next request.
Before = Callable[[Callable[[], None]], None]


@pytest.fixture
def before_it_leaves(monkeypatch: pytest.MonkeyPatch) -> Before:
    """Stand in the gap in which the loop runs nothing else: there is no other way to be there in time."""
    begin = Connection.begin
    awaited: list[Callable[[], None]] = []

    def beginning(connection: Connection, evidence: Evidence) -> bool:
        begun = begin(connection, evidence)
        if begun and awaited:
            awaited.pop()()
        return begun

    monkeypatch.setattr(Connection, "begin", beginning)
    return awaited.append


@pytest.mark.parametrize("stray", STRAYS)
async def test_what_comes_as_the_request_is_about_to_leave_keeps_it_back(
    stray: str, before_it_leaves: Before
) -> None:
    """Between the choice of a connection and the first byte: nothing is written, so nothing was sent."""
    async with listening() as (url, there), ApiGateway(url, a_sender(), clock=SystemClock()) as gateway:
        taken: list[socket.socket] = []

        def speak() -> None:
            connection = there.accept()[0]
            taken.append(connection)
            if STRAYS[stray]:
                connection.sendall(STRAYS[stray])
            else:
                connection.shutdown(socket.SHUT_WR)

        before_it_leaves(speak)
        answer = await send(gateway)

    with taken[0] as connection:
        connection.settimeout(10)
        assert connection.recv(1) == b""
    assert (answer.outcome, answer.reason) == (Outcome.NOT_SENT, "unreachable")


async def test_what_was_read_before_the_request_left_is_no_answer(before_it_leaves: Before) -> None:
    """The loop may read it as soon as the connection stands: the answer is there before the question."""
    async with listening() as (url, there), ApiGateway(url, a_sender(), clock=SystemClock()) as gateway:
        session = gateway._wire._transport.client  # noqa: SLF001 - what the loop would do is done by hand
        assert isinstance(session, aiohttp.ClientSession)
        assert session.connector

        def read() -> None:
            for connection in session.connector._acquired:  # type: ignore[union-attr]  # noqa: SLF001 - as above
                connection.data_received(TAKEN)

        before_it_leaves(read)
        answer = await send(gateway)
        taken = there.accept()[0]

    with taken:
        taken.settimeout(10)
        assert taken.recv(1) == b""
    assert (answer.outcome, answer.reason) == (Outcome.NOT_SENT, "unreachable")


@pytest.mark.parametrize("stray", STRAYS)
async def test_a_kept_connection_that_fails_so_late_is_replaced_at_once(
    stray: str, before_it_leaves: Before
) -> None:
    """Not a byte was written to it: another takes the message, and the pace counts one call."""
    kept: list[socket.socket] = []
    executed: list[bytes] = []
    left = 0

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        kept.append(writer.get_extra_info("socket").dup())
        while not reader.at_eof():
            executed.append(await read_request(reader))
            writer.write(TAKEN)

    def leave() -> None:
        nonlocal left
        left += 1

    def speak() -> None:
        if STRAYS[stray]:
            kept[0].sendall(STRAYS[stray])
        else:
            kept[0].shutdown(socket.SHUT_WR)

    async with server(converse) as url, ApiGateway(url, a_sender(), clock=SystemClock()) as gateway:
        first = await send(gateway)
        before_it_leaves(speak)
        second = await send(gateway, leave)
    for each in kept:
        each.close()

    assert (first.outcome, second.outcome) == (Outcome.ACCEPTED, Outcome.ACCEPTED)
    assert (len(executed), len(kept), left) == (2, 2, 1)


@pytest.mark.parametrize("kept", [False, True], ids=["a new connection", "a kept one"])
async def test_one_byte_that_went_out_is_a_doubt(kept: bool) -> None:
    """However the connection ends after it: a server that closes may have read all there was."""
    connections = 0

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        if kept:
            await read_request(reader)
            writer.write(TAKEN)
        await reader.readexactly(1)

    async with server(converse) as url, ApiGateway(url, a_sender(), clock=SystemClock()) as gateway:
        if kept:
            await send(gateway)
        answer = await send(gateway)

    assert (answer.outcome, answer.reason) == (Outcome.UNSURE, "connection_lost")
    assert connections == 1
