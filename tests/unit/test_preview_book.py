"""The preview as a workbook, read back from the disk."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import load_workbook

from lecommercial_batch.core.model import Content, ReportRow
from lecommercial_batch.report.preview_book import write_preview_book
from lecommercial_batch.report.table import lines_of
from tests.unit.report_rows import COLUMNS, a_rejected_row, a_reported_run, a_sent_row

HOSTILE = '=HYPERLINK("http://evil.example";"a")'


def write(folder: Path, rows: Sequence[ReportRow], most_rows: int = 100) -> dict[str, list[tuple[object, ...]]]:
    path = folder / "new" / "preview.xlsx"
    write_preview_book(path, run=a_reported_run(), rows=rows, most_rows=most_rows)
    book = load_workbook(path)
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def test_there_is_one_row_a_message(tmp_path: Path) -> None:
    """What each person reads, how long it is, through whom; then the input's own cells."""
    content = Content(text="Bonjour 👩‍👩‍👧", file="https://example.fr/a.pdf")
    sheets = write(tmp_path, [a_sent_row(2, content=content), a_rejected_row(3), a_sent_row(9, variant="B")])

    heading, first, second = sheets["Messages"]
    assert heading == ("Row", "Number", "Message", "Characters", "Attachment", "Sender", "Variant", *COLUMNS)
    own = ("Jean", "0641000001", 12.5)
    assert first == (2, "+33641000001", content.text, 13, content.file, "default", None, *own)
    assert (second[0], second[6]) == (9, "B")


def test_it_says_where_they_would_go(tmp_path: Path) -> None:
    """Whoever approves it sees the address and the proof."""
    [[_, campaign], address, proof] = write(tmp_path, [a_sent_row(2)])["Summary"]

    assert campaign == "Relance été"
    assert address == ("Sent to", "—")
    assert proof == ("Proof", "7F3A-91C2")


def test_rows_that_are_left_out_have_a_sheet_with_what_to_do(tmp_path: Path) -> None:
    """Row, reason, column, what is wrong, the repair that would fix it."""
    [_, row] = write(tmp_path, [a_rejected_row(3)])["Left out"]

    assert row[:3] == (3, "no valid phone number", "Téléphone")
    assert "too few digits" in str(row[3])
    assert "Write the whole number as text" in str(row[4])
    assert row[5:] == ("Anna", "06 12", 8)


def test_what_a_cell_holds_is_text(tmp_path: Path) -> None:
    """A formula runs nowhere, a number keeps its plus."""
    rows = [
        a_sent_row(2, HOSTILE, "+33641000001", HOSTILE, content=Content(text=HOSTILE)),
        a_rejected_row(3, HOSTILE),
    ]
    rows[1] = a_rejected_row(3, HOSTILE, "+33 6 12", HOSTILE)
    sheets = write(tmp_path, rows)

    assert sheets["Messages"][1][2] == HOSTILE
    assert sheets["Messages"][1][7:] == (HOSTILE, "+33641000001", HOSTILE)
    assert sheets["Left out"][1][5:] == (HOSTILE, "+33 6 12", HOSTILE)


def test_a_sheet_that_is_full_goes_on_in_another(tmp_path: Path) -> None:
    """Excel's sheets end at 1,048,576 rows; here after two."""
    sheets = write(tmp_path, [a_sent_row(row) for row in range(2, 7)], most_rows=3)

    assert list(sheets) == ["Messages", "Messages 2", "Messages 3", "Left out", "Summary"]
    assert [row[0] for name in list(sheets)[:3] for row in sheets[name][1:]] == [2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("text", "lines"), [("", 1), ("a", 1), ("a\nb", 2), ("a\n\nb", 3), ("x" * 69, 2), ("x" * 69 + "\nb", 3)]
)
def test_a_row_is_as_high_as_its_message(text: str, lines: int) -> None:
    """Not every spreadsheet looks for itself how high a row should be."""
    assert lines_of(text, 72) == lines


def test_a_huge_amount_is_shown_with_all_its_digits(tmp_path: Path) -> None:
    """In a narrower column a spreadsheet shows ### in place of it."""
    amount = -999_999_999_999_999
    path = tmp_path / "preview.xlsx"
    write_preview_book(path, run=a_reported_run(), rows=[a_sent_row(2, "Jean", "0641000001", amount)])
    sheet = load_workbook(path)["Messages"]

    assert sheet["J2"].value == amount
    assert sheet.column_dimensions["J"].width > len(str(amount))
