"""A run that keeps to its people's hours, in virtual time; and what is said beforehand of when it ends."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from lecommercial_batch.core.hours import Hours
from lecommercial_batch.core.model import Rate, Status
from lecommercial_batch.delivery.eta import last_leaves_at
from lecommercial_batch.delivery.send_windows import Openings
from lecommercial_batch.scheduling.calendar import Calendar
from lecommercial_batch.scheduling.public_holidays import is_holiday_in
from tests.conftest import LoopClock, VirtualTimeLoop
from tests.unit.drain_bench import Bench, Scripted

Run = Callable[[Coroutine[Any, Any, None]], None]

ZONES = ("Europe/Paris", "America/Martinique", "Indian/Reunion")
FRANCE = Hours()
#: The Friday before Easter Monday.
FRIDAY = datetime(2026, 4, 3, 19, 50, tzinfo=ZoneInfo("Europe/Paris")).astimezone(UTC)


def calendar(hours: Hours = FRANCE) -> Calendar:
    return Calendar(hours, is_holiday_in(hours.holidays))


async def send_over_days(bench: Bench, openings: Openings) -> int:
    """Drain until nothing is left, sleeping between the hours; return how many turns it took."""
    for turns in range(1, 100):
        drained = await bench.drain(openings=openings)
        if drained.resumes_at is None:
            return turns
        await asyncio.sleep((drained.resumes_at - bench.clock.now()).total_seconds())
    raise AssertionError("it never ends")


def local(begin: datetime, at: float, zone: str) -> datetime:
    return (begin + timedelta(seconds=at)).astimezone(ZoneInfo(zone))


def test_a_long_weekend_is_kept(in_virtual_time: Run) -> None:
    """From Friday 19:50 over Easter: two thousand people in three zones, each within their own hours, once."""

    async def scenario() -> None:
        clock = LoopClock(FRIDAY)
        bench = Bench(Scripted(), rate=Rate(count=1, period=1), clock=clock)
        await bench.plan(2000, zones=ZONES)

        turns = await send_over_days(bench, Openings(clock, calendar()))

        assert await bench.statuses() == {Status.ACCEPTED: 2000}
        assert max(Counter(number for _, number in bench.gateway.calls).values()) == 1
        seen = Counter[tuple[str, str]]()
        for at, number in bench.gateway.calls:
            zone = ZONES[(int(number[2:]) - 600_000_002) % 3]
            there = local(FRIDAY, at, zone)
            seen[zone, there.date().isoformat()] += 1
            assert 8 <= there.hour < 20, there
            assert there.weekday() < 6
            assert (there.month, there.day) != (4, 6)
        assert set(seen) >= {("Europe/Paris", "2026-04-03"), ("Indian/Reunion", "2026-04-04")}
        assert turns > 1

    in_virtual_time(scenario())


def test_those_who_close_first_go_first(in_virtual_time: Run) -> None:
    """Paris at 19:59 before Martinique, where it is early afternoon."""

    async def scenario() -> None:
        clock = LoopClock(FRIDAY + timedelta(minutes=9))
        bench = Bench(Scripted(), rate=Rate(count=1, period=1), clock=clock)
        await bench.plan(20, zones=ZONES[:2])

        await bench.drain(openings=Openings(clock, calendar()))

        zones = [ZONES[(int(number[2:]) - 600_000_002) % 2] for _, number in bench.gateway.calls]
        assert zones == ["Europe/Paris"] * 10 + ["America/Martinique"] * 10

    in_virtual_time(scenario())


def test_nothing_leaves_before_its_start(in_virtual_time: Run) -> None:
    """A start within the next half minute is waited for; a later one lets the lane go."""

    async def scenario() -> None:
        clock = LoopClock(FRIDAY)
        bench = Bench(Scripted(), clock=clock)
        await bench.plan(3)
        late = await bench.drain(openings=Openings(clock, not_before=FRIDAY + timedelta(hours=1)))
        assert late.resumes_at == FRIDAY + timedelta(hours=1)
        assert not bench.gateway.calls

        await bench.drain(openings=Openings(clock, not_before=FRIDAY + timedelta(seconds=20)))

        assert min(at for at, _ in bench.gateway.calls) >= 20
        assert len(bench.gateway.calls) == 3

    in_virtual_time(scenario())


def test_hours_that_never_come_end_the_turn(in_virtual_time: Run) -> None:
    """Rather than wait for ever."""

    async def scenario() -> None:
        bench = Bench(Scripted(), clock=LoopClock(FRIDAY))
        await bench.plan(1)
        never = Calendar(Hours(days=(6,)), lambda _: True)

        drained = await bench.drain(openings=Openings(bench.clock, never))

        assert (drained.finished, drained.resumes_at) == (False, None)

    in_virtual_time(scenario())


@settings(max_examples=25, deadline=None)
@given(
    minute=st.integers(0, 7 * 1440),
    people=st.integers(1, 60),
    zones=st.lists(st.sampled_from([*ZONES, "", "America/New_York"]), min_size=1, max_size=3, unique=True),
    rate=st.sampled_from([Rate(count=1, period=60), Rate(count=55, period=60), Rate(count=2, period=1)]),
    window=st.sampled_from([(480, 1200), (600, 605), (0, 1440)]),
)
def test_what_is_said_of_the_end_is_what_happens(
    minute: int, people: int, zones: list[str], rate: Rate, window: tuple[int, int]
) -> None:
    """The last call leaves when it was said to, but for the call or two that each change of hours costs."""
    hours = Hours(opens=window[0], closes=window[1])
    begin = FRIDAY + timedelta(minutes=minute)

    async def scenario() -> tuple[float | None, float, int]:
        clock = LoopClock(begin)
        bench = Bench(Scripted(latency=0.1), rate=rate, clock=clock)
        await bench.plan(people, zones=zones)
        waiting = await bench.journal.waiting(bench.run)
        said = last_leaves_at(waiting, rate=rate, at=begin.timestamp(), calendar=calendar(hours))
        turns = await send_over_days(bench, Openings(clock, calendar(hours)))
        return said, begin.timestamp() + bench.gateway.calls[-1][0], turns

    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        said, happened, turns = runner.run(scenario())

    assert said is not None
    assert abs(said - happened) <= (2 + turns) * rate.period / rate.count + 1
