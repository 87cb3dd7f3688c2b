"""What a budget remembers of calls that left later than they were meant to."""

import asyncio
from bisect import bisect_left
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lecommercial_batch.core.model import Rate
from lecommercial_batch.delivery.pacing.pace import Gate, Pace
from lecommercial_batch.delivery.pacing.shared_budget import CELLS, GUARDED, Budget
from lecommercial_batch.delivery.pacing.shared_memory import OwnCells

Run = Callable[[Coroutine[Any, Any, list[float]]], list[float]]
TWENTY = Rate(count=20, period=1)
#: Twice what the ring of departures holds, less two: the next ones are written around its end.
NEAR_THE_END = 2 * 4096 - 2


class BusyCells(OwnCells):
    """Numbers that another process writes to for a while."""

    busy = False

    def lock(self) -> bool:
        return not self.busy


def busiest(times: Sequence[float], period: float) -> int:
    return max(bisect_left(times, begin + period) - index for index, begin in enumerate(times))


@settings(max_examples=200, deadline=None)
@given(
    before=st.sampled_from([0, 3, NEAR_THE_END]),
    late=st.lists(st.floats(min_value=0, max_value=0.02), min_size=2, max_size=60),
)
def test_corrections_leave_the_times_at_which_calls_left_in_order(before: int, late: list[float]) -> None:
    """Whatever overtook what: the times that are kept are those at which calls really left, sorted."""
    cells = OwnCells(CELLS)
    budget = Budget(Rate(count=1000, period=1), cells)
    for place in range(before):
        budget.leave(1 + place / 1e6)
    meant = [2 + place / 1000 for place in range(len(late))]
    departures = [budget.leave(time) for time in meant]
    # A call less than a tick late counts as in time.
    really = [time + (delay if delay > 0.00101 else 0) for time, delay in zip(meant, late, strict=True)]

    for departure, at in sorted(zip(departures, really, strict=True), key=lambda each: each[1]):
        budget.left(departure, at)
        assert budget.note_late()

    ring = cells.values[CELLS - 4096 :]
    assert [ring[(before + place) % 4096] for place in range(len(late))] == sorted(really)


def test_what_left_late_is_noted_though_another_process_was_writing() -> None:
    """The word that a call left late waits for the lock: it is in force before anybody leaves by it."""
    cells = BusyCells(CELLS)
    budget = Budget(Rate(count=1, period=1), cells)
    departure = budget.leave(10.0)

    cells.busy = True
    budget.left(departure, 10.4)
    noted_at_once = budget.note_late()
    cells.busy = False
    budget.look(10.9)

    assert not noted_at_once
    assert budget.earliest(10.9) == pytest.approx(10.4 + GUARDED)


def test_the_word_of_who_leaves_for_good_is_kept() -> None:
    """Whoever hands over says first what left late: the next one reckons with it."""
    cells = BusyCells(CELLS)
    ours, theirs = Budget(Rate(count=1, period=1), cells), Budget(Rate(count=1, period=1), cells)
    departure = ours.leave(10.0)
    cells.busy = True
    ours.left(departure, 10.4)
    cells.busy = False
    cells.close = lambda: None  # type: ignore[method-assign]  # for the other to read on

    ours.close()

    assert theirs.earliest(10.5) == pytest.approx(10.4 + GUARDED)


def test_a_gate_asks_again_for_the_lock(in_virtual_time: Run) -> None:
    """Where nothing of ours leaves any more, the word that the last call left late does not wait for the next."""

    async def last_one() -> list[float]:
        cells = BusyCells(CELLS)
        gate = Gate(Pace(TWENTY), [Budget(TWENTY, cells)])
        left = await gate.wait()
        assert left
        await asyncio.sleep(0.25)
        cells.busy = True
        left()
        await asyncio.sleep(0.01)
        cells.busy = False
        await asyncio.sleep(0.01)
        return [cells.values[CELLS - 4096]]

    assert in_virtual_time(last_one()) == pytest.approx([0.25], abs=0.001)


@pytest.mark.parametrize("stall", [0.4, 3.0, 7.5])
@pytest.mark.parametrize("rate", [TWENTY, Rate(count=300, period=1), Rate(count=55, period=60)], ids=str)
def test_calls_that_a_stalled_network_keeps_back_exceed_nothing(
    rate: Rate, stall: float, in_virtual_time: Run
) -> None:
    """New connections that all come about at one moment: no window holds more calls than the rate."""
    written = list[float]()

    async def call(left: Callable[[], None]) -> None:
        now = asyncio.get_running_loop().time()
        await asyncio.sleep(max(0.0, 2 + stall - now) if now >= 2 else 0.0)
        left()
        written.append(asyncio.get_running_loop().time())

    async def stalled() -> list[float]:
        gate = Gate(Pace(rate), [Budget(rate, OwnCells(CELLS)), Budget(rate, OwnCells(CELLS))])
        calls = list[asyncio.Task[None]]()
        while len(calls) < 12 * min(rate.count, 100):
            if left := await gate.wait():
                calls.append(asyncio.create_task(call(left)))
            else:
                await asyncio.sleep(gate.until_next())
            del left
        await asyncio.gather(*calls)
        return sorted(written)

    times = in_virtual_time(stalled())

    assert busiest(times, rate.period) <= rate.count


def test_a_call_that_came_to_nothing_holds_nobody_up(in_virtual_time: Run) -> None:
    """One that never had a connection is forgotten when it ends; it has not left, and will not."""

    async def refused() -> list[float]:
        times = list[float]()
        gate = Gate(Pace(TWENTY), [Budget(TWENTY, OwnCells(CELLS))])
        for _ in range(61):
            assert await gate.wait()  # and its word is dropped
            times.append(asyncio.get_running_loop().time())
        return times

    times = in_virtual_time(refused())

    assert 60 / (times[-1] - times[0]) >= 0.98 * 20
