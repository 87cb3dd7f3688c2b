"""Journals of older versions: brought to ours whole, or not at all, with a copy of what they were."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from lecommercial_batch.core.errors import JournalError
from lecommercial_batch.core.guards import Guards
from lecommercial_batch.core.model import Reason, Status
from lecommercial_batch.journal import SqlJournal, migrations, open_journal
from lecommercial_batch.journal.schema import METADATA, VERSION
from tests.conftest import ManualClock, a_message, a_run
from tests.contract.test_journal import LANE

V1 = (Path(__file__).parent / "journals" / "v1.sql").read_text(encoding="utf-8")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Return a journal of version 1, with two runs and an opt-out."""
    path = tmp_path / "journal.db"
    with closing(sqlite3.connect(path)) as database:
        database.executescript("PRAGMA journal_mode=WAL;" + V1)
    return path


def opened(path: Path, clock: ManualClock, *, reading: bool = False) -> SqlJournal:
    return open_journal(f"sqlite:///{path}", clock=clock, reading=reading)


def version_in(path: Path) -> int:
    with closing(sqlite3.connect(path)) as database:
        (found,) = database.execute("SELECT version FROM journal_version").fetchone()
        return int(found)


@pytest.mark.parametrize("reading", [False, True])
async def test_an_older_journal_is_upgraded_when_it_is_opened(
    reading: bool, old: Path, clock: ManualClock
) -> None:
    """Its runs and opt-outs are there, it is sent on from, and a copy of what it was stands beside it."""
    with closing(opened(old, clock, reading=reading)) as journal:
        stopped, ended = await journal.runs()
        counts = await journal.counts(stopped.id)
        optouts = await journal.optouts.count()

    assert (stopped.id, ended.id, optouts) == ("relance-2", "relance-1", 1)
    assert counts.messages[Status.ACCEPTED] == counts.messages[Status.SENDING] == 1
    assert counts.rejected == {Reason.INVALID_PHONE: 1}
    assert version_in(old) == VERSION
    copied = old.with_name("journal.db.v1-backup")
    assert version_in(copied) == 1
    assert copied.stat().st_mode & 0o077 == 0


async def test_an_upgraded_journal_is_sent_from(old: Path, clock: ManualClock) -> None:
    """What was in flight is unknown, what waits is claimed, and the next run is numbered on."""
    with closing(opened(old, clock)) as journal:
        turn = await journal.begin_turn(LANE)
        claimed = await journal.claim(turn, "relance-2", limit=9, at=clock.now())

        assert (turn.token, turn.abandoned, [each.row for each in claimed]) == (3, 1, [4])
        assert (await journal.begin_run(a_run())).endswith("-3")
        assert journal.upkeep.check().is_sound


def test_an_upgraded_journal_is_missed_when_it_is_gone(old: Path, clock: ManualClock) -> None:
    """It sent before it had a sentinel: it has one from the moment it is upgraded."""
    opened(old, clock).close()
    for path in old.parent.glob("journal.db*"):
        path.unlink()

    with pytest.raises(JournalError) as error:
        opened(old, clock)

    assert error.value.problems[0].code == "journal_gone"


def test_its_copy_put_back_is_refused(old: Path, clock: ManualClock) -> None:
    """It does not know what was sent since."""
    opened(old, clock).close()
    old.with_name("journal.db.v1-backup").replace(old)

    with closing(opened(old, clock)) as journal, pytest.raises(JournalError) as error:
        asyncio.run(journal.begin_turn(LANE))

    assert error.value.problems[0].code == "journal_other"
    assert old.with_name("journal.db.v1-backup").exists()


def test_an_upgrade_that_fails_leaves_the_journal_as_it_was(
    old: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All steps are one transaction; the next opening tries again, and no copy is written over."""
    step = migrations.Step(tables=migrations.STEPS[VERSION].tables, statements=("INSERT INTO nowhere VALUES (1)",))
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "STEPS", {**migrations.STEPS, VERSION: step})
        with pytest.raises(JournalError):
            opened(old, clock)
    assert version_in(old) == 1

    opened(old, clock).close()

    assert version_in(old) == VERSION
    assert {path.name for path in old.parent.glob("*backup*")} == {
        "journal.db.v1-backup",
        "journal.db.v1-backup-2",
    }


def test_an_upgraded_journal_has_the_tables_of_a_new_one(old: Path, tmp_path: Path, clock: ManualClock) -> None:
    """Each step leads where the schema says: tables, columns, keys and indexes."""
    opened(old, clock).close()
    opened(tmp_path / "new.db", clock).close()

    def shape(path: Path) -> dict[str, object]:
        engine = create_engine(f"sqlite:///{path}")
        looked = inspect(engine)
        found: dict[str, object] = {}
        for table in METADATA.tables:
            columns = [
                {**each, "type": str(each["type"])}
                for each in sorted(looked.get_columns(table), key=lambda each: each["name"])
            ]
            indexes = [
                (each["name"], each["column_names"], str(each["dialect_options"].get("sqlite_where")))
                for each in looked.get_indexes(table)
            ]
            found[table] = columns, looked.get_pk_constraint(table), indexes
        engine.dispose()
        return found

    assert shape(old) == shape(tmp_path / "new.db")


def test_every_version_has_its_step() -> None:
    """From 1 to ours, none left out."""
    assert sorted(migrations.STEPS) == list(range(2, VERSION + 1))


async def test_who_was_written_to_before_the_outbox_is_known_there(old: Path, clock: ManualClock) -> None:
    """A run of the same campaign writes to nobody whom an older version's has reached, or may have."""
    with closing(sqlite3.connect(old)) as database:
        database.execute("UPDATE message SET answered_at = ?", [clock.now().timestamp()])
        database.execute("UPDATE run SET started_at = ?", [clock.now().timestamp()])
        database.commit()
    with closing(opened(old, clock)) as journal:
        former = await journal.find("relance-2")
        had = [row for row in journal.rows("relance-2") if row.status in {Status.ACCEPTED, Status.SENDING}]
        new = replace(
            former.new, options=replace(former.new.options, guards=Guards(once_within=timedelta(days=30)))
        )
        run = await journal.begin_run(new)
        messages = [
            replace(a_message(number), phone=row.phone)
            for number, row in enumerate(had, 2)
            if row.phone is not None
        ]
        await journal.add(run, messages)
        await journal.freeze(run, proof="x")
        await journal.start(run)

        assert await journal.claim(await journal.begin_turn(LANE), run, limit=9, at=clock.now()) == []
        assert (await journal.counts(run)).rejected == {Reason.ALREADY_MESSAGED: 2}
