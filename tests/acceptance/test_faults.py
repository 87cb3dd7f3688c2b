"""Disk full, journal gone, locked or broken, network away: the real command ends or goes on as it says."""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing

import pytest

from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import ROOT, Desk, Done
from tests.acceptance.forking import Started

RUN = "essai-ete-1"
JOURNAL = "lecommercial.db"


def under_way(desk: Desk, sandbox: SandboxServer, *, rows: int = 400) -> Started:
    """Start a campaign, and return once some of it was accepted."""
    desk.contacts(rows)
    desk.campaign(rate="100/s")
    sandbox.set_faults(latency=0.1)
    process = desk.start("send", "campaign.toml", "--yes", "--json")
    sandbox.wait_until(lambda stats: stats.accepted >= 30, timeout=60)
    return process


def end_of(process: Started) -> Done:
    out, err = process.communicate(timeout=120)
    return Done(process.returncode, out, err)


def see_that_it_holds(desk: Desk, sandbox: SandboxServer, *, rows: int = 400) -> None:
    """After a resume everybody is settled, nobody was written to twice, and the report is the server's."""
    done = desk.run("resume", RUN, "--yes", "--json", timeout=120)
    numbers = Counter(message.to for message in sandbox.received())
    reported = {row["lc_phone"][1:]: row["lc_status"] for row in desk.report(RUN)}
    messages = done.json["messages"]
    assert done.code in {0, 1}, done.err
    assert max(numbers.values()) == 1
    assert messages["accepted"] + messages["unknown"] == done.json["rows"] == rows
    assert {number for number, status in reported.items() if status == "accepted"} <= set(numbers)
    assert all(status in {"accepted", "unknown"} for status in reported.values())


@pytest.mark.skipif(sys.platform != "linux", reason="takes the limits of another process")
def test_a_disk_that_fills_up_ends_the_run(desk: Desk, sandbox: SandboxServer) -> None:
    """Nothing is sent that could not be recorded: exit 3 with the reason; resume goes on once there is room."""
    import resource  # noqa: PLC0415 - not there on Windows

    process = under_way(desk, sandbox)
    full = (desk.folder / f"{JOURNAL}-wal").stat().st_size
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (full, full))  # no file can grow any more

    done = end_of(process)

    assert done.code == 3, done.err
    assert "the journal cannot be read or written" in done.err
    assert f"resume {RUN}" in done.err
    assert sandbox.stats().accepted < 400
    see_that_it_holds(desk, sandbox)


def test_a_journal_removed_under_way_ends_the_run(desk: Desk, sandbox: SandboxServer) -> None:
    """SQLite would write on into a file without a name: the run stops at once and says what to do."""
    process = under_way(desk, sandbox)
    kept = desk.folder / "kept"
    kept.mkdir()
    for file in desk.folder.glob(f"{JOURNAL}*"):
        file.rename(kept / file.name)

    done = end_of(process)
    sent = sandbox.stats().accepted

    assert done.code == 3, done.err
    assert "removed or replaced" in done.err
    assert sent < 400
    for file in kept.iterdir():
        file.rename(desk.folder / file.name)
    see_that_it_holds(desk, sandbox)


def test_a_journal_locked_for_a_while_is_waited_for(desk: Desk, sandbox: SandboxServer) -> None:
    """Another program holds the database for seconds: nothing new leaves, then everything is recorded."""
    process = under_way(desk, sandbox)
    with closing(sqlite3.connect(desk.folder / JOURNAL, isolation_level=None, timeout=30)) as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(1.5)  # the time it holds it is the case
        calls = sandbox.stats().calls
        time.sleep(1.5)
        still = sandbox.stats().calls
        other.execute("ROLLBACK")

    done = end_of(process)

    assert still == calls
    assert (done.code, done.json["messages"]["accepted"]) == (0, 400), done.err
    assert max(Counter(message.to for message in sandbox.received()).values()) == 1


