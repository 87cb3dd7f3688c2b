"""The loop that sends, with a scripted gateway and virtual time."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from lecommercial_batch.core.model import Answer, Content, Phone, Rate, Status
from lecommercial_batch.delivery.turns import Allowance, Drained
from tests.unit.drain_bench import ACCEPTED, BAD_KEYS, REFUSED, THROTTLED, UNREACHABLE, UNSURE, Bench, Scripted

Run = Callable[[Coroutine[Any, Any, None]], None]


def test_everything_due_is_sent_once(in_virtual_time: Run) -> None:
    """A drain ends finished when nothing is left, and each number was called once."""

    async def scenario() -> None:
        bench = Bench(Scripted())
        await bench.plan(50)

        drained = await bench.drain()

        assert drained == Drained(finished=True)
        assert await bench.statuses() == {Status.ACCEPTED: 50}
        assert len({number for _, number in bench.gateway.calls}) == len(bench.gateway.calls) == 50

    in_virtual_time(scenario())


@pytest.mark.parametrize(
    ("answer", "status"), [(REFUSED, Status.FAILED), (UNSURE, Status.UNKNOWN)], ids=["refused", "unsure"]
)
def test_a_settled_message_is_not_tried_again(answer: Answer, status: Status, in_virtual_time: Run) -> None:
    """What was refused or may have been delivered gets one call."""

    async def scenario() -> None:
        bench = Bench(Scripted(answer))
        await bench.plan(3)

        await bench.drain()

        assert await bench.statuses() == {status: 1, Status.ACCEPTED: 2}
        assert len(bench.gateway.calls) == 3

    in_virtual_time(scenario())


def test_a_throttled_message_waits_as_told_and_goes_again(in_virtual_time: Run) -> None:
    """After a 429 nothing leaves before Retry-After is over, and the message is not a failure."""

    async def scenario() -> None:
        bench = Bench(Scripted(THROTTLED, latency=0.01))
        await bench.plan(3)

        await bench.drain()

        (first, _), (second, _), *_ = bench.gateway.calls
        assert await bench.statuses() == {Status.ACCEPTED: 3}
        assert second - first >= 30

    in_virtual_time(scenario())


def test_a_network_that_is_gone_halts_with_everything_pending(in_virtual_time: Run) -> None:
    """Calls that were never executed are no failures: after so many waits the sender is halted, resumable."""

    async def scenario() -> None:
        bench = Bench(Scripted(*[UNREACHABLE] * 1000))
        await bench.plan(30)

        drained = await bench.drain()

        assert drained == Drained(finished=False, halted="unreachable")
        assert await bench.statuses() == {Status.PENDING: 30}

    in_virtual_time(scenario())


def test_bad_keys_halt_at_once(in_virtual_time: Run) -> None:
    """After an answer that no other message would survive, only what was in flight is finished."""

    async def scenario() -> None:
        bench = Bench(Scripted(BAD_KEYS, latency=0.2))
        await bench.plan(100)

        drained = await bench.drain()

        assert drained.halted == "invalid_keys"
        # 0.2 s at 20 a second: four more calls had left before the answer came.
        assert len(bench.gateway.calls) <= 5
        assert (await bench.statuses())[Status.PENDING] == 100 - (len(bench.gateway.calls) - 1)

    in_virtual_time(scenario())


@pytest.mark.parametrize("answer", [REFUSED, UNSURE], ids=["refused", "unsure"])
def test_failures_in_a_row_halt(answer: Answer, in_virtual_time: Run) -> None:
    """Ten failures or unknowns in a row are a disconnected phone, not ten wrong numbers."""

    async def scenario() -> None:
        bench = Bench(Scripted(*[answer] * 100, latency=0.01))
        await bench.plan(100)

        drained = await bench.drain()

        assert drained.halted == "failures_in_a_row"
        assert len(bench.gateway.calls) == 10

    in_virtual_time(scenario())


def test_scattered_failures_do_not_halt(in_virtual_time: Run) -> None:
    """An accepted message starts the count of failures anew."""

    async def scenario() -> None:
        bench = Bench(Scripted(*([REFUSED] * 9 + [ACCEPTED]) * 5, latency=0.01))
        await bench.plan(50)

        assert await bench.drain() == Drained(finished=True)

    in_virtual_time(scenario())


def test_a_stop_finishes_what_is_in_flight(in_virtual_time: Run) -> None:
    """After a stop nothing new leaves, every call under way is recorded, and no claim is left behind."""

    async def scenario() -> None:
        bench = Bench(Scripted(latency=1.0))
        await bench.plan(100)
        bench.gateway.on_call = lambda count: bench.stop.set() if count == 30 else None

        drained = await bench.drain()

        assert drained == Drained(finished=False)
        assert len(bench.gateway.calls) == 30
        assert await bench.statuses() == {Status.ACCEPTED: 30, Status.PENDING: 70}

    in_virtual_time(scenario())


def test_a_stop_does_not_wait_for_a_slow_pace(in_virtual_time: Run) -> None:
    """At one message a minute, a stop ends the drain when the answers are there, not at the next minute."""

    async def scenario() -> None:
        bench = Bench(Scripted(latency=1.0), rate=Rate(count=1, period=60))
        await bench.plan(3)
        bench.gateway.on_call = lambda _: bench.stop.set()

        await bench.drain()

        assert asyncio.get_running_loop().time() < 2

    in_virtual_time(scenario())


def test_a_slow_pace_does_not_claim_ahead(in_virtual_time: Run) -> None:
    """A message that leaves in a minute is not claimed now: a crash would leave it in doubt for nothing."""

    async def scenario() -> None:
        bench = Bench(Scripted(latency=1.0), rate=Rate(count=1, period=60))
        await bench.plan(3)
        draining = asyncio.create_task(bench.drain())

        await asyncio.sleep(30)

        assert await bench.statuses() == {Status.ACCEPTED: 1, Status.PENDING: 2}
        await draining

    in_virtual_time(scenario())


def test_an_allowance_is_kept(in_virtual_time: Run) -> None:
    """With an allowance of 7 exactly 7 messages are sent, a throttled one counted when it goes."""

    async def scenario() -> None:
        bench = Bench(Scripted(THROTTLED, latency=0.01))
        await bench.plan(20)

        drained = await bench.drain(allowance=Allowance(7))

        assert drained == Drained(finished=False)
        assert await bench.statuses() == {Status.ACCEPTED: 7, Status.PENDING: 13}

    in_virtual_time(scenario())


def test_a_server_that_hangs_is_not_flooded(in_virtual_time: Run) -> None:
    """Calls in flight follow pace and latency, so that a hanging server holds few messages in doubt."""

    async def scenario() -> None:
        bench = Bench(Scripted(*[UNSURE] * 1000, latency=60))
        await bench.plan(1000)

        await bench.drain()

        assert bench.gateway.most_in_flight <= 2 * 20 * 2 + 2

    in_virtual_time(scenario())


class Broken(Scripted):
    async def send(self, phone: Phone, content: Content, *, left: Callable[[], None]) -> Answer:
        await super().send(phone, content, left=left)
        raise ZeroDivisionError


def test_a_fault_of_the_gateway_leaves_a_message_in_doubt(in_virtual_time: Run) -> None:
    """An exception from a gateway is a message that may have left: unknown, and the others go on."""

    async def scenario() -> None:
        bench = Bench(Broken())
        await bench.plan(3)

        assert (await bench.drain()).finished
        assert await bench.statuses() == {Status.UNKNOWN: 3}

    in_virtual_time(scenario())
