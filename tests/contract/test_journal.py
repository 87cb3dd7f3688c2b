"""What every journal promises, held by the one in memory and the one in a database alike."""

from collections.abc import AsyncIterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from lecommercial_batch.core.errors import RunNotFoundError
from lecommercial_batch.core.model import Message, Reason, Rejection, Result, Row, RunState, Status
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.journal import SqlJournal, open_journal
from lecommercial_batch.journal.memory.journal import MemoryJournal
from tests.conftest import ManualClock, a_message, a_run

Journal = MemoryJournal | SqlJournal
LANE = "default"


@pytest.fixture(params=["memory", "sqlite"])
async def journal(request: pytest.FixtureRequest, tmp_path: Path, clock: ManualClock) -> AsyncIterator[Journal]:
    if request.param == "memory":
        yield MemoryJournal(clock=clock)
        return
    opened = open_journal(f"sqlite:///{tmp_path}/journal.db", clock=clock)
    yield opened
    opened.close()


async def planned(journal: Journal, *rows: Message | Rejection) -> str:
    run = await journal.begin_run(a_run())
    await journal.add(run, rows or [a_message(2), a_message(3)])
    await journal.freeze(run, proof="AAAA-BBBB")
    return run


async def statuses(journal: Journal, run: str) -> dict[Status, int]:
    return {status: count for status, count in (await journal.counts(run)).messages.items() if count}


def a_rejection(number: int, reason: Reason = Reason.INVALID_PHONE) -> Rejection:
    return Rejection(
        Row(number, ("Prénom", "n/a")), reason, Sentence("“{value}” is none", value="n/a"), "Téléphone"
    )


def a_result(run: str, row: int, status: Status, clock: ManualClock, due: float | None = None) -> Result:
    due_at = None if due is None else clock.now() + timedelta(seconds=due)
    return Result(run=run, row=row, status=status, reason="why", detail="words", at=clock.now(), due_at=due_at)


async def test_rows_are_rejections_and_messages(journal: Journal) -> None:
    """The counts of a plan add up to its rows."""
    run = await planned(journal, a_message(2), a_rejection(3), a_message(4), a_rejection(5, Reason.DUPLICATE))

    counts = await journal.counts(run)

    assert counts.rows == 4
    assert counts.rejected == {Reason.DUPLICATE: 1, Reason.INVALID_PHONE: 1}
    assert counts.messages[Status.PENDING] == 2


async def test_only_frozen_runs_are_listed(journal: Journal) -> None:
    """Runs are listed newest first; one still being planned is not there, nor a discarded one."""
    first = await planned(journal)
    second = await planned(journal)
    await journal.begin_run(a_run())
    discarded = await planned(journal)
    await journal.discard(discarded)

    assert [run.id for run in await journal.runs()] == [second, first]
    assert (await journal.find(first)).proof == "AAAA-BBBB"
    assert (await journal.find(first)).new == a_run()
    with pytest.raises(RunNotFoundError):
        await journal.find(discarded)


async def test_a_claim_takes_what_is_due_oldest_first(journal: Journal, clock: ManualClock) -> None:
    """Claims go by due time, then by row, up to the limit, and never before the time."""
    run = await planned(journal, *(a_message(number) for number in (2, 3, 4)))
    turn = await journal.begin_turn(LANE)
    (first,) = await journal.claim(turn, run, limit=1, at=clock.now())
    await journal.record(turn, [a_result(run, first.row, Status.PENDING, clock, due=60)])

    now = await journal.claim(turn, run, limit=10, at=clock.now())
    later = await journal.claim(turn, run, limit=10, at=clock.now() + timedelta(seconds=60))

    assert [claimed.row for claimed in now] == [3, 4]
    assert [(claimed.row, claimed.attempts) for claimed in later] == [(2, 2)]
    assert later[0].content == a_message(2).content
    assert later[0].phone == a_message(2).phone


async def test_a_claim_stays_in_its_lane_and_run(journal: Journal, clock: ManualClock) -> None:
    """Another sender's messages and another run's are not claimed."""
    run = await planned(journal, a_message(2, sender="other"), a_message(3))
    other = await planned(journal)
    turn = await journal.begin_turn(LANE)

    assert [claimed.row for claimed in await journal.claim(turn, run, limit=9, at=clock.now())] == [3]
    assert await statuses(journal, other) == {Status.PENDING: 2}
    assert sorted(await journal.lanes(run)) == [LANE, "other"]


async def test_an_old_token_claims_nothing(journal: Journal, clock: ManualClock) -> None:
    """A process that was frozen and wakes up after another took the lane can claim nothing."""
    run = await planned(journal)
    frozen = await journal.begin_turn(LANE)
    await journal.begin_turn(LANE)

    assert list(await journal.claim(frozen, run, limit=9, at=clock.now())) == []
    assert await statuses(journal, run) == {Status.PENDING: 2}


async def test_a_message_in_flight_at_a_crash_is_not_sent_again(journal: Journal, clock: ManualClock) -> None:
    """A claim made under an older token becomes unknown, not pending."""
    run = await planned(journal)
    await journal.claim(await journal.begin_turn(LANE), run, limit=1, at=clock.now())

    turn = await journal.begin_turn(LANE)

    assert turn.abandoned == 1
    assert [claimed.row for claimed in await journal.claim(turn, run, limit=9, at=clock.now())] == [3]
    assert await statuses(journal, run) == {Status.UNKNOWN: 1, Status.SENDING: 1}
    first, _ = journal.rows(run)
    assert first.reason == "interrupted"


