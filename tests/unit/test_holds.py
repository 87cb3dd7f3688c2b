"""When the loop that sends slows down, waits or stops by itself, in virtual time."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from lecommercial_batch.core.model import Answer, Outcome, Rate, Status
from lecommercial_batch.delivery.circuit_breaker import Judge
from lecommercial_batch.delivery.turns import Drained
from tests.conftest import LoopClock
from tests.unit.drain_bench import ACCEPTED, REFUSED, THROTTLED, UNREACHABLE, Bench, Scripted

Run = Callable[[Coroutine[Any, Any, None]], None]


def test_scattered_failures_over_a_share_halt(in_virtual_time: Run) -> None:
    """Of the last hundred answers more than the share are failures: halted, though never ten in a row."""

    async def scenario() -> None:
        bench = Bench(Scripted(*([REFUSED] * 2 + [ACCEPTED]) * 100, latency=0.01))
        await bench.plan(200)

        drained = await bench.drain(stop_at_failure_rate=0.6)

        assert drained.halted == "failure_rate"
        assert len(bench.gateway.calls) == 100

    in_virtual_time(scenario())


def test_as_many_failures_as_the_share_do_not_halt(in_virtual_time: Run) -> None:
    """Half of them failed where half may: the run goes on to its end."""

    async def scenario() -> None:
        bench = Bench(Scripted(*([REFUSED, ACCEPTED] * 100), latency=0.01))
        await bench.plan(200)

        assert await bench.drain() == Drained(finished=True)

    in_virtual_time(scenario())


def test_a_429_halves_the_pace(in_virtual_time: Run) -> None:
    """After a 429 and its wait, calls leave at half the pace at first."""

    async def scenario() -> None:
        bench = Bench(Scripted(ACCEPTED, THROTTLED, latency=0.001))
        await bench.plan(100)

        await bench.drain()

        times = [time for time, _ in bench.gateway.calls]
        after = [time for time in times if 30 <= time - times[1] <= 33]
        assert 0.45 * 20 * 3 <= len(after) <= 0.55 * 20 * 3

    in_virtual_time(scenario())


def test_an_answer_that_was_the_last_one_allowed_holds_the_lane(in_virtual_time: Run) -> None:
    """Accepted, with nothing left in the limit's window: the next call waits for its end; no pace is halved."""

    async def scenario() -> None:
        bench = Bench(Scripted(Answer(outcome=Outcome.ACCEPTED, retry_after=12), latency=0.001))
        await bench.plan(30)

        await bench.drain()

        (first, _), (second, _), *_, (last, _) = bench.gateway.calls
        assert second - first >= 12
        assert last - second <= 28 / (0.98 * 20)

    in_virtual_time(scenario())


def test_waits_are_bounded_in_time(in_virtual_time: Run) -> None:
    """An API that asks for more than an hour halts the sender: nobody waits for days in silence."""

    async def scenario() -> None:
        bench = Bench(Scripted(Answer(outcome=Outcome.NOT_SENT, reason="throttled", retry_after=4e8)))
        await bench.plan(3)

        drained = await bench.drain()

        assert drained == Drained(finished=False, halted="throttled")
        assert (await bench.statuses())[Status.PENDING] >= 1
        assert asyncio.get_running_loop().time() < 10

    in_virtual_time(scenario())


@pytest.mark.parametrize("asked", [3601.0, 4e8, float("inf"), 1e308])
@pytest.mark.parametrize("outcome", [Outcome.NOT_SENT, Outcome.ACCEPTED])
def test_a_wait_too_long_halts_at_once(outcome: Outcome, asked: float, in_virtual_time: Run) -> None:
    """Also on a message that was taken: the run ends, resumable, and no row is left on its way."""

    async def scenario() -> None:
        bench = Bench(Scripted(Answer(outcome=outcome, reason="throttled", retry_after=asked)))
        await bench.plan(30)

        drained = await bench.drain()

        assert drained == Drained(finished=False, halted="throttled")
        assert (await bench.statuses()).get(Status.SENDING) is None
        assert asyncio.get_running_loop().time() < 10
        assert bench.told == []

    in_virtual_time(scenario())


def test_an_hour_is_waited(in_virtual_time: Run) -> None:
    """The longest that anybody waits: it is told, and then the run goes on."""

    async def scenario() -> None:
        bench = Bench(Scripted(Answer(outcome=Outcome.ACCEPTED, retry_after=3600), latency=0.001))
        await bench.plan(3)

        assert await bench.drain() == Drained(finished=True)

        (first, _), (second, _), _ = bench.gateway.calls
        assert 3600 <= second - first <= 3600.2
        assert bench.told == [(3600, "throttled")]

    in_virtual_time(scenario())


