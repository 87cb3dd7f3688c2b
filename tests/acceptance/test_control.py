"""A run steered from another terminal, and tried again: the real command, twice."""

from collections import Counter

from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import Desk

RUN = "essai-ete-1"


def test_a_paused_run_goes_on_where_it_was(desk: Desk, sandbox: SandboxServer) -> None:
    """Nothing new leaves after a pause, nothing is in doubt, the sender ends with 3, and resume sends the rest."""
    desk.contacts(400)
    desk.campaign(rate="40/s")
    process = desk.start("send", "campaign.toml", "--yes", "--json")
    sandbox.wait_until(lambda stats: stats.accepted >= 10, timeout=60)

    paused = desk.run("pause", RUN)
    _, err = process.communicate(timeout=30)
    sent = len(sandbox.received())
    status = desk.run("status", RUN, "--json").json
    done = desk.run("resume", RUN, "--yes", "--json")

    assert (paused.code, process.returncode) == (0, 3), err
    assert "paused" in paused.out
    assert f"resume {RUN}" in err
    assert status["messages"]["accepted"] == sent < 400
    assert status["messages"]["pending"] == 400 - sent
    assert (done.code, done.json["messages"]["accepted"]) == (0, 400)
    assert max(Counter(message.to for message in sandbox.received()).values()) == 1


def test_a_cancelled_run_is_given_up_on(desk: Desk, sandbox: SandboxServer) -> None:
    """What had not left never leaves; every row still has a status; resume says that nothing is left."""
    desk.contacts(2000)  # far more than leave while the other terminal starts
    desk.campaign(rate="20/s")
    process = desk.start("send", "campaign.toml", "--yes", "--json")
    sandbox.wait_until(lambda stats: stats.accepted >= 10, timeout=60)

    unasked = desk.run("cancel", RUN)
    cancelled = desk.run("cancel", RUN, "--yes", "--json")
    process.communicate(timeout=30)
    sent = len(sandbox.received())
    resumed = desk.run("resume", RUN, "--yes")
    status = desk.run("status", RUN, "--json").json

    assert unasked.code == 2
    assert cancelled.code == 0
    assert process.returncode == 1
    assert status["messages"] | {"accepted": sent, "cancelled": 2000 - sent} == status["messages"]
    assert status["rows"] == 2000
    assert "given up on" in resumed.out
    assert len(sandbox.received()) == sent < 2000


def test_a_run_that_nobody_sends_is_paused_and_cancelled_at_once(desk: Desk, sandbox: SandboxServer) -> None:
    desk.contacts(5)
    desk.campaign()
    desk.run("send", "campaign.toml", "--yes", "--limit", "1")

    assert "paused" in desk.run("pause", RUN).out
    assert desk.run("cancel", RUN, "--yes", "--json").json["messages"]["cancelled"] == 4
    assert "given up on" in desk.run("pause", RUN).out
    assert desk.run("resume", RUN, "--yes").code == 1
    assert len(sandbox.received()) == 1


def test_what_failed_is_tried_again_in_the_same_run(desk: Desk, sandbox: SandboxServer) -> None:
    """Only those; their attempts are counted on, and the report has the last word."""
    desk.contacts(6)
    desk.campaign()
    sandbox.set_faults("401_failed@2-3", "drop_after@5")
    first = desk.run("send", "campaign.toml", "--yes", "--json")
    before = len(sandbox.received())
    sandbox.set_faults()
    done = desk.run("retry", RUN, "--failed", "--yes", "--json")

    assert (first.json["messages"]["failed"], first.json["messages"]["unknown"]) == (2, 1)
    assert done.code == 1
    assert done.json["messages"] | {"accepted": 5, "unknown": 1, "failed": 0} == done.json["messages"]
    assert len(sandbox.received()) == before + 2
    rows = desk.report()
    assert Counter((row["lc_status"], row["lc_attempts"]) for row in rows) == {
        ("accepted", "1"): 3,
        ("accepted", "2"): 2,
        ("unknown", "1"): 1,
    }


def test_unknown_messages_are_sent_again_on_a_word_alone(desk: Desk, sandbox: SandboxServer) -> None:
    """The warning is plain: these people may get it twice, and here one does."""
    desk.contacts(3)
    desk.campaign()
    sandbox.set_faults("drop_after@2")
    desk.run("send", "campaign.toml", "--yes")
    sandbox.set_faults()

    wrong = desk.run("retry", RUN)
    unasked = desk.run("retry", RUN, "--unknown")
    done = desk.run("retry", RUN, "--unknown", "--yes")
    again = desk.run("retry", RUN, "--unknown", "--yes")

    assert (wrong.code, unasked.code, done.code, again.code) == (64, 2, 0, 0)
    assert "--failed, --unknown" in wrong.err
    assert "may get it twice" in done.out
    assert "Nothing is there" in again.out
    assert sorted(Counter(message.to for message in sandbox.received()).values()) == [1, 1, 2]


def test_the_history_of_a_message_is_told(desk: Desk, sandbox: SandboxServer) -> None:
    """Each attempt with its time and what came of it, for a number in any writing."""
    desk.contacts(1)
    desk.campaign()
    sandbox.set_faults("503@1")
    desk.run("send", "campaign.toml", "--yes")
    [message] = sandbox.received()
    national = f"0{message.to[2:4]} {message.to[4:]}"

    told = desk.run("status", RUN, "--message", national)
    as_json = desk.run("status", "--message", f"+{message.to}", "--json").json
    nobody = desk.run("status", RUN, "--message", "06 99 99 99 99")
    wrong = desk.run("status", RUN, "--message", "Camille")

    assert [(each["status"], each["attempts"]) for each in as_json["events"]] == [
        ("sending", 1),
        ("pending", 1),
        ("sending", 2),
        ("accepted", 2),
    ]
    assert told.out.count("attempt") == 4
    assert "HTTP 503" in told.out
    assert (nobody.code, wrong.code) == (0, 2)
    assert "not a phone number" in wrong.err


def test_a_run_is_followed_to_its_end(desk: Desk, sandbox: SandboxServer) -> None:
    """From another terminal; the code is the run's."""
    desk.contacts(100)
    desk.campaign(rate="40/s")
    sandbox.set_faults("401_failed@5")
    process = desk.start("send", "campaign.toml", "--yes")
    sandbox.wait_until(lambda stats: stats.accepted >= 10, timeout=60)

    followed = desk.run("status", "--follow")
    process.communicate(timeout=30)

    assert followed.code == 1
    assert "99  accepted" in followed.out
    assert desk.run("status", "--follow", "--json").code == 64
