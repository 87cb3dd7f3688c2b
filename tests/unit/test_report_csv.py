"""The report as CSV, read back from the disk."""

import csv
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lecommercial_batch.core.model import Cell, Content, ReportRow, Run
from lecommercial_batch.core.spreadsheet_text import harmless, restored, unchanged
from lecommercial_batch.report import line
from lecommercial_batch.report.csvfile import write_csv
from tests.unit.report_rows import COLUMNS, a_rejected_row, a_reported_run, a_sent_row, counts_of


def write(folder: Path, rows: Sequence[ReportRow], run: Run | None = None) -> Path:
    path = folder / "report.csv"
    write_csv(path, run=run or a_reported_run(), counts=counts_of(rows), rows=lambda: iter(rows))
    return path


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_the_file_opens_by_a_double_click(tmp_path: Path) -> None:
    """Excel in French takes a file for UTF-8 by its BOM, and semicolons for its columns."""
    written = write(tmp_path, [a_sent_row()]).read_bytes()

    assert written.startswith("\ufeffPrénom;Téléphone;Montant;lc_row;".encode())
    assert b"\r\n" in written


def test_the_columns_are_those_of_the_workbook(tmp_path: Path) -> None:
    """The input's columns, then ours; rows in their order."""
    found = read(write(tmp_path, [a_sent_row(2), a_rejected_row(3), a_sent_row(9)]))

    assert list(found[0]) == [*COLUMNS, *line.COLUMNS]
    assert [(row["lc_row"], row["lc_status"]) for row in found] == [
        ("2", "accepted"),
        ("3", "rejected"),
        ("9", "accepted"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "=cmd|' /C calc'!A0",
        "@SUM(1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "+33-6-41-00-00-01",
        "-SUM(1)",
        "+",
        "＝1",
    ],
)
def test_what_would_run_as_a_formula_does_not(tmp_path: Path, text: str) -> None:
    """A cell, a heading or a message that begins like a formula gets an apostrophe before it."""
    run = a_reported_run((text, "Téléphone", "Montant"))
    row = a_sent_row(2, text, text, text, content=Content(text=text), detail=text)

    found = read(write(tmp_path, [row], run))[0]

    heading = next(iter(found))
    assert heading.startswith(f"'{text[0]}")
    assert restored(heading) == text
    assert [found[heading], found["Montant"], found["lc_message"], found["lc_detail"]] == [heading] * 4


@pytest.mark.parametrize(
    "text", ["", "Jean", "0641000001", "+33641000001", "+33 6 41 00 00 01", "+33 (0)6.41", "-12,50", "a=1", "'x"]
)
def test_what_would_not_is_left_as_it_is(text: str) -> None:
    """Phone numbers and signed numbers are the operator's, apostrophes none of theirs."""
    assert harmless(text) == text


@pytest.mark.parametrize(
    "text", ["+33641000001", "+33 6 41 00 00 01", "0641000001", "06 41 00 00 01", "73282932000074"]
)
def test_a_number_that_is_none_stays_a_text(tmp_path: Path, text: str) -> None:
    """A phone, a postcode, a company's number from the input would lose its plus, its zero or its digits."""
    row = read(write(tmp_path, [a_sent_row(2, "Jean", text, "12,50")]))[0]

    assert (row["Téléphone"], row["Montant"]) == (f"\t{text}", "12,50")
    assert row["lc_phone"] == "+33641000001"  # for programs


@example("'=1")
@example("''=1")
@example("\t0641000001")
@example(",'=1")
@example("+1,-a")
@given(st.text(st.sampled_from("'=+-@\t01 2.a\n\r＝,;|\""), max_size=7) | st.text(max_size=4))
def test_what_was_kept_is_restored(text: str) -> None:
    """Whatever a cell holds, it comes back as it was."""
    assert restored(unchanged(text)) == text
    assert restored(harmless(text)) == text
    assert not unchanged(text).startswith(("=", "@", "＝", "＠", "\r", "\n"))


@example("x,=cmd|' /C calc'!A0,y")
@example('x, "=1"')
@given(st.text(st.sampled_from("'=+-@\t01 2.a\n\r＝,;|\""), max_size=9))
def test_no_part_of_a_cell_runs_where_lines_are_cut_elsewhere(text: str) -> None:
    """A spreadsheet whose country has commas, tabs or bars finds no formula in a report with semicolons."""
    found = re.split(r"[,;\t|\r\n]", harmless(text))

    begins = [found[0], *(part.lstrip(' \xa0"') for part in found[1:])]
    assert not [part for part in begins if part.startswith(("=", "@", "＝", "＠"))]
    assert not [part for part in begins[1:] if re.fullmatch(r"[+-](?![\d\s.()]*\d[\d\s.()]*$).*", part, re.DOTALL)]


@pytest.mark.parametrize("text", ["Bonjour, +33 6 41 00 00 01", "12,-5", "a;-1.5;b", "x, 'y", "a - b, c"])
def test_numbers_within_a_text_stay(text: str) -> None:
    """Nothing is added to what runs nowhere."""
    assert harmless(text) == text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (12, "12"),
        (33641000001, "33641000001"),
        (12.5, "12,5"),
        (-0.1, "-0,1"),
        (True, "TRUE"),
        (date(2026, 12, 24), "2026-12-24"),
        (datetime.fromisoformat("2026-12-24"), "2026-12-24"),
        (datetime.fromisoformat("2026-12-24T08:30"), "2026-12-24T08:30:00"),
        (time(8, 30), "08:30:00"),
        ("a;b", "a;b"),
        ('dit "oui"', 'dit "oui"'),
        ("deux\r\nlignes", "deux\r\nlignes"),
        ("\ud800", "?"),
    ],
)
def test_the_cells_of_the_input_are_written_out(tmp_path: Path, value: Cell, expected: str) -> None:
    """Numbers have the decimal comma that goes with semicolons, dates are ISO 8601, text is as it was."""
    assert read(write(tmp_path, [a_sent_row(2, "Jean", "0641000001", value)]))[0]["Montant"] == expected


def test_moments_have_an_offset(tmp_path: Path) -> None:
    """ISO 8601 with the offset of the local time, to the second."""
    at = datetime(2026, 7, 23, 9, 0, 1, 999, tzinfo=UTC)

    answered = read(write(tmp_path, [a_sent_row(answered_at=at)]))[0]["lc_answered_at"]

    assert len(answered) == len("2026-07-23T09:00:01+00:00")
    assert datetime.fromisoformat(answered) == at.replace(microsecond=0)


def test_an_earlier_report_is_superseded_when_it_is_fed_back(tmp_path: Path) -> None:
    """One lc_status a row, the newest."""
    run = a_reported_run(("Téléphone", "lc_status", "lc_detail"))

    path = write(tmp_path, [a_sent_row(2, "0641000001", "failed", "Request Failed")], run)

    assert path.read_text(encoding="utf-8-sig").splitlines()[0].split(";") == ["Téléphone", *line.COLUMNS]
    assert read(path)[0]["lc_status"] == "accepted"
