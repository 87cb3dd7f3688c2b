"""Answers have bounds: in time and in size, for messages and for contact calls."""

import asyncio
import tracemalloc
import zlib
from collections.abc import Awaitable, Callable
from typing import cast

import pytest

from lecommercial_batch import LeCommercial, UnknownOutcomeError
from lecommercial_batch.core.clock import SystemClock
from lecommercial_batch.core.model import Outcome, Status
from lecommercial_batch.gateway import ApiGateway, wire
from tests.contract.conftest import Connecting
from tests.contract.test_gateway import a_sender, answering, call, read_request, server
from tests.contract.wire_ways import CHUNKED, Talk, drips
from tests.unit.drain_bench import Bench, Scripted

MOST: int = 16 * 2**20  # bytes, far more than an answer may have and far less than it is offered here
CALLS: dict[str, Callable[[LeCommercial], Awaitable[object]]] = {
    "create-message": lambda api: api.create_message("33641000001", "Bonjour"),
    "add-contact": lambda api: api.add_contact(3, "33641000001"),
    "lists": lambda api: api.lists(),
    "contacts": lambda api: anext(aiter(api.contacts(3))),
}


@pytest.mark.parametrize("name", CALLS)
async def test_no_call_lasts_longer_than_its_bound(
    name: str, connect: Connecting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many bytes keep coming: the wait for the next one alone is no bound."""
    monkeypatch.setattr(wire, "LONGEST_CALL", 1.0)

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await drips(CHUNKED + b"fffff\r\n")(Talk(reader=reader, writer=writer, executes=False))

    async with server(drip) as url, connect(url) as api:
        with pytest.raises(UnknownOutcomeError) as raised:
            await CALLS[name](api)

    assert raised.value.reason == "no_answer"


async def test_a_stop_ends_a_lane_whose_answer_never_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing new leaves, the call under way is waited for until its bound, and what became of it is in doubt."""
    monkeypatch.setattr(wire, "LONGEST_CALL", 1.0)

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = Talk(reader=reader, writer=writer, executes=False)
        bench.stop.set()
        await drips(b"HTTP/1.1 200 OK\r\nX: ")(talk)

    async with server(drip) as url, ApiGateway(url, a_sender(), clock=SystemClock()) as gateway:
        bench = Bench(cast("Scripted", gateway))  # a gateway is a gateway
        await bench.plan(5)
        drained = await bench.drain()
        statuses = await bench.statuses()

    assert not drained.finished
    assert statuses == {Status.UNKNOWN: 1, Status.PENDING: 4}


async def test_an_answer_without_end_is_not_read() -> None:
    """A megabyte of it, then the connection goes: whoever sends a gigabyte is not waited for."""
    sent = 0

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await read_request(reader)
        writer.write(CHUNKED + b"ffffffff\r\n")
        while sent < 4 * MOST:
            writer.write(bytes(2**16))
            await writer.drain()
            sent += 2**16

    async with server(flood) as url:
        answer = await call(url)

    assert (answer.outcome, answer.reason) == (Outcome.UNSURE, "unreadable_answer")
    assert sent < 4 * MOST


async def test_a_small_answer_that_unpacks_to_much_takes_no_memory() -> None:
    """A quarter of a gigabyte of nothing, packed into a quarter of a megabyte."""
    packing = zlib.compressobj(wbits=31)
    packed = b"".join(packing.compress(bytes(2**20)) for _ in range(256)) + packing.flush()
    head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
    tracemalloc.start()
    try:
        async with server(answering(f"{head}Content-Length: {len(packed)}\r\n\r\n".encode() + packed)) as url:
            answer = await call(url)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert (answer.outcome, answer.reason) == (Outcome.UNSURE, "unreadable_answer")
    assert most < MOST
