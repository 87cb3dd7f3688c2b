"""What a claim owes to people whom other runs have written to, in its own transaction; both journals alike."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from lecommercial_batch.core.errors import RunNotFoundError, UnfinishedPlanError
from lecommercial_batch.core.guards import Frequency, Guards
from lecommercial_batch.core.ledger import Whose
from lecommercial_batch.core.model import NewRun, Phone, Reason, RunState, Status
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.planning.screening.frequency_cap import Past
from tests.conftest import ManualClock, a_message, a_run
from tests.contract.test_journal import LANE, Journal, a_result, journal, statuses

__all__ = ["journal"]

DAY = 86_400.0
ONCE = Guards(once_within=timedelta(days=30))


def of(guards: Guards = ONCE, **changes: object) -> NewRun:
    new = a_run()
    options = replace(new.options, guards=guards)
    return replace(new, options=options, **changes)  # type: ignore[arg-type]  # fields of NewRun


async def begun(journal: Journal, new: NewRun, *rows: int, text: str = "Bonjour", proof: str = "") -> str:
    """Plan a run to the people of these rows, and start it."""
    run = await journal.begin_run(new)
    await journal.add(run, [a_message(row, text=text) for row in rows])
    await journal.freeze(run, proof=proof or run[::-1])
    assert await journal.start(run) is None
    return run


async def claimed(journal: Journal, clock: ManualClock, run: str, *, limit: int = 99) -> list[int]:
    turn = await journal.begin_turn(LANE)
    return [each.row for each in await journal.claim(turn, run, limit=limit, at=clock.now())]


async def sent(
    journal: Journal,
    clock: ManualClock,
    new: NewRun,
    *rows: int,
    status: Status = Status.ACCEPTED,
    text: str = "Bonjour",
) -> str:
    """Send a run to the people of these rows, with this outcome for each."""
    run = await begun(journal, new, *rows, text=text)
    turn = await journal.begin_turn(LANE)
    await journal.claim(turn, run, limit=9_999, at=clock.now())
    await journal.record(turn, [a_result(run, row, status, clock) for row in rows])
    return run


@pytest.mark.parametrize("status", [Status.ACCEPTED, Status.UNKNOWN, Status.SENDING])
async def test_two_runs_of_a_campaign_write_to_a_person_once(
    journal: Journal, clock: ManualClock, status: Status
) -> None:
    """Planned side by side, each without knowing of the other, they share people out: nobody is claimed twice."""
    second = await begun(journal, of(), 2, 3, 4)
    first = await begun(journal, of(), 2, 3)
    turn = await journal.begin_turn(LANE)
    await journal.claim(turn, first, limit=9_999, at=clock.now())
    if status is not Status.SENDING:
        await journal.record(turn, [a_result(first, row, status, clock) for row in (2, 3)])

    lane = "other"  # as where another sender has taken these people over
    turn = await journal.begin_turn(LANE if status is not Status.SENDING else lane)
    if status is Status.SENDING:
        assert await journal.claim(turn, second, limit=9_999, at=clock.now()) == []
        turn = await journal.begin_turn(LANE)
    assert [each.row for each in await journal.claim(turn, second, limit=9_999, at=clock.now())] == [4]
    counts = await journal.counts(second)
    assert counts.rejected == {Reason.ALREADY_MESSAGED: 2}
    assert counts.rows == 3
    told = [str(each.detail) for each in journal.rows(second) if each.status is None]
    assert all(first in each for each in told)


async def test_a_message_that_did_not_leave_is_none(journal: Journal, clock: ManualClock) -> None:
    """What was refused, given back or put off leaves its person to the next run."""
    await sent(journal, clock, of(), 2, status=Status.FAILED)
    back = await begun(journal, of(), 3)
    turn = await journal.begin_turn(LANE)
    await journal.release(turn, await journal.claim(turn, back, limit=9, at=clock.now()))
    await journal.control.cancel(back)

    assert await claimed(journal, clock, await begun(journal, of(), 2, 3)) == [2, 3]


@pytest.mark.parametrize("then", [Status.CANCELLED, Status.FAILED, Status.PENDING])
async def test_a_second_try_does_not_forget_what_the_first_may_have_done(
    journal: Journal, clock: ManualClock, then: Status
) -> None:
    """Unknown, tried again, then given up on, refused or waiting: the person may have had it all the same."""
    first = await sent(journal, clock, of(), 2, status=Status.UNKNOWN)
    await sent(journal, clock, of(), 3, status=Status.FAILED)
    second = await begun(journal, of(), 2, 3)
    await journal.control.retry(first, [Status.UNKNOWN])
    if then is Status.CANCELLED:
        await journal.control.cancel(first)
    elif then is Status.FAILED:
        turn = await journal.begin_turn(LANE)
        await journal.claim(turn, first, limit=9, at=clock.now())
        await journal.record(turn, [a_result(first, 2, Status.FAILED, clock)])
    await journal.move(first, RunState.ENDED)

    found = list(journal.ledger.campaign(Whose.of(of()), since=clock.now() - timedelta(days=1)))
    past = Past(ONCE, journal.ledger, now=clock.now(), whose=Whose.of(of()))

    expected = Status.PENDING if then is Status.PENDING else Status.UNKNOWN
    assert [(phone, status) for phone, run, status in found if run == first] == [(a_message(2).phone, expected)]
    assert past.once(a_message(2).phone)
    assert await claimed(journal, clock, second) == [3]


async def test_a_campaign_is_its_name_and_its_file(journal: Journal, clock: ManualClock) -> None:
    await sent(journal, clock, of(), 2)
    for other in ({"campaign": "Autre"}, {"campaign_file": Path("campaigns/copie.toml")}):
        assert await claimed(journal, clock, await begun(journal, of(**other), 2)) == [2]
        clock.advance(31 * DAY)


async def test_its_period_is_over_one_day(journal: Journal, clock: ManualClock) -> None:
    await sent(journal, clock, of(), 2)
    clock.advance(30 * DAY - 1)
    assert await claimed(journal, clock, await begun(journal, of(), 2)) == []
    clock.advance(2)
    assert await claimed(journal, clock, await begun(journal, of(), 2)) == [2]


async def test_a_campaign_that_repeats_and_one_sent_again_write_to_everybody(
    journal: Journal, clock: ManualClock
) -> None:
    await sent(journal, clock, of(), 2)
    assert await claimed(journal, clock, await begun(journal, of(Guards()), 2)) == [2]
    assert await claimed(journal, clock, await begun(journal, of(replace(ONCE, again=True)), 2)) == [2]


async def test_what_is_sent_again_heeds_other_campaigns(journal: Journal, clock: ManualClock) -> None:
    """`--again` waives what this campaign has sent, never what another one has."""
    guards = Guards(once_within=timedelta(days=30), not_again_within=timedelta(days=30), again=True)
    await sent(journal, clock, of(), 2)
    await sent(journal, clock, of(campaign="Autre"), 3)
    assert await claimed(journal, clock, await begun(journal, of(guards), 2, 3)) == [2]


async def test_the_same_message_of_another_campaign_is_noticed_at_the_claim(
    journal: Journal, clock: ManualClock
) -> None:
    guards = Guards(not_again_within=timedelta(days=30))
    late = await begun(journal, of(guards), 2, 3, text="Soldes")
    await sent(journal, clock, of(campaign="Autre"), 2, text="Soldes")
    await sent(journal, clock, of(campaign="Autre"), 3, text="autre chose")

    assert await claimed(journal, clock, late) == [3]
    assert (await journal.counts(late)).rejected == {Reason.ALREADY_MESSAGED: 1}


async def test_the_frequency_cap_holds_at_the_claim(journal: Journal, clock: ManualClock) -> None:
    """A campaign that waited for its hour is one too many where others have been sent meanwhile."""
    guards = Guards(per_person=Frequency(count=2, period=timedelta(days=7)))
    late = await begun(journal, of(guards), 2, 3, text="trois")
    for number, text in enumerate(("un", "deux")):
        await sent(journal, clock, of(campaign=f"Autre {number}"), 2, text=text)
    await sent(journal, clock, of(campaign="Ancien"), 3, text="un")

    assert await claimed(journal, clock, late) == [3]
    assert (await journal.counts(late)).rejected == {Reason.TOO_OFTEN: 1}


async def test_a_run_never_stands_in_its_own_way(journal: Journal, clock: ManualClock) -> None:
    """What is tried again within a run is claimed again, and tests and list changes leave nothing behind."""
    run = await begun(journal, of(), 2, 3)
    turn = await journal.begin_turn(LANE)
    await journal.claim(turn, run, limit=9, at=clock.now())
    await journal.record(
        turn, [a_result(run, 2, Status.PENDING, clock, due=0), a_result(run, 3, Status.FAILED, clock)]
    )
    await journal.control.retry(run, [Status.FAILED])
    assert sorted(await claimed(journal, clock, run)) == [2, 3]

    await sent(journal, clock, of(test=True), 4)
    assert await claimed(journal, clock, await begun(journal, of(), 4)) == [4]


async def test_a_rehearsal_is_no_campaign(journal: Journal, clock: ManualClock) -> None:
    """What went to another address counts for nobody there; where an earlier version's went is not known."""
    await sent(journal, clock, of(address="http://127.0.0.1:8080"), 2)
    await sent(journal, clock, of(address=""), 3)
    real = await begun(journal, of(address="https://real.example"), 2, 3)
    assert await claimed(journal, clock, real) == [2]

    past = Past(ONCE, journal.ledger, now=clock.now(), whose=Whose.of(of(address="https://real.example")))
    assert [bool(past.once(a_message(row).phone)) for row in (2, 3)] == [True, True]


