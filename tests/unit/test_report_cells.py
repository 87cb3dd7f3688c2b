"""The input's cells in the workbook: each comes back as what it was."""

import math
from datetime import date, datetime, time
from pathlib import Path
from typing import Final

import pytest
from openpyxl import load_workbook
from openpyxl.cell.cell import Cell as SheetCell

from lecommercial_batch.core.model import Cell
from lecommercial_batch.report.workbook import write_workbook
from tests.unit.report_rows import COLUMNS, a_reported_run, a_sent_row, counts_of

moment: Final = datetime.fromisoformat


def cell_of(folder: Path, value: Cell, *, column: str = "Montant") -> SheetCell:
    """Return the cell that an input's value comes back as."""
    at = COLUMNS.index(column)
    cells: list[Cell] = ["Jean", "0641000001", 1]
    cells[at] = value
    rows = [a_sent_row(2, *cells)]
    path = folder / "report.xlsx"
    write_workbook(path, run=a_reported_run(), counts=counts_of(rows), rows=lambda: iter(rows))
    found = load_workbook(path).worksheets[0].cell(2, at + 1)
    assert isinstance(found, SheetCell)
    return found


@pytest.mark.parametrize(
    "value",
    [
        "=1+1",
        '=HYPERLINK("https://example.fr")',
        "+33641000001",
        "@SUM(A1)",
        "-1",
        "0641000001",
        "3.36E+10",
        "TRUE",
        "#N/A",
        "2026-12-24",
        " deux  espaces ",
        "ligne 1\nligne 2",
        "a < b & c > d",
        "👋 ça va",
        "_x000D_ et _x0041_",
    ],
)
def test_text_stays_text(tmp_path: Path, value: str) -> None:
    """What looks like a formula, a number, a date or an error is none where it was text."""
    cell = cell_of(tmp_path, value)

    assert (cell.data_type, cell.number_format) == ("s", "@")
    assert str(cell.value).replace("_x005F_", "_") == value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a\x00b\x0bc\x1f", "abc"),
        ("a\ud800b\ufffe\uffff", "ab"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("x" * 40_000, "x" * 32_767),
        ("😀" * 20_000, "😀" * 16_383),
    ],
)
def test_what_excel_refuses_is_left_out(tmp_path: Path, value: str, expected: str) -> None:
    """Control characters and halves of pairs are dropped; a cell holds 32,767 UTF-16 units."""
    assert cell_of(tmp_path, value).value == expected


@pytest.mark.parametrize(
    ("value", "expected", "shown_as"),
    [
        (12, 12, "General"),
        (-12.5, -12.5, "General"),
        (73282932000074, 73282932000074, "0"),
        (999_999_999_999_999, 999_999_999_999_999, "0"),
        (1_000_000_000_000_000, "1000000000000000", "@"),
        (1e300, 1e300, "0"),
        (math.nan, "nan", "@"),
        (-math.inf, "-inf", "@"),
        (True, True, "General"),
        (date(2026, 12, 24), moment("2026-12-24"), "mm-dd-yy"),
        (moment("2026-12-24"), moment("2026-12-24"), "mm-dd-yy"),
        (moment("2026-12-24T08:30"), moment("2026-12-24T08:30"), "yyyy-mm-dd hh:mm:ss"),
        (date(1900, 1, 1), moment("1900-01-01"), "mm-dd-yy"),
        (date(1815, 6, 18), "1815-06-18", "@"),
        (moment("1815-06-18T11:35"), "1815-06-18T11:35:00", "@"),
        (time(8, 30), time(8, 30), "hh:mm:ss"),
        ("", None, "General"),
    ],
)  # fmt: skip
def test_numbers_and_dates_stay_what_they_were(
    tmp_path: Path, value: Cell, expected: object, shown_as: str
) -> None:
    """A number keeps all its digits, a date stays one; what a spreadsheet has no number for is text."""
    cell = cell_of(tmp_path, value)

    assert (cell.value, cell.number_format) == (expected, shown_as)
    assert expected is None or cell.alignment.vertical == "top"  # beside a message of several lines


@pytest.mark.parametrize(("value", "expected"), [(33641000001, "33641000001"), (641000001.0, "641000001")])
def test_a_phone_number_read_as_a_number_is_written_as_text(tmp_path: Path, value: float, expected: str) -> None:
    """No phone number is shown as 3.36E+10, in the input's own column either."""
    cell = cell_of(tmp_path, value, column="Téléphone")

    assert (cell.value, cell.data_type) == (expected, "s")
