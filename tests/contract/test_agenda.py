"""What every agenda promises, held by the one in memory and the one in a database alike."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from lecommercial_batch.journal import open_journal
from lecommercial_batch.journal.memory.agenda import MemoryAgenda
from lecommercial_batch.scheduling.agenda import Agenda, Occurrence, Scheduled, Turnout, next_time, times_due
from lecommercial_batch.scheduling.schedule import Schedule
from tests.conftest import ManualClock

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
FILE = Path("/campaigns/relance.toml")
WEEKLY = Scheduled(
    file=FILE,
    campaign="Relance été",
    schedule=Schedule(cron="0 10 * * MON", grace=timedelta(hours=2), plan="at_start"),
    next_at=MONDAY,
)
ONCE = Scheduled(
    file=Path("/campaigns/noel.toml"),
    campaign="Noël",
    schedule=Schedule(start=datetime(2026, 12, 24, 10, tzinfo=ZoneInfo("Europe/Paris")), if_late="send"),
    run="noel-1",
    next_at=datetime(2026, 12, 24, 9, tzinfo=UTC),
)


@pytest.fixture(params=["memory", "sqlite"])
async def agenda(request: pytest.FixtureRequest, tmp_path: Path, clock: ManualClock) -> AsyncIterator[Agenda]:
    if request.param == "memory":
        yield MemoryAgenda()
        return
    journal = open_journal(f"sqlite:///{tmp_path}/journal.db", clock=clock)
    yield journal.agenda
    journal.close()


async def test_what_is_put_in_force_is_kept(agenda: Agenda) -> None:
    """All of it, the next first, one a campaign file; what is removed is returned."""
    await agenda.put(ONCE)
    await agenda.put(replace(WEEKLY, campaign="another name"))
    await agenda.put(WEEKLY)

    assert list(await agenda.all()) == [WEEKLY, ONCE]
    assert await agenda.remove(ONCE.file) == ONCE
    assert await agenda.remove(ONCE.file) is None
    assert list(await agenda.all()) == [WEEKLY]


async def test_a_time_is_taken_once(agenda: Agenda) -> None:
    """Whoever comes second is told, and changes nothing."""
    await agenda.put(WEEKLY)
    after = MONDAY + timedelta(days=7)

    first = await agenda.take(FILE, MONDAY, Turnout.TAKEN, next_at=after)
    second = await agenda.take(FILE, MONDAY, Turnout.SKIPPED, next_at=None)

    assert (first, second) == (True, False)
    assert [each.next_at for each in await agenda.all()] == [after]
    assert list(await agenda.occurrences(FILE)) == [Occurrence(file=FILE, due_at=MONDAY, turnout=Turnout.TAKEN)]


async def test_a_time_taken_before_is_passed_over(agenda: Agenda) -> None:
    """Put in force again for it, a schedule waits for the next one; nothing is taken twice."""
    after = MONDAY + timedelta(days=7)
    await agenda.take(FILE, MONDAY, Turnout.TAKEN, next_at=None)
    await agenda.put(WEEKLY)

    assert not await agenda.take(FILE, MONDAY, Turnout.TAKEN, next_at=after)
    assert [each.next_at for each in await agenda.all()] == [after]
    assert not await agenda.take(FILE, MONDAY, Turnout.TAKEN, next_at=None)
    assert [each.next_at for each in await agenda.all()] == [after]


async def test_what_became_of_a_time_is_noted(agenda: Agenda) -> None:
    await agenda.put(WEEKLY)
    await agenda.take(FILE, MONDAY, Turnout.TAKEN, next_at=None)
    seen_at = MONDAY + timedelta(hours=1)
    started = Occurrence(file=FILE, due_at=MONDAY, turnout=Turnout.STARTED, run="relance-7", seen_at=seen_at)

    await agenda.note(started)
    unfinished = list(await agenda.unfinished())
    await agenda.note(replace(started, turnout=Turnout.DONE))

    assert unfinished == [started]
    assert list(await agenda.unfinished()) == []
    assert list(await agenda.occurrences(FILE)) == [replace(started, turnout=Turnout.DONE)]
    assert list(await agenda.occurrences(ONCE.file)) == []


def test_times_that_were_missed_are_told_from_the_next_one() -> None:
    """Three Mondays went by, and the fourth is not there yet: ten o'clock, whatever the clocks of summer."""
    due, after = times_due(WEEKLY, MONDAY + timedelta(days=20))

    assert due == [MONDAY, MONDAY + timedelta(days=7), MONDAY + timedelta(days=14)]
    assert after == MONDAY + timedelta(days=21)
    assert times_due(replace(WEEKLY, next_at=None), MONDAY) == ([], None)


def test_a_start_comes_once() -> None:
    start = datetime(2026, 12, 24, 9, tzinfo=UTC)

    assert next_time(ONCE.schedule, MONDAY) == start
    assert next_time(ONCE.schedule, start) is None
    assert times_due(ONCE, start) == ([start], None)
    assert next_time(Schedule(), MONDAY) is None
