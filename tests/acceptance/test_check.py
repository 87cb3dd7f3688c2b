"""`check`, over a campaign or a contact file by itself."""

import shutil

import pytest
from openpyxl import load_workbook

from tests.acceptance.conftest import ROOT, Desk

MESSY = ROOT / "samples" / "messy"
NUMBERS = "excel-numbers.csv"


def sheets(desk: Desk, name: str) -> dict[str, list[tuple[object, ...]]]:
    book = load_workbook(desk.folder / name)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def test_a_contact_file_can_be_checked_by_itself(desk: Desk) -> None:
    """Each problem with file, row, column, code and advice; the campaign can come later."""
    shutil.copy(MESSY / NUMBERS, desk.folder)
    done = desk.run("check", NUMBERS, "--json")
    found = done.json["problems"]
    assert done.code == 0
    assert [(each["row"], each["code"]) for each in found] == [
        *[
            (5, "invalid_phone"),
            (10, "not_mobile"),
            (11, "invalid_phone"),
            (14, "invalid_phone"),
            (15, "duplicate"),
        ]
    ]
    assert {(each["file"], each["column"], bool(each["advice"])) for each in found} == {
        (NUMBERS, "Téléphone", True)
    }


@pytest.mark.parametrize("name", ["zip-bomb.xlsx", "no-header.csv", "stray-quote.csv", "password.xlsx"])
def test_a_file_that_cannot_be_read_is_input_to_fix(desk: Desk, name: str) -> None:
    """The reason and the advice are all there is on the screen."""
    shutil.copy(MESSY / name, desk.folder)
    done = desk.run("check", name)
    assert done.code == 2
    assert done.err == ""
    assert name in done.out
    assert "→" in done.out


def test_rows_with_the_same_problem_are_shown_together(desk: Desk) -> None:
    """Twenty times the same sentence is a screen nobody reads."""
    desk.write("clients.csv", "Nom;Tel\nZ;06 41 70 00 01\n" + "A;\n" * 20 + "B;x\n")
    done = desk.run("check", "clients.csv")
    assert "rows 3, 4, 5, 6, 7 and 15 more, “Tel”: the cell is empty" in done.out
    assert "row 23, “Tel”: “x” is not a phone number" in done.out
    assert done.out.count("Warning") == 2


def test_repairs_are_shown(desk: Desk) -> None:
    """A person wants to see what was made of their numbers, and from which column."""
    shutil.copy(MESSY / NUMBERS, desk.folder)
    done = desk.run("check", NUMBERS, "--lang", "fr")
    assert "dans la colonne «\u00a0Téléphone\u00a0»" in done.out
    assert "641700001 → +33641700001" in done.out


def test_fifty_problems_are_shown_and_all_are_counted(desk: Desk) -> None:
    """The screen stays readable; --json has them all."""
    desk.write("clients.csv", "Nom;Tel\n" + "".join(f"A{n};x{n}\n" for n in range(120)))
    done = desk.run("check", "clients.csv")
    assert done.out.count("row ") == 50
    assert "and 70 more" in done.out
    assert "120  rows read" in done.out
    assert len(desk.run("check", "clients.csv", "--json").json["problems"]) == 120


def test_the_file_is_written_back_with_its_numbers_put_right(desk: Desk) -> None:
    """Every row is in one of two sheets, and the first can be sent to as it is."""
    shutil.copy(MESSY / NUMBERS, desk.folder)
    done = desk.run("check", NUMBERS, "--fixed", "fixed.xlsx")
    assert done.code == 0, done.err
    good, bad = sheets(desk, "fixed.xlsx").values()
    assert good[:3] == [("Prénom", "Téléphone"), ("Zéro perdu", "+33641700001"), ("Décimales", "+33641700002")]
    assert [row[0] for row in bad[1:]] == [5, 10, 11, 14, 15]
    assert (len(good), len(bad)) == (1 + 9, 1 + 5)
    assert desk.run("check", "fixed.xlsx", "--json").json["problems"] == []


def test_nothing_is_written_over(desk: Desk) -> None:
    """Least of all the contacts themselves."""
    shutil.copy(MESSY / "hidden-sheet.xlsx", desk.folder / "c.xlsx")
    before = (desk.folder / "c.xlsx").read_bytes()
    assert desk.run("check", "c.xlsx", "--fixed", "c.xlsx").code == 2
    assert (desk.folder / "c.xlsx").read_bytes() == before


