"""`journal`: the database looked through, copied, upgraded, and gone on with after a loss."""

import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import ROOT, Desk
from tests.acceptance.test_docs import SHELL

V1 = ROOT / "tests" / "contract" / "journals" / "v1.sql"


def sent(sandbox: SandboxServer) -> int:
    """Return how many messages the most written-to person has."""
    return max(Counter(message.to for message in sandbox.received()).values())


def copy(desk: Desk, name: str) -> None:
    """Copy what a person copies: what they see."""
    (desk.folder / name).mkdir()
    for path in desk.folder.glob("lecommercial.db*"):
        shutil.copy(path, desk.folder / name)


def put_back(desk: Desk, name: str) -> None:
    for path in desk.folder.glob("lecommercial.db*"):
        path.unlink()
    for path in (desk.folder / name).iterdir():
        shutil.copy(path, desk.folder)


@pytest.fixture
def stopped(desk: Desk, sandbox: SandboxServer) -> Desk:
    """Return a desk at which ten of thirty messages were sent."""
    assert not sandbox.received()
    desk.contacts(30)
    desk.campaign()
    assert desk.run("send", "campaign.toml", "--yes", "--limit", "10").code == 3
    return desk


def test_a_copy_put_back_is_not_sent_from_by_surprise(stopped: Desk, sandbox: SandboxServer) -> None:
    """It is refused with what to do; what may have left counts as such; nobody has the message twice."""
    copy(stopped, "kept")
    assert stopped.run("resume", "essai-ete-1", "--yes").code == 0
    put_back(stopped, "kept")

    refused = stopped.run("resume", "essai-ete-1", "--yes")
    looked = stopped.run("status", "--json")
    checked = stopped.run("journal", "check", "--json")
    unasked = stopped.run("journal", "accept-loss")
    accepted = stopped.run("journal", "accept-loss", "--yes", "--json")
    resumed = stopped.run("resume", "essai-ete-1", "--yes", "--json")

    assert (refused.code, looked.code, checked.code, unasked.code, accepted.code) == (3, 0, 2, 2, 0)
    assert "accept-loss" in refused.err
    assert looked.json["messages"]["pending"] == 20
    assert "older" in looked.err
    assert checked.json["doubt"] == "journal_older"
    assert accepted.json == {"doubt": "older", "unknown": {"essai-ete-1": 20}, "forgotten": 0}
    assert resumed.json["messages"] | {"accepted": 10, "unknown": 20} == resumed.json["messages"]
    assert sent(sandbox) == 1
    assert stopped.run("journal", "check").code == 0


@pytest.mark.parametrize("how", ["removed", "emptied"])
def test_a_journal_that_is_gone_is_missed(how: str, stopped: Desk, sandbox: SandboxServer) -> None:
    """Nothing is sent as if nobody had been written to; what goes on in its place uses no name again."""
    before = (stopped.folder / "reports" / "essai-ete-1.csv").read_bytes()
    for path in stopped.folder.glob("lecommercial.db*"):
        path.unlink()
    if how == "emptied":
        (stopped.folder / "lecommercial.db").touch()

    refused = stopped.run("send", "campaign.toml", "--yes")
    looked = stopped.run("status")
    accepted = stopped.run("journal", "accept-loss", "--yes")
    desk_of_others = stopped.write("clients.csv", "Prénom;Téléphone\r\nZoé;+33641099999\r\n")
    again = stopped.run("send", "campaign.toml", "--yes", "--json")

    assert desk_of_others.exists()
    assert (refused.code, looked.code, accepted.code, again.code) == (3, 3, 0, 0)
    assert "accept-loss" in looked.err
    assert "forgotten (1 runs at most" in accepted.out
    assert again.json["run"] == "essai-ete-2"
    assert (stopped.folder / "reports" / "essai-ete-1.csv").read_bytes() == before
    assert sent(sandbox) == 1


@pytest.mark.parametrize("lock", [".lecommercial.db.lock", ".lane-default.lock"])
@pytest.mark.parametrize("what", ["link", "folder"])
def test_what_stands_in_a_locks_place_is_named(lock: str, what: str, desk: Desk, sandbox: SandboxServer) -> None:
    """A link is not followed, a folder is no lock: that is a sentence with the file, and all goes on without."""
    desk.contacts(3)
    desk.campaign()
    place = desk.folder / lock
    place.symlink_to(desk.folder / "elsewhere") if what == "link" else place.mkdir()

    refused = desk.run("send", "campaign.toml", "--yes", "--json")

    assert refused.code == 3
    assert refused.json["problems"][0]["code"] == "lock_file"
    assert lock in refused.err
    assert not (desk.folder / "elsewhere").exists()
    assert sandbox.received() == ()
    place.unlink() if what == "link" else place.rmdir()
    verb = ("resume", "essai-ete-1") if "lane" in lock else ("send", "campaign.toml")
    assert desk.run(*verb, "--yes").code == 0
    assert sent(sandbox) == 1


