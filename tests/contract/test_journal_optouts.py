"""Opt-outs, of both journals alike: kept, never undone by another, and obeyed by every claim."""

from dataclasses import replace
from datetime import timedelta

from lecommercial_batch.core.contact_edits import Edit, EditKind, contacts_lane
from lecommercial_batch.core.model import Phone, Reason, Status
from lecommercial_batch.core.optouts import Optout, said_since
from tests.conftest import ManualClock, a_message, a_run
from tests.contract.test_journal import LANE, Journal, a_result, journal, planned, statuses

__all__ = ["journal"]


def an_optout(row: int, clock: ManualClock, *, source: str = "accueil", days: float = 0) -> Optout:
    at = clock.now() - timedelta(days=days)
    return Optout(phone=a_message(row).phone, at=at, source=source, reason="STOP")


async def test_the_first_word_stands(journal: Journal, clock: ManualClock) -> None:
    """Told again, nothing changes: the date and source of a wish are the first that we had."""
    first = an_optout(2, clock, days=9)
    assert await journal.optouts.add([first, an_optout(3, clock)]) == 2
    assert await journal.optouts.add([an_optout(2, clock, source="import"), an_optout(4, clock, days=1)]) == 1

    assert list(journal.optouts.all()) == [an_optout(3, clock), an_optout(4, clock, days=1), first]
    assert await journal.optouts.count() == 3


async def test_a_wish_is_forgotten_on_demand_alone(journal: Journal, clock: ManualClock) -> None:
    await journal.optouts.add([an_optout(2, clock), an_optout(3, clock)])
    assert await journal.optouts.remove([a_message(2).phone, Phone("+33699999999")]) == 1

    phones = journal.optouts.phones()
    assert (a_message(2).phone in phones, a_message(3).phone in phones, len(phones)) == (False, True, 1)


async def test_a_claim_skips_who_has_opted_out(journal: Journal, clock: ManualClock) -> None:
    """Their message becomes a rejection in its place, and others are claimed instead."""
    run = await planned(journal, *(a_message(number) for number in range(2, 7)))
    turn = await journal.begin_turn(LANE)
    await journal.optouts.add([an_optout(2, clock), an_optout(3, clock), an_optout(5, clock)])

    claimed = await journal.claim(turn, run, limit=2, at=clock.now())
    rest = await journal.claim(turn, run, limit=9, at=clock.now())

    assert {each.row for each in [*claimed, *rest]} == {4, 6}
    counts = await journal.counts(run)
    assert (counts.rows, counts.rejected) == (5, {Reason.OPTED_OUT: 3})
    assert await statuses(journal, run) == {Status.SENDING: 2}
    second = next(iter(journal.rows(run)))
    assert (second.row, second.status, second.reason) == (a_message(2).row, None, "opted_out")
    assert (second.detail, second.column) == (said_since(0), "Téléphone")


async def test_a_claim_of_none_but_those_says_that_nothing_is_left(journal: Journal, clock: ManualClock) -> None:
    run = await planned(journal, a_message(2), a_message(3))
    turn = await journal.begin_turn(LANE)
    await journal.optouts.add([an_optout(2, clock), an_optout(3, clock)])

    assert list(await journal.claim(turn, run, limit=1, at=clock.now())) == []
    assert list(await journal.lanes(run)) == []
    assert await journal.next_due(run, lane=LANE) is None


async def test_a_message_thrown_back_is_looked_at_again(journal: Journal, clock: ManualClock) -> None:
    """Who opts out between two tries is not tried again; what was sent stays what it is."""
    run = await planned(journal, a_message(2), a_message(3))
    turn = await journal.begin_turn(LANE)
    await journal.claim(turn, run, limit=9, at=clock.now())
    await journal.optouts.add([an_optout(2, clock), an_optout(3, clock)])
    await journal.record(
        turn, [a_result(run, 2, Status.PENDING, clock, due=0), a_result(run, 3, Status.ACCEPTED, clock)]
    )

    assert list(await journal.claim(turn, run, limit=9, at=clock.now())) == []
    assert await statuses(journal, run) == {Status.ACCEPTED: 1}
    assert (await journal.counts(run)).rejected == {Reason.OPTED_OUT: 1}
    assert next(iter(journal.rows(run))).detail == said_since(1)


async def test_who_opts_out_is_still_taken_out_of_a_list(journal: Journal, clock: ManualClock) -> None:
    """A removal writes to nobody, and is what they want; nobody is put into a list any more."""
    lane = contacts_lane("default")
    run = await journal.begin_run(replace(a_run(), edits=True, variants=tuple(EditKind)))
    edits = [Edit(kind=EditKind.ADD, list_id=7), Edit(kind=EditKind.REMOVE, list_id=7)]
    messages = [a_message(2), a_message(3)]
    made = zip(edits, messages, strict=True)
    await journal.add(run, [edit.message(each.row, each.phone, lane=lane) for edit, each in made])
    await journal.freeze(run, proof="x")
    await journal.optouts.add([an_optout(2, clock), an_optout(3, clock)])

    claimed = await journal.claim(await journal.begin_turn(lane), run, limit=9, at=clock.now())

    assert [(each.row, Edit.of(each.content).kind) for each in claimed] == [(3, EditKind.REMOVE)]
    assert (await journal.counts(run)).rejected == {Reason.OPTED_OUT: 1}
