"""What becomes of a run in each state when somebody asks something of it, of both journals alike."""

from typing import Final

import pytest

from lecommercial_batch.core.model import RunState, Status
from lecommercial_batch.core.run_control import Wish
from tests.conftest import ManualClock, a_message, a_run
from tests.contract.test_journal import LANE, Journal, a_result, journal, planned, statuses

__all__ = ["journal"]

PLANNING, PLANNED, RUNNING = RunState.PLANNING, RunState.PLANNED, RunState.RUNNING
STOPPED, PAUSED, CANCELLED, ENDED = RunState.STOPPED, RunState.PAUSED, RunState.CANCELLED, RunState.ENDED

#: State → how it stands once it was asked to pause, once it was asked to be given up on, once the wish was lifted
#: and once it was concluded; and whether it can be started as it is.
TABLE: Final = {
    PLANNING: (PLANNING, PLANNING, PLANNING, None, None),
    PLANNED: (PAUSED, CANCELLED, PLANNED, None, True),
    RUNNING: (RUNNING, RUNNING, RUNNING, STOPPED, True),
    STOPPED: (PAUSED, CANCELLED, STOPPED, STOPPED, True),
    PAUSED: (PAUSED, CANCELLED, STOPPED, PAUSED, False),
    CANCELLED: (CANCELLED, CANCELLED, CANCELLED, CANCELLED, False),
    ENDED: (ENDED, ENDED, ENDED, ENDED, True),
}


async def a_run_that_is(journal: Journal, clock: ManualClock, state: RunState) -> str:
    """Return a run of three messages in this state, one of them accepted where it was ever sent."""
    if state is RunState.PLANNING:
        return await journal.begin_run(a_run())
    run = await journal.begin_run(a_run())
    await journal.add(run, [a_message(2), a_message(3), a_message(4)])
    await journal.freeze(run, proof=run[::-1])  # none sends what another one does
    if state is RunState.PLANNED:
        return run
    assert await journal.start(run) is None
    turn = await journal.begin_turn(LANE)
    await journal.claim(turn, run, limit=3 if state is RunState.ENDED else 1, at=clock.now())
    rows = (2, 3, 4) if state is RunState.ENDED else (2,)
    await journal.record(turn, [a_result(run, row, Status.ACCEPTED, clock) for row in rows])
    if state is RunState.PAUSED:
        await journal.control.ask(run, Wish.PAUSE)
    if state is RunState.CANCELLED:
        await journal.control.ask(run, Wish.CANCEL)
    if state is not RunState.RUNNING:
        assert await journal.control.conclude(run) is state
    return run


@pytest.mark.parametrize("state", RunState)
async def test_what_is_asked_of_a_run_in_each_state(journal: Journal, clock: ManualClock, state: RunState) -> None:
    """What nobody sends stands as it was asked to at once; what is over or half planned is left alone."""
    paused, cancelled, lifted, concluded, startable = TABLE[state]
    for wish, expected in ((Wish.PAUSE, paused), (Wish.CANCEL, cancelled)):
        run = await a_run_that_is(journal, clock, state)

        assert await journal.control.ask(run, wish) is expected

        found = await journal.find(run)
        assert found.state is expected
        assert (found.ended_at is not None) is (expected in {CANCELLED, ENDED})
        assert (await journal.control.lanes(run, [Status.PENDING]) == []) is (
            expected in {PLANNING, CANCELLED, ENDED}
        )
    run = await a_run_that_is(journal, clock, state)
    if concluded:
        assert await journal.control.conclude(run) is concluded
    run = await a_run_that_is(journal, clock, state)
    if startable is not None:
        assert (await journal.start(run) is None) is startable
    run = await a_run_that_is(journal, clock, state)
    await journal.control.lift(run)
    assert (await journal.find(run)).state is lifted


@pytest.mark.parametrize("wish", Wish)
async def test_what_an_operator_has_put_aside_is_not_started(journal: Journal, wish: Wish) -> None:
    """Not before it is lifted, also where whoever sent it was killed before it heard."""
    run = await planned(journal)
    await journal.start(run)  # and the process dies here
    await journal.control.ask(run, wish)

    assert await journal.start(run) == run
    assert await journal.control.conclude(run) is {Wish.PAUSE: PAUSED, Wish.CANCEL: CANCELLED}[wish]
    assert await journal.start(run) == run
    await journal.control.lift(run)
    assert await journal.start(run) == (None if wish is Wish.PAUSE else run)


async def test_a_scheduled_run_that_was_paused_is_a_plan_again(journal: Journal) -> None:
    """Lifted before anything was sent, it can be given back by whoever scheduled it."""
    run = await planned(journal)
    await journal.control.ask(run, Wish.PAUSE)
    await journal.control.lift(run)
    assert (await journal.find(run)).state is RunState.PLANNED


async def test_what_was_given_up_on_stays_so_after_a_second_try(journal: Journal, clock: ManualClock) -> None:
    """Who failed is tried again in it; it has not ended as its campaign meant it, and nothing comes after it."""
    run = await planned(journal, a_message(2), a_message(3))
    turn = await journal.begin_turn(LANE)
    await journal.claim(turn, run, limit=1, at=clock.now())
    await journal.record(turn, [a_result(run, 2, Status.FAILED, clock)])
    await journal.control.ask(run, Wish.CANCEL)

    await journal.control.lift(run)
    await journal.control.retry(run, [Status.FAILED])
    assert await journal.start(run) is None
    turn = await journal.begin_turn(LANE)
    await journal.claim(turn, run, limit=9, at=clock.now())
    await journal.record(turn, [a_result(run, 2, Status.ACCEPTED, clock)])

    assert await journal.control.conclude(run) is CANCELLED
    assert await statuses(journal, run) == {Status.ACCEPTED: 1, Status.CANCELLED: 1}


async def test_a_pause_at_the_last_message_is_over_with_it(journal: Journal, clock: ManualClock) -> None:
    """Nothing is left that could wait: the run has ended, and a second try later needs no resuming first."""
    run = await planned(journal, a_message(2))
    await journal.start(run)
    turn = await journal.begin_turn(LANE)
    await journal.claim(turn, run, limit=1, at=clock.now())
    await journal.control.ask(run, Wish.PAUSE)
    await journal.record(turn, [a_result(run, 2, Status.FAILED, clock)])

    assert await journal.control.conclude(run) is ENDED
    assert await journal.control.wish(run) is None
    ended = await journal.find(run)
    clock.advance(60)
    assert await journal.control.conclude(run) is ENDED
    assert (await journal.find(run)).ended_at == ended.ended_at
