"""When and where people agreed: warned of, and carried to the report."""

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
