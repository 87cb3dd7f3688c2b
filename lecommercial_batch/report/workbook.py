"""The results workbook: the input's rows with what became of each, the rows to fix, and the figures."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.chart import BarChart, DoughnutChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.marker import DataPoint
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from lecommercial_batch.advice import advice_for
from lecommercial_batch.language import _, say
from lecommercial_batch.model import Cell, Counts, ReportRow, Run, Status
from lecommercial_batch.report import cells, line
from lecommercial_batch.words import reason_words, status_words

#: Characters wide.
_WIDTHS: Final = {
    "lc_phone": 16,
    "lc_status": 11,
    "lc_reason": 16,
    "lc_message": 48,
    "lc_answered_at": 19,
    "lc_detail": 48,
}
_NARROWEST, _WIDEST = 9, 40
_SAMPLED: Final = 200  #: rows whose cells decide how wide a column is
_COLOURS: Final = {
    Status.PENDING: "8FB8DE",
    Status.SENDING: "5B8DB8",
    Status.ACCEPTED: "3FA776",
    Status.FAILED: "D9534F",
    Status.UNKNOWN: "F0AD4E",
    Status.CANCELLED: "B0B7C3",
}


def write_workbook(path: Path, *, run: Run, counts: Counts, rows: Callable[[], Iterator[ReportRow]]) -> None:
    """Write the workbook row by row, so that memory does not grow with it.

    The first sheet has the input's rows in their order with their own columns, followed by the ``lc_*``
    columns. Every text is a text cell: nothing in it is run as a formula or turned into a number.
    """
    book = Workbook(write_only=True)
    results = book.create_sheet(_("Results"))
    rejected = book.create_sheet(_("To fix"))
    _set_up_results(results, run, rows)
    _set_up_rejected(rejected)
    phone = run.new.columns.index(run.new.phone_column) if run.new.phone_column in run.new.columns else None
    for row in rows():
        results.append(_result_cells(results, row))
        if row.status is None:
            rejected.append(_rejected_cells(rejected, row, run.new.columns, phone))
    results.auto_filter.ref = f"A1:{get_column_letter(len(run.new.columns) + len(line.COLUMNS))}{counts.rows + 1}"
    _write_summary(book.create_sheet(_("Summary")), run, counts)
    book.save(path)


def _set_up_results(sheet: Worksheet, run: Run, rows: Callable[[], Iterator[ReportRow]]) -> None:
    """Set widths and the frozen header, which a write-only sheet takes before its first row."""
    columns = (*run.new.columns, *line.COLUMNS)
    for index, width in enumerate(_widths(run.new.columns, rows), start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    _set_up_page(sheet)
    ours = len(run.new.columns)
    sheet.append([cells.header(sheet, name, ours=index >= ours) for index, name in enumerate(columns)])


def _set_up_page(sheet: Worksheet) -> None:
    """Keep the header in sight, and print all columns on one page's width."""
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    _fit_to_page(sheet)


def _fit_to_page(sheet: Worksheet) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _widths(columns: Sequence[str], rows: Callable[[], Iterator[ReportRow]]) -> list[int]:
    widths = [len(name) + 3 for name in columns]
    for _number, row in zip(range(_SAMPLED), rows(), strict=False):
        widths = [max(width, len(str(cell)) + 2) for width, cell in zip(widths, row.row.cells, strict=True)]
    return [min(_WIDEST, max(_NARROWEST, width)) for width in widths] + [
        _WIDTHS.get(name, len(name) + 3) for name in line.COLUMNS
    ]


def _result_cells(sheet: Worksheet, row: ReportRow) -> list[Any]:
    return [
        *(cells.plain(sheet, cell) for cell in row.row.cells),
        row.row.number,
        cells.text(sheet, row.phone.e164) if row.phone else None,
        cells.status(sheet, line.status_of(row)),
        cells.text(sheet, row.reason) if row.reason else None,
        cells.text(sheet, line.message_of(row.content)) if row.content else None,
        cells.text(sheet, row.sender) if row.sender else None,
        row.attempts if row.status else None,
        cells.moment(sheet, row.answered_at) if row.answered_at else None,
        cells.text(sheet, line.detail_of(row)),
    ]


