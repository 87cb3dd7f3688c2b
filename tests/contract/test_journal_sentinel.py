"""A journal that went back, lost a part or is gone is known by its sentinel; a crash never makes it look so."""

import asyncio
import json
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from lecommercial_batch.core.errors import JournalError
from lecommercial_batch.core.model import RunState, Status
from lecommercial_batch.core.optouts import Optout
from lecommercial_batch.journal import SqlJournal, accept_loss, open_journal
from tests.conftest import ManualClock, a_message, a_run
from tests.contract.test_journal import LANE, planned, statuses

ROOT = Path(__file__).resolve().parents[2]
FILES = ("journal.db", "journal.db-wal", "journal.db-shm")
SENTINEL = ".journal.db.sentinel"


def opened(folder: Path, clock: ManualClock, *, reading: bool = False) -> SqlJournal:
    return open_journal(f"sqlite:///{folder}/journal.db", clock=clock, reading=reading)


def kept(folder: Path) -> dict[str, bytes]:
    """Return the files of the journal as a copy by hand finds them, without its sentinel."""
    return {name: (folder / name).read_bytes() for name in FILES if (folder / name).exists()}


def put_back(folder: Path, files: dict[str, bytes]) -> None:
    for name in FILES:
        (folder / name).unlink(missing_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


@pytest.fixture
def crashed(tmp_path: Path, clock: ManualClock) -> tuple[Path, dict[str, bytes], dict[str, bytes]]:
    """Return the folder of a run that died in the middle, with copies of its files from before its last claim."""
    folder = tmp_path / "crashed"
    folder.mkdir()

    async def send() -> dict[str, bytes]:
        journal = opened(tmp_path, clock)
        run = await planned(journal, *(a_message(number) for number in range(2, 12)))
        turn = await journal.begin_turn(LANE)
        await journal.claim(turn, run, limit=4, at=clock.now())
        older = kept(tmp_path)
        journal._opened.keeping._marks_at = 0.0  # type: ignore[union-attr]  # noqa: SLF001 - as after a moment
        await journal.claim(turn, run, limit=1, at=clock.now())
        for name, content in {**kept(tmp_path), SENTINEL: (tmp_path / SENTINEL).read_bytes()}.items():
            (folder / name).write_bytes(content)  # as if the process had died here
        journal.close()
        return older

    older = asyncio.run(send())
    return folder, older, kept(folder)


def refusal(folder: Path, clock: ManualClock) -> str:
    """Return the code with which a journal refuses to plan and to send, and empty where it does not."""
    codes = set()
    for act in ("plan", "send"):
        try:
            with closing(opened(folder, clock)) as journal:
                asyncio.run(journal.begin_run(a_run()) if act == "plan" else journal.begin_turn(LANE))
            codes.add("")
        except JournalError as error:
            codes.add(error.problems[0].code if "accept-loss" in str(error.problems[0].advice) else "no advice")
    (code,) = codes
    return code


Crashed = tuple[Path, dict[str, bytes], dict[str, bytes]]


def test_a_crash_is_no_loss(crashed: Crashed, clock: ManualClock) -> None:
    """What a dead process left is gone on with."""
    assert refusal(crashed[0], clock) == ""


def test_an_older_copy_is_refused(crashed: Crashed, clock: ManualClock) -> None:
    """One claim older is old enough."""
    folder, older, _ = crashed
    put_back(folder, older)

    assert refusal(folder, clock) == "journal_older"


def test_a_file_without_its_log_is_refused(crashed: Crashed, clock: ManualClock) -> None:
    """Its last claims stood there."""
    folder, _, newest = crashed
    put_back(folder, {"journal.db": newest["journal.db"]})

    assert refusal(folder, clock) == "journal_older"


def test_a_torn_log_is_refused(crashed: Crashed, clock: ManualClock) -> None:
    """SQLite passes over what follows a damaged frame, without a word."""
    folder, _, newest = crashed
    log = bytearray(newest["journal.db-wal"])
    log[100:200] = b"\x5a" * 100
    put_back(folder, {**newest, "journal.db-wal": bytes(log)})

    assert refusal(folder, clock) == "journal_older"


@pytest.mark.parametrize("how", ["emptied", "removed"])
def test_a_journal_that_is_gone_is_missed(how: str, crashed: Crashed, clock: ManualClock) -> None:
    """Nothing is planned as if nobody had ever been written to; nor is a new one made in silence."""
    folder, _, _ = crashed
    put_back(folder, {"journal.db": b""} if how == "emptied" else {})

    assert refusal(folder, clock) == "journal_gone"


def test_another_journal_is_no_journal_of_this_folder(
    crashed: Crashed, tmp_path: Path, clock: ManualClock
) -> None:
    """Its marks may be higher, and it knows nobody of this one."""
    folder, _, _ = crashed
    other = tmp_path / "other"
    other.mkdir()
    with closing(opened(other, clock)) as journal:
        for _ in range(9):
            asyncio.run(planned(journal))
    put_back(folder, kept(other))

    assert refusal(folder, clock) == "journal_other"


def test_a_journal_that_came_alone_is_doubted(crashed: Crashed, clock: ManualClock) -> None:
    """A copy in another folder, or on another machine: whether it is the newest, nobody there knows."""
    folder, _, _ = crashed
    (folder / SENTINEL).unlink()

    assert refusal(folder, clock) == "journal_alone"


@pytest.mark.parametrize("act", ["move", "ask"])
def test_what_is_done_in_doubt_does_not_settle_it(act: str, crashed: Crashed, clock: ManualClock) -> None:
    """An opt-out or a cancel is taken, and the doubt stays."""
    folder, older, _ = crashed
    put_back(folder, older)
    with closing(opened(folder, clock)) as journal:
        (run,) = asyncio.run(journal.runs())
        if act == "move":
            asyncio.run(journal.move(run.id, RunState.STOPPED))
        assert journal.upkeep.doubt()

    assert refusal(folder, clock) == "journal_older"


def test_whoever_reads_is_only_warned(crashed: Crashed, clock: ManualClock) -> None:
    """What it knows can be looked at."""
    folder, older, _ = crashed
    put_back(folder, older)

    with closing(opened(folder, clock, reading=True)) as journal:
        doubt = journal.upkeep.doubt()
        (run,) = asyncio.run(journal.runs())

        assert doubt
        assert doubt.code == "journal_older"
        assert asyncio.run(statuses(journal, run.id)) == {Status.PENDING: 6, Status.SENDING: 4}


def test_accepting_a_loss_leaves_nothing_to_send_twice(crashed: Crashed, clock: ManualClock) -> None:
    """All that waited counts as unknown; a new run is numbered on; the doubt is gone."""
    folder, older, _ = crashed
    put_back(folder, older)

    accepted = asyncio.run(accept_loss(f"sqlite:///{folder}/journal.db", clock=clock))
    again = asyncio.run(accept_loss(f"sqlite:///{folder}/journal.db", clock=clock))

    assert (accepted.doubt, list(accepted.runs.values())) == ("older", [10])
    assert (again.doubt, again.runs) == (None, {})
    assert refusal(folder, clock) == ""
    with closing(opened(folder, clock)) as journal:
        (run,) = asyncio.run(journal.runs())
        assert asyncio.run(statuses(journal, run.id)) == {Status.UNKNOWN: 10}
        assert run.state is RunState.ENDED
        assert {row.reason for row in journal.rows(run.id)} == {"journal_lost"}
        had = {phone for phone, _, _ in journal.ledger.messages("", since=run.created_at)}
        assert len(had) == 10  # so that `not_again_within` leaves them out
    put_back(folder, older)
    assert refusal(folder, clock) == "journal_older"


@pytest.mark.parametrize("how", ["older", "removed", "alone", "other"])
def test_run_names_are_never_used_twice(how: str, crashed: Crashed, tmp_path: Path, clock: ManualClock) -> None:
    """A report of a run that the journal does not know any more is not written over."""
    folder, older, _ = crashed
    with closing(opened(folder, clock)) as journal:
        names = {asyncio.run(planned(journal)) for _ in range(3)}
    if how == "other":
        with closing(opened(tmp_path, clock)) as other:
            asyncio.run(other.begin_turn(LANE))
        older = kept(tmp_path)
    if how == "alone":
        (folder / SENTINEL).unlink()
    else:
        put_back(folder, {} if how == "removed" else older)

    asyncio.run(accept_loss(f"sqlite:///{folder}/journal.db", clock=clock))

    with closing(opened(folder, clock)) as journal:
        assert asyncio.run(planned(journal)) not in names


def test_a_broken_sentinel_is_no_reason_to_trust(crashed: Crashed, clock: ManualClock) -> None:
    """It is written whole: one that cannot be read was tampered with."""
    folder, _, _ = crashed
    (folder / SENTINEL).write_text("{}", encoding="utf-8")

    assert refusal(folder, clock) == "journal_other"


def test_a_journal_that_was_never_used_is_no_loss(tmp_path: Path, clock: ManualClock) -> None:
    """One that was opened and removed again is made anew without a question."""
    opened(tmp_path, clock).close()
    put_back(tmp_path, {})

    assert refusal(tmp_path, clock) == ""


def test_a_throw_away_journal_has_no_sentinel(tmp_path: Path, clock: ManualClock) -> None:
    """A preview leaves nothing beside it."""
    open_journal(f"sqlite:///{tmp_path}/preview.db", clock=clock, durable=False).close()

    assert {path.name for path in tmp_path.iterdir()} == {"preview.db"}


SENDING = """
import asyncio, sys
from lecommercial_batch.core.clock import SystemClock
from lecommercial_batch.journal import open_journal
from tests.conftest import a_message, a_run

async def main():
    clock = SystemClock()
    journal = open_journal(sys.argv[1], clock=clock)
    while True:
        run = await journal.begin_run(a_run())
        await journal.add(run, [a_message(number) for number in range(2, 40)])
        await journal.freeze(run, proof="")
        turn = await journal.begin_turn("default")
        while claimed := await journal.claim(turn, run, limit=2, at=clock.now()):
            print(*(f"{run}/{each.row}" for each in claimed), flush=True)  # it leaves

asyncio.run(main())
"""


@pytest.mark.parametrize("processes", [1, 2])
def test_no_kill_at_any_moment_looks_like_a_loss(processes: int, tmp_path: Path, clock: ManualClock) -> None:
    """Killed again and again, alone and in pairs: what is left is never refused, and each copy from before is."""
    chance = random.Random(20261124)
    url, left = f"sqlite:///{tmp_path}/journal.db", []
    older: dict[str, bytes] = {}
    for _ in range(8):
        running = [
            subprocess.Popen([sys.executable, "-c", SENDING, url], cwd=ROOT, stdout=subprocess.PIPE, text=True)
            for _ in range(processes)
        ]
        for process in running:
            assert process.stdout
            left += process.stdout.readline().split()
        time.sleep(chance.random() / 5)  # the moment, not a wait for anything
        for process in running:
            process.send_signal(signal.SIGKILL)
            left += process.communicate()[0].split()
            assert process.returncode == -signal.SIGKILL
        newest = kept(tmp_path)
        if older:
            put_back(tmp_path, older)
            assert refusal(tmp_path, clock) == "journal_older"
            put_back(tmp_path, newest)
        assert refusal(tmp_path, clock) == ""
        older = kept(tmp_path)
    assert len(left) == len(set(left))


def test_the_sentinel_is_ahead_of_what_leaves(tmp_path: Path, clock: ManualClock) -> None:
    """A turn, and each claim where claims are rare, is told to the sentinel before the claim returns."""

    async def marks() -> list[int]:
        said = []
        with closing(opened(tmp_path, clock)) as journal:
            run = await planned(journal)
            turn = await journal.begin_turn(LANE)
            said.append(mark_of(tmp_path))
            for _ in range(2):
                journal._opened.keeping._marks_at = 0.0  # type: ignore[union-attr]  # noqa: SLF001 - as above
                await journal.claim(turn, run, limit=1, at=clock.now())
                said.append(mark_of(tmp_path))
        return said

    first, second, third = asyncio.run(marks())

    assert first < second < third
    with closing(sqlite3.connect(tmp_path / "journal.db")) as database:
        assert database.execute("SELECT mark FROM journal_identity").fetchone() == (third,)


def mark_of(folder: Path) -> int:
    found: int = json.loads((folder / SENTINEL).read_text(encoding="utf-8"))["mark"]
    return found


def test_a_claim_whose_mark_cannot_be_written_does_not_leave(tmp_path: Path, clock: ManualClock) -> None:
    """Where the sentinel cannot be had, the run ends."""
    with closing(opened(tmp_path, clock)) as journal:
        run = asyncio.run(planned(journal))
        turn = asyncio.run(journal.begin_turn(LANE))
        (tmp_path / SENTINEL).unlink()
        (tmp_path / SENTINEL).mkdir()
        journal._opened.keeping._marks_at = 0.0  # type: ignore[union-attr]  # noqa: SLF001 - as above

        with pytest.raises(JournalError):
            asyncio.run(journal.claim(turn, run, limit=1, at=clock.now()))
    shutil.rmtree(tmp_path / SENTINEL)


def test_a_copy_from_before_a_wish_is_known_to_be_older(tmp_path: Path, clock: ManualClock) -> None:
    """Who asked not to be written to is not forgotten in silence, whatever else the journal has done since."""
    with closing(opened(tmp_path, clock)) as journal:
        asyncio.run(planned(journal))
    before = kept(tmp_path)
    with closing(opened(tmp_path, clock)) as journal:
        assert asyncio.run(journal.optouts.add([Optout(phone=a_message(3).phone, at=clock.now())])) == 1
    put_back(tmp_path, before)

    assert refusal(tmp_path, clock) == "journal_older"