@pytest.mark.parametrize("damage", ["header", "pages", "text"])
def test_a_broken_journal_sends_nothing(damage: str, desk: Desk, sandbox: SandboxServer) -> None:
    """A file that is no database, or one with a hole in it: exit 3 before anything leaves, with the reason."""
    desk.contacts(200)
    desk.campaign()
    desk.run("send", "campaign.toml", "--yes", "--json", "--limit", "20")
    path = desk.folder / JOURNAL
    size = path.stat().st_size
    with path.open("r+b") as file:
        match damage:
            case "header":
                file.write(b"\0" * 100)
            case "pages":
                file.seek(4096)
                file.write(b"\xa5" * (size - 4096))
            case _:
                file.truncate()
                file.write(b"Prenom;Telephone\n" * 1000)

    done = desk.run("resume", RUN, "--yes", "--json")

    assert done.code == 3, (done.out, done.err)
    assert "the journal cannot be read or written" in done.err
    assert sandbox.stats().calls == 20


@pytest.mark.skipif(
    not shutil.which("setpriv") and os.name == "posix" and os.geteuid() == 0, reason="root may write"
)
@pytest.mark.skipif(sys.platform == "win32", reason="has other permissions")
def test_a_journal_that_may_not_be_written_sends_nothing(desk: Desk, sandbox: SandboxServer) -> None:
    """Read-only: exit 3 with the reason, and nothing leaves."""
    desk.contacts(20)
    desk.campaign()
    desk.run("send", "campaign.toml", "--yes", "--json", "--limit", "5")
    (desk.folder / JOURNAL).chmod(0o444)
    no_privilege = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] if os.geteuid() == 0 else []

    done = subprocess.run(
        [*no_privilege, sys.executable, "-m", "lecommercial_batch", "resume", RUN, "--yes"],
        cwd=desk.folder,
        env={**os.environ, "LANG": "C.UTF-8", **desk.environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 3, done.stderr
    assert "the journal cannot be read or written" in done.stderr + done.stdout
    assert sandbox.stats().calls == 5


class Line:
    """The network between command and sandbox: a process of its own that can be killed and started again."""

    def __init__(self, sandbox: SandboxServer) -> None:
        self._target = sandbox.url.split(":")[2].partition("/")[0]
        self._port = "0"
        self.connect()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/api"

    def connect(self) -> None:
        command = [sys.executable, "-m", "tests.acceptance.proxy", self._port, self._target]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout
        self._port = self._process.stdout.readline().strip()

    def cut(self) -> None:
        self._process.kill()
        self._process.communicate()


def test_a_network_that_goes_and_comes_back(desk: Desk, sandbox: SandboxServer) -> None:
    """What was on its way is unknown, what was not waits, and the run goes on by itself once the line is back."""
    line = Line(sandbox)
    desk.connect(line.url)
    process = under_way(desk, sandbox)
    line.cut()
    time.sleep(3)  # the time it is gone is the case
    gone = sandbox.stats().calls
    line.connect()

    done = end_of(process)
    line.cut()

    messages = done.json["messages"]
    numbers = Counter(message.to for message in sandbox.received())
    assert gone < 400
    assert done.code in {0, 1}, done.err
    assert messages["accepted"] + messages["unknown"] == 400
    assert messages["unknown"] <= 100 * 0.1 * 3  # what was in flight when it was cut, at 100 a second and 0.1 s
    assert max(numbers.values()) == 1


def test_a_network_that_stays_away_is_not_there_for_resume_either(desk: Desk, sandbox: SandboxServer) -> None:
    """Where nothing answers, resume says so before it begins: exit 2, everything as it was."""
    line = Line(sandbox)
    desk.connect(line.url)
    desk.contacts(20)
    desk.campaign()
    desk.run("send", "campaign.toml", "--yes", "--json", "--limit", "5")
    line.cut()

    done = desk.run("resume", RUN, "--yes", "--json")

    assert (done.code, done.json["problems"][0]["code"]) == (2, "unreachable")
    assert desk.run("status", "--json").json["messages"]["pending"] == 15
