"""The summary sheet: a run's facts and figures, and the charts that show them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import IO, Final

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.marker import DataPoint
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from lecommercial_batch.core.addresses import shown
from lecommercial_batch.core.labels import part_words, reason_words, status_words
from lecommercial_batch.core.language import _, say
from lecommercial_batch.core.model import Counts, Run, Status
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.report import cells
from lecommercial_batch.report.line import REJECTED
from lecommercial_batch.report.styles import COLOURS, Styles
from lecommercial_batch.report.table import Table

_WIDTHS: Final = {"A": 36, "B": 20, "C": 10, "D": 4}
_CHARTS_IN: Final = "E"
_CHART_WIDTH: Final = 19  #: centimetres
_BAR, _FRAME = 0.85, 2.2  #: centimetres a bar takes, and what is around them
_ROW_HEIGHT: Final = 0.53  #: centimetres


def heading(run: Run, styles: Styles) -> list[str]:
    """Return the first row: three columns in all."""
    return [cells.text(run.new.campaign, styles.title), "", ""]


def draw(sheet: Worksheet, table: Table, *, run: Run, counts: Counts, styles: Styles) -> Mapping[str, IO[bytes]]:
    """Fill the table, set up its sheet with the charts, and return its rows by the sheet's title."""
    _write_facts(table, run, styles)
    outcomes = _write_counts(table, _("Rows"), _outcomes(counts), counts.rows, styles)
    table.append([cells.text(_("rows read"), styles.total), cells.number(counts.rows, styles.total), ""])
    _write_variants(table, run, counts, styles)
    _set_up(sheet)
    colours = [COLOURS[name] for name in (*Status, REJECTED)]
    chart = _chart(sheet, _("Rows by outcome"), outcomes, colours)
    sheet.add_chart(chart, f"{_CHARTS_IN}{outcomes[0] - 1}")
    if counts.rejected:
        by_frequency = sorted(counts.rejected.items(), key=lambda item: -item[1])
        named = [(reason_words(reason), count) for reason, count in by_frequency]
        reasons = _write_counts(table, _("Rejected rows"), named, sum(counts.rejected.values()), styles)
        below = _chart(sheet, _("Rejected rows by reason"), reasons, [COLOURS[REJECTED]] * len(reasons))
        sheet.add_chart(below, f"{_CHARTS_IN}{outcomes[0] + round(chart.height / _ROW_HEIGHT)}")
    return {sheet.title: table.sheets[0]}


def _write_facts(table: Table, run: Run, styles: Styles) -> None:
    for name, value in _facts(run):
        if isinstance(value, datetime):
            shown = cells.moment(value, styles.moment)
        else:
            shown = cells.text(value, styles.formats.text)
        table.append([cells.text(name, styles.label), shown, ""])


def _facts(run: Run) -> Iterator[tuple[str, str | datetime]]:
    yield _("Run"), run.id
    yield _("Contacts"), run.new.source
    yield _("Sent to"), shown(run.new.address)
    yield _("Proof"), run.proof
    if run.started_at:
        yield _("Started"), run.started_at
    if run.ended_at:
        yield _("Ended"), run.ended_at
    offset = (run.started_at or run.created_at).astimezone().strftime("%z")
    yield _("Times are in"), f"UTC{offset[:3]}:{offset[3:]}"
    for sender, reason in run.halted.items():
        yield say(Sentence("Sender {sender} halted", sender=sender)), reason_words(reason)


def _outcomes(counts: Counts) -> list[tuple[str, int]]:
    messages = [(status_words(status), counts.messages.get(status, 0)) for status in Status]
    return [*messages, (_("rejected, not written to"), sum(counts.rejected.values()))]


def _write_counts(
    table: Table, title: str, counted: Sequence[tuple[str, int]], of: int, styles: Styles
) -> Sequence[int]:
    """Add a blank line, a header and the counts; return the rows that these stand in."""
    table.append(["", "", ""])
    figures = (cells.text(name, styles.figure_heading) for name in (_("Count"), _("Share")))
    table.append([cells.text(title, styles.heading), *figures])
    return [
        table.append(
            [
                cells.text(name, styles.formats.text),
                cells.number(count),
                cells.number(count / of if of else 0.0, styles.share),
            ]
        )
        for name, count in counted
    ]


def _write_variants(table: Table, run: Run, counts: Counts, styles: Styles) -> None:
    """Add what became of each variant's messages."""
    for name, by_status in counts.variants.items():
        named = [(status_words(status), count) for status, count in by_status.items() if count]
        title = part_words(name, edits=run.new.edits)
        _write_counts(table, title, named, sum(by_status.values()), styles)
    for name, by_status in counts.after.items():
        named = [(status_words(status), count) for status, count in by_status.items() if count]
        _write_counts(table, part_words(name, edits=True), named, sum(by_status.values()), styles)


def _set_up(sheet: Worksheet) -> None:
    for letter, width in _WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 1
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _chart(sheet: Worksheet, title: str, rows: Sequence[int], colours: Sequence[str]) -> BarChart:
    """Return a bar for each row, with its figure, in the order of the rows."""
    chart = BarChart(gapWidth=40)
    chart.type = "bar"
    chart.title = title
    chart.add_data(Reference(sheet, min_col=2, min_row=rows[0], max_row=rows[-1]))
    chart.set_categories(Reference(sheet, min_col=1, min_row=rows[0], max_row=rows[-1]))
    for index, colour in enumerate(colours):
        point = DataPoint(idx=index, invertIfNegative=False)
        point.graphicalProperties.solidFill = colour
        chart.series[0].dPt.append(point)
    chart.legend = None
    chart.dataLabels = DataLabelList(showVal=True, showSerName=False, showCatName=False, showLegendKey=False)
    chart.x_axis.delete = False
    chart.y_axis.delete = True  # the labels say it
    chart.x_axis.scaling.orientation = "maxMin"
    chart.y_axis.majorGridlines = None
    chart.height = _FRAME + _BAR * len(rows)
    chart.width = _CHART_WIDTH
    return chart