def _set_up_rejected(sheet: Worksheet) -> None:
    for letter, width in zip("ABCDEFG", (7, 18, 24, 20, 30, 48, 52), strict=True):
        sheet.column_dimensions[letter].width = width
    _set_up_page(sheet)
    headings = (_("Row"), _("Column"), _("Value"), "lc_reason", _("Reason"), _("What is wrong"), _("What to do"))
    sheet.append([cells.header(sheet, heading) for heading in headings])


def _rejected_cells(sheet: Worksheet, row: ReportRow, columns: Sequence[str], phone: int | None) -> list[Any]:
    at_fault = columns.index(row.column) if row.column in columns else phone
    value: Cell = row.row.cells[at_fault] if at_fault is not None else ""
    return [
        row.row.number,
        cells.text(sheet, row.column) if row.column else None,
        cells.plain(sheet, value),
        cells.text(sheet, row.reason),
        cells.text(sheet, reason_words(row.reason)),
        cells.wrapped(sheet, line.detail_of(row)),
        cells.wrapped(sheet, say(advice_for(row.reason))),
    ]


def _write_summary(sheet: Worksheet, run: Run, counts: Counts) -> None:
    """Write the figures and the charts that show them."""
    _fit_to_page(sheet)
    sheet.column_dimensions["A"].width = 46
    sheet.column_dimensions["B"].width = 26
    facts = [
        (_("Campaign"), run.new.campaign),
        (_("Run"), run.id),
        (_("Contacts"), run.new.source),
        (_("Proof"), run.proof),
        (_("Started"), run.started_at),
        (_("Ended"), run.ended_at),
        *((f"{_('Halted')} – {sender}", reason_words(reason)) for sender, reason in run.halted.items()),
    ]
    for name, value in facts:
        shown = cells.text(sheet, value) if isinstance(value, str) else value and cells.moment(sheet, value)
        sheet.append([cells.text(sheet, name), shown])
    sheet.append([])
    sheet.append([cells.header(sheet, _("Messages")), cells.header(sheet, _("Count"))])
    first = len(facts) + 3
    for status, count in counts.messages.items():
        sheet.append([cells.text(sheet, status_words(status)), count])
    last = first + len(counts.messages) - 1
    sheet.add_chart(_outcomes(sheet, first, last, list(counts.messages)), "D2")
    sheet.append([cells.text(sheet, _("Messages in all")), f"=SUM(B{first}:B{last})"])
    sheet.append([])
    sheet.append([cells.header(sheet, _("Rejected rows")), cells.header(sheet, _("Count"))])
    first = last + 4
    for reason, count in counts.rejected.items():
        sheet.append([cells.text(sheet, reason_words(reason)), count])
    last = first + len(counts.rejected) - 1
    if counts.rejected:
        sheet.add_chart(_rejections(sheet, first, last), "D20")
    sheet.append([cells.text(sheet, _("Rows read")), counts.rows])


def _outcomes(sheet: Worksheet, first: int, last: int, statuses: Sequence[Status]) -> DoughnutChart:
    chart = DoughnutChart(holeSize=55)
    chart.title = _("Messages")
    chart.add_data(Reference(sheet, min_col=2, min_row=first, max_row=last))
    chart.set_categories(Reference(sheet, min_col=1, min_row=first, max_row=last))
    for index, status in enumerate(statuses):
        point = DataPoint(idx=index)
        point.graphicalProperties.solidFill = _COLOURS[status]
        chart.series[0].dPt.append(point)
    chart.height, chart.width = 8, 15
    return chart


def _rejections(sheet: Worksheet, first: int, last: int) -> BarChart:
    chart = BarChart()
    chart.type = "bar"
    chart.title = _("Rejected rows")
    chart.add_data(Reference(sheet, min_col=2, min_row=first, max_row=last))
    chart.set_categories(Reference(sheet, min_col=1, min_row=first, max_row=last))
    chart.legend = None
    chart.series[0].graphicalProperties.solidFill = "8A94A6"
    chart.dataLabels = DataLabelList(showVal=True, showSerName=False, showCatName=False, showLegendKey=False)
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.x_axis.scaling.orientation = "maxMin"
    chart.y_axis.majorGridlines = None
    chart.height, chart.width = 8, 15
    return chart
