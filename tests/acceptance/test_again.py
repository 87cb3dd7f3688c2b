"""The same campaign again, as habits have it: after a kill, an edit, a report that could not be written."""

import signal
import sqlite3
import sys
from collections import Counter
from contextlib import closing

import pytest

from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import Desk
from tests.acceptance.terminal import at_a_terminal
from tests.acceptance.test_schedule import soon

at_terminals = pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")

SEND = ("send", "campaign.toml", "--yes", "--json")


def most(sandbox: SandboxServer) -> int:
    """Return how many messages the person has who has the most."""
    return max(Counter(message.to for message in sandbox.received()).values())


def test_a_cell_that_was_put_right_after_a_kill_brings_nobody_a_second_message(
    desk: Desk, sandbox: SandboxServer
) -> None:
    """Who has had it, may have had it or still waits in the first run is left out of the second, and only they."""
    desk.contacts(60)
    desk.campaign(rate="40/s")
    sandbox.set_faults(latency=0.2)
    process = desk.start(*SEND)
    sandbox.wait_until(lambda stats: stats.accepted >= 15, timeout=60)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
    lines = (desk.folder / "clients.csv").read_text("cp1252").splitlines()
    desk.write("clients.csv", "\n".join([lines[0], lines[1] + " ", *lines[2:], "Zoé;0641009999"]), "cp1252")
    desk.campaign(rate="40/s", message='text = "Bonsoir {{ prenom }}"')

    second = desk.run(*SEND)
    resumed = desk.run("resume", "essai-ete-1", "--yes", "--json")
    third = desk.run(*SEND)

    assert (second.code, second.json["rejected"]) == (0, {"already_messaged": 60})
    assert "essai-ete-1" in desk.report("essai-ete-2")[0]["lc_detail"]
    assert resumed.json["messages"]["pending"] == 0
    assert (third.code, third.json["rejected"]) == (0, {"already_messaged": 61})
    assert most(sandbox) == 1


def test_another_writing_of_the_address_is_no_other_server(desk: Desk, sandbox: SandboxServer) -> None:
    """Capital letters and a slash at the end change nothing: whoever has had it has had it."""
    desk.contacts(4)
    desk.campaign()
    desk.run(*SEND, "--limit", "2")
    desk.connect(sandbox.url.replace("http", "HTTP") + "/")

    resumed = desk.run("resume", "essai-ete-1", "--yes")
    again = desk.run(*SEND)

    assert resumed.code == 0
    assert again.json["rejected"] == {"already_messaged": 4}
    assert most(sandbox) == 1


def test_a_campaign_of_another_name_says_who_has_had_its_message(desk: Desk, sandbox: SandboxServer) -> None:
    """Renamed within thirty days it is another campaign, and nothing is refused; but how many that is, is said."""
    desk.contacts(4)
    campaign = desk.campaign()
    desk.run(*SEND)
    desk.contacts(6)
    renamed = campaign.read_text(encoding="utf-8").replace("Essai été", "Relance")
    campaign.write_text(renamed, encoding="utf-8")
    told = "4 of these people are in run essai-ete-1 of the campaign “Essai été” with exactly this message"

    preview = desk.run("preview", "campaign.toml")
    sent = desk.run("send", "campaign.toml", "--yes")
    kept = desk.run("preview", "campaign.toml")

    assert told in " ".join(preview.out.split())
    assert sent.code == 0
    assert told in " ".join(sent.out.split())
    assert len(sandbox.received()) == 10
    assert "exactly this message" not in kept.out  # nobody is left to have it again


def test_giving_up_on_the_rest_frees_those_who_wait(desk: Desk, sandbox: SandboxServer) -> None:
    """Stopped for a mistake in the text: cancelled, mended and sent again, the others get the mended one."""
    desk.contacts(10)
    desk.campaign()
    desk.run(*SEND, "--limit", "4")
    desk.campaign(message='text = "Sans faute"')

    refused = desk.run(*SEND)
    desk.run("cancel", "essai-ete-1", "--yes")
    mended = desk.run(*SEND)

    assert (refused.code, refused.json["problems"][0]["code"]) == (2, "already_under_way")
    assert "cancel essai-ete-1" in refused.err
    assert mended.json["rejected"] == {"already_messaged": 4}
    assert mended.json["messages"]["accepted"] == 6
    assert most(sandbox) == 1


def test_what_was_approved_is_sent_once(desk: Desk, sandbox: SandboxServer) -> None:
    """`--proof` typed again is no change: cut short it is resumed, and done there is nothing to do."""
    desk.contacts(6)
    desk.campaign()
    proof = desk.run("preview", "campaign.toml", "--json").json["proof"]
    approved = ("send", "campaign.toml", "--proof", proof, "--json")
    desk.run(*approved, "--limit", "2")

    cut_short = desk.run(*approved)
    desk.run("resume", "essai-ete-1", "--yes")
    done = desk.run(*approved)

    assert (cut_short.code, cut_short.json["problems"][0]["code"]) == (2, "already_under_way")
    assert (done.code, done.json["rejected"]) == (0, {"already_messaged": 6})
    assert len(sandbox.received()) == 6


