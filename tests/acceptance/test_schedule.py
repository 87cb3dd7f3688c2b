"""`schedule` and `serve` as they are run: real processes, killed and doubled."""

import json
import signal
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import Desk
from tests.acceptance.forking import Started

ANY_HOUR = 'timezone = "Etc/UTC"\nwindow = "00:00-24:00"\ndays = "Mon-Sun"\nholidays = []'


@pytest.fixture(autouse=True)
def _ready(desk: Desk) -> None:
    """Have the imports of later calls made: the tests set times a few seconds ahead."""
    desk.run("--version")


def soon(seconds: float) -> str:
    """Return a schedule that starts in so many seconds, at any hour."""
    start = (datetime.now(UTC) + timedelta(seconds=seconds)).replace(microsecond=0, tzinfo=None)
    return f"[schedule]\nstart = {start.isoformat()}\n{ANY_HOUR}"


def end(process: Started) -> str:
    """Ask a service to stop, and return its log."""
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    return err


def test_a_service_that_is_killed_is_gone_on_with(desk: Desk, sandbox: SandboxServer) -> None:
    """SIGKILL in mid-send: the next service sends the rest, nobody twice, and the log names nobody."""
    desk.contacts(150)
    desk.campaign(rate="25/s", extra=soon(8))
    scheduled = desk.run("schedule", "campaign.toml", "--json")
    first = desk.start("serve", "--health", "health.json", "--metrics", "figures.prom")
    sandbox.wait_until(lambda stats: stats.accepted >= 10, timeout=60)
    first.kill()
    first.communicate(timeout=30)
    before = len(sandbox.received())

    second = desk.start("serve", "--health", "health.json", "--metrics", "figures.prom")
    sandbox.wait_until(lambda stats: stats.accepted >= 140, timeout=60)
    desk.wait_for(lambda: '"busy": 0' in (desk.folder / "health.json").read_text(encoding="utf-8"))
    figures = (desk.folder / "figures.prom").read_text(encoding="utf-8")
    log = end(second)

    assert (scheduled.code, scheduled.json["run"]) == (0, "essai-ete-1")
    assert 0 < before < 150
    received = Counter(message.to for message in sandbox.received())
    status = desk.run("status", "--json").json["messages"]
    assert max(received.values()) == 1
    assert status["accepted"] + status["unknown"] == 150
    assert status["pending"] == 0
    assert 'lecommercial_batch_messages_total{status="accepted"}' in figures
    assert not (desk.folder / "health.json").exists()
    assert "turnout=done" in log
    assert not any(number in log for number in received)
    assert len(desk.report()) == 150


def test_two_services_send_each_campaign_once(desk: Desk, sandbox: SandboxServer) -> None:
    """Over one journal, at the same moment."""
    desk.contacts(5)
    text = desk.campaign(extra=soon(16)).read_text(encoding="utf-8")
    for number in range(4):
        name = f"campaign-{number}.toml"
        desk.write(name, text.replace("Essai", f"Essai {number}").replace("Bonjour", f"Bonjour {number}"))
        assert desk.run("schedule", name).code == 0
    services = [desk.start("serve") for _ in range(2)]

    sandbox.wait_until(lambda stats: stats.accepted >= 20, timeout=60)
    logs = [end(process) for process in services]

    messages = Counter((message.to, message.message) for message in sandbox.received())
    assert len(messages) == 20
    assert set(messages.values()) == {1}
    assert sum(log.count("started campaign") for log in logs) == 4
    assert all(run["ended_at"] for run in desk.run("runs", "--json").json["runs"])


def test_what_was_sent_by_hand_is_not_sent_again_at_its_time(desk: Desk, sandbox: SandboxServer) -> None:
    """It was planned before: whoever scheduled it did not know. The log says why nothing left."""
    desk.contacts(5)
    desk.campaign(extra=soon(8))
    scheduled = desk.run("schedule", "campaign.toml", "--json").json["run"]
    desk.run("send", "campaign.toml", "--yes", "--now")
    service = desk.start("serve")
    told = next(line for line in service.stderr if "failed campaign" in line)
    end(service)

    assert "reasons=already_sent" in told
    assert len(sandbox.received()) == 5
    assert scheduled not in {run["run"] for run in desk.run("runs", "--json").json["runs"]}


