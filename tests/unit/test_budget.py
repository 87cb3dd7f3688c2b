"""What several gates may send together, in virtual time over the same numbers."""

import asyncio
from bisect import bisect_left
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import pytest

from lecommercial_batch.core.model import Rate
from lecommercial_batch.delivery.pacing.pace import Gate, Pace
from lecommercial_batch.delivery.pacing.shared_budget import CELLS, Budget
from lecommercial_batch.delivery.pacing.shared_memory import OwnCells

Run = Callable[[Coroutine[Any, Any, list[float]]], list[float]]
TWENTY = Rate(count=20, period=1)
RATES = [
    TWENTY,
    Rate(count=80, period=1),
    Rate(count=2000, period=1),
    Rate(count=10_000, period=1),
    Rate(count=55, period=60),
    Rate(count=1, period=60),
    Rate(count=500, period=3600),
]


def busiest(times: Sequence[float], period: float) -> int:
    return max(bisect_left(times, begin + period) - index for index, begin in enumerate(times))


async def leave(gate: Gate, times: list[float], count: int) -> None:
    """Let so many calls go, as the drain does: where others were faster, come back later."""
    for _ in range(count):
        while not await gate.wait():  # noqa: ASYNC110 - what it waits for is a time
            await asyncio.sleep(gate.until_next())
        times.append(asyncio.get_running_loop().time())


async def together(rates: Sequence[Rate], count: int, *, machine: Rate | None = None) -> list[float]:
    """Return when so many calls of each of several processes left, which share one machine."""
    cells, times = OwnCells(CELLS), list[float]()
    gates = [Gate(Pace(rate), [Budget(machine or rate, cells, by_hand=machine is not None)]) for rate in rates]
    await asyncio.gather(*(leave(gate, times, count) for gate in gates))
    return times


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_two_at_the_same_rate_never_exceed_it(rate: Rate, in_virtual_time: Run) -> None:
    """No window of the period holds more than the rate, and the rate is used."""
    count = min(rate.count + 5, 3000)

    times = in_virtual_time(together([rate, rate], count))

    assert busiest(times, rate.period) <= rate.count
    assert (2 * count - 1) / (times[-1] - times[0]) >= 0.98 * rate.per_second


@pytest.mark.parametrize("rate", [TWENTY, Rate(count=2000, period=1)], ids=str)
def test_one_alone_has_all_of_it(rate: Rate, in_virtual_time: Run) -> None:
    """A budget that nobody else draws on costs nothing of the pace."""
    times = in_virtual_time(together([rate], 5 * rate.count + 1))

    assert 5 * rate.count / (times[-1] - times[0]) >= 0.98 * rate.per_second


def test_what_left_late_counts_from_when_it_left(in_virtual_time: Run) -> None:
    """Calls that were let go on time but written late and out of order: no window holds more than the rate."""
    written = list[float]()

    async def one(left: Callable[[], None], late: float) -> None:
        await asyncio.sleep(late)
        left()
        written.append(asyncio.get_running_loop().time())

    async def late_ones() -> list[float]:
        gate = Gate(Pace(TWENTY), [Budget(TWENTY, OwnCells(CELLS))])
        calls = []
        for number in range(200):
            left = await gate.wait()
            assert left
            calls.append(asyncio.create_task(one(left, 0.3 if 60 <= number < 70 else 0.0)))
        await asyncio.gather(*calls)
        return sorted(written)

    assert busiest(in_virtual_time(late_ones()), 1) <= 20


def test_neither_of_two_starves(in_virtual_time: Run) -> None:
    """A slow sender beside a fast one gets its own pace, and the fast one what is left of the machine's."""
    slow, fast = Rate(count=2, period=1), Rate(count=40, period=1)

    async def ends() -> list[float]:
        cells = OwnCells(CELLS)
        times: dict[str, list[float]] = {"slow": [], "fast": []}
        gates = {"slow": Gate(Pace(slow), [Budget(slow, cells)]), "fast": Gate(Pace(fast), [Budget(fast, cells)])}
        await asyncio.gather(leave(gates["slow"], times["slow"], 20), leave(gates["fast"], times["fast"], 380))
        return [times["slow"][-1], times["fast"][-1]]

    slow_end, fast_end = in_virtual_time(ends())

    assert slow_end <= 20 / 2 * 1.1
    assert fast_end <= 400 / 40 * 1.1


