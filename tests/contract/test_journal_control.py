"""What an operator asks of a run, and the history of its messages, of both journals alike."""

from dataclasses import replace

from lecommercial_batch.core.contact_edits import Edit, EditKind, contacts_lane
from lecommercial_batch.core.model import Phone, RunState, Status
from lecommercial_batch.core.run_control import Wish
from tests.conftest import ManualClock, a_message, a_run
from tests.contract.test_journal import LANE, Journal, a_rejection, a_result, journal, planned, statuses

__all__ = ["journal"]


async def told(journal: Journal, run: str, row: int) -> list[tuple[str, int, str]]:
    phone = a_message(row).phone
    return [(each.status, each.attempts, each.reason) for each in await journal.control.history(run, phone)]


async def test_every_change_is_kept(journal: Journal, clock: ManualClock) -> None:
    """Claimed, thrown back, claimed again, accepted: in order, with what was said and when."""
    run = await planned(journal, a_message(2), a_message(3))
    turn = await journal.begin_turn(LANE)
    await journal.claim(turn, run, limit=1, at=clock.now())
    await journal.record(turn, [a_result(run, 2, Status.PENDING, clock, due=0)])
    clock.advance(5)
    await journal.claim(turn, run, limit=9, at=clock.now())
    await journal.record(turn, [a_result(run, 2, Status.ACCEPTED, clock)])

    assert await told(journal, run, 2) == [
        ("sending", 1, ""),
        ("pending", 1, "why"),
        ("sending", 2, ""),
        ("accepted", 2, "why"),
    ]
    history = await journal.control.history(run, a_message(2).phone)
    assert [(each.at - history[0].at).total_seconds() for each in history] == [0, 0, 5, 5]
    assert history[-1].detail == "words"
    assert await journal.control.history(run, Phone("+33699999999")) == []


async def test_what_an_old_turn_may_not_record_is_no_event(journal: Journal, clock: ManualClock) -> None:
    run = await planned(journal, a_message(2))
    old = await journal.begin_turn(LANE)
    await journal.claim(old, run, limit=1, at=clock.now())
    new = await journal.begin_turn(LANE)
    assert await journal.control.retry(run, [Status.UNKNOWN]) == 1
    await journal.claim(new, run, limit=1, at=clock.now())
    await journal.record(old, [a_result(run, 2, Status.ACCEPTED, clock)])

    assert await told(journal, run, 2) == [
        ("sending", 1, ""),
        ("unknown", 1, "interrupted"),
        ("pending", 1, "retried"),
        ("sending", 2, ""),
    ]


async def test_a_claim_given_back_is_an_event(journal: Journal, clock: ManualClock) -> None:
    run = await planned(journal, a_message(2))
    turn = await journal.begin_turn(LANE)
    await journal.release(turn, await journal.claim(turn, run, limit=1, at=clock.now()))
    assert await told(journal, run, 2) == [("sending", 1, ""), ("pending", 0, "released")]


async def test_cancelling_gives_up_on_what_is_pending_alone(journal: Journal, clock: ManualClock) -> None:
    """What is on its way is settled by its answer; rows are rejections and messages as before."""
    run = await planned(journal, a_message(2), a_message(3), a_message(4), a_rejection(5))
    turn = await journal.begin_turn(LANE)
    await journal.claim(turn, run, limit=1, at=clock.now())

    assert await journal.control.cancel(run) == 2
    assert await journal.control.cancel(run) == 0
    assert await journal.claim(turn, run, limit=9, at=clock.now()) == []
    assert await statuses(journal, run) == {Status.SENDING: 1, Status.CANCELLED: 2}
    assert (await journal.counts(run)).rows == 4
    assert await told(journal, run, 3) == [("cancelled", 0, "cancelled")]


