"""The proof between two people: one prepares, another sends."""

import sqlite3

import pytest

from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import Desk, Done


def prepare(desk: Desk, **tables: str) -> str:
    """Preview the campaign and return its proof."""
    desk.campaign(**tables)
    return str(desk.run("preview", "campaign.toml", "--json").json["proof"])


def told(done: Done) -> dict[str, tuple[str, int | None, int | None]]:
    """Return the problems by their code: column, row, count."""
    found = done.json["problems"]
    return {each["code"]: (each["column"], each["row"], each.get("count")) for each in found}


def test_a_refusal_says_what_has_changed(desk: Desk, sandbox: SandboxServer) -> None:
    """The text, the attachment, the senders, people more and less: each with its place or its rows."""
    desk.contacts(5)
    proof = prepare(desk)
    desk.contacts(8)
    desk.write("clients.csv", (desk.folder / "clients.csv").read_text("cp1252").replace("Nom1;", "Zoé;"), "cp1252")
    desk.write("senders.toml", '[senders.lyon]\nappkey_env = "LECOMMERCIAL_APPKEY"\n')
    desk.campaign(extra='senders = ["lyon"]')

    done = desk.run("send", "campaign.toml", "--proof", proof, "--json")

    assert done.code == 2
    assert told(done) == {
        "proof_changed": ("", None, None),
        "campaign_changed": ("sending.senders", None, None),
        "people_added": ("", 7, 3),
        "messages_changed": ("", 2, 5),
    }
    assert "rows 7, 8 and 9" in done.err
    assert sandbox.received() == ()


def test_a_refusal_names_the_rows_of_a_few_changes(desk: Desk, sandbox: SandboxServer) -> None:
    """One cell edited and one row deleted since the preview: one row to look at, one person gone."""
    desk.contacts(5)
    proof = prepare(desk)
    lines = (desk.folder / "clients.csv").read_text("cp1252").splitlines()
    desk.write("clients.csv", "\n".join([*lines[:2], lines[2].replace("Nom1", "Zoé"), *lines[3:-1]]), "cp1252")

    done = desk.run("send", "campaign.toml", "--proof", proof, "--json")

    assert told(done) == {
        "proof_changed": ("", None, None),
        "messages_changed": ("", 3, 1),
        "people_gone": ("", None, None),
    }
    assert sandbox.stats().calls == 0


def test_the_proof_alone_is_enough_to_refuse(desk: Desk, sandbox: SandboxServer) -> None:
    """On another machine, which knows nothing of the preview, a changed plan is refused and leaves nothing."""
    desk.contacts(3)
    proof = prepare(desk)
    (desk.folder / "lecommercial.db").unlink()
    desk.campaign(message='text = "Bonsoir {{ prenom }}"')
    before = desk.files()

    refused = desk.run("send", "campaign.toml", "--proof", proof, "--json")

    assert (refused.code, list(told(refused))) == (2, ["proof_changed"])
    assert desk.files() == before
    desk.campaign()
    sent = desk.run("send", "campaign.toml", "--proof", proof.lower().replace("-", " "), "--json")
    assert (sent.code, len(sandbox.received())) == (0, 3), sent.err


def test_the_order_of_rows_does_not_matter(desk: Desk, sandbox: SandboxServer) -> None:
    """A file sorted since it was approved sends the same messages to the same people."""
    desk.contacts(4)
    proof = prepare(desk)
    header, *rows = (desk.folder / "clients.csv").read_text("cp1252").splitlines()
    desk.write("clients.csv", "\n".join([header, *reversed(rows)]), "cp1252")

    done = desk.run("send", "campaign.toml", "--proof", proof, "--json")

    assert (done.code, len(sandbox.received())) == (0, 4), done.err


@pytest.mark.usefixtures("sandbox")
def test_a_preview_says_what_is_new_since_the_last_run(desk: Desk) -> None:
    """New people, people who are gone, and the message's text; the same again is said too."""
    desk.contacts(4)
    desk.campaign()
    desk.run("send", "campaign.toml", "--yes", "--json")
    same = desk.run("preview", "campaign.toml", "--again")
    lines = (desk.folder / "clients.csv").read_text("cp1252").splitlines()
    desk.write("clients.csv", "\n".join([lines[0], *lines[2:], "Zoé;0641009999", "Max;0641009998"]), "cp1252")
    desk.campaign(message='text = "Bonsoir {{ prenom }}"')

    news = desk.run("preview", "campaign.toml", "--again").out.split("Compared with")[1]

    assert "nothing is different" in same.out
    assert "essai-ete-1" in news
    assert "message.text has changed" in news
    assert "new people: 2" in news
    assert "people who are gone: 1" in news
    assert "another message: 3" in news


def test_a_preview_does_not_pass_over_a_damaged_journal(desk: Desk) -> None:
    """It alone knows who has opted out: showing a plan that may hold them would be wrong."""
    desk.contacts(2)
    desk.campaign()
    desk.write("lecommercial.db", "no database at all, but a text of some length" * 20)

    done = desk.run("preview", "campaign.toml", "--json")

    assert (done.code, done.json["problems"][0]["code"]) == (3, "journal")


def test_old_imprints_go_those_of_runs_stay(desk: Desk, sandbox: SandboxServer) -> None:
    """What nobody sent is dropped after 90 days; what was sent is kept with its run."""
    desk.contacts(2)
    desk.campaign()
    sent = desk.run("send", "campaign.toml", "--yes", "--json").json["proof"]
    desk.contacts(3)  # one of whom has had nothing yet
    old = prepare(desk, message='text = "Vieux"')
    with sqlite3.connect(desk.folder / "lecommercial.db") as database:
        database.execute("UPDATE imprint SET made_at = made_at - 91 * 86400")
    new = prepare(desk, message='text = "Neuf"')

    with sqlite3.connect(desk.folder / "lecommercial.db") as database:
        kept = {proof for (proof,) in database.execute("SELECT proof FROM imprint")}

    assert len(sandbox.received()) == 2
    assert kept == {sent, new}
    assert old not in kept
