"""One journal, opened by many: by one process twice, by others beside it, killed in between."""

import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import ROOT, Desk
from tests.acceptance.test_schedule import soon

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def locks(process: int, file: Path) -> int:
    """Return how many locks of a process stand on a file."""
    inode = f":{file.stat().st_ino} "
    lines = Path("/proc/locks").read_text(encoding="ascii").splitlines()
    return sum(f" {process} " in line and inode in line for line in lines)


def deleted(process: int) -> list[str]:
    """Return the files that a process writes to although they have no name any more."""
    open_files = [str(each.readlink()) for each in Path(f"/proc/{process}/fd").iterdir()]
    return [each for each in open_files if each.endswith("(deleted)") and "lecommercial.db" in each]


def test_status_beside_a_service_takes_nothing_from_it(desk: Desk, sandbox: SandboxServer) -> None:
    """A service plans with its journal open, others look into it, it is killed and started again: nobody twice."""
    desk.contacts(200)
    extra = soon(12).replace("[schedule]", '[schedule]\nplan = "at_start"')
    desk.campaign(rate="40/s", extra=extra)
    assert desk.run("schedule", "campaign.toml").code == 0
    journal = desk.folder / "lecommercial.db"
    first = desk.start("serve")
    sandbox.wait_until(lambda stats: stats.accepted >= 20, timeout=60)
    held = locks(first.pid, journal)
    while sandbox.stats().accepted < 100:
        assert desk.run("status", "--json").code == 0
        assert desk.run("optout", "list", "--json").code == 0
        assert desk.run("optout", "add", "06 99 99 99 99").code == 0
    gone, still_held = deleted(first.pid), locks(first.pid, journal)
    first.send_signal(signal.SIGKILL)
    first.communicate(timeout=30)

    second = desk.start("serve")
    sandbox.wait_until(lambda stats: stats.accepted >= 180, timeout=60)
    desk.wait_for(lambda: desk.run("status", "--json").json["ended_at"] is not None)
    second.terminate()
    second.communicate(timeout=30)

    assert held
    assert still_held
    assert gone == []
    assert max(Counter(message.to for message in sandbox.received()).values()) == 1
    messages = desk.run("status", "--json").json["messages"]
    assert messages["accepted"] + messages["unknown"] == 200
    assert desk.run("journal", "check", "--json").code == 0


TWO_SENDS = """
import asyncio, lecommercial_batch as lc

async def main():
    first, second = await lc.plan("campaign.toml"), await lc.plan("other.toml")
    await asyncio.gather(lc.send(first, limit=10), lc.send(second))

asyncio.run(main())
"""


def test_two_sends_of_a_program_share_the_journal(desk: Desk, sandbox: SandboxServer) -> None:
    """One ends while the other goes on, others look in and write, and all is killed: nobody twice."""
    desk.contacts(150)
    text = desk.campaign(rate="30/s").read_text(encoding="utf-8")
    desk.write("other.toml", text.replace("Essai", "Autre").replace("Bonjour", "Bonsoir"))
    desk.write("senders.toml", 'machine_rate = "60/s"\n')
    program = subprocess.Popen(
        [sys.executable, "-c", TWO_SENDS],
        cwd=desk.folder,
        env={"PATH": "", "PYTHONPATH": str(ROOT), **desk.environment},
        stderr=subprocess.PIPE,
    )
    sandbox.wait_until(lambda stats: stats.accepted >= 40, timeout=60)
    assert desk.run("runs", "--json").code == 0
    assert desk.run("optout", "add", "06 99 99 99 99").code == 0
    gone = deleted(program.pid)
    sandbox.wait_until(lambda stats: stats.accepted >= 80, timeout=60)
    program.kill()
    program.communicate(timeout=30)

    for run in ("essai-ete-1", "autre-ete-2"):
        desk.run("resume", run, "--yes")

    assert gone == []
    assert max(Counter((each.to, each.message) for each in sandbox.received()).values()) == 1
    for run in ("essai-ete-1", "autre-ete-2"):
        messages = desk.run("status", run, "--json").json["messages"]
        assert messages["accepted"] + messages["unknown"] == 150
