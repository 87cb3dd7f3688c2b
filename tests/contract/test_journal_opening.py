"""How a journal's file is opened: once a process, by SQLite alone, and with no more rights than are needed."""

import asyncio
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from lecommercial_batch.core.errors import JournalError
from lecommercial_batch.core.model import Status
from lecommercial_batch.journal import SqlJournal, open_journal
from lecommercial_batch.journal.presence import has_log
from tests.acceptance.test_one_journal import locks
from tests.conftest import ManualClock, a_message
from tests.contract.test_journal import LANE, planned, statuses

ROOT = Path(__file__).resolve().parents[2]


def opened(path: Path, clock: ManualClock, *, reading: bool = False, options: str = "") -> SqlJournal:
    return open_journal(f"sqlite:///{path}{options}", clock=clock, reading=reading)


def engine_of(journal: SqlJournal) -> object:
    return journal._engine  # noqa: SLF001 - whether two share it, nothing else says


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
async def test_a_second_opening_leaves_the_locks_of_the_first(tmp_path: Path, clock: ManualClock) -> None:
    """POSIX drops a process's locks on a file when it closes any descriptor of it: nobody may but SQLite."""
    path = tmp_path / "journal.db"
    with closing(opened(path, clock)) as journal:
        await planned(journal)
        before = locks(os.getpid(), path)
        for reading in (False, True):
            opened(path, clock, reading=reading).close()

        assert locks(os.getpid(), path) == before > 0