async def test_thousands_that_are_for_nobody_hold_nothing_up(journal: Journal, clock: ManualClock) -> None:
    """However few are asked for, those who are left are found, and no more are claimed than were asked for."""
    await sent(journal, clock, of(), *range(2, 1000))
    run = await begun(journal, of(), *range(2, 1010))
    turn = await journal.begin_turn(LANE)
    found: list[int] = []
    while some := await journal.claim(turn, run, limit=2, at=clock.now()):
        assert len(some) <= 2
        assert [each.attempts for each in some] == [1] * len(some)
        found += [each.row for each in some]
    assert found == list(range(1000, 1010))
    assert (await statuses(journal, run)) == {Status.SENDING: 10}


async def test_a_new_plan_leaves_out_whom_the_campaign_reaches_anyway(
    journal: Journal, clock: ManualClock
) -> None:
    """Had, perhaps had, about to have: each with the run's name; refused and given up on is none of them."""
    run = await begun(journal, of(), 2, 3, 4, 5, 6)
    turn = await journal.begin_turn(LANE)
    await journal.claim(turn, run, limit=4, at=clock.now())
    outcomes = {2: Status.ACCEPTED, 3: Status.UNKNOWN, 4: Status.FAILED}
    await journal.record(turn, [a_result(run, row, status, clock) for row, status in outcomes.items()])

    def told() -> list[str]:
        past = Past(ONCE, journal.ledger, now=clock.now(), whose=Whose.of(of()))
        return [
            said.template.split(" campaign ")[1] if (said := past.once(a_message(row).phone)) else ""
            for row in range(2, 7)
        ]

    assert told() == [
        "has written to this person",
        "may have written to this person",
        "",
        "may have written to this person",
        "is about to write to this person",
    ]
    await journal.control.cancel(run)
    assert told()[-1] == ""


