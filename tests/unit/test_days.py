"""The daily cap of a sender, in virtual time: the clock of the tests begins at ten in the morning."""

import time
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from lecommercial_batch.core.model import Rate, RunState, Status
from lecommercial_batch.delivery.daily_cap import DAILY_LIMIT, Days, lower
from lecommercial_batch.delivery.turns import Allowance, Drained
from tests.unit.drain_bench import Bench, Scripted

Run = Callable[[Coroutine[Any, Any, None]], None]
HOURLY = Rate(count=1, period=3600)


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Days begin at midnight of this machine: here at that of the tests' clock."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


async def drained(bench: Bench, cap: float, allowance: Allowance | None = None, *, waits: bool = False) -> Drained:
    await bench.journal.move(bench.run, RunState.RUNNING)
    days = Days(lane="default", cap=cap, waits=waits, journal=bench.journal, clock=bench.clock)
    return await days.drain(bench.run, lambda day: bench.drain(allowance=day), allowance=allowance or Allowance())


def test_what_passes_the_cap_waits(in_virtual_time: Run) -> None:
    """Exactly so many leave, those of an earlier run of the day included; the rest stays pending."""

    async def scenario() -> None:
        bench = Bench(Scripted())
        await bench.plan(4)
        assert await drained(bench, 10) == Drained(finished=True)
        await bench.plan(30)

        assert await drained(bench, 10) == Drained(finished=False, halted=DAILY_LIMIT)
        assert await bench.statuses() == {Status.ACCEPTED: 6, Status.PENDING: 24}
        assert await drained(bench, 10) == Drained(finished=False, halted=DAILY_LIMIT)
        assert len(bench.gateway.calls) == 10

    in_virtual_time(scenario())


def test_the_next_day_begins_at_midnight(in_virtual_time: Run) -> None:
    """A slow run that is still going then has the new day's messages, and no more of them."""

    async def scenario() -> None:
        bench = Bench(Scripted(), rate=HOURLY)
        await bench.plan(60)

        assert await drained(bench, 20) == Drained(finished=False, halted=DAILY_LIMIT)

        hours = [10 + seconds / 3600 for seconds, _ in bench.gateway.calls]
        assert (sum(hour < 24 for hour in hours), sum(hour >= 24 for hour in hours)) == (14, 20)

    in_virtual_time(scenario())


def test_a_cap_that_is_just_enough_halts_nothing(in_virtual_time: Run) -> None:
    async def scenario() -> None:
        bench = Bench(Scripted())
        await bench.plan(10)
        assert await drained(bench, 10) == Drained(finished=True)

    in_virtual_time(scenario())


def test_a_limit_below_the_cap_is_no_halt(in_virtual_time: Run) -> None:
    """`--limit` ends a run that can be resumed at once; only the cap says that tomorrow is the day."""

    async def scenario() -> None:
        bench = Bench(Scripted())
        await bench.plan(10)
        assert await drained(bench, 9, Allowance(5)) == Drained(finished=False)
        assert await bench.statuses() == {Status.ACCEPTED: 5, Status.PENDING: 5}

    in_virtual_time(scenario())


def test_a_run_with_hours_waits_for_the_next_day(in_virtual_time: Run) -> None:
    """It goes on by itself, at the hours of that day; one without hours would go on at midnight, so it halts."""

    async def scenario() -> None:
        bench = Bench(Scripted())
        await bench.plan(10)
        assert await drained(bench, 9, waits=True) == Drained(
            finished=False, resumes_at=datetime(2026, 3, 4, tzinfo=UTC)
        )

    in_virtual_time(scenario())


def test_the_lower_of_two_caps_holds() -> None:
    assert (lower(5, 3), lower(None, 3), lower(None, None)) == (3, 3, float("inf"))
