"""The country code that a number's format shows belongs to the number."""

import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook

from lecommercial_batch.contacts import open_contacts
from lecommercial_batch.core.model import Cell, Reading
from lecommercial_batch.planning.phones import normalise

ODS = """<?xml version="1.0"?><office:document-content office:version="1.2"
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="A"><table:table-row><table:table-cell office:value-type="string"><text:p>Tel</text:p>
</table:table-cell></table:table-row><table:table-row><table:table-cell table:style-name="ce1"
 office:value-type="float" office:value="{value}" calcext:value-type="float"><text:p>{shown}</text:p>
</table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"""


def cells(path: Path) -> Sequence[Cell]:
    return [row.cells[0] for batch in open_contacts(path).batches() for row in batch]


def number(cell: Cell) -> str:
    reading = normalise(cell, region="FR")
    return reading.phone.e164 if isinstance(reading, Reading) else ""


def book(folder: Path, value: Cell, code: str) -> Path:
    made = Workbook()
    sheet = made.worksheets[0]
    sheet.append(["Tel"])
    for row in range(2, 5):
        sheet.cell(row, 1, value).number_format = code
    made.save(folder / "c.xlsx")
    return folder / "c.xlsx"


@pytest.mark.parametrize(
    ("value", "code", "phone"),
    [
        (661234510, '"+212 "0', "+212661234510"),
        (612345678, '"+34 "0', "+34612345678"),
        (791234567, '[$-100C]"+41 "## ### ## ##', "+41791234567"),
        (661234510, r"\+\2\1\2\ 0", "+212661234510"),
        (661234510, '"00212 "000000000', "+212661234510"),
        (661234510, '[$+212]" "0', "+212661234510"),
        (612345678, '"(+33) "0" "00" "00" "00" "00', "+33612345678"),
        (687751234, r"\+0", "+687751234"),
        (33612345678, r"\+0", "+33612345678"),
        (661234510, '[<=999999999]"+212 "0;"+"0', "+212661234510"),
        (212661234510, '[<=999999999]"+33 "0;"+"0', "+212661234510"),
        (612345678, '0#" "##" "##" "##" "##', "+33612345678"),
        (612345678, "General", "+33612345678"),
    ],
)
def test_a_country_code_of_the_format_is_read_with_the_number(
    tmp_path: Path, value: int, code: str, phone: str
) -> None:
    """What the screen shows is who is written to."""
    found = cells(book(tmp_path, value, code))

    assert [number(cell) for cell in found] == [phone] * 3


@pytest.mark.parametrize(
    ("value", "code"), [(12, '"+"0'), (1234.5, '"+"0.00;"-"0.00'), (1500, '"00"0'), (7, "+0%")]
)
def test_what_is_no_number_to_call_stays_a_number(tmp_path: Path, value: float, code: str) -> None:
    """A plus before a difference is for the eye."""
    assert cells(book(tmp_path, value, code)) == [value] * 3


@pytest.mark.parametrize(
    ("value", "shown", "cell"),
    [
        ("661234510", "+212 661234510", "+212 661234510"),
        ("661234510", "00212 66 12 34 510", "00212 66 12 34 510"),
        ("661234510", "06 61 23 45 10", 661234510),
        ("5", "+5", 5),
    ],
)
def test_an_open_document_says_what_it_shows(tmp_path: Path, value: str, shown: str, cell: Cell) -> None:
    """Of a cell whose shown text has a country code, that text is read."""
    with zipfile.ZipFile(tmp_path / "c.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", ODS.format(value=value, shown=shown).replace("\n", ""))

    assert cells(tmp_path / "c.ods") == [cell]