def test_a_schedule_is_listed_and_taken_back(desk: Desk) -> None:
    """Its plan goes with it; what is not there cannot be taken back."""
    desk.contacts(2)
    desk.campaign(extra='[schedule]\ncron = "0 10 * * MON"')
    desk.environment |= {"LECOMMERCIAL_AUTHKEY": "a", "LECOMMERCIAL_APPKEY": "b"}
    weekly = desk.run("schedule", "campaign.toml", "--json")
    desk.campaign(extra=soon(3600))
    once = desk.run("schedule", "campaign.toml", "--json")
    listed = desk.run("schedule", "--list", "--json").json["schedules"]
    shown = desk.run("schedule", "--list").out

    taken_back = desk.run("unschedule", "campaign.toml")
    again = desk.run("unschedule", "campaign.toml")

    assert (weekly.json["cron"], weekly.json["run"]) == ("0 10 * * MON", None)
    assert datetime.fromisoformat(weekly.json["next_at"]).astimezone(UTC).weekday() == 0
    assert once.json["run"]
    assert [each["run"] for each in listed] == [once.json["run"]]
    assert "Essai été" in shown
    assert (taken_back.code, again.code) == (0, 2)
    assert desk.run("schedule", "--list", "--json").json == {"schedules": []}
    assert desk.run("runs", "--json").json == {"runs": []}
    assert "no schedule of this campaign" in again.err


def test_what_cannot_be_scheduled_is_said(desk: Desk) -> None:
    """No time, a time that is over, no key, a proof that does not hold: nothing is put in force."""
    desk.contacts(2)
    desk.campaign(extra=soon(3600))
    keyless = desk.run("schedule", "campaign.toml")
    desk.environment |= {"LECOMMERCIAL_AUTHKEY": "a", "LECOMMERCIAL_APPKEY": "b"}
    other = desk.run("schedule", "campaign.toml", "--proof", "AAAA-BBBB")
    both = desk.run("schedule", "campaign.toml", "--list")
    desk.campaign()
    none = desk.run("schedule", "campaign.toml")
    desk.campaign(extra=soon(-60))
    over = desk.run("schedule", "campaign.toml")

    assert [each.code for each in (none, over, keyless, other, both)] == [2, 2, 2, 2, 64]
    assert "does not say when it is to be sent" in none.err
    assert "its start is over" in over.err
    assert "LECOMMERCIAL_AUTHKEY" in keyless.err
    assert json.loads(desk.run("schedule", "--list", "--json").out) == {"schedules": []}


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL], ids=["stopped", "killed"])
def test_what_was_paused_stays_paused(desk: Desk, sandbox: SandboxServer, ending: signal.Signals) -> None:
    """A service that is started anew, after whatever ended it, leaves it alone; `resume` sends the rest."""
    desk.contacts(150)
    desk.campaign(rate="25/s", extra=soon(6))
    desk.run("schedule", "campaign.toml")
    service = desk.start("serve")
    sandbox.wait_until(lambda stats: stats.accepted >= 10, timeout=60)
    service.send_signal(ending)
    service.communicate(timeout=30)
    sent = len(sandbox.received())

    paused = desk.run("pause", "essai-ete-1", "--json")
    desk.campaign(rate="25/s", extra=soon(3), message='text = "Autre"')  # something that it does do
    desk.run("schedule", "campaign.toml", "--json")
    again = desk.start("serve")
    told = next(line for line in again.stderr if "put_aside run=essai-ete-1" in line or "turnout=done" in line)
    end(again)
    still = desk.run("status", "essai-ete-1", "--json").json
    done = desk.run("resume", "essai-ete-1", "--yes", "--now", "--json")

    assert paused.code == 0
    assert "put_aside" in told
    assert still["messages"]["pending"] == paused.json["messages"]["pending"] > 0
    assert still["messages"]["sending"] == 0
    assert done.json["messages"]["pending"] == 0
    received = Counter(message.to for message in sandbox.received() if message.message != "Autre")
    assert 0 < sent < 150
    assert max(received.values()) == 1
    assert len(received) + done.json["messages"]["unknown"] >= 150


