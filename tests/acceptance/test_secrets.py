"""No key anywhere it does not belong."""

import traceback
from pathlib import Path

import psutil
import pytest

from lecommercial_batch.core.model import Phone
from lecommercial_batch.core.sender import Secret
from lecommercial_batch.sandbox.settings import App, Settings
from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import Desk

AUTHKEY = "authkey-7f3a9c51d2"
APPKEY = "appkey-e8b64f0a13"


@pytest.fixture
def strict(desk: Desk) -> SandboxServer:
    desk.connect("", authkey=AUTHKEY, appkey=APPKEY)
    apps = {APPKEY: App(label="ours", number="33700000009")}
    return SandboxServer(Settings(authkeys=frozenset({AUTHKEY}), appkeys=apps))


def leaks(text: bytes | str) -> bool:
    raw = text.encode() if isinstance(text, str) else text
    return AUTHKEY.encode() in raw or APPKEY.encode() in raw


def test_no_key_leaves_the_environment(desk: Desk, strict: SandboxServer) -> None:
    """Journal, reports, logs at DEBUG, screens and process lists of a full run, faults included, hold no key."""
    desk.contacts(30)
    desk.campaign(rate="30/s")
    with strict as sandbox:
        desk.connect(sandbox.url, authkey=AUTHKEY, appkey=APPKEY)
        sandbox.set_faults(
            "500@5", "401_failed@6", "drop@7", "drop_after@8", "429@9", "html@10", "422_validation@11"
        )
        process = desk.start("--verbose", "send", "campaign.toml", "--yes", "--json")
        sandbox.wait_until(lambda stats: stats.accepted >= 3, timeout=60)
        command = " ".join(psutil.Process(process.pid).cmdline())
        out, err = process.communicate(timeout=60)
        assert sandbox.stats().accepted >= 20

    assert process.returncode == 1, err
    assert "outcome=accepted" in err, "the log at DEBUG level is there to be searched"
    assert not leaks(command)
    assert not leaks(out)
    assert not leaks(err)
    written = [path for path in desk.folder.rglob("*") if path.is_file()]
    assert {"essai-ete-1.xlsx", "essai-ete-1.csv", "lecommercial.db"} <= {path.name for path in written}
    assert not [path for path in written if leaks(path.read_bytes())]


def test_logs_hold_no_number_and_no_text(desk: Desk, sandbox: SandboxServer) -> None:
    """Phones are masked in the log, and message texts are not in it."""
    desk.contacts(5)
    desk.campaign()

    done = desk.run("--verbose", "send", "campaign.toml", "--yes", "--json")

    assert sandbox.stats().accepted == 5
    assert "to=+336…00" in done.err
    assert "3364100000" not in done.err
    assert "Bonjour" not in done.err


def test_an_error_that_echoes_the_keys_is_redacted(desk: Desk, sandbox: SandboxServer) -> None:
    """A secret shows itself neither in its repr nor in a traceback, nor a phone in its own."""
    del desk, sandbox
    secret, phone = Secret(AUTHKEY), Phone("+33641000001")
    try:
        raise ValueError(secret, phone)
    except ValueError:
        shown = traceback.format_exc()

    assert AUTHKEY not in shown
    assert "641000001" not in shown


def test_files_are_private(desk: Desk, sandbox: SandboxServer) -> None:
    """The journal and the reports hold people's data: nobody but their owner can read them."""
    desk.contacts(1)
    desk.campaign()
    desk.run("send", "campaign.toml", "--yes", "--json")

    private = [Path("lecommercial.db"), *(p.relative_to(desk.folder) for p in desk.folder.glob("reports/*"))]
    assert len(private) == 4  # the reports, and whose they are
    assert [path for path in private if (desk.folder / path).stat().st_mode & 0o077] == []
    assert sandbox.stats().accepted == 1
