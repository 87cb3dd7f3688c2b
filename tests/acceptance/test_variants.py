"""Two wordings of one campaign, from the preview to the report."""

import csv
from collections import Counter

import openpyxl

from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import Desk

TWO = """signature = "Nous"
[[message.variants]]
name = "court"
share = {share}
text = "Nous : {{{{ prenom }}}}, STOP"
[[message.variants]]
name = "long"
text = "Nous : bien le bonjour {{{{ prenom }}}}, STOP"
"""


def prepare(desk: Desk, share: int = 1) -> None:
    desk.contacts(60)
    desk.campaign(message=TWO.format(share=share))


def test_each_person_gets_one_and_the_report_tells_them_apart(desk: Desk, sandbox: SandboxServer) -> None:
    """What was received is what the report says, variant by variant; the columns of every report come first."""
    prepare(desk)
    sandbox.set_faults("401_failed@1")

    done = desk.run("send", "campaign.toml", "--yes", "--json")

    rows = desk.report()
    assert done.code == 1, done.err
    assert list(rows[0])[-2:] == ["lc_detail", "lc_variant"]
    for row in rows:
        assert ("bien le bonjour" in row["lc_message"]) == (row["lc_variant"] == "long")
    got = {
        f"+{message.to}": "long" if "bonjour" in (message.message or "") else "court"
        for message in sandbox.received()
    }
    assert got == {row["lc_phone"]: row["lc_variant"] for row in rows if row["lc_status"] == "accepted"}
    counted = Counter((row["lc_variant"], row["lc_status"]) for row in rows)
    assert {
        (name, status): count
        for name, by in done.json["variants"].items()
        for status, count in by.items()
        if count
    } == counted
    book = openpyxl.load_workbook(desk.folder / "reports" / "essai-ete-1.xlsx")
    header, *results = book["Results"].values
    assert [row[header.index("lc_variant")] for row in results] == [row["lc_variant"] for row in rows]
    named = {row[0]: row[1] for row in book["Summary"].values if row[0]}
    assert {"Variant court", "Variant long"} <= set(named)


def test_the_preview_shows_each_variant(desk: Desk) -> None:
    """How many messages each has, and the first of them."""
    prepare(desk)

    shown = desk.run("preview", "campaign.toml").out
    figures = desk.run("preview", "campaign.toml", "--json").json["variants"]

    assert sum(by["pending"] for by in figures.values()) == 60
    for name, by in figures.items():
        after = shown.split(f"Variant {name} — ")[1]
        assert after.startswith(f"{by['pending']} messages")
        assert ("bien le bonjour" in after.split("╰")[0]) == (name == "long")


def test_people_keep_their_variant(desk: Desk, sandbox: SandboxServer) -> None:
    """Whoever else is in the file, and in whatever order."""
    prepare(desk)
    desk.run("send", "campaign.toml", "--yes", "--json")
    before = {row["lc_phone"]: row["lc_variant"] for row in desk.report()}
    header, *rows = (desk.folder / "clients.csv").read_text("cp1252").splitlines()
    desk.write("clients.csv", "\n".join([header, *reversed(rows[:40])]), "cp1252")

    desk.run("send", "campaign.toml", "--yes", "--json", "--again")

    after = {row["lc_phone"]: row["lc_variant"] for row in desk.report("essai-ete-2")}
    assert len(after) == 40
    assert after.items() <= before.items()
    assert len(sandbox.received()) == 100


def test_the_proof_knows_of_the_shares(desk: Desk, sandbox: SandboxServer) -> None:
    """Who gets which variant is part of what was approved."""
    prepare(desk)
    proof = desk.run("preview", "campaign.toml", "--json").json["proof"]
    prepare(desk, share=9)

    done = desk.run("send", "campaign.toml", "--proof", proof, "--json")

    assert done.code == 2
    assert ("campaign_changed", "message.variants") in {
        (each["code"], each["column"]) for each in done.json["problems"]
    }
    assert "messages_changed" in {each["code"] for each in done.json["problems"]}
    assert sandbox.received() == ()


def test_a_fault_names_its_variant(desk: Desk) -> None:
    """The place in the campaign file, as for a message without variants."""
    desk.contacts(2)
    desk.campaign(message=TWO.format(share=1).replace("le bonjour {{ prenom", "le bonjour {{ prenon"))

    (problem,) = desk.run("check", "campaign.toml", "--json").json["problems"]

    assert (problem["code"], problem["column"]) == ("unknown_variable", "message.variants.long.text")


def test_a_report_with_variants_is_fed_back(desk: Desk, sandbox: SandboxServer) -> None:
    """The new report has the column once, or not at all where there are no variants any more."""
    prepare(desk)
    desk.run("send", "campaign.toml", "--yes", "--json", "--limit", "5")
    desk.campaign(contacts='file = "reports/essai-ete-1.csv"\nonly = { lc_status = ["accepted"] }')

    done = desk.run("send", "campaign.toml", "--yes", "--json", "--again")

    with (desk.folder / "reports" / "essai-ete-2.csv").open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file, delimiter=";"))
    assert done.json["messages"]["accepted"] == 5
    assert "lc_variant" not in header
    assert len(sandbox.received()) == 10
