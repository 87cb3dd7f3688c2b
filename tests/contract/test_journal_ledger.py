"""What people have had, of both journals alike: what a new plan looks back at."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lecommercial_batch.core.contact_edits import Edit, EditKind, contacts_lane
from lecommercial_batch.core.guards import Frequency, Guards
from lecommercial_batch.core.ledger import Whose
from lecommercial_batch.core.model import Content, Reason, RunState, Status
from lecommercial_batch.planning.screening.frequency_cap import Past
from tests.conftest import ManualClock, a_message, a_run
from tests.contract.test_journal import LANE, Journal, a_result, journal

__all__ = ["journal"]

DAY = 86_400.0
OUTCOMES = (Status.ACCEPTED, Status.FAILED, Status.UNKNOWN, Status.PENDING)


async def a_run_of(
    journal: Journal, clock: ManualClock, *outcomes: Status, test: bool = False, text: str = "Bonjour"
) -> str:
    """Send a run whose messages come to these outcomes, rows 2 and on; pending ones wait in it."""
    run = await journal.begin_run(replace(a_run(), test=test))
    await journal.add(run, [a_message(row, text=text) for row in range(2, len(outcomes) + 2)])
    await journal.freeze(run, proof="AAAA-BBBB")
    await journal.move(run, RunState.RUNNING)
    turn = await journal.begin_turn(LANE)
    await journal.claim(turn, run, limit=99, at=clock.now())
    results = [a_result(run, row, status, clock, due=0) for row, status in enumerate(outcomes, 2)]
    await journal.record(turn, results)
    await journal.move(run, RunState.STOPPED if Status.PENDING in outcomes else RunState.ENDED)
    return run


def numbers(journal: Journal, clock: ManualClock, days: float) -> list[int]:
    """Return the rows whose people have had something within so many days."""
    return sorted(
        int(phone.e164[-3:]) for phone in journal.ledger.phones("", since=clock.now() - timedelta(days=days))
    )


async def test_what_was_refused_was_not_had(journal: Journal, clock: ManualClock) -> None:
    """Accepted, perhaps delivered and still waiting count; failed does not, nor does a test."""
    run = await a_run_of(journal, clock, *OUTCOMES)
    await a_run_of(journal, clock, Status.ACCEPTED, test=True)

    assert numbers(journal, clock, 1) == [2, 4, 5]
    found = list(journal.ledger.messages("", since=clock.now() - timedelta(days=1)))
    assert sorted((phone.e164, content, name) for phone, content, name in found) == [
        (a_message(row).phone.e164, Content(text="Bonjour"), run) for row in (2, 4, 5)
    ]


async def test_time_passes(journal: Journal, clock: ManualClock) -> None:
    """A message counts until it is older than asked for; one that waits has no age."""
    await a_run_of(journal, clock, Status.ACCEPTED)
    clock.advance(3 * DAY)
    await a_run_of(journal, clock, Status.ACCEPTED, Status.PENDING)
    clock.advance(3 * DAY)

    assert numbers(journal, clock, 7) == [2, 2, 3]
    assert numbers(journal, clock, 4) == [2, 3]
    assert numbers(journal, clock, 1) == [3]


async def test_a_plan_nobody_started_counts_for_nothing(journal: Journal, clock: ManualClock) -> None:
    run = await journal.begin_run(a_run())
    await journal.add(run, [a_message(2)])
    await journal.freeze(run, proof="")
    assert numbers(journal, clock, 9) == []


async def test_a_claim_that_a_crash_left_open_counts(journal: Journal, clock: ManualClock) -> None:
    """It may have been delivered: nobody knows when, so it counts as long as its run goes on."""
    run = await a_run_of(journal, clock, Status.PENDING)
    await journal.claim(await journal.begin_turn(LANE), run, limit=1, at=clock.now())
    assert numbers(journal, clock, 1) == [2]
    await journal.begin_turn(LANE)
    await journal.move(run, RunState.ENDED)

    assert numbers(journal, clock, 1) == [2]
    clock.advance(2 * DAY)
    assert numbers(journal, clock, 1) == []


async def test_calls_of_a_sender_are_counted(journal: Journal, clock: ManualClock) -> None:
    """What has left counts for its day, refused or a test; what waits does not."""
    await a_run_of(journal, clock, *OUTCOMES)
    await a_run_of(journal, clock, Status.ACCEPTED, test=True)
    midnight = clock.now() - timedelta(hours=10)

    assert await journal.ledger.calls(LANE, since=midnight) == 4
    assert await journal.ledger.calls("other", since=midnight) == 0
    assert await journal.ledger.calls(LANE, since=clock.now() + timedelta(hours=14)) == 0


async def test_a_new_plan_looks_back(journal: Journal, clock: ManualClock) -> None:
    """The very same message is refused with its run's name; another wording or person is not."""
    first = await a_run_of(journal, clock, Status.ACCEPTED, text="first")
    second = await a_run_of(journal, clock, Status.ACCEPTED, Status.ACCEPTED, text="second")
    guards = Guards(not_again_within=timedelta(days=30), per_person=Frequency(count=2, period=timedelta(days=7)))

    past = Past(guards, journal.ledger, now=clock.now(), whose=Whose.of(a_run()))

    again = {
        (row, text): past.again(a_message(row).phone, Content(text=text))
        for row in (2, 3)
        for text in ("first", "second", "third")
    }
    assert {key: said.values["run"] for key, said in again.items() if said} == {
        (2, "first"): first,
        (2, "second"): second,
        (3, "second"): second,
    }
    assert [bool(past.too_often(a_message(row).phone)) for row in (2, 3, 4)] == [True, False, False]


@pytest.mark.parametrize(
    "changed", [Content(text="ab", file="c"), Content(text="a", file="bc"), Content(template_id="abc")]
)
async def test_messages_are_told_apart_by_all_their_parts(
    journal: Journal, clock: ManualClock, changed: Content
) -> None:
    await a_run_of(journal, clock, Status.ACCEPTED, text="abc")
    past = Past(
        Guards(not_again_within=timedelta(days=1)), journal.ledger, now=clock.now(), whose=Whose.of(a_run())
    )
    assert past.again(a_message(2).phone, Content(text="abc"))
    assert not past.again(a_message(2).phone, changed)


def test_there_are_words_for_it() -> None:
    assert {Reason.ALREADY_MESSAGED, Reason.TOO_OFTEN} <= set(Reason)


async def test_a_change_of_a_list_is_no_message(journal: Journal, clock: ManualClock) -> None:
    """Whoever was put into a list has not been written to."""
    lane = contacts_lane("default")
    run = await journal.begin_run(replace(a_run(), edits=True))
    message = Edit(kind=EditKind.ADD, list_id=7).message(a_message(2).row, a_message(2).phone, lane=lane)
    await journal.add(run, [message])
    await journal.freeze(run, proof="x")
    await journal.move(run, RunState.RUNNING)
    turn = await journal.begin_turn(lane)
    await journal.claim(turn, run, limit=1, at=clock.now())
    await journal.record(turn, [a_result(run, 2, Status.ACCEPTED, clock)])

    assert list(journal.ledger.phones("", since=clock.now() - timedelta(days=1))) == []
    assert list(journal.ledger.messages("", since=clock.now() - timedelta(days=1))) == []