def test_a_text_that_looks_like_a_formula_stays_text(desk: Desk) -> None:
    """A name like =1+1 is not computed by who opens the file."""
    desk.write("clients.csv", "Nom;Tel\n=1+1;0641700001\n=2+2;x\n")
    desk.run("check", "clients.csv", "--fixed", "fixed.xlsx")
    book = load_workbook(desk.folder / "fixed.xlsx")
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if str(cell.value).startswith("=")} == {"s"}


def test_contacts_can_come_on_standard_input(desk: Desk) -> None:
    """The path `-` reads whatever kind of file is piped in."""
    for name in ("semicolon-cp1252.csv", "hidden-sheet.xlsx", "crm-export.xls", "clients.parquet"):
        done = desk.run("check", "-", "--json", stdin=(MESSY / name).read_bytes())
        assert (done.code, done.err) == (0, "")


def test_the_campaigns_choices_are_obeyed(desk: Desk) -> None:
    """Countries row by row, any kind of number, and the last of the rows with one number."""
    shutil.copy(MESSY / "countries.csv", desk.folder)
    chosen = 'file = "countries.csv"\ncountry = "Country"\nduplicates = "last"'
    desk.campaign(contacts=chosen, message='text = "Bonjour {{ name }}"')
    found = desk.run("check", "campaign.toml", "--json").json["problems"]
    assert [(each["row"], each["code"]) for each in found if each["row"]] == [(6, "invalid_phone")]
    assert "XX" in found[-1]["message"]

    desk.write("clients.csv", "Nom;Tel\nA;01 99 00 12 34\nB;0199001234\n")
    for choice, rows in (("mobile", [2, 3]), ("any", [3])):
        desk.campaign(contacts=f'file = "clients.csv"\naccept = "{choice}"', message='text = "Bonjour {{ nom }}"')
        found = desk.run("check", "campaign.toml", "--json").json["problems"]
        assert [each["row"] for each in found if each["row"]] == rows


def test_a_country_that_is_none_is_input_to_fix(desk: Desk) -> None:
    """A region is checked against the countries that have phone numbers."""
    desk.contacts(1)
    desk.campaign(contacts='file = "clients.csv"\nregion = "XX"')
    done = desk.run("check", "campaign.toml", "--json")
    assert (done.code, done.json["problems"][0]["column"]) == (2, "contacts.region")


def test_a_script_is_told_what_a_person_is(desk: Desk) -> None:
    """With --json: the column, the sheet, the counts and each repair; none of it where nothing could be read."""
    shutil.copy(MESSY / NUMBERS, desk.folder)
    shutil.copy(MESSY / "hidden-2003.xls", desk.folder)
    found = desk.run("check", NUMBERS, "--json").json
    del found["problems"]
    repairs = found.pop("repairs")

    assert found == {
        "column": "Téléphone",
        "country": None,
        "sheet": None,
        "rows": 14,
        "can_be_written_to": 9,
        "rejected": {"invalid_phone": 3, "not_mobile": 1, "duplicate": 1},
        "repaired": 4,
    }
    assert [each["row"] for each in repairs] == [2, 3, 4, 8]
    assert "+33641700001" in repairs[0]["repair"]
    assert desk.run("check", "hidden-2003.xls", "--json").json["sheet"] == "Actuels"
    assert list(desk.run("check", "none.csv", "--json").json) == ["problems"]


def test_the_headers_row_can_be_named(desk: Desk) -> None:
    """To `check` and to `init`, which hands it on to the campaign; without it, the answer is in the question."""
    shutil.copy(MESSY / "edited-on.csv", desk.folder)
    asked = desk.run("check", "edited-on.csv")
    assert (asked.code, "--header 2" in asked.out) == (2, True)

    assert desk.run("check", "edited-on.csv", "--header", "2", "--json").json["can_be_written_to"] == 3
    assert desk.run("init", "edited-on.csv", "--header", "2", "--output", "c.toml").code == 0
    assert "header = 2\n" in (desk.folder / "c.toml").read_text(encoding="utf-8")


def test_cards_and_archives_become_campaigns(desk: Desk) -> None:
    """`init` and `check` take them as they take any file."""
    for name in ("iphone.vcf", "packed.zip", "packed.csv.gz", "binary.xlsb"):
        shutil.copy(MESSY / name, desk.folder)
        assert desk.run("init", name, "--output", f"{name}.toml").code == 0
        assert desk.run("check", name, "--json").json["can_be_written_to"] > 1


def test_cards_can_come_on_standard_input(desk: Desk) -> None:
    """So can what is packed."""
    for name in ("iphone.vcf", "packed.zip", "packed.csv.gz", "binary.xlsb"):
        done = desk.run("check", "-", "--json", stdin=(MESSY / name).read_bytes())
        assert (done.code, done.err) == (0, "")
