"""Personal data goes when it is told to, and is nobody else's meanwhile: the real command."""

import sqlite3
import stat
import sys
from pathlib import Path

import pytest

from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import Desk

RUN = "essai-ete-1"


def age(desk: Desk, days: float) -> None:
    """Make the runs of the journal so much older; it was not noted whose their reports are, then."""
    for noted in desk.folder.rglob(".lecommercial-batch"):
        noted.unlink()
    with sqlite3.connect(desk.folder / "lecommercial.db") as journal:
        for column in ("created_at", "started_at", "ended_at"):
            journal.execute(f"UPDATE run SET {column} = {column} - ?", [days * 86_400])  # noqa: S608 - our own names
        journal.execute("UPDATE imprint SET made_at = made_at - ?", [days * 86_400])


def holding(desk: Desk, *texts: str) -> set[str]:
    """Return the files of the journal and the reports that hold one of these."""
    files = [path for path in desk.folder.rglob("*") if path.is_file() and path.name != "clients.csv"]
    return {path.name for path in files if any(text.encode() in path.read_bytes() for text in texts)}


def test_the_people_of_old_runs_are_forgotten(desk: Desk, sandbox: SandboxServer) -> None:
    """The files lose the bytes, the figures stay, opt-outs stay, and reports go where that is asked."""
    desk.contacts(20)
    desk.campaign()
    desk.run("optout", "add", "0641000019", "--reason", "STOP")
    desk.run("send", "campaign.toml", "--yes")
    desk.run("send", "campaign.toml", "--yes", "--test-to", "0641000001")
    assert len(sandbox.received()) == 21
    assert holding(desk, "+33641000003", "Nom3") >= {"lecommercial.db", f"{RUN}.csv"}
    age(desk, 91)
    before = desk.run("status", RUN, "--json").json

    done = desk.run("purge", "--older-than", "90d", "--reports", "--yes", "--json")

    assert (done.code, done.json["runs"], done.json["rows"], done.json["tests"]) == (0, [RUN], 20, 1)
    assert holding(desk, "+33641000003", "Nom3", "Bonjour", "+33641000001") == {"campaign.toml"}
    assert desk.run("status", RUN, "--json").json == {**before, "purged": True}
    assert desk.run("optout", "list", "--json").json["newest"][0]["phone"] == "+33641000019"
    for verb in (["report", RUN], ["retry", RUN, "--failed", "--yes"], ["resume", RUN, "--yes"]):
        refused = desk.run(*verb, "--json")
        assert (refused.code, refused.json["problems"][0]["code"]) == (2, "purged")
    assert desk.run("preview", "campaign.toml", "--json").json["rejected"] == {"opted_out": 1}


def test_what_was_done_with_lists_is_forgotten_as_well(desk: Desk) -> None:
    """A change of a list that came of a run is as personal as its message."""
    desk.contacts(4)
    desk.campaign(extra="[after]\nadd_to_list = 7\n")
    with SandboxServer() as sandbox:
        desk.connect(sandbox.url)
        desk.write("senders.toml", 'machine_rate = "500/s"\n')
        sent = desk.run("send", "campaign.toml", "--yes", "--json")
    assert (sent.code, sent.json["after"]["add"]["accepted"]) == (0, 4), sent.err
    age(desk, 91)

    done = desk.run("purge", "--older-than", "90d", "--reports", "--yes", "--json")

    assert (done.code, len(done.json["runs"]), done.json["rows"]) == (0, 2, 8), done.err
    assert holding(desk, "3641000003", "Nom3") == set()
    assert desk.run("status", RUN, "--json").json["after"]["add"]["accepted"] == 4


def test_what_is_not_over_is_said(desk: Desk, sandbox: SandboxServer) -> None:
    """And so are reports that are left: a purge does not pass anything over in silence."""
    desk.contacts(4)
    desk.campaign()
    desk.run("send", "campaign.toml", "--yes", "--limit", "2")
    age(desk, 91)
    first = desk.run("purge", "--older-than", "90 days", "--yes", "--json")
    desk.run("cancel", RUN, "--yes")
    age(desk, 91)
    second = desk.run("purge", "--older-than", "90 days", "--yes", "--json")

    assert (first.code, first.json["unfinished"], first.json["rows"]) == (1, [RUN], 0)
    assert "cancel essai-ete-1" in first.err
    assert (second.code, second.json["runs"]) == (1, [RUN])
    assert [Path(path).name for path in second.json["reports"]] == [f"{RUN}.xlsx", f"{RUN}.csv"]
    third = desk.run("purge", "--older-than", "90 days", "--yes", "--json", "--reports")
    assert (third.code, third.json["runs"], third.json["reports"]) == (0, [], [])
    assert not list((desk.folder / "reports").glob("[!.]*"))
    assert len(sandbox.received()) == 2


def test_nothing_is_deleted_unasked(desk: Desk) -> None:
    assert desk.run("purge", "--older-than", "90d", "--json").json["problems"][0]["code"] == "not_confirmed"
    assert desk.run("purge", "--older-than", "soon", "--yes", "--json").json["problems"][0]["code"] == "bad_value"
    assert desk.run("purge", "--older-than", "90d", "--yes", "--json").json["problems"][0]["code"] == "no_journal"
    assert desk.files() == set()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such permissions")
def test_what_holds_personal_data_is_its_owners(desk: Desk, sandbox: SandboxServer) -> None:
    """Journal with its log, reports, exports: 0600; the folders made for them: 0700."""
    desk.contacts(3)
    path = desk.campaign()
    path.write_text(path.read_text() + '\n[report]\ndirectory = "out/put/reports"\n', encoding="utf-8")
    process = desk.start("send", "campaign.toml", "--yes")
    sandbox.wait_until(lambda stats: stats.accepted >= 1, timeout=60)
    desk.run("optout", "add", "0641000001")
    process.communicate(timeout=60)
    desk.run("optout", "export", "list.csv")
    desk.run("check", "campaign.toml", "--fixed", "fixed/fixed.xlsx")

    ours = {
        p
        for p in desk.folder.rglob("*")
        if p.name not in {"clients.csv", "campaign.toml"} and "run" not in p.parts
    }
    modes = {p.relative_to(desk.folder).as_posix(): stat.S_IMODE(p.stat().st_mode) for p in ours}
    assert {name: mode for name, mode in modes.items() if mode & 0o077} == {}
    assert {"lecommercial.db", "list.csv", "fixed/fixed.xlsx", f"out/put/reports/{RUN}.csv"} <= set(modes)


def test_who_forgets_too_soon_is_told_what_it_costs(desk: Desk, sandbox: SandboxServer) -> None:
    """Within the time in which nobody gets a campaign twice, forgetting whom it reached undoes that."""
    desk.contacts(2)
    desk.campaign()
    desk.run("send", "campaign.toml", "--yes")
    age(desk, 20)
    young = desk.run("purge", "--older-than", "10d", "--yes")
    desk.run("send", "campaign.toml", "--yes")
    age(desk, 31)
    old = desk.run("purge", "--older-than", "10d", "--yes")

    assert "writes to all of them" in " ".join(young.err.split() + young.out.split())
    assert "writes to all of them" not in old.err + old.out
    assert len(sandbox.received()) == 4
