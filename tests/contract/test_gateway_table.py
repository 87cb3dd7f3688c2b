"""Each way a call can go wrong on the wire, with real sockets, against a server that counts what it executed."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from lecommercial_batch.core.model import Outcome
from lecommercial_batch.gateway import wire
from tests.contract.test_gateway import call, server
from tests.contract.wire_ways import SILENT, WAYS, Place, Talk, Way, table

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "api.md"
CASES = [
    pytest.param(way, executes, id=f"{way.name}, {'executed' if executes else 'not executed'}")
    for way in WAYS
    for executes, found in ((False, way.idle), (True, way.executed))
    if found
]


@asynccontextmanager
async def standing(way: Way, certificate: Path, taken: list[bytes], *, executes: bool) -> AsyncIterator[str]:
    """Have what the way needs at an address, and yield it; what is executed goes into ``taken``."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await way.behave(Talk(reader=reader, writer=writer, executes=executes, taken=taken))

    match way.place:
        case Place.NO_NAME:
            yield "http://no-such-host.invalid/api"
        case Place.NOBODY | Place.FULL:
            with socket.socket() as there:
                there.bind(("127.0.0.1", 0))
                waiting = [socket.socket() for _ in range(4)]  # as many as it lets wait, and more
                if way.place is Place.FULL:
                    there.listen(0)
                    for each in waiting:
                        each.setblocking(False)
                        each.connect_ex(there.getsockname())
                yield f"http://127.0.0.1:{there.getsockname()[1]}/api"
                for each in waiting:
                    each.close()
        case Place.TLS:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(certificate)
            async with server(handle, context) as url:
                yield url.replace("http://", "https://")
        case Place.NO_TLS:
            async with server(handle) as url:
                yield url.replace("http://", "https://")
        case _:
            async with server(handle) as url:
                yield url


@pytest.mark.parametrize(("way", "executes"), CASES)
async def test_what_goes_wrong_on_the_wire(
    way: Way, executes: bool, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was executed, or may have been, is never "not sent", and what surely was not is no doubt."""
    if way.idle == SILENT:  # else a busy machine may be too slow for it
        monkeypatch.setitem(wire.TIMEOUT, "read", 1.0)
        monkeypatch.setattr(wire, "LONGEST_CALL", 2.0)
    if way.place is Place.FULL:
        monkeypatch.setitem(wire.TIMEOUT, "connect", 0.3)
    taken: list[bytes] = []
    async with standing(way, certificate, taken, executes=executes) as url:
        if way.place in {Place.PROXY, Place.TUNNEL}:
            for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"):
                monkeypatch.setenv(name, url.removesuffix("/api"))
            for name in ("no_proxy", "NO_PROXY"):
                monkeypatch.delenv(name, raising=False)
        scheme = "https" if way.place is Place.TUNNEL else "http"
        behind = way.place in {Place.PROXY, Place.TUNNEL}
        answer = await call(f"{scheme}://api.example.test/api" if behind else url, times=way.calls)

    assert (answer.outcome, answer.reason) == (way.executed if executes else way.idle)
    assert len(taken) == (way.calls if answer.outcome is Outcome.ACCEPTED else int(executes))


def test_nothing_that_was_executed_is_sent_again() -> None:
    """Not in a single cell."""
    again = {Outcome.NOT_SENT, Outcome.HALTED}

    assert [way.name for way in WAYS if way.executed and way.executed[0] in again] == []


def test_the_documents_show_this_table() -> None:
    """docs/api.md has it line by line: `python -m tests.contract.wire_ways` prints it."""
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    wanted = list(table())
    begun = lines.index(wanted[0])

    assert lines[begun : begun + len(wanted)] == wanted
    assert not lines[begun + len(wanted)].startswith("|")