async def test_people_who_are_written_to_again_are_counted(journal: Journal, clock: ManualClock) -> None:
    await sent(journal, clock, of(), 2, 3)
    past = Past(replace(ONCE, again=True), journal.ledger, now=clock.now(), whose=Whose.of(of()))
    assert [past.once(a_message(row).phone) for row in (2, 3, 4)] == [None] * 3
    assert past.waived == 2


async def test_a_plan_that_was_not_finished_is_never_sent(journal: Journal) -> None:
    """What is there of it is not what anybody approved."""
    run = await journal.begin_run(of())
    await journal.add(run, [a_message(2)])
    with pytest.raises(UnfinishedPlanError):
        await journal.start(run)
    assert (await journal.find(run)).state is RunState.PLANNING
    await journal.discard(run)
    with pytest.raises(RunNotFoundError):
        await journal.freeze(run, proof="x")


async def test_a_clock_that_is_set_back_makes_no_older_plan_a_newer_one(
    journal: Journal, clock: ManualClock
) -> None:
    """Planned before another run of the same was started, it is refused, whatever the clock showed then."""
    early = await journal.begin_run(of(Guards()))
    await journal.add(early, [a_message(2)])
    await journal.freeze(early, proof="same")
    clock.advance(-3600)
    first = await begun(journal, of(Guards()), 2, proof="same")
    assert await claimed(journal, clock, first) == [2]
    turn = await journal.begin_turn(LANE)
    await journal.record(turn, [])
    await journal.move(first, RunState.ENDED)

    assert await journal.start(early) == first


