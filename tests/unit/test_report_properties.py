"""Whatever the input holds, each of its rows stands once in each report, in order, with its own cells."""

import csv
import math
import re
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from lecommercial_batch.core.model import Cell, Reason, ReportRow, Status
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.core.spreadsheet_text import restored
from lecommercial_batch.report import write_reports
from tests.unit.report_rows import COLUMNS, a_rejected_row, a_reported_run, a_sent_row, counts_of

TEXT = st.text(max_size=30) | st.sampled_from(["=1+1", "_x0041_", "a\r\nb", "\x07", "-1", "#N/A", " x ", "😀"])
MOMENTS = st.datetimes(datetime.fromisoformat("1800-01-01"), datetime.fromisoformat("9999-12-30"))
DATES = MOMENTS.map(datetime.date)
CELLS = st.one_of(TEXT, st.integers(-(10**20), 10**20), st.floats(), st.booleans(), MOMENTS, DATES, st.times())
_MILLISECOND = 0.001  #: what a spreadsheet keeps of a moment


@st.composite
def reported(draw: st.DrawFn, number: int = 2) -> ReportRow:
    cells = (draw(CELLS), draw(TEXT), draw(CELLS))
    if draw(st.booleans()):
        detail = Sentence("the column “{column}” is empty here", column=draw(TEXT))
        column = draw(st.sampled_from(["", *COLUMNS]))
        return a_rejected_row(number, *cells, reason=draw(st.sampled_from(Reason)), detail=detail, column=column)
    return a_sent_row(number, *cells, status=draw(st.sampled_from(Status)), detail=draw(TEXT))


@st.composite
def runs(draw: st.DrawFn) -> list[ReportRow]:
    numbers = sorted(draw(st.sets(st.integers(2, 99), max_size=12)))
    return [draw(reported(number)) for number in numbers]


@settings(max_examples=60, deadline=None)
@given(runs())
def test_every_row_keeps_its_place_and_its_cells(rows: list[ReportRow]) -> None:
    """No row is lost, doubled or moved; text is text, numbers are numbers, nothing is a formula."""
    with TemporaryDirectory() as folder:
        workbook, text = write_reports(
            Path(folder), ["xlsx", "csv"], run=a_reported_run(), counts=counts_of(rows), rows=lambda: iter(rows)
        )
        sheet = load_workbook(workbook).worksheets[0]
        in_workbook = list(sheet.iter_rows(min_row=2))
        with text.open(encoding="utf-8-sig", newline="") as file:
            _, *in_text = csv.reader(file, delimiter=";")

    expected = [(row.row.number, row.status or "rejected") for row in rows]
    assert [(cells[3].value, cells[5].value) for cells in in_workbook] == expected
    assert [(int(cells[3]), cells[5]) for cells in in_text] == expected
    for row, cells in zip(rows, in_workbook, strict=True):
        assert all(cell.data_type != "f" for cell in cells)
        assert all(comes_back(own, cell.value) for own, cell in zip(row.row.cells, cells, strict=False))
    for row, written in zip(rows, in_text, strict=True):
        assert all(stays_text(own, cell) for own, cell in zip(row.row.cells, written, strict=False))


def comes_back(own: Cell, found: object) -> bool:
    """Tell whether a cell of the workbook is what the input's cell was."""
    match own:
        case str():
            dropped = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", own)
            kept = re.sub("\r\n?", "\n", dropped)
            return re.sub("_x005F(?=_x[0-9A-Fa-f]{4}_)", "", str(found or "")) == kept
        case bool():
            return found is own
        case int() if len(str(abs(own))) > 15:
            return found == str(own)
        case float() if not math.isfinite(own):
            return found == str(own)
        case int() | float():
            return found == own
        case datetime() | date() if own.year < 1900:
            return str(found).replace("T", " ")[:10] == str(own)[:10]
        case datetime():
            return isinstance(found, datetime) and abs(found - own) <= timedelta(seconds=_MILLISECOND)
        case date():
            return isinstance(found, datetime) and found.date() == own
        case time():
            return isinstance(found, time) and abs(_seconds(found) - _seconds(own)) <= _MILLISECOND


def _seconds(of_day: time) -> float:
    return of_day.hour * 3600 + of_day.minute * 60 + of_day.second + of_day.microsecond / 1e6


def stays_text(own: Cell, found: str) -> bool:
    """Tell whether a cell of the CSV is what the input's text was, and runs as nothing."""
    number = re.fullmatch(r"\t[+\d][\d\s.()-]+", found, re.ASCII)  # which a tab keeps a text
    runs = found.startswith(("=", "@", "\t", "\r")) or re.fullmatch(r"[+-].*[A-Za-z|!].*", found, re.DOTALL)
    plain = isinstance(own, float) or number or not runs
    same = not isinstance(own, str) or restored(found) == own or re.search("[\ud800-\udfff]", own) is not None
    return bool(plain and same)
