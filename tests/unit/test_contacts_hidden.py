"""Rows that a spreadsheet does not show: who filtered them out did not mean to write to them."""

import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from lecommercial_batch.contacts import open_contacts
from lecommercial_batch.core.model import Reason, Rejection
from lecommercial_batch.planning.phones import normalise
from lecommercial_batch.planning.screening.flawed_rows import HiddenRow
from lecommercial_batch.planning.screening.screen import Rules, screen

ODS = """<?xml version="1.0"?><office:document-content office:version="1.2"
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="Autre"><table:table-row table:visibility="filter">{cell}</table:table-row></table:table>
<table:table table:name="A &amp; B"><table:table-row>{cell}</table:table-row>
<table:table-row table:number-rows-repeated="2" table:visibility="collapse">{cell}</table:table-row>
<table:table-row>{cell}</table:table-row>
<table:table-row table:visibility="filter">{cell}</table:table-row>
<table:table-row table:number-rows-repeated="1048000" table:visibility="filter"/>
</table:table></office:spreadsheet></office:body></office:document-content>"""


def filtered(folder: Path) -> Path:
    """Write a workbook of which only Lyon is shown, behind a sheet of which everything is."""
    book = Workbook()
    book.worksheets[0].title = "Notes & co"
    sheet = book.create_sheet("Clients")
    for row in (["Tel", "Ville"], *(["0641700001", city] for city in ("Lyon", "Pau", "Pau", "Lyon", "Pau"))):
        book.worksheets[0].append(row)
        sheet.append(row)
    sheet.auto_filter.ref = "A1:B6"
    sheet.auto_filter.add_filter_column(1, ["Lyon"])
    for number in (3, 4, 6):
        sheet.row_dimensions[number].hidden = True
    sheet.column_dimensions["B"].hidden = True
    book.save(folder / "c.xlsx")
    return folder / "c.xlsx"


def hidden(path: Path, sheet: str) -> list[int]:
    rows = [row for batch in open_contacts(path, sheet=sheet).batches() for row in batch]
    assert len(rows) > 3  # all are read, whatever is made of them
    return [row.number for row in rows if isinstance(row, HiddenRow)]


def test_the_hidden_rows_of_a_workbook_are_known(tmp_path: Path) -> None:
    """Those of the sheet that is read, by their numbers; a hidden column hides nobody."""
    path = filtered(tmp_path)

    assert hidden(path, "Clients") == [3, 4, 6]
    assert hidden(path, "Notes & co") == []


def test_the_hidden_rows_of_an_open_document_are_known(tmp_path: Path) -> None:
    """Filtered out or hidden by hand, and where one element stands for several rows."""
    path = tmp_path / "c.ods"
    cell = '<table:table-cell office:value-type="string"><text:p>Tel</text:p></table:table-cell>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", ODS.format(cell=cell).replace("\n", ""))

    assert hidden(path, "A & B") == [2, 3, 5]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("kind", ["ods", "xlsx"])
def test_hidden_rows_are_known_as_libreoffice_writes_them(tmp_path: Path, kind: str) -> None:
    """It says of each row of an xlsx whether it is hidden."""
    path = filtered(tmp_path)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        kind,
        "--outdir",
        str(tmp_path / "out"),
        str(path),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)

    assert hidden(tmp_path / "out" / f"c.{kind}", "Clients") == [3, 4, 6]


def test_a_hidden_row_is_not_written_to(tmp_path: Path) -> None:
    """It is rejected as such, and makes no duplicate of a row that is shown."""
    (rows,) = open_contacts(filtered(tmp_path), sheet="Clients").batches()
    read = [(row, normalise(row.cells[0], region="FR")) for row in rows]
    found = list(screen(read, rules=Rules(phone=0, columns=("Tel", "Ville"))))

    reasons = [each.reason if isinstance(each, Rejection) else "to" for each in found]
    assert reasons == ["to", Reason.HIDDEN, Reason.HIDDEN, Reason.DUPLICATE, Reason.HIDDEN]