def test_a_report_that_cannot_be_written_changes_nothing(desk: Desk, sandbox: SandboxServer) -> None:
    """All is sent, so the code says so; whoever tries again sends nothing more; `report` writes it later."""
    desk.contacts(5)
    desk.campaign()
    desk.write("reports", "a file in the folder's place")

    first = desk.run(*SEND)
    again = desk.run(*SEND)
    (desk.folder / "reports").unlink()
    written = desk.run("report", "essai-ete-1", "--json")

    assert (first.code, again.code, written.code) == (0, 0, 0)
    assert "report essai-ete-1" in first.err
    assert (first.json["messages"]["accepted"], first.json["reports"]) == (5, [])
    assert again.json["rejected"] == {"already_messaged": 5}
    assert len(sandbox.received()) == 5
    assert len(desk.report()) == 5


def test_a_campaign_that_repeats_writes_again(desk: Desk, sandbox: SandboxServer) -> None:
    """By `repeats`, or because it has a cron line; beside its own unfinished run it does not."""
    desk.contacts(4)
    for extra in ("repeats = true", '[schedule]\ncron = "0 10 * * MON"'):
        desk.campaign(extra=extra)
        assert desk.run(*SEND, "--now").json["messages"]["accepted"] == 4
    desk.campaign(extra="repeats = true", message='text = "Autre"')
    desk.run(*SEND, "--limit", "1")
    desk.campaign(extra="repeats = true", message='text = "Encore autre"')

    beside = desk.run(*SEND)

    assert (beside.code, beside.json["problems"][0]["code"]) == (2, "already_under_way")
    assert len(sandbox.received()) == 9


def test_a_plan_that_was_killed_is_never_sent(desk: Desk, sandbox: SandboxServer) -> None:
    """A part of a plan is nobody's approval: it is not resumed, and no hindrance to the next one."""
    desk.contacts(60_000)
    desk.campaign(rate="5000/s")
    process = desk.start(*SEND)
    desk.wait_for(lambda: planned(desk) > 4000)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)

    refused = desk.run("resume", "essai-ete-1", "--yes", "--json")

    assert (refused.code, refused.json["problems"][0]["code"]) == (2, "unfinished_plan")
    assert sandbox.received() == ()
    desk.contacts(3)
    assert desk.run(*SEND).json["messages"]["accepted"] == 3


def planned(desk: Desk) -> int:
    """Return how many rows are in the journal."""
    if not (desk.folder / "lecommercial.db").exists():
        return 0
    with closing(sqlite3.connect(f"file:{desk.folder}/lecommercial.db?mode=ro", uri=True)) as journal:
        try:
            count: int = journal.execute("SELECT count(*) FROM row").fetchone()[0]
        except sqlite3.OperationalError:  # its tables are not made yet
            return 0
        return count


def test_a_campaign_that_waited_for_its_hour_heeds_what_was_sent_meanwhile(
    desk: Desk, sandbox: SandboxServer
) -> None:
    """Scheduled with its plan made, then another campaign reaches its people: the frequency cap still holds."""
    desk.contacts(3)
    cap = 'per_person = "1 per 7 days"'
    path = desk.campaign(extra=f"{cap}\n{soon(6)}")
    desk.run("schedule", "campaign.toml")
    other = path.read_text(encoding="utf-8").split("[schedule]")[0]
    desk.write("other.toml", other.replace("Essai été", "Autre").replace("Bonjour", "Bonsoir"))

    desk.run("send", "other.toml", "--yes")
    service = desk.start("serve")
    desk.wait_for(lambda: desk.run("status", "essai-ete-1", "--json").json["rejected"] != {})
    service.send_signal(signal.SIGTERM)
    service.communicate(timeout=30)

    assert desk.run("status", "essai-ete-1", "--json").json["rejected"] == {"too_often": 3}
    assert most(sandbox) == 1


@pytest.mark.usefixtures("sandbox")
def test_a_rehearsal_leaves_the_campaign_free(desk: Desk) -> None:
    """What went to one address, a sandbox say, counts for nobody at another."""
    desk.contacts(3)
    desk.campaign()
    assert desk.run(*SEND).json["messages"]["accepted"] == 3
    with SandboxServer() as real:
        desk.connect(real.url)
        assert desk.run(*SEND).json["messages"]["accepted"] == 3
        assert desk.run(*SEND).json["rejected"] == {"already_messaged": 3}