def test_a_journal_that_is_a_link_is_the_one_it_leads_to(desk: Desk, sandbox: SandboxServer) -> None:
    """Its log, lock and sentinel stand beside the file itself: both names know who has had it."""
    desk.contacts(3)
    desk.campaign()
    (desk.folder / "kept").mkdir()
    (desk.folder / "lecommercial.db").symlink_to(desk.folder / "kept" / "journal.db")

    first = desk.run("send", "campaign.toml", "--yes", "--json")
    url = f"sqlite:///{desk.folder / 'kept' / 'journal.db'}"
    again = [
        desk.run("send", "campaign.toml", "--yes", "--json"),
        desk.run("send", "campaign.toml", "--yes", "--json", LECOMMERCIAL_DATABASE_URL=url),
    ]

    assert first.code == 0
    assert [each.json["rejected"] for each in again] == [{"already_messaged": 3}] * 2
    assert (desk.folder / "lecommercial.db").is_symlink()
    assert sent(sandbox) == 1


def test_an_opt_out_is_taken_whatever_is_doubted(stopped: Desk) -> None:
    """Whoever says stop is heard."""
    copy(stopped, "kept")
    assert stopped.run("resume", "essai-ete-1", "--yes").code == 0
    put_back(stopped, "kept")

    assert stopped.run("optout", "add", "06 41 00 00 01").code == 0
    assert stopped.run("resume", "essai-ete-1", "--yes").code == 3


def test_a_backup_is_one_private_file(stopped: Desk) -> None:
    """Whole, of now, never written over; looked at where it is put."""
    first = stopped.run("journal", "backup", "kept.db", "--json")
    again = stopped.run("journal", "backup", "kept.db")
    nowhere = stopped.run("journal", "backup", "nowhere/kept.db")
    path = stopped.folder / "kept.db"
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute("SELECT count(*) FROM message").fetchone()
        mode = database.execute("PRAGMA journal_mode").fetchone()

    assert (first.code, again.code, nowhere.code) == (0, 2, 3)
    assert first.json == {"file": "kept.db"}
    assert path.stat().st_mode & 0o077 == 0
    assert (rows, mode) == ((30,), ("delete",))
    looked = stopped.run("status", "--json", LECOMMERCIAL_DATABASE_URL="sqlite:///kept.db")
    assert looked.json["messages"]["accepted"] == 10


def test_a_backup_that_is_put_back_at_once_is_gone_on_with(stopped: Desk, sandbox: SandboxServer) -> None:
    """Nothing has left since: nothing is lost."""
    assert stopped.run("journal", "backup", "kept.db").code == 0
    for path in stopped.folder.glob("lecommercial.db*"):
        path.unlink()
    (stopped.folder / "kept.db").rename(stopped.folder / "lecommercial.db")

    assert stopped.run("resume", "essai-ete-1", "--yes").code == 0
    assert sent(sandbox) == 1
    assert len(sandbox.received()) == 30


def test_a_damaged_journal_is_said_to_be(stopped: Desk) -> None:
    """2, with what is wrong, whatever page it is; also where it is no database at all."""
    path = stopped.folder / "lecommercial.db"
    content = bytearray(path.read_bytes())
    content[4096:] = b"\x5a" * (len(content) - 4096)
    path.write_bytes(content)
    torn = stopped.run("journal", "check", "--json")
    path.write_text("Prénom;Téléphone\n" * 200, encoding="utf-8")

    other = stopped.run("journal", "check")

    assert (torn.code, other.code) == (2, 2)
    assert "backup" in torn.err + torn.out
    assert "backup" in other.err


def test_an_old_journal_is_upgraded(desk: Desk) -> None:
    """By the verb, or by whatever opens it first; what it was stays beside it."""
    with closing(sqlite3.connect(desk.folder / "lecommercial.db")) as database:
        database.executescript(V1.read_text(encoding="utf-8"))

    done = desk.run("journal", "upgrade", "--json")
    runs = [run["run"] for run in desk.run("runs", "--json").json["runs"]]

    assert (done.code, done.json["version"] > 1) == (0, True)
    assert [Path(path).name for path in done.json["backups"]] == ["lecommercial.db.v1-backup"]
    assert runs == ["relance-2", "relance-1"]


def test_options_of_the_address_are_for_every_verb(stopped: Desk, sandbox: SandboxServer) -> None:
    """The file is the one before the question mark, for those who look as for those who send."""
    stopped.environment["LECOMMERCIAL_DATABASE_URL"] = "sqlite:///lecommercial.db?timeout=5"

    assert stopped.run("status", "--json").json["messages"]["accepted"] == 10
    assert stopped.run("optout", "add", "06 99 99 99 99").code == 0
    assert stopped.run("resume", "essai-ete-1", "--yes").code == 0
    assert len(stopped.run("runs", "--json").json["runs"]) == 1
    assert sent(sandbox) == 1


def test_the_commands_of_the_page_work(stopped: Desk) -> None:
    """Those of docs/journal.md, pasted where something was sent."""
    page = (ROOT / "docs" / "journal.md").read_text(encoding="utf-8")
    lines = [line for block in SHELL.findall(page) for line in block.splitlines()]

    assert len(lines) == 2
    for line in lines:
        assert stopped.run(*line.split()[1:]).code == 0, line


def test_there_must_be_a_journal(desk: Desk) -> None:
    """In the wrong folder nothing is made."""
    for verb in (["check"], ["backup", "kept.db"], ["upgrade"], ["accept-loss", "--yes"]):
        assert desk.run("journal", *verb).code == 2
    assert not list(desk.folder.glob("*.db"))
