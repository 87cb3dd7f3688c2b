"""When and where people agreed: warned of, and carried to the report."""

import pytest
from openpyxl import load_workbook

from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import Desk

CONTACTS = 'file = "clients.csv"\nconsent = "Accord"\nconsent_date = "Accord le"\nconsent_source = "Origine"'


def test_a_consent_is_carried_to_the_report(desk: Desk, sandbox: SandboxServer) -> None:
    """For each row written to or not, as a date that anybody reads alike; old ones are warned of before."""
    desk.write(
        "clients.csv",
        "Téléphone;Accord;Accord le;Origine\n0641000001;oui;01/02/2010;salon\n0641000002;oui;15/10/2026;=site\n"
        "0641000003;non;;\n",
    )
    desk.campaign(contacts=CONTACTS, message='text = "Bonjour"')
    problems = desk.run("check", "campaign.toml", "--json").json["problems"]
    done = desk.run("send", "campaign.toml", "--yes")

    assert done.code == 0, done.err
    assert len(sandbox.received()) == 2
    (old,) = [each for each in problems if each["code"] == "old_consent"]
    assert (old["rows"], old["column"], old["severity"]) == ([2], "Accord le", "warning")
    rows = desk.report()
    assert (rows[0]["lc_consent_date"], rows[0]["lc_consent_source"]) == ("2010-02-01", "salon")
    assert [row["lc_consent_date"] for row in rows] == ["2010-02-01", "2026-10-15", ""]
    book = load_workbook(desk.folder / "reports" / "essai-ete-1.xlsx")
    lines = list(book.worksheets[0].iter_rows(values_only=True))
    assert lines[0][-2:] == ("lc_consent_date", "lc_consent_source")
    assert lines[2][-2:] == ("2026-10-15", "=site")


def test_a_column_that_is_not_there_is_an_error(desk: Desk) -> None:
    desk.contacts(1)
    desk.campaign(contacts='file = "clients.csv"\nconsent_date = "Quand"')
    (problem,) = desk.run("check", "campaign.toml", "--json").json["problems"]
    assert (problem["code"], problem["column"]) == ("unknown_column", "contacts.consent_date")


def test_a_column_that_says_no_and_is_not_asked_is_warned_of(desk: Desk) -> None:
    """Whoever wrote “Non” there did not think of being written to; `init` asks that column by itself."""
    desk.write("clients.csv", "Prénom;Mobile;Opt-in\nZoé;0641700001;Oui\nLéo;0641700002;Non\n")
    desk.campaign(contacts='file = "clients.csv"')
    codes = {each["code"] for each in desk.run("check", "campaign.toml", "--json").json["problems"]}
    alone = {each["code"] for each in desk.run("check", "clients.csv", "--json").json["problems"]}
    desk.run("init", "clients.csv", "-o", "made.toml")
    desk.campaign(contacts='file = "clients.csv"\nconsent = "Opt-in"')
    asked = {each["code"] for each in desk.run("check", "campaign.toml", "--json").json["problems"]}

    assert "unasked_consent" in codes & alone
    assert "unasked_consent" not in asked
    assert 'consent = "Opt-in"' in (desk.folder / "made.toml").read_text()


@pytest.mark.parametrize("word", ["Non", "non"])
def test_a_column_that_does_not_say_who_agreed_is_a_question(desk: Desk, word: str) -> None:
    """Its header speaks of consent and somebody says no: `init` stops, `check` warns."""
    rows = [f"Zoé;0641700001;{word}", "Léo;0641700002;par mail en 2024", "Ana;0641700003;au salon"]
    desk.write("clients.csv", "\n".join(["Prénom;Téléphone;Opt-in", *rows]) + "\n")
    asked, checked = desk.run("init", "clients.csv"), desk.run("check", "clients.csv", "--json")
    desk.campaign()
    of_campaign = desk.run("check", "campaign.toml", "--json")

    assert asked.code == 2
    assert "who agreed?" in asked.out + asked.err
    assert "unasked_consent" in {each["code"] for each in checked.json["problems"]}
    assert "unasked_consent" in {each["code"] for each in of_campaign.json["problems"]}


def test_a_report_fed_back_keeps_its_consent(desk: Desk, sandbox: SandboxServer) -> None:
    """Though the next campaign names no column: who had not agreed is left out until the column says yes."""
    desk.write(
        "clients.csv", "Prénom;Téléphone;Opt-in\nZoé;0641700001;oui\nLéo;0641700002;non\nAna;0641700003;non\n"
    )
    desk.campaign(contacts='file = "clients.csv"\nconsent = "Opt-in"')
    desk.run("send", "campaign.toml", "--yes", "--json")
    sandbox.clear()
    report = desk.folder / "reports" / "essai-ete-1.csv"
    text = report.read_text(encoding="utf-8-sig").replace("Ana;\t0641700003;non", "Ana;\t0641700003;oui")
    report.write_text(text, encoding="utf-8-sig")
    desk.campaign(contacts='file = "reports/essai-ete-1.csv"\nonly = { lc_status = ["rejected"] }')
    done = desk.run("send", "campaign.toml", "--yes", "--json")

    assert done.code == 0, done.err
    assert [message.to for message in sandbox.received()] == ["33641700003"]
    assert done.json["rejected"]["no_consent"] == 1


def test_numbers_that_fill_a_compulsory_field_are_warned_of(desk: Desk) -> None:
    """They may be somebody's, so that nobody is left out."""
    desk.write("clients.csv", "Prénom;Téléphone\nZoé;0600000000\nLéo;0612345678\nAna;0641700003\n")
    desk.campaign()
    for file in ("clients.csv", "campaign.toml"):
        problems = {each["code"] for each in desk.run("check", file, "--json").json["problems"]}
        assert "placeholder_number" in problems
