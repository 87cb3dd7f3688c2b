"""`schedule` and `serve` as they are run: real processes, killed and doubled."""

import json
import signal
import subprocess
from collections import Counter
from datetime import UTC, datetime, timedelta

from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import Desk

ANY_HOUR = 'timezone = "Etc/UTC"\nwindow = "00:00-24:00"\ndays = "Mon-Sun"\nholidays = []'


def soon(seconds: float) -> str:
    """Return a schedule that starts in so many seconds, at any hour."""
    start = (datetime.now(UTC) + timedelta(seconds=seconds)).replace(microsecond=0, tzinfo=None)
    return f"[schedule]\nstart = {start.isoformat()}\n{ANY_HOUR}"


def end(process: "subprocess.Popen[str]") -> str:
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
    assert service.stderr
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
