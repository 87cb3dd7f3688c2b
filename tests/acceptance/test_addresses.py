"""Where it goes is said wherever somebody decides, or looks at what was decided."""

import re
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

import lecommercial_batch
from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import Desk
from tests.acceptance.terminal import at_a_terminal
from tests.acceptance.test_schedule import soon

CLI = Path(lecommercial_batch.__file__).parent / "cli"
RUN = "essai-ete-1"
#: What is asked by each module that asks; a new one is to be asked here too.
ASKING = {
    "asking": (),
    "control": (("cancel", RUN), ("retry", RUN, "--failed")),
    "desk": (),  # about an address that nobody has confirmed: test_trust asks it
    "edits": (("contacts", "import", "7", "new.csv"), ("contacts", "sync", "7", "new.csv")),
    "journal": (("journal", "accept-loss"),),
    "optout_sync": (("optout", "sync", "7"),),
    "purge": (("purge", "--older-than", "0d"),),
    "send": (("send", "campaign.toml", "--again"), ("resume", RUN)),
    "trial": (("send", "campaign.toml", "--test-to", "+33641000001"),),
}

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")


@pytest.fixture
def begun(desk: Desk, sandbox: SandboxServer) -> Desk:
    """A desk with a run that was cut short, one of whose messages has failed."""
    desk.contacts(4)
    desk.write("new.csv", "Prénom;Téléphone\nZoé;+33641000009\n")
    desk.campaign()
    sandbox.set_faults("401_failed@1")
    assert desk.run("send", "campaign.toml", "--yes", "--limit", "2").code == 3
    desk.run("optout", "add", "+33641000999")
    return desk


def test_every_module_that_asks_is_asked_here() -> None:
    """One function asks; whoever calls it is in the table above."""
    asking = {path.stem for path in CLI.glob("*.py") if re.search(r"\bagrees\(", path.read_text(encoding="utf-8"))}
    inputs = {path.stem for path in CLI.glob("*.py") if ".input(" in path.read_text(encoding="utf-8")}
    known = {path for path in asking if re.search(r"import .*\bagrees\b", (CLI / f"{path}.py").read_text("utf-8"))}

    assert known | {"asking"} == set(ASKING)
    assert inputs == {"asking"}


@pytest.mark.parametrize("verb", [verb for verbs in ASKING.values() for verb in verbs], ids=" ".join)
def test_the_address_stands_in_every_question(begun: Desk, sandbox: SandboxServer, verb: tuple[str, ...]) -> None:
    """Or that it is a sandbox: nobody says yes to what they took for a rehearsal."""
    if verb[0] == "purge":
        begun.run("cancel", RUN, "--yes")
        with closing(sqlite3.connect(begun.folder / "lecommercial.db")) as journal, journal:
            journal.execute("UPDATE run SET started_at = started_at - 9e6, ended_at = ended_at - 9e6")
        verb = ("purge", "--older-than", "90d")

    _, shown = at_a_terminal(begun, "n", arguments=verb)

    assert f"→ sandbox ({sandbox.url}) [y/N]" in " ".join(shown.split())


def test_the_address_stands_in_what_is_shown_of_a_run(begun: Desk, sandbox: SandboxServer) -> None:
    """Whoever looks sees where it goes; a sandbox's runs are told from real ones in the list."""
    begun.campaign(extra=soon(3600), message='text = "Bonsoir {{ prenom }}"')
    for verb in (
        ("preview", "campaign.toml"),
        ("status",),
        ("status", "--message", "+33641000001"),
        ("schedule", "campaign.toml"),
        ("pause", RUN),
        ("resume", RUN, "--yes"),
        ("cancel", RUN, "--yes"),
    ):
        assert f"sandbox ({sandbox.url})" in " ".join(begun.run(*verb).out.split()), verb
    assert "(sandbox)" in begun.run("runs").out
