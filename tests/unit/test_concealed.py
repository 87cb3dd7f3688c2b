"""What nobody sees in a spreadsheet: hidden columns are not guessed, and formulas without a value are told."""

import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from lecommercial_batch.app.checking import checked_contacts
from lecommercial_batch.contacts import open_contacts
from lecommercial_batch.core.errors import CampaignError, ContactsError
from lecommercial_batch.core.ports import Spreadsheet
from lecommercial_batch.planning.campaign.campaign import load_campaign
from lecommercial_batch.planning.pipeline import Way
from lecommercial_batch.planning.screening.concealed import hidden_columns

XML = """<?xml version="1.0"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="A"><Table>{columns}<Row>{header}</Row><Row>{cells}</Row></Table></Worksheet></Workbook>"""
COLUMNS = ["Prénom", "Mobile", "Téléphone portable", "Fixe"]


def book(folder: Path, *hidden: str, formula: str = "") -> Path:
    made = Workbook()
    sheet = made.worksheets[0]
    for column, name in enumerate(COLUMNS, start=2):
        sheet.cell(3, column, name)
        sheet.cell(4, column, "Zoé" if column == 2 else f"06417000{column:02}")
    if formula:
        sheet.cell(4, 6, formula)
    for letter in hidden:
        sheet.column_dimensions[letter].hidden = True
    made.save(folder / "c.xlsx")
    return folder / "c.xlsx"


def way(folder: Path, path: Path, contacts: str = "", text: str = "Bonjour STOP") -> Way:
    (folder / "c.toml").write_text(
        f'name = "x"\n[contacts]\nfile = "{path.name}"\n{contacts}\n[message]\ntext = "{text}"\n', encoding="utf-8"
    )
    return Way(load_campaign(folder / "c.toml"), open_contacts(path))


def test_a_hidden_column_is_not_guessed(tmp_path: Path) -> None:
    """Who hid it did not mean it, though its header says Mobile and it stands first."""
    path = book(tmp_path, "C")

    assert hidden_columns(open_contacts(path)) == {"Mobile"}
    assert way(tmp_path, path).new_run.phone_column == "Téléphone portable"
    checked = checked_contacts(path, sheet=None, region="FR")
    assert checked.columns[checked.phones[0]] == "Téléphone portable"


def test_it_is_said_when_one_is_used(tmp_path: Path) -> None:
    """Named in the campaign, or printed in a message."""
    path = book(tmp_path, "B", "C")
    found = way(tmp_path, path, 'phone = "Mobile"', "Bonjour {{ prenom }} STOP")
    list(found.rows())

    (problem,) = [each for each in found.remarked() if each.code == "hidden_column"]
    assert "“Mobile”, “Prénom”" in str(problem.message)
    assert not [each for each in way(tmp_path, path).remarked() if each.code == "hidden_column"]


def test_where_all_columns_of_numbers_are_hidden_it_is_said(tmp_path: Path) -> None:
    """Nothing is guessed, and the column is named that could be meant."""
    path = book(tmp_path, "C", "D", "E")
    with pytest.raises(ContactsError) as caught:
        checked_contacts(path, sheet=None, region="FR")
    with pytest.raises(CampaignError) as in_a_campaign:
        way(tmp_path, path)

    for error in (caught, in_a_campaign):
        assert "hides the column “Mobile”" in str(error.value.problems[0].advice)


def test_the_hidden_columns_of_excels_xml_are_known(tmp_path: Path) -> None:
    """By their index, and over a span."""
    header = "".join(f'<Cell><Data ss:Type="String">{name}</Data></Cell>' for name in COLUMNS)
    (tmp_path / "c.xls").write_text(
        XML.format(
            columns='<Column ss:Width="9"/><Column ss:Hidden="1" ss:Span="1"/><Column ss:Index="4"/>',
            header=header,
            cells=header,
        ),
        encoding="utf-8",
    )
    assert hidden_columns(open_contacts(tmp_path / "c.xls")) == {"Mobile", "Téléphone portable"}


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice writes it")
def test_the_hidden_columns_of_an_ods_are_known(tmp_path: Path) -> None:
    """As LibreOffice writes them."""
    book(tmp_path, "C", "D")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", "--headless", profile, "--convert-to", "ods", "--outdir", str(tmp_path), "c.xlsx"]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=100, capture_output=True)

    assert hidden_columns(open_contacts(tmp_path / "c.ods")) == {"Mobile", "Téléphone portable"}


def test_ranges_that_overlap_a_thousandfold_cost_no_time(tmp_path: Path) -> None:
    """As a hostile file may have them; those beyond the columns do not count."""
    path = book(tmp_path)
    ranges = '<col min="1" max="16384" hidden="1"/>' * 50_000
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b"<sheetData>", f"<cols>{ranges}</cols><sheetData>".encode())
    with zipfile.ZipFile(tmp_path / "h.xlsx", "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)

    assert hidden_columns(open_contacts(tmp_path / "h.xlsx")) == set(COLUMNS)


def test_formulas_that_were_never_computed_are_counted(tmp_path: Path) -> None:
    """As programs write them that cannot compute; their cells would seem to be empty without a reason."""
    source = open_contacts(book(tmp_path, formula="=SUM(1,2)"))

    assert isinstance(source, Spreadsheet)
    assert source.uncomputed == 1
    found = way(tmp_path, tmp_path / "c.xlsx", 'phone = "Mobile"')
    assert "uncomputed_formula" in {each.code for each in found.remarked()}


def test_computed_formulas_are_not(tmp_path: Path) -> None:
    """Also where the result is an empty text."""
    path = book(tmp_path, formula="=SUM(1,2)")
    for computed in (b'<c r="F4"><f>SUM(1,2)</f><v>3</v></c>', b'<c r="F4" t="str"><f>SUM(1,2)</f><v></v></c>'):
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        sheet = "xl/worksheets/sheet1.xml"
        before, found, after = parts[sheet].partition(b'<c r="F4"')
        assert found
        parts[sheet] = before + computed + after[after.index(b"</c>") + 4 :]
        with zipfile.ZipFile(tmp_path / "d.xlsx", "w") as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
        source = open_contacts(tmp_path / "d.xlsx")
        assert isinstance(source, Spreadsheet)
        assert source.uncomputed == 0
