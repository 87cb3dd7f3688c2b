"""What a purge takes and what it leaves, of both journals alike; and that a database really loses the bytes."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from lecommercial_batch.core.errors import JournalError
from lecommercial_batch.core.model import RunState, Status
from lecommercial_batch.core.optouts import Optout
from lecommercial_batch.journal import open_journal
from lecommercial_batch.planning.fingerprint import Imprint
from tests.conftest import ManualClock, a_message, a_run
from tests.contract.test_journal import LANE, Journal, a_rejection, a_result, journal

__all__ = ["journal"]

DAY = 86_400.0


async def a_run_of(journal: Journal, clock: ManualClock, *outcomes: Status, test: bool = False) -> str:
    """Send a run with one rejection, whose messages come to these outcomes; variants take turns."""
    run = await journal.begin_run(replace(a_run(), test=test, variants=("A", "B")))
    messages = [replace(a_message(row), variant="AB"[row % 2]) for row in range(3, len(outcomes) + 3)]
    await journal.add(run, [a_rejection(2), *messages])
    await journal.freeze(run, proof=f"PROOF-{run}")
    await journal.move(run, RunState.RUNNING)
    turn = await journal.begin_turn(LANE)
    await journal.claim(turn, run, limit=99, at=clock.now())
    await journal.record(
        turn, [a_result(run, row, status, clock, due=0) for row, status in enumerate(outcomes, 3)]
    )
    await journal.move(run, RunState.STOPPED if Status.PENDING in outcomes else RunState.ENDED)
    return run


async def purged(journal: Journal, clock: ManualClock, *, days: float) -> tuple[list[str], list[str], int, int]:
    """Purge, and return the runs purged, those that are not finished, tests, and rows."""
    before: datetime = clock.now() - timedelta(days=days)
    old = await journal.retention.old(before=before)
    rows = await journal.retention.purge(old, before=before)
    await journal.retention.shrink()
    return [run.id for run in old.runs], [run.id for run in old.unfinished], old.tests, rows


async def test_counts_outlast_the_rows(journal: Journal, clock: ManualClock) -> None:
    """Whoever was written to is forgotten; how many they were, and what became of them, is not."""
    run = await a_run_of(journal, clock, Status.ACCEPTED, Status.FAILED, Status.ACCEPTED)
    counts, found = await journal.counts(run), await journal.find(run)
    clock.advance(91 * DAY)

    assert await purged(journal, clock, days=90) == ([run], [], 0, 4)

    assert await journal.counts(run) == counts
    assert counts.rows == 4
    assert await journal.find(run) == replace(found, purged=True)
    assert list(journal.rows(run)) == []
    assert await journal.control.history(run, a_message(3).phone) == []
    assert list(journal.ledger.phones("", since=clock.now() - timedelta(days=999))) == []
    assert await purged(journal, clock, days=90) == ([], [], 0, 0)  # there is no more to take


async def test_what_is_younger_or_not_over_stays(journal: Journal, clock: ManualClock) -> None:
    """A run that can be resumed is named, and left alone: only its operator can give up on it."""
    unfinished = await a_run_of(journal, clock, Status.ACCEPTED, Status.PENDING)
    clock.advance(60 * DAY)
    young = await a_run_of(journal, clock, Status.ACCEPTED)
    clock.advance(60 * DAY)

    assert await purged(journal, clock, days=90) == ([], [unfinished], 0, 0)
    assert [len(list(journal.rows(run))) for run in (unfinished, young)] == [3, 2]
    await journal.control.cancel(unfinished)
    await journal.move(unfinished, RunState.CANCELLED)
    assert (await purged(journal, clock, days=0))[:2] == ([young], [])
    clock.advance(1)
    assert (await purged(journal, clock, days=0))[:2] == ([unfinished], [])


async def test_tests_go_whole(journal: Journal, clock: ManualClock) -> None:
    await a_run_of(journal, clock, Status.ACCEPTED, test=True)
    clock.advance(9 * DAY)
    assert await purged(journal, clock, days=10) == ([], [], 0, 0)
    assert await purged(journal, clock, days=8) == ([], [], 1, 0)
    assert await purged(journal, clock, days=8) == ([], [], 0, 0)


async def test_opt_outs_stay(journal: Journal, clock: ManualClock) -> None:
    """They are what must be remembered."""
    await a_run_of(journal, clock, Status.ACCEPTED)
    await journal.optouts.add([Optout(phone=a_message(3).phone, at=clock.now())])
    clock.advance(999 * DAY)
    await purged(journal, clock, days=1)
    assert a_message(3).phone in journal.optouts.phones()


async def test_the_file_loses_the_bytes(tmp_path: Path, clock: ManualClock) -> None:
    """Nothing of a person is left in the database or its log: names, numbers, texts, answers, imprints."""
    path = tmp_path / "journal.db"
    journal = open_journal(f"sqlite:///{path}", clock=clock)
    imprint = Imprint(parts={"message.text": "Secretive"})
    imprint.add([a_message(3)])
    await journal.imprints.keep(imprint)
    await a_run_of(journal, clock, *[Status.ACCEPTED] * 500)
    test = await a_run_of(journal, clock, Status.ACCEPTED, test=True)
    clock.advance(91 * DAY)

    def held() -> set[bytes]:
        files = b"".join(file.read_bytes() for file in tmp_path.glob("journal.db*"))
        personal = [b"Pr\xc3\xa9nom 3", a_message(3).phone.e164.encode(), b"Bonjour", b"words", b"Secretive"]
        personal += [
            a_message(501).phone.e164.encode(),
            int(a_message(3).phone.e164).to_bytes(8, "little"),
            test.encode(),
        ]
        return {each for each in personal if each in files}

    assert len(held()) == 8  # else nothing is shown
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA wal_checkpoint")  # so that the file itself has them
    size = path.stat().st_size
    await purged(journal, clock, days=90)

    assert held() == set()
    # Some systems' SQLite overwrites what it deletes; where it does not, this is what rids the file of it.
    assert path.stat().st_size < 0.75 * size
    assert path.with_name("journal.db-wal").stat().st_size == 0
    journal.close()
    assert held() == set()


async def test_a_purge_that_was_cut_short_is_done_again(tmp_path: Path, clock: ManualClock) -> None:
    """The counts hold from its first step on; the next purge takes the rows that were left."""
    path = tmp_path / "journal.db"
    journal = open_journal(f"sqlite:///{path}", clock=clock)
    run = await a_run_of(journal, clock, Status.ACCEPTED, Status.ACCEPTED)
    clock.advance(91 * DAY)
    old = await journal.retention.old(before=clock.now())
    with sqlite3.connect(path) as other:
        other.execute("CREATE TRIGGER cut BEFORE DELETE ON row BEGIN SELECT RAISE(ABORT, 'cut'); END")
    with pytest.raises(JournalError):
        await journal.retention.purge(old, before=clock.now())
    counts = await journal.counts(run)
    with sqlite3.connect(path) as other:
        other.execute("DROP TRIGGER cut")
    await purged(journal, clock, days=90)

    assert (counts.rows, (await journal.counts(run)).rows, list(journal.rows(run))) == (3, 3, [])
    journal.close()


async def test_a_log_that_another_program_holds_is_said(tmp_path: Path, clock: ManualClock) -> None:
    """Bytes that are still there are not passed over in silence."""
    path = tmp_path / "journal.db"
    journal = open_journal(f"sqlite:///{path}", clock=clock)
    await a_run_of(journal, clock, Status.ACCEPTED)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT * FROM run").fetchone()
    with pytest.raises(JournalError, match="still in its log"):
        await journal.retention.shrink()
    other.close()
    journal.close()


async def test_no_table_keeps_a_number(tmp_path: Path, clock: ManualClock) -> None:
    """Whatever a message leaves behind anywhere goes with it, also where it was refused on its way."""
    path = tmp_path / "journal.db"
    journal = open_journal(f"sqlite:///{path}", clock=clock)
    run = await a_run_of(journal, clock, Status.ACCEPTED, Status.PENDING)
    await journal.optouts.add([Optout(phone=a_message(4).phone, at=clock.now())])
    turn = await journal.begin_turn(LANE)
    assert await journal.claim(turn, run, limit=9, at=clock.now()) == []  # its person has opted out
    await journal.move(run, RunState.ENDED)
    clock.advance(91 * DAY)
    assert _places(path, "600000003"), "the test looks in vain"

    await purged(journal, clock, days=90)
    journal.close()

    assert _places(path, "600000003") == set()
    assert _places(path, "600000004") == {"optout"}


def _places(path: Path, number: str) -> set[str]:
    """Return the tables in which a number stands."""
    with closing(sqlite3.connect(path)) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            table
            for table in tables
            if any(number in str(row) for row in database.execute(f'SELECT * FROM "{table}"'))  # noqa: S608 - ours
        }


async def test_what_is_gone_on_with_meanwhile_stays(journal: Journal, clock: ManualClock) -> None:
    """While a person is asked, another terminal tries again what failed: nobody of it is lost."""
    run = await a_run_of(journal, clock, Status.ACCEPTED, Status.FAILED)
    clock.advance(91 * DAY)
    before = clock.now() - timedelta(days=90)
    old = await journal.retention.old(before=before)
    await journal.control.retry(run, [Status.FAILED])
    await journal.start(run)
    await journal.move(run, RunState.RUNNING)

    assert await journal.retention.purge(old, before=before) == 0
    assert await journal.lanes(run) == [LANE]
    assert len(list(journal.rows(run))) == 3
