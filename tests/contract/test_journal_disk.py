"""What a journal in a database promises of its file."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from lecommercial_batch.core.errors import JournalError
from lecommercial_batch.core.model import Status, Turn
from lecommercial_batch.journal import open_journal
from lecommercial_batch.journal.engine import making_journal_errors
from tests.conftest import ManualClock, a_message, a_run
from tests.contract.test_journal import LANE, a_result, planned, statuses

ROOT = Path(__file__).resolve().parents[2]


async def test_waiting_writes_share_a_commit(tmp_path: Path, clock: ManualClock) -> None:
    """A hundred results recorded at once cost a few flushes of the disk, and each is there."""
    journal = open_journal(f"sqlite:///{tmp_path}/journal.db", clock=clock)
    run = await planned(journal, *(a_message(number) for number in range(2, 102)))
    turn = await journal.begin_turn(LANE)
    await journal.claim(turn, run, limit=100, at=clock.now())
    wal = tmp_path / "journal.db-wal"
    before = wal.stat().st_size

    results = [a_result(run, row, Status.ACCEPTED, clock) for row in range(2, 102)]
    await asyncio.gather(*(journal.record(turn, [result]) for result in results))
    grown = wal.stat().st_size - before

    assert await statuses(journal, run) == {Status.ACCEPTED: 100}
    assert grown < 100 * 4096 * 2  # each commit alone would write its pages anew
    journal.close()


async def test_the_database_is_durable_and_private(tmp_path: Path, clock: ManualClock) -> None:
    """WAL with synchronous=FULL, and nobody but the owner can read the file."""
    path = tmp_path / "journal.db"
    journal = open_journal(f"sqlite:///{path}", clock=clock)
    with journal._engine.connect() as connection:  # noqa: SLF001 - what it is set to, nobody else says
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
        synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
    journal.close()

    assert (mode, synchronous) == ("wal", 2)
    assert path.stat().st_mode & 0o077 == 0


KILLED = """
import asyncio, os, signal, sys
from lecommercial_batch.core.clock import SystemClock
from lecommercial_batch.journal import open_journal
from tests.conftest import a_message, a_run

async def main():
    journal = open_journal(sys.argv[1], clock=SystemClock())
    run = await journal.begin_run(a_run())
    await journal.add(run, [a_message(number) for number in range(2, 12)])
    await journal.freeze(run, proof="")
    turn = await journal.begin_turn("default")
    await journal.claim(turn, run, limit=4, at=SystemClock().now())
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


@pytest.fixture
def killed(tmp_path: Path) -> str:
    """Return the address of a journal whose process was killed right after it had claimed four messages."""
    url = f"sqlite:///{tmp_path}/journal.db"
    done = subprocess.run([sys.executable, "-c", KILLED, url], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    return url


async def test_a_claim_that_returned_is_on_disk(killed: str, clock: ManualClock) -> None:
    """Whoever is killed right after a claim leaves it for all to see."""
    journal = open_journal(killed, clock=clock)
    (run,) = await journal.runs()

    assert await statuses(journal, run.id) == {Status.PENDING: 6, Status.SENDING: 4}
    assert await journal.begin_turn(LANE) == Turn(LANE, 2, abandoned=4)
    journal.close()


@pytest.mark.parametrize("what", ["not a database", "a folder", "a later version"])
def test_a_database_that_cannot_be_used_says_so(what: str, tmp_path: Path, clock: ManualClock) -> None:
    """A journal that is none is a JournalError with advice, before anything is written."""
    path = tmp_path / "journal.db"
    if what == "not a database":
        path.write_text("Prénom;Téléphone\n" * 200, encoding="utf-8")
    elif what == "a folder":
        path.mkdir()
    else:
        open_journal(f"sqlite:///{path}", clock=clock).close()
        with sqlite3.connect(path) as database:
            database.execute("UPDATE journal_version SET version = 99")
        database.close()

    with pytest.raises(JournalError) as error:
        open_journal(f"sqlite:///{path}", clock=clock)

    assert str(error.value.problems[0].advice)


def test_a_database_that_is_busy_is_no_matter_of_folders() -> None:
    """What to do about another program that writes for long is something else than making room."""
    with pytest.raises(JournalError) as raised, making_journal_errors():
        raise OperationalError("", None, sqlite3.OperationalError("database is locked"))

    assert "Another program" in str(raised.value.problems[0].advice)


def damage(path: Path, table: str) -> None:
    """Write over a page of a table, in the file itself."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    content = bytearray(path.read_bytes())
    content[(page - 1) * size : page * size] = b"\x5a" * size
    path.write_bytes(content)


@pytest.fixture
def spoilt(killed: str) -> tuple[str, Path]:
    """Return the address and file of a journal whose process was killed, and of which a page is damaged since."""
    path = Path(killed.removeprefix("sqlite:///"))
    log = path.with_name(f"{path.name}-wal")
    left = log.read_bytes()
    damage(path, "message")
    log.write_bytes(left[:32])  # a log that was not closed, whose frames are in the file
    return killed, path


async def test_a_damaged_journal_is_refused_after_a_crash(spoilt: tuple[str, Path], clock: ManualClock) -> None:
    """Before anything is claimed, with what to do; the check says what is wrong."""
    url, path = spoilt
    journal = open_journal(url, clock=clock)

    for act in (lambda: journal.begin_turn(LANE), lambda: journal.begin_run(a_run())):
        with pytest.raises(JournalError) as error:
            await act()
        assert error.value.problems[0].code == "journal_damaged", error.value
        assert error.value.problems[0].file == str(path)
    assert journal.upkeep.check().faults
    journal.close()


async def test_a_journal_in_use_is_not_looked_through_again(killed: str, clock: ManualClock) -> None:
    """Whoever opens it beside somebody who is alive, or after a clean end, need not look: it takes a while."""
    first = open_journal(killed, clock=clock)
    unclean = first._opened.unclean  # noqa: SLF001 - what it has found, nothing else says
    await first.begin_turn(LANE)
    looked = first._opened.unclean  # noqa: SLF001 - as above
    first.close()
    second = open_journal(killed, clock=clock)

    assert (unclean, looked, second._opened.unclean) == (True, False, False)  # noqa: SLF001 - as above
    second.close()


async def test_a_log_is_folded_into_the_file_every_minute(tmp_path: Path, clock: ManualClock) -> None:
    """While messages leave, the file itself is never long behind."""
    path = tmp_path / "journal.db"
    journal = open_journal(f"sqlite:///{path}", clock=clock)
    run = await planned(journal)
    turn = await journal.begin_turn(LANE)
    journal._opened.keeping._checkpointed_at -= 60  # type: ignore[union-attr]  # noqa: SLF001 - a minute ago

    await journal.claim(turn, run, limit=1, at=clock.now())

    copied = tmp_path / "copied.db"
    copied.write_bytes(path.read_bytes())
    with closing(sqlite3.connect(copied)) as database:
        assert database.execute("SELECT count(*) FROM message WHERE status = 'sending'").fetchone() == (1,)
    journal.close()
