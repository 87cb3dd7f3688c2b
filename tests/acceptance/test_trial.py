"""A test send: the real thing to one's own number, outside the campaign's record."""

import os
import signal
import sqlite3
import sys

import pytest

from lecommercial_batch.sandbox.settings import TEMPLATE
from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import Desk
from tests.acceptance.terminal import at_a_terminal

OWN = "+33 6 41 99 00 01"
DIGITS = "33641990001"


def test_the_messages_of_rows_are_sent_to_ones_own_number(desk: Desk, sandbox: SandboxServer) -> None:
    """First what says that it is a test, then each message letter for letter; to nobody else, and it is no run."""
    desk.contacts(9)
    desk.campaign()

    done = desk.run("send", "campaign.toml", "--test-to", OWN, "--row", "3", "--row", "7", "--yes")

    assert done.code == 0, done.err
    notice, *messages = sandbox.received()
    assert {message.to for message in (notice, *messages)} == {DIGITS}
    assert "[TEST] Essai été" in (notice.message or "")
    assert "3, 7" in (notice.message or "")
    assert {message.message for message in messages} == {"Bonjour Nom1,\nà bientôt.", "Bonjour Nom5,\nà bientôt."}
    assert f"row 3 → +{DIGITS}: accepted" in done.out
    assert desk.run("runs", "--json").json == {"runs": []}
    assert not (desk.folder / "reports").exists()


def test_the_first_message_goes_to_each_number(desk: Desk, sandbox: SandboxServer) -> None:
    """Without a row it is the first that would be sent; a number given twice is written to once."""
    desk.write("clients.csv", "Prénom;Téléphone\r\nNon;n/a\r\nLéa;0641000001\r\nMax;0641000002\r\n")
    desk.campaign()

    done = desk.run(
        *("send", "campaign.toml", "--yes", "--json", "--test-to", OWN),
        *("--test-to", "0641990002", "--test-to", "0641990001"),
    )

    assert done.code == 0, done.err
    texts = [(message.to, "Léa" in (message.message or "")) for message in sandbox.received()]
    assert texts == [(DIGITS, False), (DIGITS, True), ("33641990002", False), ("33641990002", True)]
    assert done.json["run"] is None
    assert (done.json["rows"], done.json["messages"]["accepted"]) == (2, 2)


def test_a_template_is_sent_as_it_is(desk: Desk, sandbox: SandboxServer) -> None:
    """Its text is the server's: the mark is a message of its own."""
    desk.contacts(1)
    desk.campaign(message=f'template_id = "{TEMPLATE}"\nvariables = {{ prenom = "{{{{ prenom }}}}" }}')

    done = desk.run("send", "campaign.toml", "--test-to", OWN, "--yes")

    assert done.code == 0, done.err
    assert [message.template_id for message in sandbox.received()] == ["", TEMPLATE]


def test_the_campaign_itself_is_still_to_be_sent(desk: Desk, sandbox: SandboxServer) -> None:
    """A test is no run: everybody is written to afterwards, the tested row as well, under the same proof."""
    desk.contacts(3)
    desk.campaign()
    proof = desk.run("preview", "campaign.toml", "--json").json["proof"]
    desk.run("send", "campaign.toml", "--test-to", OWN, "--yes")
    sandbox.clear()

    done = desk.run("send", "campaign.toml", "--proof", proof, "--json")

    assert (done.code, done.json["messages"]["accepted"]) == (0, 3)
    assert DIGITS not in {message.to for message in sandbox.received()}
    assert len(desk.run("runs", "--json").json["runs"]) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
@pytest.mark.parametrize(("answer", "sent"), [("y", 2), ("n", 0)])
def test_a_test_is_shown_and_asked_for(desk: Desk, sandbox: SandboxServer, answer: str, sent: int) -> None:
    """The message as it will be received, then the question."""
    desk.contacts(3)
    desk.campaign()

    _, shown = at_a_terminal(desk, answer, arguments=("send", "campaign.toml", "--test-to", OWN, "--row", "4"))

    assert "Bonjour Nom2," in shown.partition("as a test?")[0]
    assert f"Send 1 message to +{DIGITS} as a test?" in shown
    assert len(sandbox.received()) == sent


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--test-to", "06 12", "--yes"), "invalid_phone"),
        (("--test-to", "01 99 00 12 34", "--yes"), "not_mobile"),
        (("--test-to", OWN, "--row", "99", "--yes"), "no_row"),
        (("--test-to", OWN, "--row", "2", "--yes"), "missing_value"),
        (("--test-to", OWN), "not_confirmed"),
    ],
)
def test_what_cannot_be_tested_is_refused(
    desk: Desk, sandbox: SandboxServer, arguments: tuple[str, ...], code: str
) -> None:
    """A number that is none, a row that is not there or is rejected, nobody to ask."""
    desk.write("clients.csv", "Prénom;Téléphone\r\n;0641000001\r\nMax;0641000002\r\n")
    desk.campaign()

    done = desk.run("send", "campaign.toml", "--json", *arguments)

    assert (done.code, done.json["problems"][0]["code"]) == (2, code)
    assert sandbox.stats().calls == 0


@pytest.mark.parametrize("arguments", [("--row", "3"), ("--test-to", OWN, "--proof", "AAAA-BBBB")])
def test_what_does_not_go_together_is_wrong_usage(desk: Desk, arguments: tuple[str, ...]) -> None:
    desk.contacts(1)
    desk.campaign()

    assert desk.run("send", "campaign.toml", *arguments).code == 64


def test_what_the_api_refuses_is_said(desk: Desk, sandbox: SandboxServer) -> None:
    """Without a notice no message follows; a message that fails makes exit code 1."""
    desk.contacts(1)
    desk.campaign()
    sandbox.set_faults("401_failed@2")
    failed = desk.run("send", "campaign.toml", "--test-to", OWN, "--yes")
    sandbox.set_faults("401_failed@1")
    nothing = desk.run("send", "campaign.toml", "--test-to", OWN, "--yes")

    assert (failed.code, nothing.code) == (1, 1)
    assert "row 2" in failed.out
    assert "number not on WhatsApp" in failed.out
    assert len(sandbox.received()) == 1  # the first notice


def test_a_test_that_was_cut_short_is_not_repeated(desk: Desk, sandbox: SandboxServer) -> None:
    """Its claim was on disk: whatever is sent afterwards through this sender, the test is not."""
    desk.contacts(2)
    desk.campaign()
    sandbox.set_faults(latency=30)
    process = desk.start("send", "campaign.toml", "--test-to", OWN, "--yes")
    sandbox.wait_until(lambda stats: stats.calls >= 1, timeout=60)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=30)
    with sqlite3.connect(desk.folder / "lecommercial.db") as database:
        claimed = database.execute("SELECT status, attempts FROM message ORDER BY row").fetchall()
    sandbox.set_faults()
    sandbox.clear()

    done = desk.run("send", "campaign.toml", "--yes", "--json")

    assert claimed == [("sending", 1), ("pending", 0)]
    assert done.code == 0, done.err
    assert {message.to for message in sandbox.received()} == {"33641000000", "33641000001"}
