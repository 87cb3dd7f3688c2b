"""The other way to deliver, for who would rather write twice than not at all."""

from itertools import pairwise

import pytest

from lecommercial_batch.core.model import Answer, Outcome, Status
from lecommercial_batch.delivery import backoff
from lecommercial_batch.delivery.turns import Drained
from tests.unit.drain_bench import UNSURE, Bench, Scripted
from tests.unit.test_send import Run


def test_what_may_have_been_delivered_is_sent_again(in_virtual_time: Run) -> None:
    """Until it is accepted, each time after a longer wait."""

    async def scenario() -> None:
        bench = Bench(Scripted(UNSURE, UNSURE))
        await bench.plan(1)

        assert await bench.drain(at_least_once=True) == Drained(finished=True)

        assert await bench.statuses() == {Status.ACCEPTED: 1}
        first, second, third = (at for at, _ in bench.gateway.calls)
        assert second - first >= 0.5
        assert third - second > second - first

    in_virtual_time(scenario())


def test_its_waits_are_as_long_as_they_should_be(in_virtual_time: Run) -> None:
    """Twice as long each time, with nothing else to do meanwhile: the message goes when it is due."""

    async def scenario() -> None:
        bench = Bench(Scripted(*[UNSURE] * 4, latency=0.001))
        await bench.plan(1)

        await bench.drain(at_least_once=True)

        times = [at for at, _ in bench.gateway.calls]
        assert [after - before for before, after in pairwise(times)] == pytest.approx([1, 2, 4, 8], abs=0.15)

    in_virtual_time(scenario())


def test_it_is_not_sent_for_ever(in_virtual_time: Run) -> None:
    """After ten attempts it is unknown all the same."""

    async def scenario() -> None:
        bench = Bench(Scripted(*[UNSURE] * 50))
        await bench.plan(1)

        await bench.drain(at_least_once=True, stop_after_failures=100)

        assert await bench.statuses() == {Status.UNKNOWN: 1}
        assert len(bench.gateway.calls) == backoff.ATTEMPTS

    in_virtual_time(scenario())


def test_what_was_refused_is_not_sent_again(in_virtual_time: Run) -> None:
    async def scenario() -> None:
        bench = Bench(Scripted(Answer(outcome=Outcome.REFUSED, reason="invalid_message")))
        await bench.plan(1)

        await bench.drain(at_least_once=True)

        assert await bench.statuses() == {Status.FAILED: 1}
        assert len(bench.gateway.calls) == 1

    in_virtual_time(scenario())