def test_pausing_one_run_leaves_the_service_to_the_others(desk: Desk, sandbox: SandboxServer) -> None:
    """The campaign that was paused waits; what comes due afterwards is sent by the same process."""
    desk.contacts(400)
    text = desk.campaign(rate="25/s", extra=soon(6)).read_text(encoding="utf-8")
    desk.run("schedule", "campaign.toml")
    service = desk.start("serve")
    sandbox.wait_until(lambda stats: stats.accepted >= 10, timeout=60)
    desk.run("pause", "essai-ete-1")
    sent = len(sandbox.received())

    desk.write("autre.csv", "Prénom;Téléphone\r\nZoé;+33641999999\r\n")
    other = text.replace("clients.csv", "autre.csv").replace("Essai", "Autre")
    desk.write("autre.toml", other[: other.index("[schedule]")] + soon(3))
    assert desk.run("schedule", "autre.toml").code == 0
    sandbox.wait_until(lambda stats: stats.accepted > sent, timeout=60)
    log = end(service)

    assert "run=essai-ete-1 state=paused" in log
    assert [message.to for message in sandbox.received()][sent:] == ["33641999999"]


def test_a_dead_run_is_given_up_on_for_good(desk: Desk, sandbox: SandboxServer) -> None:
    """Killed and cancelled, it ends as cancelled: the lists of `[after]` stay as they are."""
    desk.contacts(150)
    desk.campaign(rate="25/s", extra=f"{soon(6)}\n[after]\nadd_to_list = 7\n")
    desk.run("schedule", "campaign.toml")
    service = desk.start("serve")
    sandbox.wait_until(lambda stats: stats.accepted >= 10, timeout=60)
    service.kill()
    service.communicate(timeout=30)
    before = sandbox.contacts(7)

    cancelled = desk.run("cancel", "essai-ete-1", "--yes", "--json")
    again = desk.start("serve")
    assert any("state=cancelled turnout=done" in line for line in again.stderr)
    end(again)
    resumed = desk.run("resume", "essai-ete-1", "--yes")

    assert cancelled.json["messages"]["pending"] == cancelled.json["messages"]["sending"] == 0
    assert cancelled.json["ended_at"]
    assert "given up on" in resumed.out
    assert sandbox.contacts(7) == before
    assert len(desk.report()) == 150


def test_a_report_that_cannot_be_written_ends_nothing(desk: Desk, sandbox: SandboxServer) -> None:
    """A file stands where its folder would: all is sent once, the service goes on, and writes it when it can."""
    desk.contacts(5)
    desk.campaign(extra=soon(6))
    in_the_way = desk.write("reports", "")
    desk.run("schedule", "campaign.toml")
    service = desk.start("serve")
    assert any("report_failed run=essai-ete-1" in line for line in service.stderr)
    end(service)
    again = desk.start("serve")
    assert any("report_failed run=essai-ete-1" in line for line in again.stderr)

    in_the_way.unlink()
    desk.wait_for((desk.folder / "reports" / "essai-ete-1.csv").exists)
    end(again)

    assert len(desk.report()) == 5
    assert Counter(Counter(message.to for message in sandbox.received()).values()) == {1: 5}