@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        (THROTTLED, 30.0),
        (Answer(outcome=Outcome.ACCEPTED, retry_after=12), 12.0),
        (UNREACHABLE, 1.0),  # the jitter of the bench is in the middle of two seconds
    ],
    ids=["throttled", "accepted", "unreachable"],
)
def test_a_wait_is_as_long_as_it_should_be(answer: Answer, wait: float, in_virtual_time: Run) -> None:
    """Neither shorter nor longer: a run that waits twice as long as it was asked to ends hours late."""

    async def scenario() -> None:
        bench = Bench(Scripted(answer, latency=0.001))
        await bench.plan(2)

        await bench.drain()

        (first, _), (second, _), *_ = bench.gateway.calls
        assert wait <= second - first <= wait + 0.15

    in_virtual_time(scenario())


def test_waits_in_a_row_are_each_as_long_as_they_should_be(in_virtual_time: Run) -> None:
    """The width doubles from try to try, and the message is due when its wait is over, not later."""

    async def scenario() -> None:
        bench = Bench(Scripted(*[UNREACHABLE] * 5, latency=0.001), rate=Rate(count=1000, period=1))
        await bench.plan(1)

        await bench.drain()

        times = [time for time, _ in bench.gateway.calls]
        waits = [after - before for before, after in pairwise(times)]
        assert waits == pytest.approx([1, 2, 4, 8, 16], abs=0.15)

    in_virtual_time(scenario())


def test_a_longer_wait_of_those_on_their_way_is_kept(in_virtual_time: Run) -> None:
    """Two calls are answered with a 429: the one that asks for more is obeyed, though it comes second."""

    async def scenario() -> None:
        short, long = (Answer(outcome=Outcome.NOT_SENT, reason="throttled", retry_after=each) for each in (5, 40))
        bench = Bench(Scripted(short, long, latency=0.2))
        await bench.plan(2)

        await bench.drain()

        times = [time for time, _ in bench.gateway.calls]
        assert times[2] - times[1] >= 40
        assert bench.told == [(5, "throttled"), (40, "throttled")]

    in_virtual_time(scenario())


class Faulty(Judge):
    """A judge that fails at the third answer, as no code of ours should."""

    def __init__(self) -> None:
        super().__init__(10)
        self._heard = 0

    def hear(self, answer: Answer, *, began: float = 0.0, ended: float = 0.0, stood_still: bool = False) -> None:
        self._heard += 1
        if self._heard == 3:
            raise ZeroDivisionError
        super().hear(answer, began=began, ended=ended, stood_still=stood_still)


def test_a_fault_in_settling_leaves_one_message_in_doubt(in_virtual_time: Run) -> None:
    """Whatever goes wrong after an answer: its message is unknown, and the run goes on to its end."""

    async def scenario() -> None:
        bench = Bench(Scripted())
        await bench.plan(10)

        assert await bench.drain(judge=Faulty()) == Drained(finished=True)
        assert await bench.statuses() == {Status.ACCEPTED: 9, Status.UNKNOWN: 1}

    in_virtual_time(scenario())


class PutBackClock(LoopClock):
    """A clock that somebody puts back an hour, five seconds from the start."""

    def now(self) -> datetime:
        put_back = asyncio.get_running_loop().time() >= 5
        return super().now() - timedelta(hours=1 if put_back else 0)


def test_a_clock_put_back_holds_nothing_up(in_virtual_time: Run) -> None:
    """The clock goes back an hour while a message waits to be tried again: it goes when its wait is over."""

    async def scenario() -> None:
        bench = Bench(Scripted(THROTTLED, latency=0.01))
        await bench.plan(3)
        bench.clock = PutBackClock()

        await bench.drain()

        assert await bench.statuses() == {Status.ACCEPTED: 3}
        assert len(bench.gateway.calls) == 4
        assert asyncio.get_running_loop().time() < 60

    in_virtual_time(scenario())


@pytest.mark.parametrize("latency", [0.1, 1.0, 10.0])
def test_calls_in_flight_follow_pace_and_latency(latency: float, in_virtual_time: Run) -> None:
    """As many calls are under way as the pace needs at this latency: the rate is used."""

    async def scenario() -> None:
        bench = Bench(Scripted(latency=latency), rate=Rate(count=50, period=1))
        await bench.plan(3000)

        await bench.drain()

        times = [time for time, _ in bench.gateway.calls]
        assert 1000 / (times[-1] - times[-1001]) >= 0.98 * 50
        assert bench.gateway.most_in_flight <= 2 * 50 * max(latency, 2.0) + 2

    in_virtual_time(scenario())


def test_no_more_than_two_thousand_are_under_way(in_virtual_time: Run) -> None:
    """However slow the API and fast the pace: 2,000 calls at most wait for their answers."""

    async def scenario() -> None:
        bench = Bench(Scripted(latency=10.0), rate=Rate(count=1000, period=1))
        await bench.plan(2200)

        await bench.drain()

        assert bench.gateway.most_in_flight == 2000

    in_virtual_time(scenario())
