"""Workbooks read by their cells."""

import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from lecommercial_batch.contacts import open_contacts
from lecommercial_batch.core.errors import ContactsError, Problem
from lecommercial_batch.core.model import Cell

Rows = Sequence[tuple[int, tuple[Cell, ...]]]

ODS = """<?xml version="1.0"?><office:document-content office:version="1.2"
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="Clients">
<table:table-row><table:table-cell office:value-type="string"><text:p>Nom</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>Tel</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="2"/>
</table:table-row>
<table:table-row><table:table-cell office:value-type="string"><text:p>Zoé</text:p></table:table-cell>
<table:table-cell office:value-type="float" office:value="612345678"><text:p>612345678</text:p></table:table-cell>
</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"""


def sheet_of(folder: Path, *rows: list[Any]) -> Path:  # anything that openpyxl can write
    """Write a workbook of one sheet."""
    book = Workbook()
    for row in rows:
        first(book).append(row)
    path = folder / "c.xlsx"
    book.save(path)
    return path


def first(book: Workbook) -> Worksheet:
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    return sheet


def read(path: Path, sheet: str | None = None) -> tuple[tuple[str, ...], Rows]:
    """Read a workbook: its columns, and its rows with their numbers."""
    source = open_contacts(path, sheet=sheet)
    return source.columns, [(row.number, row.cells) for batch in source.batches() for row in batch]


def problem(path: Path, sheet: str | None = None) -> Problem:
    """Read a workbook that cannot be read, and return what is said of it."""
    with pytest.raises(ContactsError) as caught:
        read(path, sheet)
    (only,) = caught.value.problems
    return only


@pytest.mark.parametrize(
    ("written", "cell"),
    [
        ("06 12", "06 12"),
        ("007", "007"),
        (" x ", " x "),
        (33612345678, 33612345678),
        (2026.0, 2026),
        (1234.5, 1234.5),
        (True, True),
        (date(2026, 4, 12), date(2026, 4, 12)),
        (datetime(2026, 4, 12, 9, 30), datetime(2026, 4, 12, 9, 30)),  # noqa: DTZ001 - workbooks know no zones
        (time(9, 30), time(9, 30)),
        (timedelta(hours=30), "1 day, 6:00:00"),
        (None, ""),
    ],
)
def test_a_cell_keeps_its_kind(tmp_path: Path, written: object, cell: Cell) -> None:
    """Dates stay dates, an identifier keeps its digits, text stays as it is."""
    path = sheet_of(tmp_path, ["Nom", "Valeur"], ["A", written])
    ((_, (_, found)),) = read(path)[1]
    assert (found, type(found)) == (cell, type(cell))


def test_rows_are_numbered_as_excel_shows_them(tmp_path: Path) -> None:
    """A table that begins at B3, with a title, blank rows and a formatted but empty one, has Excel's numbers."""
    book = Workbook()
    sheet = first(book)
    sheet["B3"] = "Export"
    sheet["B5"], sheet["C5"], sheet["D5"] = "Nom", "Tel", None
    sheet["B7"], sheet["C7"], sheet["D7"] = "A", "06", "note"
    sheet["B8"] = "  "
    sheet["B9"].font = Font(bold=True)
    sheet["B10"] = "B"
    book.save(tmp_path / "c.xlsx")
    rows = [(7, ("A", "06", "note")), (10, ("B", "", ""))]
    assert read(tmp_path / "c.xlsx") == (("Nom", "Tel", "Column D"), rows)


def test_rows_keep_their_numbers_over_batches(tmp_path: Path) -> None:
    """Numbers are exact however far down, and a second reading gives the same."""
    path = sheet_of(tmp_path, ["Nom"], *([index if index % 7 else None] for index in range(2, 12_000)))
    source = open_contacts(path)
    for _ in range(2):
        rows = [row for batch in source.batches() for row in batch]
        assert len(rows) == sum(1 for index in range(2, 12_000) if index % 7)
        assert all(row.cells == (row.number,) for row in rows)


def three_sheets(folder: Path) -> Path:
    """Write a workbook whose first sheet is hidden and whose last is empty."""
    book = Workbook()
    first(book).title = "Caché"
    first(book).sheet_state = "hidden"
    first(book).append(["x"])
    book.create_sheet("Clients 2026").append(["Nom", "Tel"])
    book.create_sheet("Vide")
    path = folder / "c.xlsx"
    book.active = 1
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("sheet", "columns"),
    [
        (None, ("Nom", "Tel")),
        ("Clients 2026", ("Nom", "Tel")),
        ("clients_2026", ("Nom", "Tel")),
        ("cache", ("x",)),
    ],
)
def test_the_sheet_is_the_first_visible_or_the_one_named(
    tmp_path: Path, sheet: str | None, columns: tuple[str, ...]
) -> None:
    """A hidden sheet is read only when it is named; names are matched like columns."""
    assert read(three_sheets(tmp_path), sheet)[0] == columns


@pytest.mark.parametrize(
    ("sheet", "code", "advice"),
    [
        ("Clients 2025", "unknown_sheet", "Did you mean “Clients 2026”?"),
        ("zzz", "unknown_sheet", "Its sheets are: Caché, Clients 2026, Vide."),
        (
            "Vide",
            "empty_file",
            "Write the contacts there under a header row, or name their sheet in the campaign.",
        ),
    ],
)
def test_a_sheet_that_will_not_do_is_named(tmp_path: Path, sheet: str, code: str, advice: str) -> None:
    """The message says which sheets there are."""
    found = problem(three_sheets(tmp_path), sheet)
    assert (found.code, str(found.advice)) == (code, advice)


def test_an_ods_reads_like_an_xlsx(tmp_path: Path) -> None:
    """Repeated rows count as often as they are repeated."""
    path = tmp_path / "c.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", ODS.replace("\n", ""))
    assert read(path) == (("Nom", "Tel"), [(4, ("Zoé", 612345678))])


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:2000])


def garble(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            sheet = name.startswith("xl/worksheets/")
            archive.writestr(name, re.sub(rb"<row .*", b"<row <<", content) if sheet else content)


def lock(path: Path) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le"))


@pytest.mark.parametrize(("spoil", "code"), [(cut, "damaged_file"), (garble, "damaged_file"), (lock, "password")])
def test_what_cannot_be_read_says_so(tmp_path: Path, spoil: Callable[[Path], None], code: str) -> None:
    """A damaged or protected workbook is one problem with the file's name, a code, and what to do."""
    path = sheet_of(tmp_path, ["Nom"], ["A"])
    spoil(path)
    found = problem(path)
    assert (found.code, found.file) == (code, str(path))
    assert str(found.advice)
