import asyncio
from bisect import bisect_left
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from lecommercial_batch.core.model import Rate
from lecommercial_batch.delivery.pacing.pace import Pace
from lecommercial_batch.delivery.pacing.shared_budget import CATCH_UP, GUARDED

Run = Callable[[Coroutine[Any, Any, list[float]]], list[float]]
RATES = [
    Rate(count=1, period=1),
    Rate(count=20, period=1),
    Rate(count=80, period=1),
    Rate(count=1000, period=1),
    Rate(count=55, period=60),
    Rate(count=1, period=60),
    Rate(count=500, period=3600),
]


async def passes(rate: Rate, count: int, pause: float = 0.0) -> list[float]:
    """Return when each of so many calls were let go, all but the first after an optional pause."""
    pace, loop, times = Pace(rate), asyncio.get_running_loop(), []
    for number in range(count):
        await pace.wait()
        times.append(loop.time())
        if pause and number == 0:
            await asyncio.sleep(pause)
    return times


def busiest(times: list[float], period: float) -> int:
    return max(bisect_left(times, begin + period) - index for index, begin in enumerate(times))


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_no_window_holds_more_than_the_rate(rate: Rate, in_virtual_time: Run) -> None:
    """In any window of the period, at most the rate's count of calls leave, the first window included."""
    times = in_virtual_time(passes(rate, 2 * rate.count + 5))

    assert busiest(times, rate.period) <= rate.count


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_the_rate_is_used(rate: Rate, in_virtual_time: Run) -> None:
    """While there is work, at least 98 % of the rate leaves."""
    times = in_virtual_time(passes(rate, 10 * rate.count + 1))

    assert 10 * rate.count / (times[-1] - times[0]) >= 0.98 * rate.per_second


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_an_idle_gate_does_not_save_up(rate: Rate, in_virtual_time: Run) -> None:
    """After a pause of ten periods there is no burst: the window after it is as full as any other."""
    times = in_virtual_time(passes(rate, rate.count + 20, pause=10 * rate.period))

    assert busiest(times, rate.period) <= rate.count


async def late_passes(rate: Rate, count: int, *, late_every: int, by: float) -> list[float]:
    """Return when calls were let go to a caller that is held up from time to time."""
    pace, loop, times = Pace(rate), asyncio.get_running_loop(), []
    for number in range(count):
        await pace.wait()
        times.append(loop.time())
        if number % late_every == 0:
            await asyncio.sleep(by)
    return times


@pytest.mark.parametrize("rate", [Rate(count=20, period=1), Rate(count=200, period=1)], ids=str)
def test_a_late_call_is_caught_up_within_the_rate(rate: Rate, in_virtual_time: Run) -> None:
    """A caller held up a tenth of a second every two seconds loses nothing, and no window is overfull."""
    hold_up = late_passes(rate, 30 * rate.count, late_every=2 * rate.count, by=CATCH_UP)

    times = in_virtual_time(hold_up)

    assert busiest(times, rate.period) <= rate.count
    assert (len(times) - 1) / (times[-1] - times[0]) >= 0.98 * rate.per_second


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_the_network_may_shift_calls_a_little(rate: Rate, in_virtual_time: Run) -> None:
    """Calls that come up to 0.95 % of the period closer together on their way still exceed nothing."""
    times = in_virtual_time(passes(rate, 2 * rate.count + 5))

    assert busiest(times, rate.period * (GUARDED - 0.0005)) <= rate.count