def test_consent_that_was_withdrawn_meanwhile_counts(desk: Desk, sandbox: SandboxServer) -> None:
    """A run that goes on reads the consent column again where the file was changed since."""
    rows = ["Téléphone;Accord", *(f"+336410{number:05d};oui" for number in range(6))]
    desk.write("clients.csv", "\n".join(rows))
    desk.campaign(contacts='file = "clients.csv"\nconsent = "Accord"', message='text = "Bonjour"')
    desk.run(*SEND, "--limit", "2")
    desk.write("clients.csv", "\n".join([*rows[:4], *(row.replace("oui", "non") for row in rows[4:])]))

    done = desk.run("resume", "essai-ete-1", "--yes", "--json")

    assert (done.code, done.json["rejected"], done.json["rows"]) == (0, {"no_consent": 3}, 6)
    assert {message.to for message in sandbox.received()} == {f"336410{number:05d}" for number in range(3)}


def test_consent_that_cannot_be_asked_again_is_said(desk: Desk, sandbox: SandboxServer) -> None:
    """What was approved is in the journal, and goes on: the file may be somebody's export that is gone."""
    desk.write("clients.csv", "Téléphone;Accord\n+33641000001;oui\n+33641000002;oui\n")
    desk.campaign(contacts='file = "clients.csv"\nconsent = "Accord"', message='text = "Bonjour"')
    desk.run(*SEND, "--limit", "1")
    desk.write("clients.csv", "Téléphone\n+33641000001\n")

    done = desk.run("resume", "essai-ete-1", "--yes", "--json")

    assert (done.code, len(sandbox.received())) == (0, 2)
    assert "withdrawn" in done.err


def test_a_run_is_not_sent_elsewhere(desk: Desk, sandbox: SandboxServer) -> None:
    """Planned for the real address, resumed with a sandbox in the environment, or the reverse: nothing leaves."""
    desk.contacts(3)
    desk.campaign()
    desk.run(*SEND, "--limit", "1")
    with SandboxServer() as other:
        desk.connect(other.url)
        verbs = (("resume",), ("retry", "--failed", "--unknown"))
        refused = [desk.run(*verb, "essai-ete-1", "--yes", "--json") for verb in verbs]
        assert other.received() == ()

    assert [(each.code, each.json["problems"][0]["code"]) for each in refused] == [(2, "other_address")] * 2
    assert len(sandbox.received()) == 1


@at_terminals
def test_a_no_does_not_forget_what_another_terminal_has_sent(desk: Desk, sandbox: SandboxServer) -> None:
    """While `send` asks, its run is listed, and somebody goes on with it: a no at last undoes nothing."""
    desk.contacts(3)
    desk.campaign()
    code, shown = at_a_terminal(desk, "n", meanwhile=lambda: desk.run("resume", "essai-ete-1", "--yes"))

    again = desk.run(*SEND)

    assert (code, again.json["rejected"]) == (2, {"already_messaged": 3})
    assert most(sandbox) == 1
    told = " ".join(shown.split())
    assert "another terminal has begun to send run essai-ete-1 meanwhile" in told
    assert "Nothing was sent." not in told


@at_terminals
def test_what_repeats_is_sent_from_one_terminal(desk: Desk, sandbox: SandboxServer) -> None:
    """While `send` asks, another one begins with a cell put right, and is not done: a yes sends nothing."""
    desk.contacts(3)
    desk.campaign(extra="repeats = true")

    def at_another() -> None:
        desk.campaign(extra="repeats = true", message='text = "Sans faute"')
        desk.run(*SEND, "--limit", "1")

    code, shown = at_a_terminal(desk, "y", meanwhile=at_another)

    assert (code, "resume essai-ete-2" in shown) == (2, True)
    assert len(sandbox.received()) == 1


@pytest.mark.usefixtures("sandbox")
def test_from_another_folder_nobody_has_it_twice(desk: Desk) -> None:
    """The journal is where the command was used; elsewhere it says so, and leaves that one's reports alone."""
    desk.contacts(3)
    desk.campaign()
    desk.run(*SEND)
    report = (desk.folder / "reports" / "essai-ete-1.csv").read_bytes()
    (desk.folder / "ailleurs").mkdir()
    elsewhere = Desk(desk.folder / "ailleurs", desk.environment)

    refused = elsewhere.run("send", "../campaign.toml", "--yes", "--json")
    left = (desk.folder / "reports" / "essai-ete-1.csv").read_bytes()
    desk.campaign(extra="repeats = true")
    meant = elsewhere.run("send", "../campaign.toml", "--yes", "--json", "--limit", "1")

    assert (refused.code, refused.json["problems"][0]["code"]) == (2, "sent_elsewhere")
    assert str(desk.folder) in refused.err
    assert left == report
    assert meant.json["messages"]["accepted"] == 1