async def test_people_can_be_left_out_of_a_run(journal: Journal, clock: ManualClock) -> None:
    """Those who still wait, for the reason given; what has left or is leaving stays what it is."""
    run = await begun(journal, of(), 2, 3, 4)
    await claimed(journal, clock, run, limit=1)

    def refusing(phone: Phone) -> tuple[Reason, Sentence] | None:
        return None if phone == a_message(4).phone else (Reason.NO_CONSENT, Sentence("no more"))

    assert await journal.control.reject(run, refusing) == 1
    counts = await journal.counts(run)
    assert (counts.rows, counts.rejected) == (3, {Reason.NO_CONSENT: 1})
    assert await statuses(journal, run) == {Status.SENDING: 1, Status.PENDING: 1}


async def test_what_was_begun_is_not_forgotten(journal: Journal, clock: ManualClock) -> None:
    """Whoever planned it says no at last, and at another terminal it was sent: who has had it stays known."""
    run = await sent(journal, clock, of(), 2)
    await journal.discard(run)

    assert (await journal.counts(run)).messages[Status.ACCEPTED] == 1
    assert await claimed(journal, clock, await begun(journal, of(), 2, 3)) == [3]


async def test_again_means_what_had_begun_when_it_was_said(journal: Journal, clock: ManualClock) -> None:
    """What failed in a run sent again, and reached its person by a later one, is not tried into a message more."""
    await sent(journal, clock, of(), 2, 3)
    again = await sent(journal, clock, of(replace(ONCE, again=True)), 2, 3, status=Status.FAILED)
    beside = await begun(journal, of(replace(ONCE, again=True)), 3)
    await sent(journal, clock, of(replace(ONCE, again=True)), 2, text="mended")
    await journal.control.retry(again, [Status.FAILED])

    assert await claimed(journal, clock, again) == [3]
    assert (await journal.counts(again)).rejected == {Reason.ALREADY_MESSAGED: 1}
    turn = await journal.begin_turn(LANE)
    assert [each.row for each in await journal.claim(turn, beside, limit=9, at=clock.now())] == [3]


async def test_of_two_plans_of_what_repeats_one_is_sent(journal: Journal, clock: ManualClock) -> None:
    """Planned side by side and not alike, each before the other was started: the second one waits for its word."""
    first, second = [await journal.begin_run(of(Guards())) for _ in range(2)]
    for run, text in ((first, "Bonjour"), (second, "Bonsoir")):
        await journal.add(run, [a_message(2, text=text)])
        await journal.freeze(run, proof=run[::-1])

    assert await journal.start(first) is None
    assert await journal.start(second) == first
    assert await claimed(journal, clock, first) == [2]
