"""The first few messages of a run decide about the others: the real command, with a terminal and without."""

import sys

import pytest

from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import Desk
from tests.acceptance.terminal import at_a_terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")


def a_campaign(desk: Desk) -> None:
    desk.contacts(50)
    desk.campaign(extra="canary = 10")


def test_all_accepted_and_nobody_to_ask_goes_on(desk: Desk, sandbox: SandboxServer) -> None:
    """With --yes, ten that were all accepted are followed by the others in the same run."""
    a_campaign(desk)

    done = desk.run("send", "campaign.toml", "--yes", "--json")

    assert (done.code, done.json["messages"]["accepted"]) == (0, 50), done.err
    assert sandbox.stats().accepted == 50


@pytest.mark.parametrize("fault", ["401_failed@4", "drop_after@4"], ids=["failed", "unknown"])
def test_one_that_went_wrong_stops_where_nobody_is_asked(fault: str, desk: Desk, sandbox: SandboxServer) -> None:
    """With --yes, ten of which one failed or is unknown end the run with exit 3; resume sends the others, once."""
    a_campaign(desk)
    sandbox.set_faults(fault)

    stopped = desk.run("send", "campaign.toml", "--yes", "--json")
    calls = sandbox.stats().calls
    sandbox.set_faults()
    done = desk.run("resume", "essai-ete-1", "--yes", "--json")

    assert (stopped.code, calls, stopped.json["messages"]["pending"]) == (3, 10, 40)
    assert stopped.json["halted"] == {"default": "canary_failed"}
    assert "resume essai-ete-1" in stopped.err
    assert (done.code, done.json["messages"]["accepted"], done.json["halted"]) == (1, 49, None)
    assert len({message.to for message in sandbox.received()}) == len(sandbox.received())


def test_at_a_terminal_the_person_decides(desk: Desk, sandbox: SandboxServer) -> None:
    """What became of the ten is shown, a failure among them; on a yes the others go."""
    a_campaign(desk)
    sandbox.set_faults("401_failed@4")

    code, shown = at_a_terminal(desk, "y", "y")

    assert (code, sandbox.stats().calls) == (1, 50), shown
    assert "Send the other 40 messages?" in shown
    assert "1 failed" in " ".join(shown.split())


def test_a_no_at_the_terminal_leaves_the_others(desk: Desk, sandbox: SandboxServer) -> None:
    """On a no nothing more is sent, and the command to go on is shown; it does not ask about the canary again."""
    a_campaign(desk)

    code, shown = at_a_terminal(desk, "y", "n")
    calls = sandbox.stats().calls
    done = desk.run("resume", "essai-ete-1", "--yes", "--json")

    assert (code, calls) == (3, 10), shown
    assert "resume essai-ete-1" in shown
    assert (done.code, done.json["messages"]["accepted"]) == (0, 50)


def test_a_canary_cut_short_is_still_one(desk: Desk, sandbox: SandboxServer) -> None:
    """Stopped before its ten were answered, the run's next start sends what is missing of them, and judges."""
    a_campaign(desk)
    desk.run("send", "campaign.toml", "--yes", "--json", "--limit", "6")
    sandbox.set_faults("401_failed@2")

    stopped = desk.run("resume", "essai-ete-1", "--yes", "--json")

    assert (stopped.code, stopped.json["halted"]) == (3, {"default": "canary_failed"})
    assert stopped.json["messages"]["pending"] == 40
