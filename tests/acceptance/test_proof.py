"""The proof between two people: one prepares, another sends."""

import re
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
    desk.move()
    desk.campaign(message='text = "Bonsoir {{ prenom }}"')
    before = desk.files()

    refused = desk.run("send", "campaign.toml", "--proof", proof, "--json")

    assert (refused.code, list(told(refused))) == (2, ["proof_changed"])
    assert desk.files() == before
    desk.campaign()
    sent = desk.run("send", "campaign.toml", "--proof", proof.lower().replace("-", " "), "--json")
    assert (sent.code, len(sandbox.received())) == (0, 3), sent.err


@pytest.mark.parametrize(
    ("settings", "campaign", "places"),
    [
        ({"LECOMMERCIAL_APPKEY": "another"}, {}, {("senders.toml", "senders.default.appkey")}),
        ({"LECOMMERCIAL_AUTHKEY": "another"}, {}, {("senders.toml", "senders.default.authkey")}),
        ({}, {"extra": 'delivery = "at-least-once"'}, {("campaign.toml", "sending.delivery")}),
        (
            {},
            {"extra": '[schedule]\nstart = 2026-01-01T00:00:00\nwindow = "00:00-24:00"'},
            {
                ("campaign.toml", f"schedule.{name}")
                for name in ("start", "timezone", "window", "days", "holidays")
            },
        ),
    ],
)
def test_what_was_approved_is_how_it_is_sent(
    desk: Desk,
    sandbox: SandboxServer,
    settings: dict[str, str],
    campaign: dict[str, str],
    places: set[tuple[str, str]],
) -> None:
    """From the same phone, as surely and at the same hours; a preview in between makes nothing good."""
    desk.contacts(2)
    proof = prepare(desk)
    desk.environment |= settings
    other = prepare(desk, **campaign)

    done = desk.run("send", "campaign.toml", "--proof", proof, "--json")

    assert (done.code, proof != other) == (2, True)
    found = {
        (each["file"], each["column"]) for each in done.json["problems"] if each["code"] == "campaign_changed"
    }
    assert {(file.rpartition("/")[2], place) for file, place in found} == places
    assert sandbox.received() == ()


def test_who_approves_without_keys_is_said_not_to_know_the_phone(desk: Desk, sandbox: SandboxServer) -> None:
    """A preview needs no key: its proof can be sent by, and it is said what it does not cover."""
    desk.contacts(2)
    desk.campaign()
    without = desk.run("preview", "campaign.toml", LECOMMERCIAL_APPKEY="")
    (proof,) = re.findall(r"Proof: (\S+)", without.out)

    sent = desk.run("send", "campaign.toml", "--proof", proof, "--json")

    assert "which phone" in without.out
    assert (sent.code, len(sandbox.received())) == (0, 2), sent.err
    assert "without knowing the sending phone" in sent.err
    assert sent.json["proof"] != proof


def test_who_approves_with_keys_is_told_nothing_of_it(desk: Desk, sandbox: SandboxServer) -> None:
    """A proof that covers the phone is not called one that does not."""
    desk.contacts(2)
    proof = prepare(desk)

    sent = desk.run("send", "campaign.toml", "--proof", proof, "--json")

    assert (sent.code, len(sandbox.received())) == (0, 2), sent.err
    assert "phone" not in sent.err
    assert sent.json["proof"] == proof


def test_half_a_proof_is_not_enough(desk: Desk, sandbox: SandboxServer) -> None:
    """What an earlier version printed says nothing of how it is sent: it has to be approved again."""
    desk.contacts(2)
    proof = prepare(desk)

    done = desk.run("send", "campaign.toml", "--proof", proof[:9], "--json")

    assert (done.code, list(told(done))) == (2, ["proof_incomplete"])
    assert sandbox.received() == ()


def test_how_it_is_sent_makes_no_other_message_of_it(desk: Desk, sandbox: SandboxServer) -> None:
    """Whoever widens the hours of a run that was cut short, or has another key, still meets that run."""
    desk.contacts(3)
    desk.campaign()
    desk.run("send", "campaign.toml", "--yes", "--limit", "1", "--json")
    desk.campaign(extra='delivery = "at-least-once"')

    again = desk.run("send", "campaign.toml", "--yes", "--json")

    assert (again.code, list(told(again))) == (2, ["already_under_way"])
    assert len(sandbox.received()) == 1


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
