"""What is known of a message is written down, whatever happens to the journal meanwhile; in virtual time."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from typing import Any

import pytest

from lecommercial_batch.core.errors import JournalBusyError, JournalError, Problem
from lecommercial_batch.core.model import Answer, Claimed, Outcome, Rate, Result, Status, Turn
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.delivery import persistence
from lecommercial_batch.delivery.turns import Drained
from lecommercial_batch.journal.memory.journal import MemoryJournal
from tests.unit.drain_bench import Bench, Scripted

Run = Callable[[Coroutine[Any, Any, None]], None]

BUSY = Problem(code="journal", message=Sentence("database is locked"))
FULL = Problem(code="journal", message=Sentence("database or disk is full"))
POISON = "\ud83d"


class Troubled(MemoryJournal):
    """A journal whose writes fail: each while ``trouble`` says so, and always those that hold the poison."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(clock=bench.clock)
        self.trouble: Callable[[str], None] = lambda _call: None
        self.groups: list[int] = []
        self.bare_too = False  # whether results of the poisoned message fail without their detail as well

    async def claim(self, turn: Turn, run: str, *, limit: int, at: datetime, zone: str = "") -> Sequence[Claimed]:
        self.trouble("claim")
        return await super().claim(turn, run, limit=limit, at=at, zone=zone)

    async def record(self, turn: Turn, results: Sequence[Result]) -> None:
        self.trouble("record")
        self.groups.append(len(results))
        for result in results:
            if POISON in result.detail or (self.bare_too and result.reason == "poisoned"):
                result.detail.encode()  # as SQLite's driver does
                raise JournalError(FULL)
        await super().record(turn, results)

    async def release(self, turn: Turn, claimed: Sequence[Claimed]) -> None:
        self.trouble("release")
        await super().release(turn, claimed)


def troubled(*answers: Answer, rate: int = 20) -> tuple[Bench, Troubled]:
    bench = Bench(Scripted(*answers), rate=Rate(count=rate, period=1))
    bench.journal = journal = Troubled(bench)
    return bench, journal


REFUSED = Answer(outcome=Outcome.REFUSED, reason="poisoned", detail=f"HTTP 422: {POISON} x")
TAKEN = Answer(outcome=Outcome.ACCEPTED)


def test_one_result_that_no_journal_takes_costs_no_other(in_virtual_time: Run) -> None:
    """The others of its group are written one by one, and it without the server's words: all twenty are known."""

    async def scenario() -> None:
        bench, journal = troubled(*[TAKEN] * 5, REFUSED, rate=1000)
        await bench.plan(20)

        assert await bench.drain() == Drained(finished=True)

        assert await bench.statuses() == {Status.ACCEPTED: 19, Status.FAILED: 1}
        assert 1 in journal.groups

    in_virtual_time(scenario())


def test_a_result_that_cannot_be_written_at_all_ends_the_run(in_virtual_time: Run) -> None:
    """What is known of the others is on disk, what never left is pending, and the error is raised at the end."""

    async def scenario() -> None:
        bench, journal = troubled(*[TAKEN] * 5, REFUSED)
        journal.bare_too = True
        await bench.plan(200)

        with pytest.raises(JournalError):
            await bench.drain()

        statuses = await bench.statuses()
        assert statuses[Status.SENDING] == 1
        assert statuses[Status.ACCEPTED] == len(bench.gateway.calls) - 1
        assert statuses[Status.PENDING] == 200 - len(bench.gateway.calls)

    in_virtual_time(scenario())


def test_what_fails_with_another_write_is_claimed_all_the_same(in_virtual_time: Run) -> None:
    """Writes share a transaction: a claim that was rolled back for another's fault is made again."""

    async def scenario() -> None:
        bench, journal = troubled()
        claims = Counter[str]()

        def fail_now_and_then(call: str) -> None:
            claims[call] += 1
            if call == "claim" and claims[call] % 3 == 0:
                raise UnicodeEncodeError("utf-8", POISON, 0, 1, "surrogates not allowed")

        journal.trouble = fail_now_and_then
        await bench.plan(50)

        assert await bench.drain() == Drained(finished=True)
        assert await bench.statuses() == {Status.ACCEPTED: 50}

    in_virtual_time(scenario())


def busy_between(begin: float, end: float) -> Callable[[str], None]:
    def trouble(_call: str) -> None:
        if begin <= asyncio.get_running_loop().time() < end:
            raise JournalBusyError(BUSY)

    return trouble


def test_a_journal_that_is_held_for_minutes_loses_no_answer(in_virtual_time: Run) -> None:
    """Nothing new leaves, it is said once, and when the other lets go everything known is written."""

    async def scenario() -> None:
        bench, journal = troubled()
        journal.trouble = busy_between(2, 500)
        await bench.plan(100)

        assert await bench.drain() == Drained(finished=True)

        assert await bench.statuses() == {Status.ACCEPTED: 100}
        assert bench.told == [(persistence.LONGEST, "journal_busy")]
        assert not [at for at, _ in bench.gateway.calls if 2.2 < at < 499]

    in_virtual_time(scenario())


def test_a_journal_that_is_held_for_longer_ends_the_run(in_virtual_time: Run) -> None:
    """After ten minutes it is given up on: an error, resumable, not a program that hangs."""

    async def scenario() -> None:
        bench, journal = troubled()
        journal.trouble = busy_between(2, 1e9)
        await bench.plan(100)

        with pytest.raises(JournalBusyError):
            await bench.drain()

        assert persistence.LONGEST <= asyncio.get_running_loop().time() < persistence.LONGEST + 60

    in_virtual_time(scenario())


def test_a_stop_while_the_journal_is_held_still_records(in_virtual_time: Run) -> None:
    """Asked to stop once: what is known is written when it can be, and what was claimed goes back."""

    async def scenario() -> None:
        bench, journal = troubled()
        journal.trouble = busy_between(2, 300)
        await bench.plan(100)
        asyncio.get_running_loop().call_later(60, bench.stop.set)

        assert await bench.drain() == Drained(finished=False)

        statuses = await bench.statuses()
        assert statuses == {
            Status.ACCEPTED: len(bench.gateway.calls),
            Status.PENDING: 100 - len(bench.gateway.calls),
        }
        assert asyncio.get_running_loop().time() < 310

    in_virtual_time(scenario())
