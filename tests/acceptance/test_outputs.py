"""What the command does where nobody can read it any more, or where the letters of French cannot be shown."""

import fcntl
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence

import pytest

from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import Desk

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no terminals of this kind")

RUN = "essai-ete-1"
ASCII = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}


def settled(desk: Desk, sandbox: SandboxServer) -> None:
    """See that what was on its way was finished and recorded, that the rest waits, and see the report."""
    status = desk.run("status", RUN, "--json").json
    sent = len(sandbox.received())
    assert 0 < sent < 400
    assert status["messages"] | {"accepted": sent, "pending": 400 - sent, "unknown": 0} == status["messages"]
    assert "stopped" in desk.run("status", RUN).out
    assert len(desk.report()) == 400


def test_a_terminal_that_is_closed_ends_a_run_in_order(desk: Desk, sandbox: SandboxServer) -> None:
    """The live display has nowhere to go and the system sends SIGHUP: nothing on its way is in doubt."""
    import termios  # noqa: PLC0415 - Windows has none

    desk.contacts(400)
    desk.campaign(rate="20/s")
    sandbox.set_faults(latency=1)
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "lecommercial_batch", "send", "campaign.toml", "--yes"],
        cwd=desk.folder,
        env={**os.environ, "TERM": "xterm", "LANG": "fr_FR.UTF-8", **desk.environment},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - the terminal becomes its own
    )
    os.close(theirs)
    sandbox.wait_until(lambda stats: stats.accepted >= 10, timeout=60)

    os.close(ours)
    process.wait(timeout=60)

    assert process.returncode == 3
    settled(desk, sandbox)


@pytest.mark.parametrize(
    "signals",
    [
        (signal.SIGHUP,),
        (signal.SIGHUP, signal.SIGHUP),
        (signal.SIGTERM, signal.SIGHUP),
        (signal.SIGHUP, signal.SIGTERM),
    ],
    ids=lambda signals: "+".join(each.name for each in signals),
)
def test_what_a_logout_sends_asks_to_stop(
    desk: Desk, sandbox: SandboxServer, signals: Sequence[signal.Signals]
) -> None:
    """Shells and systems say it twice, or beside SIGTERM: it never means to leave at once."""
    desk.contacts(400)
    desk.campaign(rate="20/s")
    sandbox.set_faults(latency=1)
    process = desk.start("send", "campaign.toml", "--yes", "--json")
    sandbox.wait_until(lambda stats: stats.accepted >= 10, timeout=60)

    for each in signals:
        process.send_signal(each)
    process.communicate(timeout=60)

    assert process.returncode == 3
    settled(desk, sandbox)


def test_nobody_who_reads_is_no_reason_to_stop(desk: Desk, sandbox: SandboxServer) -> None:
    """Both outputs are pipes that nobody reads any more: all is sent, recorded and reported."""
    desk.contacts(5)
    desk.campaign()
    process = desk.start("send", "campaign.toml", "--yes")
    process.stdout.close()
    process.stderr.close()

    assert process.wait(timeout=60) == 0
    assert len(sandbox.received()) == 5
    assert len(desk.report()) == 5


@pytest.mark.parametrize(
    "arguments",
    [
        ("send", "campaign.toml", "--yes"),
        ("send", "campaign.toml", "--yes", "--json"),
        ("check", "campaign.toml"),
        ("preview", "campaign.toml"),
        ("runs",),
        ("send", "rien.toml", "--yes"),
        ("--help",),
        ("send", "--help"),
        ("envoyé",),
    ],
    ids=" ".join,
)
def test_letters_that_cannot_be_shown_are_replaced(
    desk: Desk, sandbox: SandboxServer, arguments: Sequence[str]
) -> None:
    """An output that knows ASCII alone, in French: `?` stands for a letter, and nothing fails for it."""
    desk.contacts(3)
    desk.campaign()

    done = desk.start("--lang", "fr", *arguments, **ASCII)
    out, err = done.communicate(timeout=60)

    expected = {"rien.toml": 2, "envoyé": 64}.get(
        next((a for a in arguments if a in {"rien.toml", "envoyé"}), ""), 0
    )
    assert done.returncode == expected, err
    if "--json" in arguments:
        assert json.loads(out)["campaign"] == "Essai été"
    assert len(sandbox.received()) == (3 if arguments[:2] == ("send", "campaign.toml") else 0)
