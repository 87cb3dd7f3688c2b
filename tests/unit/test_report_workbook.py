"""The results workbook, read back from the disk."""

import re
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from lecommercial_batch.contacts import open_contacts
from lecommercial_batch.core import language
from lecommercial_batch.core.model import Content, Reason, ReportRow, Run, Status
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.report import line
from lecommercial_batch.report.workbook import write_workbook
from tests.unit.report_rows import COLUMNS, a_rejected_row, a_reported_run, a_sent_row, counts_of


def write(folder: Path, rows: Sequence[ReportRow], run: Run | None = None, *, most_rows: int = 1_048_576) -> Path:
    path = folder / "report.xlsx"
    write_workbook(
        path, run=run or a_reported_run(), counts=counts_of(rows), rows=lambda: iter(rows), most_rows=most_rows
    )
    return path


def read(path: Path) -> Workbook:
    return load_workbook(path)


def table(sheet: Worksheet) -> list[dict[str, object]]:
    header, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def values(path: Path, chart: str, part: str) -> list[Any]:
    """Return what stands in the cells that a chart takes its names or its figures from."""
    found = re.search(rf"<(?:c:)?{part}>.*?<(?:c:)?f>'(.*?)'!(.*?)</", chart)
    assert found
    return [row[0].value for row in read(path)[found[1]][found[2].replace("$", "")]]