def test_an_unwritten_message_is_not_sent_at_its_time(desk: Desk, sandbox: SandboxServer) -> None:
    """The campaign that `init` wrote, put in the place of one that is planned at its start, is refused."""
    desk.contacts(2)
    hours = f'{soon(6)}\nplan = "at_start"'
    desk.campaign(extra=hours)
    assert desk.run("schedule", "campaign.toml").code == 0
    desk.campaign(extra=hours, message='text = "Bonjour\\n✏️ votre message."')
    service = desk.start("serve")
    told = next(line for line in service.stderr if "waiting campaign" in line or "left campaign" in line)
    end(service)

    assert "reasons=unwritten_message" in told
    assert sandbox.received() == ()
    assert desk.run("runs", "--json").json == {"runs": []}


def test_what_was_sent_from_another_folder_is_not_sent_at_its_time(desk: Desk, sandbox: SandboxServer) -> None:
    """It was scheduled here and sent by hand there, where the campaign is: the service finds that journal too."""
    desk.contacts(3)
    desk.campaign(extra=soon(12))
    (desk.folder / "ailleurs").mkdir()
    elsewhere = Desk(desk.folder / "ailleurs", desk.environment)
    assert elsewhere.run("schedule", "../campaign.toml").code == 0
    desk.run("send", "campaign.toml", "--yes", "--now")
    service = elsewhere.start("serve")
    told = next(line for line in service.stderr if "failed campaign" in line)
    end(service)

    assert "reasons=sent_elsewhere" in told
    assert len(sandbox.received()) == 3


def test_what_repeats_is_not_begun_while_an_earlier_run_of_it_is_unfinished(
    desk: Desk, sandbox: SandboxServer
) -> None:
    """As `send` does: whoever waits in the earlier one would have both."""
    desk.contacts(3)
    desk.campaign(extra="repeats = true")
    desk.run("send", "campaign.toml", "--yes", "--limit", "1")
    hours = f'repeats = true\n{soon(6)}\nplan = "at_start"'
    desk.campaign(extra=hours, message='text = "Bonsoir {{ prenom }}"')
    assert desk.run("schedule", "campaign.toml").code == 0
    service = desk.start("serve")
    told = next(line for line in service.stderr if "failed campaign" in line or "left campaign" in line)
    end(service)

    assert "reasons=already_under_way" in told
    assert len(sandbox.received()) == 1


def test_a_hostile_file_of_one_campaign_is_of_no_matter_to_the_others(desk: Desk, sandbox: SandboxServer) -> None:
    """While it is planned the heartbeat goes on, another campaign is sent, and SIGTERM is obeyed at once."""
    desk.contacts(5)
    text = desk.campaign(extra=soon(8)).read_text(encoding="utf-8")
    desk.write("autre.toml", text.replace("Essai", "Autre"))
    assert desk.run("schedule", "autre.toml").code == 0
    desk.write("slow.html", "<table><tr><td>Nom<td>Téléphone</tr><tr><td>x<td>+33641999999</tr></table>")
    slow = text.replace("clients.csv", "slow.html").replace("Essai", "Lent").replace("{{ prenom }}", "")
    desk.write("slow.toml", slow.replace("[schedule]", '[schedule]\nplan = "at_start"'))
    assert desk.run("schedule", "slow.toml").code == 0
    hostile = "<table><tr><td>Nom<td>Téléphone</tr><tr><td>x<td>+33641999999</tr>" + "<tr></tr>" * 6_000_000
    desk.write("slow.html", hostile)  # a minute's reading, and more
    service = desk.start("serve", "--health", "health.json")
    health = desk.folder / "health.json"
    ages: list[float] = []

    def seen() -> bool:
        if health.exists():
            ages.append(time.time() - float(json.loads(health.read_text(encoding="utf-8"))["at"]))
        return len(sandbox.received()) == 5 and len(ages) > 100

    desk.wait_for(seen)
    assert json.loads(health.read_text(encoding="utf-8"))["busy"] >= 1, "the hostile file was read too soon"
    began = time.monotonic()
    log = end(service)

    assert time.monotonic() - began < 10
    assert max(ages) < 10
    assert "stopped" in log
    assert {message.to for message in sandbox.received()} == {f"336410{number:05d}" for number in range(5)}
