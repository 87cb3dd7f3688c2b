import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from lecommercial_batch.model import Rate
from lecommercial_batch.pace import Gate

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
    """Return when each of so many calls passed a gate, all but the first after an optional pause."""
    gate, loop, times = Gate(rate), asyncio.get_running_loop(), []
    for number in range(count):
        await gate.wait()
        times.append(loop.time())
        if pause and number == 0:
            await asyncio.sleep(pause)
    return times


def busiest(times: list[float], period: float) -> int:
    return max(sum(begin <= time < begin + period for time in times) for begin in times)


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