@pytest.fixture
def in_paris(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Paris")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def french() -> Iterator[None]:
    language.use("fr")
    yield
    language.use("en")


def test_the_input_comes_back_in_its_order_followed_by_what_became_of_it(tmp_path: Path) -> None:
    """Every row keeps its own columns and gets ours, whose names are those promised."""
    rows = [a_sent_row(2, "Jean", "0641000001", 12.5), a_rejected_row(4, "Anna", "06 12", 8), a_sent_row(9)]

    sheet = read(write(tmp_path, rows)).worksheets[0]

    assert [cell.value for cell in sheet[1]] == [
        *("Prénom", "Téléphone", "Montant"),
        *("lc_row", "lc_phone", "lc_status", "lc_reason", "lc_message"),
        *("lc_sender", "lc_attempts", "lc_answered_at", "lc_detail"),
    ]
    assert [(row["lc_row"], row["lc_status"], row["Prénom"]) for row in table(sheet)] == [
        (2, "accepted", "Jean"),
        (4, "rejected", "Anna"),
        (9, "accepted", "Jean"),
    ]


@pytest.mark.parametrize(
    ("row", "column", "expected"),
    [
        (a_sent_row(), "lc_phone", "+33641000001"),
        (a_sent_row(), "lc_reason", None),
        (a_sent_row(), "lc_attempts", 1),
        (a_sent_row(), "lc_detail", None),
        (a_sent_row(answered_at=None), "lc_answered_at", None),
        (a_sent_row(content=Content(text="Votre devis", file="https://e.fr/d.pdf")), "lc_message", "Votre devis\nhttps://e.fr/d.pdf"),
        (
            a_sent_row(content=Content(template_id="c0ffee", variables=(("prenom", "Jean"), ("montant", "12 €")))),
            "lc_message",
            "template c0ffee: prenom=Jean, montant=12 €",
        ),
        (a_sent_row(repair=Sentence("leading zero restored")), "lc_detail", "leading zero restored"),
        (
            a_sent_row(status=Status.FAILED, reason="request_failed", detail="Request Failed"),
            "lc_detail",
            "number not on WhatsApp, or sending phone disconnected · Request Failed",
        ),
        (a_rejected_row(), "lc_reason", "invalid_phone"),
        (a_rejected_row(), "lc_phone", None),
        (a_rejected_row(), "lc_attempts", None),
        (a_rejected_row(), "lc_detail", "“06 12” has too few digits for a phone number"),
    ],
)  # fmt: skip
def test_what_became_of_a_row_is_said(tmp_path: Path, row: ReportRow, column: str, expected: object) -> None:
    """Our columns say what was sent and what was answered, in words where there are some."""
    assert table(read(write(tmp_path, [row])).worksheets[0])[0][column] == expected


@pytest.mark.parametrize("status", Status)
def test_each_status_has_its_colour(tmp_path: Path, status: Status) -> None:
    """No status is told apart by reading alone."""
    sheet = read(write(tmp_path, [a_sent_row(status=status), a_rejected_row()])).worksheets[0]
    own, rejected = (sheet.cell(row, 6).fill.fgColor.rgb for row in (2, 3))

    assert "00000000" not in {own, rejected}
    assert own != rejected


@pytest.mark.usefixtures("in_paris")
@pytest.mark.parametrize(("month", "hour"), [(7, 11), (12, 10)])
def test_the_answer_has_a_date(tmp_path: Path, month: int, hour: int) -> None:
    """Moments are real dates in local time, winter or summer, so that a spreadsheet can sort and count them."""
    at = datetime(2026, month, 23, 9, 0, 1, tzinfo=UTC)

    answered = table(read(write(tmp_path, [a_sent_row(answered_at=at)])).worksheets[0])[0]["lc_answered_at"]

    assert answered == datetime.fromisoformat(f"2026-{month:02d}-23T{hour}:00:01")


def test_rejections_say_what_would_fix_them(tmp_path: Path) -> None:
    """A rejection has its row, column, value, reason, what is wrong and the repair."""
    rows = [a_sent_row(), a_rejected_row(), a_rejected_row(4, reason=Reason.TOO_LONG, column="")]

    fixes = table(read(write(tmp_path, rows))["Rejected"])

    assert fixes[0] == {
        "Row": 3,
        "Column": "Téléphone",
        "Value": "06 12",
        "lc_reason": "invalid_phone",
        "Reason": "no valid phone number",
        "What is wrong": "“06 12” has too few digits for a phone number",
        "What to do": "Write the whole number as text, such as 06 12 34 56 78 or +33 6 12 34 56 78.",
    }
    assert [(fix["Row"], fix["Column"], fix["Value"]) for fix in fixes[1:]] == [(4, None, None)]


def test_the_summary_has_the_figures(tmp_path: Path) -> None:
    """The summary names the run, its proof, times and halts, and its counts add up to the rows read."""
    rows = [a_sent_row(2), a_sent_row(3), a_sent_row(4, status=Status.UNKNOWN), a_rejected_row(5)]
    run = a_reported_run(default="quota_exceeded")

    found = {row[0]: row[1] for row in read(write(tmp_path, rows, run))["Summary"].iter_rows(values_only=True)}

    assert next(iter(found)) == "Relance été"
    assert found["Run"] == "relance-ete-7"
    assert found["Proof"] == "7F3A-91C2"
    assert found["Started"] == datetime(2026, 7, 23, 9, tzinfo=UTC).astimezone().replace(tzinfo=None)
    assert found["Sender default halted"] == "the monthly quota of messages is used up"
    assert (found["accepted by the API"], found["unknown: may have been delivered"], found["failed"]) == (2, 1, 0)
    assert (found["rejected, not written to"], found["no valid phone number"], found["rows read"]) == (1, 1, 4)


def test_the_charts_draw_the_figures(tmp_path: Path) -> None:
    """Two charts: each row of the run in one bar of the first, each rejection in one bar of the second."""
    rows = [a_sent_row(2), a_rejected_row(3), a_rejected_row(4), a_rejected_row(5, reason=Reason.OPTED_OUT)]
    path = write(tmp_path, rows)
    with ZipFile(path) as parts:
        drawn = [parts.read(f"xl/charts/chart{number}.xml").decode() for number in (1, 2)]

    bars = [dict(zip(*(values(path, chart, part) for part in ("cat", "val")), strict=True)) for chart in drawn]

    assert sum(bars[0].values()) == 4
    assert (bars[0]["accepted by the API"], bars[0]["rejected, not written to"]) == (1, 3)
    assert list(bars[1].items()) == [("no valid phone number", 2), ("asked not to be written to", 1)]


def test_a_run_without_rejections_has_one_chart(tmp_path: Path) -> None:
    """Nothing is drawn of nothing."""
    with ZipFile(write(tmp_path, [a_sent_row()])) as parts:
        assert [name for name in parts.namelist() if name.startswith("xl/charts/")] == ["xl/charts/chart1.xml"]


def test_the_header_stays_in_sight_and_filters(tmp_path: Path) -> None:
    """The header is frozen, every column can be filtered by, and a heading is never cut short."""
    run = a_reported_run(("Prénom", "Téléphone", "Montant de la dernière commande"))
    book = read(write(tmp_path, [a_sent_row(), a_rejected_row()], run))

    assert [sheet.freeze_panes for sheet in book.worksheets[:2]] == ["A2", "A2"]
    assert [sheet.auto_filter.ref for sheet in book.worksheets[:2]] == ["A1:L3", "A1:G2"]
    assert book["Results"].column_dimensions["C"].width >= len("Montant de la dernière commande")


def test_a_full_sheet_goes_on_in_another(tmp_path: Path) -> None:
    """A sheet holds so many rows, 1,048,576 in Excel; the rows beyond are on the next, under the same header."""
    rows = [*(a_sent_row(number) for number in range(2, 9)), *(a_rejected_row(number) for number in range(9, 13))]

    book = read(write(tmp_path, rows, most_rows=5))

    assert book.sheetnames == ["Results", "Results 2", "Results 3", "Rejected", "Summary"]
    assert [row["lc_row"] for sheet in book.worksheets[:3] for row in table(sheet)] == list(range(2, 13))
    assert [sheet.auto_filter.ref for sheet in book.worksheets[:3]] == ["A1:L5", "A1:L5", "A1:L4"]


def test_an_earlier_report_is_superseded_when_it_is_fed_back(tmp_path: Path) -> None:
    """One lc_status a row, the newest: an older one would have rows sent again that were accepted since."""
    run = a_reported_run(("Téléphone", "lc_status", "lc_detail"))
    row = a_sent_row(2, "0641000001", "failed", "Request Failed")

    sheet = read(write(tmp_path, [row], run)).worksheets[0]

    assert [cell.value for cell in sheet[1]] == ["Téléphone", *line.COLUMNS]
    assert table(sheet)[0]["lc_status"] == "accepted"


def test_the_report_can_be_read_as_contacts(tmp_path: Path) -> None:
    """A report is a contact file: its first sheet has every row, with its cells as they were."""
    rows = [a_sent_row(2, "=Jean", "0641000001", 12.5), a_rejected_row(3, "_x0041_", "06 12", 8)]

    source = open_contacts(write(tmp_path, rows))

    assert source.columns[:5] == (*COLUMNS, "lc_row", "lc_phone")
    assert [row.cells[:4] for batch in source.batches() for row in batch] == [
        ("=Jean", "0641000001", 12.5, 2),
        ("_x0041_", "06 12", 8, 3),
    ]


@pytest.mark.usefixtures("french")
def test_the_workbook_speaks_french(tmp_path: Path) -> None:
    """Sheets, headings and sentences are translated; names of columns and codes never are."""
    book = read(write(tmp_path, [a_sent_row(), a_rejected_row()]))

    assert book.sheetnames[0] == "Résultats"
    assert [cell.value for cell in book.worksheets[0][1]][3:] == list(line.COLUMNS)
    assert table(book.worksheets[0])[1]["lc_status"] == "rejected"
    assert table(book.worksheets[1])[0]["Raison"] == "pas de numéro de téléphone valable"


def test_the_parts_of_a_sheet_stand_in_the_order_that_excel_wants(tmp_path: Path) -> None:
    """Excel offers to repair a file that has them otherwise; source: ECMA-376, CT_Worksheet."""
    order = (
        *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "autoFilter"),
        *("pageMargins", "pageSetup", "headerFooter", "ignoredErrors", "drawing"),
    )
    with ZipFile(write(tmp_path, [a_sent_row(), a_rejected_row()])) as parts:
        sheets = [fromstring(parts.read(f"xl/worksheets/sheet{number}.xml")) for number in (1, 2, 3)]  # noqa: S314

    for sheet in sheets:
        tags = [child.tag.partition("}")[2] for child in sheet]
        assert tags == sorted(tags, key=order.index)
        assert {"sheetData", "ignoredErrors"} <= set(tags)


def test_spaces_around_a_text_are_marked_as_meant(tmp_path: Path) -> None:
    """Excel drops them otherwise."""
    with ZipFile(write(tmp_path, [a_sent_row(2, " Jean ")], a_reported_run(("Prénom",)))) as parts:
        assert '<t xml:space="preserve"> Jean </t>' in parts.read("xl/worksheets/sheet1.xml").decode()


def test_a_run_without_rows_can_be_reported(tmp_path: Path) -> None:
    """Nothing sent and nothing rejected is a report too."""
    book = read(write(tmp_path, []))

    assert [sheet.max_row for sheet in book.worksheets[:2]] == [1, 1]
