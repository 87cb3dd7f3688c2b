"""What one campaign must not add to others: the real command, several runs of one journal."""

import sqlite3

from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import Desk

AGAIN = 'not_again_within = "30 days"'


def rename(desk: Desk, name: str) -> None:
    """Give the campaign another name: another campaign with the same message."""
    path = desk.folder / "campaign.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("Essai été", name), encoding="utf-8")


def age(desk: Desk, days: float) -> None:
    """Make all that was sent so much older."""
    with sqlite3.connect(desk.folder / "lecommercial.db") as journal:
        journal.execute("UPDATE message SET answered_at = answered_at - ?", [days * 86_400])
        journal.execute("UPDATE run SET ended_at = ended_at - ?", [days * 86_400])


def test_nobody_gets_the_same_message_again(desk: Desk, sandbox: SandboxServer) -> None:
    """Another campaign, a longer list: only who has not had it is written to, and the run is named."""
    desk.contacts(3)
    desk.campaign(extra=AGAIN)
    desk.run("send", "campaign.toml", "--yes")
    desk.contacts(5)
    rename(desk, "Encore")
    shown = desk.run("preview", "campaign.toml", "--json").json["rejected"]
    done = desk.run("send", "campaign.toml", "--yes", "--json")

    assert shown == done.json["rejected"] == {"already_messaged": 3}
    assert len(sandbox.received()) == 5
    assert "essai-ete-1" in desk.report("encore-2")[0]["lc_detail"]
    age(desk, 31)
    assert desk.run("preview", "campaign.toml", "--json").json["rejected"] == {}


def test_another_text_is_not_the_same(desk: Desk, sandbox: SandboxServer) -> None:
    desk.contacts(2)
    desk.campaign(extra=AGAIN)
    desk.run("send", "campaign.toml", "--yes")
    desk.campaign(extra=AGAIN, message='text = "Bonjour, autre chose"')
    rename(desk, "Autre")

    assert desk.run("send", "campaign.toml", "--yes", "--json").json["rejected"] == {}
    assert len(sandbox.received()) == 4


def test_a_person_gets_so_many_messages_a_week(desk: Desk, sandbox: SandboxServer) -> None:
    """Over all campaigns of the journal, whatever they say."""
    desk.contacts(2)
    for text in ("un", "deux", "trois"):
        desk.campaign(extra='per_person = "2 per 7 days"', message=f'text = "{text}"')
        rename(desk, text)
        desk.run("send", "campaign.toml", "--yes")

    assert desk.run("status", "--json").json["rejected"] == {"too_often": 2}
    assert [message.text for message in sandbox.received()] == ["un", "un", "deux", "deux"]
    age(desk, 8)
    assert desk.run("preview", "campaign.toml", "--json").json["rejected"] == {}


def test_a_sender_has_so_many_messages_a_day(desk: Desk, sandbox: SandboxServer) -> None:
    """The others wait, with a word that says so, and go the next day; the lower of the two caps holds."""
    desk.contacts(5)
    desk.write("senders.toml", '[senders.default]\nappkey_env = "LECOMMERCIAL_APPKEY"\nper_day = 3\n')
    desk.campaign(extra="per_day = 4")
    assert "At most 3 messages a day through one sender: they take 2 days" in " ".join(
        desk.run("preview", "campaign.toml").out.split()
    )
    first = desk.run("send", "campaign.toml", "--yes", "--json")
    again = desk.run("resume", "essai-ete-1", "--yes", "--json")

    for done in (first, again):
        assert done.code == 3
        assert done.json["halted"] == {"default": "daily_limit"}
        assert (done.json["messages"]["accepted"], done.json["messages"]["pending"]) == (3, 2)
        assert "wait for tomorrow" in " ".join(done.err.split())
    age(desk, 1)
    assert desk.run("resume", "essai-ete-1", "--yes").code == 0
    assert len(sandbox.received()) == 5


def test_a_guard_that_cannot_be_read_is_an_error(desk: Desk) -> None:
    desk.contacts(2)
    desk.campaign(extra='not_again_within = "a month"\nper_person = "2"')
    problems = desk.run("check", "campaign.toml", "--json").json["problems"]
    assert [each["column"] for each in problems] == ["sending.not_again_within", "sending.per_person"]