def test_what_was_set_by_hand_holds_for_all(in_virtual_time: Run) -> None:
    """Where one process was told the machine's rate, the others keep it too, whatever theirs would be."""
    cells, times = OwnCells(CELLS), list[float]()

    async def both() -> list[float]:
        told = Gate(Pace(TWENTY), [Budget(Rate(count=10, period=1), cells, by_hand=True)])
        await leave(told, times, 1)
        untold = Gate(Pace(TWENTY), [Budget(TWENTY, cells)])
        await asyncio.gather(leave(told, times, 30), leave(untold, times, 30))
        return times

    assert busiest(in_virtual_time(both()), 1) <= 10


def test_a_hand_over_makes_no_burst(in_virtual_time: Run) -> None:
    """Whoever takes over goes on where the one before left off, full windows included."""
    cells = OwnCells(CELLS)

    async def one_after_the_other() -> list[float]:
        times = list[float]()
        for _ in range(5):
            budget = Budget(TWENTY, cells)
            await leave(Gate(Pace(TWENTY), [budget]), times, 19)
            budget.close()
        return times

    times = in_virtual_time(one_after_the_other())

    assert busiest(times, 1) <= 20
    assert 94 / (times[-1] - times[0]) >= 0.98 * 20


def test_times_of_before_a_restart_of_the_machine_hold_nobody_up(in_virtual_time: Run) -> None:
    """The clock begins anew with the machine: departures that lie in the future are forgotten."""
    cells = OwnCells(CELLS)
    before = Budget(TWENTY, cells)
    before.look(1e6)
    for number in range(30):
        before.leave(1e6 + number)

    async def after() -> list[float]:
        times = list[float]()
        await leave(Gate(Pace(TWENTY), [Budget(TWENTY, cells)]), times, 21)
        return times

    times = in_virtual_time(after())

    assert times[0] < 0.1
    assert 20 / (times[-1] - times[0]) >= 0.98 * 20


def test_more_hands_than_seats_still_keep_the_rate(in_virtual_time: Run) -> None:
    """Forty processes share one budget: those without a seat keep it as well."""
    times = in_virtual_time(together([TWENTY] * 40, 3))

    assert busiest(times, 1) <= 20


def test_a_gate_slows_down_and_comes_back(in_virtual_time: Run) -> None:
    """Asked to slow down, half the pace is kept at first, and all of it a minute later, with no burst."""

    async def slowed() -> list[float]:
        times = list[float]()
        gate = Gate(Pace(TWENTY), [Budget(TWENTY, OwnCells(CELLS))])
        await leave(gate, times, 20)
        gate.slow_down()
        await leave(gate, times, 1500)
        return times

    times = in_virtual_time(slowed())
    first = [time for time in times[20:] if time <= times[19] + 3]
    last = [time for time in times if time >= times[19] + 62][:21]

    assert 0.45 * 20 <= len(first) / 3 <= 0.55 * 20
    assert 20 / (last[-1] - last[0]) >= 0.98 * 20
    assert busiest(times, 1) <= 20


def test_the_pace_comes_back_by_half_in_a_minute(in_virtual_time: Run) -> None:
    """After a 429 and its wait: a quarter more in half a minute, all of it in a minute, and not before."""

    async def shares() -> list[float]:
        gate = Gate(Pace(TWENTY), [Budget(TWENTY, OwnCells(CELLS))])
        gate.slow_down(after=10)
        found = [gate.share()]
        for seconds in (10, 30, 29, 1, 60):
            await asyncio.sleep(seconds)
            found.append(gate.share())
        return found

    assert in_virtual_time(shares()) == pytest.approx([0.5, 0.5, 0.75, 0.5 + 0.5 * 59 / 60, 1, 1], abs=1e-6)


def test_slowing_down_twice_takes_longer_to_make_good(in_virtual_time: Run) -> None:
    """A quarter of the pace is a minute and a half from all of it."""

    async def shares() -> list[float]:
        gate = Gate(Pace(TWENTY))
        gate.slow_down()
        gate.slow_down()
        found = [gate.share()]
        for seconds in (60, 29, 1):
            await asyncio.sleep(seconds)
            found.append(gate.share())
        return found

    assert in_virtual_time(shares()) == pytest.approx([0.25, 0.75, 0.25 + 0.5 * 89 / 60, 1], abs=1e-6)


def test_slowing_down_has_a_bottom(in_virtual_time: Run) -> None:
    """However often the API asks, calls go on leaving."""

    async def slowed() -> list[float]:
        gate = Gate(Pace(TWENTY))
        for _ in range(50):
            gate.slow_down()
        return [gate.share()]

    assert in_virtual_time(slowed()) == [1 / 64]