async def test_a_second_try_is_of_what_failed_or_is_unknown(journal: Journal, clock: ManualClock) -> None:
    """Nothing that was accepted, is pending or was given up on is ever tried again; attempts are counted on."""
    run = await planned(journal, *(a_message(row) for row in range(2, 7)))
    turn = await journal.begin_turn(LANE)
    await journal.claim(turn, run, limit=4, at=clock.now())
    became = [Status.ACCEPTED, Status.FAILED, Status.UNKNOWN]
    await journal.record(turn, [a_result(run, 2 + n, status, clock) for n, status in enumerate(became)])
    before = await statuses(journal, run)

    assert await journal.control.lanes(run, [Status.FAILED]) == [LANE]
    assert await journal.control.retry(run, [Status.FAILED]) == 1
    assert await journal.control.retry(run, list(Status)) == 1
    assert await journal.control.lanes(run, [Status.FAILED, Status.UNKNOWN]) == []
    after = await statuses(journal, run)
    assert after == {
        Status.ACCEPTED: 1,
        Status.SENDING: 1,
        Status.PENDING: before[Status.PENDING] + 2,
    }
    [*_, again] = sorted(await journal.claim(turn, run, limit=9, at=clock.now()), key=lambda each: each.attempts)
    assert again.attempts == 2


async def test_a_wish_holds_until_it_is_lifted(journal: Journal) -> None:
    """Also where it was asked just as the run was taken in hand: no start forgets it."""
    run = await planned(journal)
    assert await journal.start(run) is None
    assert await journal.control.wish(run) is None
    await journal.control.ask(run, Wish.PAUSE)
    await journal.move(run, RunState.RUNNING)
    assert await journal.control.wish(run) is Wish.PAUSE
    assert await journal.control.conclude(run) is RunState.PAUSED
    assert await journal.control.wish(run) is Wish.PAUSE
    await journal.control.lift(run)
    assert await journal.control.wish(run) is None


async def test_a_cancelled_run_has_an_end(journal: Journal, clock: ManualClock) -> None:
    run = await planned(journal)
    await journal.move(run, RunState.CANCELLED)
    assert (await journal.find(run)).ended_at == clock.now()
    await journal.move(run, RunState.PAUSED)
    assert (await journal.find(run)).ended_at is None


async def test_what_was_seen_to_be_done_is_confirmed(journal: Journal, clock: ManualClock) -> None:
    """Of unknown messages alone, those that are named; each is an event."""
    run = await planned(journal, a_message(2), a_message(3), a_message(4))
    turn = await journal.begin_turn(LANE)
    await journal.claim(turn, run, limit=2, at=clock.now())
    await journal.begin_turn(LANE)

    await journal.control.confirm(run, [3, 4])

    assert {row.row.number: row.status for row in journal.rows(run)} == {
        2: Status.UNKNOWN,
        3: Status.ACCEPTED,
        4: Status.PENDING,
    }
    expected = [("sending", 1, ""), ("unknown", 1, "interrupted"), ("accepted", 1, "found")]
    assert await told(journal, run, 3) == expected


async def test_what_came_of_a_run_is_counted_with_it(journal: Journal, clock: ManualClock) -> None:
    """Runs that put its results into lists belong to it: no list of runs shows them, and its counts do."""
    run = await planned(journal, a_message(2), a_message(3))
    lane = contacts_lane("default")
    for row in (2, 3):
        new = replace(a_run(), edits=True, variants=(EditKind.ADD,), parent=run)
        name = await journal.begin_run(new)
        edit, message = Edit(kind=EditKind.ADD, list_id=7), a_message(row)
        await journal.add(name, [edit.message(message.row, message.phone, lane=lane)])
        await journal.freeze(name, proof="x")
    first, second = (await journal.control.followed_by(run))[::-1]
    turn = await journal.begin_turn(lane)
    await journal.claim(turn, first, limit=1, at=clock.now())
    await journal.record(turn, [a_result(first, 2, Status.ACCEPTED, clock)])

    counts = await journal.counts(run)

    assert {status: n for status, n in counts.after["add"].items() if n} == {Status.ACCEPTED: 1, Status.PENDING: 1}
    assert counts.rows == 2
    assert [each.id for each in await journal.runs()] == [run]
    assert (await journal.find(second)).new.parent == run
    assert await journal.control.followed_by(second) == []
