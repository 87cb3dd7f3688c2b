"""Where numbers stand in several columns, which is taken is said before anything is sent."""

import csv

import openpyxl
import pytest

from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import Desk

#: A mobile in one column or the other, a landline beside it, and nobody to reach.
GOOGLE = (
    "Name,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value\n"
    "Zoé,Mobile,0641700001,Home,0199001234\n"
    "Léo,Home,0199001235,Mobile,+33 6 41 70 00 02\n"
    "Max,,,Work,641700003\n"
    "Ana,Home,0199001236,,\n"
)
LISTED = 'file = "clients.csv"\nphone = ["Phone 1 - Value", "Phone 2 - Value"]'


@pytest.fixture
def parents(desk: Desk) -> Desk:
    """A school's file, with two mobiles a row."""
    desk.write("clients.csv", "Prénom;Portable mère;Portable père\nZoé;0641700001;0641700011\n")
    return desk


@pytest.mark.parametrize("verb", ["init", "check"])
def test_a_file_with_two_mobiles_a_row_is_remarked_on(parents: Desk, verb: str) -> None:
    """Whoever meant the other one sees it at once."""
    assert "mobiles stand in Portable père too" in parents.run(verb, "clients.csv").out


def test_a_campaign_that_names_the_column_is_clear(parents: Desk) -> None:
    """One that leaves it to its header is remarked on, and sends to the one it names."""
    parents.campaign()
    guessed = parents.run("preview", "campaign.toml")
    parents.campaign(contacts='file = "clients.csv"\nphone = "Portable père"')
    named = parents.run("preview", "campaign.toml")

    assert "mobiles stand in Portable père too" in guessed.out
    assert "+33641700011" in named.out
    assert "mobiles stand in" not in named.out


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (
            "Name,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value",
            '["Phone 1 - Value", "Phone 2 - Value"]',
        ),
        ("Nom,Type,Tél. mobile,x,Téléphone (domicile)", '["Tél. mobile", "Téléphone (domicile)"]'),
        (
            "Person - Name,x,Person - Phone - Mobile,y,Person - Phone - Work",
            '["Person - Phone - Mobile", "Person - Phone - Work"]',
        ),
    ],
    ids=["google", "outlook", "pipedrive"],
)
def test_init_proposes_the_columns_that_mobiles_stand_in(desk: Desk, header: str, columns: str) -> None:
    """Nobody is out of reach for standing in the other one; `check` reads the file alike."""
    desk.write("clients.csv", "\n".join([header, *GOOGLE.splitlines()[1:]]) + "\n")
    done = desk.run("init", "clients.csv", "-o", "campaign.toml", "--json")
    checked = desk.run("check", "clients.csv")

    assert f"phone = {columns}" in (desk.folder / "campaign.toml").read_text()
    assert done.json["phone"] == columns.strip('[]"').split('", "')
    assert "3  can be written to" in checked.out
    assert "(1)" in checked.out
    assert "(2)" in checked.out


def test_the_first_mobile_of_each_row_is_written_to(desk: Desk, sandbox: SandboxServer) -> None:
    """And the report says from which column, and of which there is something to mend."""
    desk.write("clients.csv", GOOGLE)
    desk.campaign(contacts=LISTED, message='text = "Bonjour {{ name }}"')
    done = desk.run("send", "campaign.toml", "--yes", "--json")

    assert done.code == 0, done.err
    assert sorted(message.to for message in sandbox.received()) == ["33641700001", "33641700002", "33641700003"]
    with (desk.folder / "reports" / "essai-ete-1.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert [row["lc_detail"] for row in rows[:2]] == ["", "the number of the column “Phone 2 - Value”"]
    assert rows[2]["lc_detail"].endswith("leading zero restored, in the column “Phone 2 - Value”")
    assert rows[3]["lc_reason"] == "not_mobile"
    book = openpyxl.load_workbook(desk.folder / "reports" / "essai-ete-1.xlsx")
    assert [cell.value for cell in book["Rejected"][2]][1:3] == ["Phone 1 - Value", "0199001236"]


def test_the_fixed_copy_has_each_number_where_it_stood(desk: Desk) -> None:
    """So that the landline beside it is not lost, and the copy is read alike."""
    desk.write("clients.csv", GOOGLE)
    desk.campaign(contacts=LISTED, message='text = "Bonjour {{ name }}"')
    desk.run("check", "campaign.toml", "--fixed", "fixed.xlsx")
    good, bad = (list(sheet.values) for sheet in openpyxl.load_workbook(desk.folder / "fixed.xlsx"))

    assert [(row[2], row[4]) for row in good[1:]] == [
        ("+33641700001", "0199001234"),
        ("0199001235", "+33641700002"),
        (None, "+33641700003"),
    ]
    assert bad[1][2] == "Phone 1 - Value"
    again = desk.run("check", "fixed.xlsx", "--sheet", "Contacts")
    assert "3  can be written to" in again.out


def test_a_report_fed_back_reads_the_columns_that_were_written_to(desk: Desk, sandbox: SandboxServer) -> None:
    """Without their being named again; a number that was put right there is used."""
    desk.write("clients.csv", GOOGLE)
    desk.campaign(contacts=LISTED, message='text = "Bonjour {{ name }}"')
    desk.run("send", "campaign.toml", "--yes", "--json")
    sandbox.clear()
    report = desk.folder / "reports" / "essai-ete-1.csv"
    text = report.read_text(encoding="utf-8-sig")
    report.write_text(text.replace("0199001236", "06 41 70 00 04"), encoding="utf-8-sig")
    desk.campaign(
        contacts='file = "reports/essai-ete-1.csv"\nonly = { lc_status = ["rejected"] }',
        message='text = "Bonjour {{ name }}"',
    )
    done = desk.run("send", "campaign.toml", "--yes", "--json")

    assert done.code == 0, done.err
    assert [message.to for message in sandbox.received()] == ["33641700004"]


@pytest.mark.parametrize("named", ["[]", '["Phone 1 - Value", 3]', "3", '""'])
def test_what_names_no_column_is_refused(desk: Desk, named: str) -> None:
    """With what to write."""
    desk.write("clients.csv", GOOGLE)
    desk.campaign(contacts=f'file = "clients.csv"\nphone = {named}')
    done = desk.run("check", "campaign.toml", "--json")

    assert done.code == 2
    assert "this names no column" in done.out


def test_every_column_of_the_list_is_to_be_there(desk: Desk) -> None:
    """One that is misspelt is a mistake, and not passed over."""
    desk.write("clients.csv", GOOGLE)
    desk.campaign(contacts='file = "clients.csv"\nphone = ["Phone 1 - Value", "Phone 2 Valeu"]')
    done = desk.run("check", "campaign.toml")

    assert done.code == 2
    assert "has no column “Phone 2 Valeu”" in done.out
