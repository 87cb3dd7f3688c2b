"""Which of several sheets is read, and what happens to the others."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook

from lecommercial_batch.contacts import open_contacts
from lecommercial_batch.core.errors import ContactsError
from lecommercial_batch.core.model import Row
from lecommercial_batch.core.ports import Sheeted
from lecommercial_batch.planning.screening.flawed_rows import HiddenRow
from lecommercial_batch.planning.screening.number_column import Numbers

JANUARY = [["Nom", "Téléphone"], ["Zoé", "0641700001"]]
FEBRUARY = [["Nom", "Téléphone"], ["Léo", "0641700002"]]
NOTES = [["Lisez-moi"], ["Fichier du 12 avril"]]
XML = (
    '<?xml version="1.0"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
    ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">{sheets}</Workbook>'
)
SHEET = (
    '<Worksheet ss:Name="{name}"><Table>{rows}</Table>'
    '<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel">{visible}</WorksheetOptions></Worksheet>'
)


Writing = Callable[[Path, Mapping[str, Sequence[Sequence[str]]]], Path]


def book(folder: Path, sheets: Mapping[str, Sequence[Sequence[str]]]) -> Path:
    made = Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(folder / "c.xlsx")
    return folder / "c.xlsx"


def xml(folder: Path, sheets: Mapping[str, Sequence[Sequence[str]]], *, hidden: str = "") -> Path:
    written = ""
    for name, rows in sheets.items():
        lines = "".join(
            ('<Row ss:Hidden="1">' if "caché" in row else "<Row>")
            + "".join(f'<Cell><Data ss:Type="String">{cell}</Data></Cell>' for cell in row)
            + "</Row>"
            for row in rows
        )
        visible = "<Visible>SheetHidden</Visible>" if name == hidden else ""
        written += SHEET.format(name=name, rows=lines, visible=visible)
    (folder / "c.xls").write_text(XML.format(sheets=written), encoding="utf-8")
    return folder / "c.xls"


def numbers(path: Path, sheet: str | None = None) -> list[str]:
    source = open_contacts(path, sheet=sheet)
    return [str(row.cells[1]) for batch in source.batches() for row in batch]


@pytest.mark.parametrize("write", [book, xml])
def test_several_sheets_with_contacts_are_a_question(tmp_path: Path, write: Writing) -> None:
    """None of them is guessed; once one is named, it is the one that is read."""
    path = write(tmp_path, {"Janvier": JANUARY, "Février": FEBRUARY, "Notes": NOTES})
    with pytest.raises(ContactsError) as caught:
        open_contacts(path)

    (problem,) = caught.value.problems
    assert problem.code == "several_sheets"
    assert "“Janvier”, “Février”" in str(problem.message)
    assert numbers(path, "Février") == ["0641700002"]
    assert numbers(path, "janvier") == ["0641700001"]


@pytest.mark.parametrize("write", [book, xml])
def test_the_sheet_that_was_read_is_told_with_the_others(tmp_path: Path, write: Writing) -> None:
    """Notes beside the contacts are no question."""
    source = open_contacts(write(tmp_path, {"Clients": JANUARY, "Notes": NOTES}))

    assert isinstance(source, Sheeted)
    assert (source.sheet, source.other_sheets) == ("Clients", ("Notes",))


def test_a_hidden_sheet_of_excels_xml_is_passed_over(tmp_path: Path) -> None:
    """As in an xlsx: what is on the screen is what is meant."""
    path = xml(tmp_path, {"Anciens": JANUARY, "Actuels": FEBRUARY}, hidden="Anciens")

    assert numbers(path) == ["0641700002"]
    assert numbers(path, "Anciens") == ["0641700001"]


def test_a_hidden_row_of_excels_xml_or_a_page_is_one(tmp_path: Path) -> None:
    """It is read, and known as hidden."""
    path = xml(tmp_path, {"A": [*JANUARY, ["caché", "0641700003"]]})
    page = tmp_path / "p.html"
    page.write_text(
        "<table><tr><td>Nom<td>Tel</tr><tr><td>A<td>0641700001</tr>"
        "<tr style='display: none'><td>B<td>0641700002</tr></table>"
    )

    for each in (path, page):
        rows = [row for batch in open_contacts(each).batches() for row in batch]
        assert [isinstance(row, HiddenRow) for row in rows] == [False, True]


def test_a_table_below_the_first_is_a_question() -> None:
    """Its header is another one; the same header once more is a row that is rejected."""
    table = Numbers(columns=("Nom", "Téléphone", "Ville"), phone=1, region="FR")
    again = [Row(2, ("Zoé", "0641700001", "Pau")), Row(3, ("NOM", "Téléphone", "Ville"))]
    table.read_many(again)
    table.read_many([Row(2, ("Zoé", "pas de téléphone", "12 rue X")), Row(3, ("Zoé", "", "Orange Mobile"))])
    with pytest.raises(ContactsError) as caught:
        table.read_many([*again, Row(6, ("Fournisseur", "Téléphone", "Ville")), Row(7, ("X", "0641700002", ""))])

    (problem,) = caught.value.problems
    assert (problem.code, problem.row) == ("second_table", 6)