async def test_a_late_answer_settles_a_doubt(journal: Journal, clock: ManualClock) -> None:
    """What a slow process learns of its own claim is taken, even after another took the lane."""
    run = await planned(journal)
    slow = await journal.begin_turn(LANE)
    await journal.claim(slow, run, limit=1, at=clock.now())
    await journal.begin_turn(LANE)

    await journal.record(slow, [a_result(run, 2, Status.ACCEPTED, clock)])

    assert await statuses(journal, run) == {Status.ACCEPTED: 1, Status.PENDING: 1}


async def test_a_result_of_an_older_claim_is_left_alone(journal: Journal, clock: ManualClock) -> None:
    """Once a message was claimed again, an earlier claim's answer says nothing about it."""
    run = await planned(journal, a_message(2))
    old = await journal.begin_turn(LANE)
    claimed = await journal.claim(old, run, limit=1, at=clock.now())
    await journal.record(old, [a_result(run, 2, Status.PENDING, clock)])
    new = await journal.begin_turn(LANE)
    await journal.claim(new, run, limit=1, at=clock.now())

    await journal.record(old, [a_result(run, 2, Status.FAILED, clock)])
    await journal.release(old, claimed)

    assert await statuses(journal, run) == {Status.SENDING: 1}


async def test_a_settled_message_is_not_claimed_again(journal: Journal, clock: ManualClock) -> None:
    """Accepted, failed and unknown messages are done with."""
    run = await planned(journal, *(a_message(number) for number in (2, 3, 4)))
    turn = await journal.begin_turn(LANE)
    await journal.claim(turn, run, limit=9, at=clock.now())
    settled = zip((2, 3, 4), (Status.ACCEPTED, Status.FAILED, Status.UNKNOWN), strict=True)
    await journal.record(turn, [a_result(run, row, status, clock) for row, status in settled])

    assert list(await journal.claim(turn, run, limit=9, at=clock.now())) == []
    assert list(await journal.lanes(run)) == []
    assert await journal.next_due(run, lane=LANE) is None


async def test_what_is_given_back_was_never_tried(journal: Journal, clock: ManualClock) -> None:
    """A released message is pending again, its attempt not counted."""
    run = await planned(journal)
    turn = await journal.begin_turn(LANE)
    claimed = await journal.claim(turn, run, limit=9, at=clock.now())

    await journal.release(turn, claimed)

    assert await statuses(journal, run) == {Status.PENDING: 2}
    again = await journal.claim(turn, run, limit=9, at=clock.now())
    assert {each.attempts for each in again} == {1}


async def test_the_next_due_time_is_known(journal: Journal, clock: ManualClock) -> None:
    """With everything waiting for its time, the earliest is told."""
    run = await planned(journal)
    turn = await journal.begin_turn(LANE)
    await journal.claim(turn, run, limit=9, at=clock.now())
    await journal.record(turn, [a_result(run, row, Status.PENDING, clock, due=row * 10) for row in (2, 3)])

    assert await journal.next_due(run, lane=LANE) == clock.now() + timedelta(seconds=20)


async def test_a_clock_that_was_put_back_holds_nothing_up(journal: Journal, clock: ManualClock) -> None:
    """What was to wait for a minute, by a clock that has gone back an hour since, is due in the next turn."""
    run = await planned(journal)
    turn = await journal.begin_turn(LANE)
    await journal.claim(turn, run, limit=1, at=clock.now())
    await journal.record(turn, [a_result(run, 2, Status.PENDING, clock, due=60)])
    clock.advance(-3600)

    turn = await journal.begin_turn(LANE)

    due = await journal.next_due(run, lane=LANE)
    assert due is not None
    assert due <= clock.now()
    assert [each.row for each in await journal.claim(turn, run, limit=9, at=clock.now())] == [2, 3]


async def test_a_run_is_moved_and_halted(journal: Journal, clock: ManualClock) -> None:
    """Start and end are noted once, halts until the run goes on."""
    run = await planned(journal)
    begun = clock.now()
    await journal.move(run, RunState.RUNNING)
    clock.advance(60)
    await journal.halt(run, lane=LANE, reason="invalid_keys")
    await journal.move(run, RunState.STOPPED)
    stopped = await journal.find(run)
    await journal.move(run, RunState.RUNNING)
    resumed = await journal.find(run)
    await journal.move(run, RunState.ENDED)
    ended = await journal.find(run)

    assert (stopped.state, stopped.halted, stopped.ended_at) == (RunState.STOPPED, {LANE: "invalid_keys"}, None)
    assert (resumed.halted, resumed.started_at) == ({}, begun)
    assert (ended.state, ended.ended_at) == (RunState.ENDED, clock.now())


async def test_cells_and_sentences_come_back_as_they_were(journal: Journal) -> None:
    """The report gets the input's own cells, types and all, in the order of the file."""
    cells = ("=1+1", "", 612345678, 12.5, True, date(2026, 12, 24), datetime(2026, 3, 3, 10, 0), time(8, 30))  # noqa: DTZ001 - a cell has no zone
    message = a_message(9)
    odd = Message(
        row=Row(4, cells),
        phone=message.phone,
        sender=LANE,
        content=message.content,
        repair=Sentence("read {text}", text="“612”"),
    )
    run = await planned(journal, a_rejection(7), odd, a_message(3))

    third, fourth, seventh = journal.rows(run)

    assert [third.row.number, fourth.row.number, seventh.row.number] == [3, 4, 7]
    assert fourth.row.cells == cells
    assert [type(cell) for cell in fourth.row.cells] == [type(cell) for cell in cells]
    assert fourth.repair == odd.repair
    assert (seventh.status, seventh.reason, seventh.column) == (None, "invalid_phone", "Téléphone")
    assert seventh.detail == a_rejection(7).detail
