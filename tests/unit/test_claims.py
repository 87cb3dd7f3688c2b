"""What is claimed from a lane, in virtual time."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from typing import Any

import pytest

from lecommercial_batch.core.clock import SteadyClock
from lecommercial_batch.core.errors import JournalError, Problem
from lecommercial_batch.core.model import Claimed, Status, Turn
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.delivery.claims import Claims
from lecommercial_batch.delivery.persistence import Persistence
from lecommercial_batch.delivery.send_windows import Openings
from lecommercial_batch.journal.memory.journal import MemoryJournal
from tests.unit.drain_bench import Bench, Scripted

Run = Callable[[Coroutine[Any, Any, None]], None]

ZONES = ("Europe/Paris", "America/Cayenne", "Indian/Reunion")


async def claims_of(bench: Bench) -> Claims:
    loop = asyncio.get_running_loop()
    claims = Claims(
        await bench.journal.begin_turn("default"),
        bench.run,
        journal=bench.journal,
        writes=Persistence(lambda: None),
        openings=Openings(bench.clock),
        clock=SteadyClock(bench.clock, loop.time),
    )
    await claims.begin()
    return claims


@pytest.mark.parametrize("limit", [1, 2, 5, 9, 10, 11, 20, 40])
def test_no_more_are_claimed_than_asked_for(limit: int, in_virtual_time: Run) -> None:
    """Whatever zones they are in: what is claimed too many leaves too fast, or is in doubt after a crash."""

    async def scenario() -> None:
        bench = Bench(Scripted())
        await bench.plan(30, zones=ZONES)
        claims = await claims_of(bench)

        claimed = await claims.take(limit, unless=asyncio.Event())

        assert len(claimed) == min(limit, 30)
        assert (await bench.statuses())[Status.SENDING] == len(claimed)

    in_virtual_time(scenario())


class FailingZone(MemoryJournal):
    """A journal from which one zone's messages cannot be claimed."""

    async def claim(self, turn: Turn, run: str, *, limit: int, at: datetime, zone: str = "") -> Sequence[Claimed]:
        if zone == ZONES[0]:
            raise JournalError(Problem(code="journal", message=Sentence("disk I/O error")))
        return await super().claim(turn, run, limit=limit, at=at, zone=zone)


def test_what_one_zone_gave_is_kept_when_the_next_fails(in_virtual_time: Run) -> None:
    """Claims that are on disk are handed over: forgotten, they would be in doubt though they never left."""

    async def scenario() -> None:
        bench = Bench(Scripted())
        bench.journal = FailingZone(clock=bench.clock)
        await bench.plan(30, zones=ZONES)
        claims = await claims_of(bench)

        claimed = await claims.take(15, unless=asyncio.Event())

        assert len(claimed) == (await bench.statuses())[Status.SENDING] > 0

    in_virtual_time(scenario())


def test_a_limit_holds_over_zones_while_sending(in_virtual_time: Run) -> None:
    """A run over three zones has no more messages on their way than one over a single zone."""
    most: dict[int, int] = {}

    async def scenario(zones: Sequence[str]) -> None:
        bench = Bench(Scripted(latency=3.0))
        await bench.plan(300, zones=zones)
        sending = []
        bench.gateway.on_call = lambda _: sending.append(
            sum(each.status is Status.SENDING for each in bench.journal.rows(bench.run))
        )
        await bench.drain()
        most[len(zones)] = max(sending)

    for zones in (("",), ZONES):
        in_virtual_time(scenario(zones))
    assert most[3] <= most[1]
