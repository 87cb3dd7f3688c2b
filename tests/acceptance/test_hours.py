"""The hour at which people are written to, through the real command and the real clock."""

from datetime import UTC, datetime, timedelta

from lecommercial_batch.planning.campaign.schedule import DAYS
from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import Desk

RUN = "essai-ete-1"


def closed_today() -> str:
    """Return hours that are two days away, whatever the clocks of the people in the file show."""
    day = DAYS[(datetime.now(UTC) + timedelta(days=2)).weekday()]
    return f'[schedule]\ndays = "{day}"\nholidays = []'


def test_a_run_waits_for_its_hours_and_can_be_sent_all_the_same(desk: Desk, sandbox: SandboxServer) -> None:
    """It says when it goes on, lets the sender to others, stops when asked, and --now overrules its hours."""
    desk.contacts(3)
    desk.campaign(extra=closed_today())
    process = desk.start("send", "campaign.toml", "--yes", "--json", PYTHONUNBUFFERED="1")
    told = next(line for line in process.stderr if "goes on" in line)
    desk.write("other.toml", (desk.folder / "campaign.toml").read_text(encoding="utf-8").replace("Bonjour", "Re"))

    other = desk.run("send", "other.toml", "--yes", "--now", "--json")
    paused = desk.run("pause", RUN)
    process.communicate(timeout=30)
    before = len(sandbox.received())
    resumed = desk.run("resume", RUN, "--yes", "--now", "--json")

    assert "Nobody may be written to at this hour" in told
    assert (other.code, other.json["messages"]["accepted"], before) == (0, 3, 3)
    assert (paused.code, process.returncode) == (0, 3)
    assert (resumed.code, resumed.json["messages"]["accepted"]) == (0, 3)


def test_the_dry_run_says_when_it_will_be_gone(desk: Desk) -> None:
    """Two days from now, through the hours of its people."""
    desk.contacts(3)
    desk.campaign(extra=closed_today())

    shown = " ".join(desk.run("preview", "campaign.toml").out.split())

    day = (datetime.now(UTC) + timedelta(days=2)).astimezone().date()
    assert f"on {day.isoformat()} at" in shown or f"on {(day - timedelta(days=1)).isoformat()} at" in shown


def test_a_start_is_waited_for(desk: Desk, sandbox: SandboxServer) -> None:
    """The time of [schedule], by the clocks of its zone."""
    desk.contacts(2)
    start = (datetime.now(UTC) + timedelta(seconds=6)).replace(microsecond=0, tzinfo=None)
    everyday = 'timezone = "Etc/UTC"\nwindow = "00:00-24:00"\ndays = "Mon-Sun"\nholidays = []'
    desk.campaign(extra=f"[schedule]\nstart = {start.isoformat()}\n{everyday}")

    done = desk.run("send", "campaign.toml", "--yes", "--json")

    assert done.json["messages"]["accepted"] == 2
    assert min(message.at for message in sandbox.received()) >= start.replace(tzinfo=UTC).timestamp()