@pytest.mark.parametrize("other", ["symlink.db", "hard.db", "folder/../journal.db", "relative"])
def test_all_names_of_a_file_share_what_is_open(
    other: str, tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also to read: two logs over one file would be two journals."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "journal.db"
    (tmp_path / "folder").mkdir()
    first = opened(path, clock)
    (tmp_path / "symlink.db").symlink_to(path)
    (tmp_path / "hard.db").hardlink_to(path)
    name = Path("journal.db") if other == "relative" else tmp_path / other

    second, third = opened(name, clock), opened(name, clock, reading=True)

    assert engine_of(first) is engine_of(second) is engine_of(third)
    for each in (first, second, third):
        each.close()


async def test_the_last_closes_what_is_shared(tmp_path: Path, clock: ManualClock) -> None:
    """Whoever is left goes on; when nobody is, the log is folded into the file and gone."""
    path = tmp_path / "journal.db"
    first, second = opened(path, clock), opened(path, clock)
    run = await planned(first)
    first.close()

    assert await statuses(second, run) == {Status.PENDING: 2}
    second.close()
    assert not has_log(path)


def take_away(file: Path, *, replace: bool) -> None:
    file.unlink()
    if replace:
        file.touch()


@pytest.mark.parametrize("what", ["-wal", "-shm", ""])
@pytest.mark.parametrize("how", ["removed", "replaced"])
async def test_a_file_taken_away_ends_what_is_claimed(
    what: str, how: str, tmp_path: Path, clock: ManualClock
) -> None:
    """A journal written on into files without a name would be gone: nothing is claimed from then on."""
    path = tmp_path / "journal.db"
    with closing(opened(path, clock)) as journal:
        run = await planned(journal)
        turn = await journal.begin_turn(LANE)
        victim = Path(f"{path}{what}")
        take_away(victim, replace=how == "replaced")

        with pytest.raises(JournalError) as error:
            await journal.claim(turn, run, limit=1, at=clock.now())

    assert error.value.problems[0].file == str(victim)


def take_inode(file: Path) -> None:
    """Have a new file, which gets the place of one that was removed."""
    file.touch()


async def test_what_shrinks_the_journal_leaves_its_log_in_place(tmp_path: Path, clock: ManualClock) -> None:
    """A purge closes a connection of its own: it must not be the last, with which SQLite removes the log."""
    with closing(opened(tmp_path / "journal.db", clock)) as journal:
        for number in range(3):
            await journal.retention.shrink()
            take_inode(tmp_path / str(number))
            await planned(journal)


HOLDING = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def held(tmp_path: Path, clock: ManualClock) -> Iterator[Path]:
    """Return a journal that another process holds in the middle of a write."""
    path = tmp_path / "journal.db"
    with closing(opened(path, clock)) as journal:
        asyncio.run(planned(journal))
    arguments = [sys.executable, "-c", HOLDING, str(path)]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        yield path
        process.communicate()


def test_whoever_reads_waits_for_nobody(held: Path, clock: ManualClock) -> None:
    """A process that was stopped in mid-write keeps nobody from looking."""
    with closing(opened(held, clock, reading=True, options="?timeout=0")) as journal:
        (run,) = asyncio.run(journal.runs())

        assert asyncio.run(statuses(journal, run.id)) == {Status.PENDING: 2}
        assert journal.upkeep.check().is_sound


def test_a_journal_that_is_held_is_not_said_to_lack_room(held: Path, clock: ManualClock) -> None:
    """The advice is about the program that holds it; the address says how long it is waited for."""
    with closing(opened(held, clock, options="?timeout=0")) as journal, pytest.raises(JournalError) as error:
        asyncio.run(journal.begin_turn(LANE))

    assert "locked" in str(error.value.problems[0].message)
    assert "Another program" in str(error.value.problems[0].advice)


async def test_a_reader_leaves_nothing_that_keeps_a_writer(tmp_path: Path, clock: ManualClock) -> None:
    """Reading alone changes nothing, refuses to write, and a writer goes on as before."""
    path = tmp_path / "journal.db"
    with closing(opened(path, clock)) as journal:
        run = await planned(journal)
    before = path.read_bytes()

    with closing(opened(path, clock, reading=True)) as reader:
        assert await statuses(reader, run) == {Status.PENDING: 2}
        with pytest.raises(JournalError):
            await reader.begin_turn(LANE)

    assert path.read_bytes() == before
    with closing(opened(path, clock)) as journal:
        turn = await journal.begin_turn(LANE)
        assert len(await journal.claim(turn, run, limit=9, at=clock.now())) == 2


READING = """
import asyncio, concurrent.futures.thread, os, sys  # all that another user may not be able to read
from lecommercial_batch.core.clock import SystemClock
from lecommercial_batch.journal import open_journal
if os.getuid() == 0:
    os.setgid(65534); os.setuid(65534)
journal = open_journal(f"sqlite:///{sys.argv[1]}", clock=SystemClock(), reading=True)
print(len(asyncio.run(journal.runs())))
journal.close()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="rights of POSIX")
def test_a_copy_that_cannot_be_written_can_be_read(clock: ManualClock) -> None:
    """Of another user, in a folder of another user: an archive."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder, path = Path(name), Path(name) / "journal.db"
        with closing(opened(path, clock)) as journal:
            asyncio.run(planned(journal))
        path.chmod(0o444)
        folder.chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-c", READING, str(path)], cwd=ROOT, capture_output=True, text=True, check=False
        )
        folder.chmod(0o700)

    assert (done.stdout, done.stderr) == ("1\n", "")


async def test_the_file_itself_has_what_was_planned(tmp_path: Path, clock: ManualClock) -> None:
    """A frozen plan does not stand in the log alone: whoever copies the file has it."""
    path = tmp_path / "journal.db"
    with closing(opened(path, clock)) as journal:
        await planned(journal, *(a_message(number) for number in range(2, 50)))
        copied = tmp_path / "copied.db"
        copied.write_bytes(path.read_bytes())  # no locks are lost: nothing else is claimed in this test

    with closing(sqlite3.connect(copied)) as database:
        assert database.execute("SELECT count(*) FROM message").fetchone() == (48,)


async def test_a_status_that_means_nothing_is_counted(tmp_path: Path, clock: ManualClock) -> None:
    """No row is missing from a sum, and the check says so."""
    path = tmp_path / "journal.db"
    with closing(opened(path, clock)) as journal:
        run = await planned(journal)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE message SET status = 'lost' WHERE row = 2")

    with closing(opened(path, clock, reading=True)) as journal:
        assert await statuses(journal, run) == {Status.PENDING: 1, Status.UNKNOWN: 1}
        assert [row.status for row in journal.rows(run)] == [Status.UNKNOWN, Status.PENDING]
        assert journal.upkeep.check().odd == {"lost": 1}
