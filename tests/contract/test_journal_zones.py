"""Messages by the zone of their reader, in both journals."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from lecommercial_batch.core.hours import Hours
from lecommercial_batch.core.model import Status
from tests.conftest import ManualClock, a_message, a_run
from tests.contract.test_journal import LANE, Journal, a_result, journal, planned

__all__ = ["journal"]  # a fixture
PARIS, MARTINIQUE = "Europe/Paris", "America/Martinique"


async def test_only_messages_of_the_zone_are_claimed(journal: Journal, clock: ManualClock) -> None:
    run = await planned(journal, a_message(2, zone=PARIS), a_message(3, zone=MARTINIQUE), a_message(4, zone=PARIS))
    turn = await journal.begin_turn(LANE)

    claimed = await journal.claim(turn, run, limit=9, at=clock.now(), zone=PARIS)

    assert [(each.row, each.zone) for each in claimed] == [(2, PARIS), (4, PARIS)]
    assert await journal.claim(turn, run, limit=9, at=clock.now()) == []
    assert await journal.next_due(run, lane=LANE, zone=PARIS) is None
    assert await journal.next_due(run, lane=LANE, zone=MARTINIQUE) is not None


async def test_the_zones_of_what_waits_are_known(journal: Journal, clock: ManualClock) -> None:
    """Of one lane, and counted over all; what was sent is none of them."""
    run = await planned(
        journal,
        a_message(2, zone=PARIS),
        a_message(3, zone=PARIS),
        a_message(4, zone=MARTINIQUE, sender="other"),
        a_message(5),
    )
    turn = await journal.begin_turn(LANE)
    [claimed] = await journal.claim(turn, run, limit=1, at=clock.now(), zone=PARIS)
    await journal.record(turn, [a_result(run, claimed.row, Status.ACCEPTED, clock)])

    assert await journal.zones(run, lane=LANE) == ["", PARIS]
    assert await journal.zones(run, lane="other") == ["", MARTINIQUE]
    assert dict(await journal.waiting(run)) == {PARIS: 1, MARTINIQUE: 1, "": 1}


async def test_hours_and_start_are_kept(journal: Journal) -> None:
    """What a run was planned with is what it is sent by, whatever becomes of the campaign file."""
    new = a_run(
        hours=Hours(timezone="Indian/Reunion", opens=9 * 60, days=(0, 4), holidays=("FR", "FR-974")),
        not_before=datetime(2026, 12, 24, 10, tzinfo=ZoneInfo("Europe/Paris")),
    )
    run = await journal.begin_run(new)
    await journal.freeze(run, proof="")

    found = (await journal.find(run)).new.options

    assert found.hours == new.options.hours
    assert found.not_before == datetime(2026, 12, 24, 9, tzinfo=UTC)
    assert found.not_before.utcoffset() == timedelta(hours=1)
