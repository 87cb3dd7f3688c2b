"""The results workbook: the input's rows with what became of each, the rows to fix, and the figures."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from openpyxl import Workbook

from lecommercial_batch.core.advice import advice_for
from lecommercial_batch.core.labels import reason_words
from lecommercial_batch.core.language import _, say
from lecommercial_batch.core.model import Cell, Counts, ReportRow, Run
from lecommercial_batch.report import cells, figures, line
from lecommercial_batch.report.sheets import draw
from lecommercial_batch.report.splice import save
from lecommercial_batch.report.styles import Styles, styles_of
from lecommercial_batch.report.table import MOST_ROWS, Table, lines_of

#: Characters wide, where the name is not what decides.
_WIDTHS: Final = {
    "lc_phone": 16,
    "lc_status": 11,
    "lc_reason": 16,
    "lc_message": 48,
    "lc_answered_at": 20,
    "lc_detail": 60,
}
_REJECTED_WIDTHS: Final = (8, 18, 26, 18, 42, 60, 84)
_NARROWEST, _WIDEST = 9, 40
_SAMPLED: Final = 200  #: rows whose cells decide how wide a column is
_FILTER_BUTTON: Final = 4  #: characters it hides of a heading


def write_workbook(
    path: Path,
    *,
    run: Run,
    counts: Counts,
    rows: Callable[[], Iterator[ReportRow]],
    most_rows: int = MOST_ROWS,
) -> None:
    """Write the workbook in one pass over the rows, so that memory does not grow with them.

    The first sheet has the input's rows in their order with their own columns, followed by the ``lc_*``
    columns. Every text is a text cell: nothing in it is run as a formula or turned into a number. A sheet holds
    ``most_rows``; what is beyond goes on in another.
    """
    book = Workbook(write_only=True)
    first = book.create_sheet(_("Results"))
    styles = styles_of(first)
    columns = _Columns(run)
    with (
        Table(path.parent, columns.headings(styles), most_rows=most_rows) as results,
        Table(path.parent, _rejected_headings(styles), most_rows=most_rows) as rejected,
        Table(path.parent, figures.heading(run, styles), heading_lines=2) as summary,
    ):
        sample: list[Sequence[Cell]] = []
        for row in rows():
            results.append(columns.cells(row, styles))
            if row.status is None:
                _reject(rejected, row, run, styles)
            if len(sample) < _SAMPLED:
                sample.append(columns.own(row))
        parts = {
            **draw(book, results, columns.widths(sample), first),
            **draw(book, rejected, _REJECTED_WIDTHS, book.create_sheet(_("Rejected"))),
            **figures.draw(book.create_sheet(_("Summary")), summary, run=run, counts=counts, styles=styles),
        }
        save(book, path, parts)


class _Columns:
    """The input's columns and ours."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._ours = line.ours(run)
        self._kept = line.kept(run.new.columns)
        self._names = [run.new.columns[index] for index in self._kept]
        self._phone = next((i for i, name in enumerate(self._names) if name == run.new.phone_column), -1)

    def headings(self, styles: Styles) -> list[str]:
        own = [cells.text(name, styles.heading) for name in self._names]
        return own + [cells.text(name, styles.our_heading) for name in self._ours]

    def own(self, row: ReportRow) -> list[Cell]:
        return [row.row.cells[index] for index in self._kept]

    def cells(self, row: ReportRow, styles: Styles) -> list[str]:
        formats = styles.formats
        own = [
            cells.as_text(cell, formats) if index == self._phone else cells.own(cell, formats)
            for index, cell in enumerate(self.own(row))
        ]
        more = [cells.text(text, formats.text) for text in line.more(self._run, row)]
        return own + _result_cells(row, styles) + more

    def widths(self, sample: Sequence[Sequence[Cell]]) -> list[int]:
        """Return widths that show a heading in full, and of the cells what is reasonable."""
        widths = [len(name) + _FILTER_BUTTON for name in self._names]
        for row in sample:
            widths = [max(width, len(str(cell)) + 2) for width, cell in zip(widths, row, strict=True)]
        own = [min(_WIDEST, max(_NARROWEST, width)) for width in widths]
        return own + [_WIDTHS.get(name, len(name) + _FILTER_BUTTON) for name in self._ours]


def _result_cells(row: ReportRow, styles: Styles) -> list[str]:
    text, status = styles.formats.text, line.status_of(row)
    return [
        cells.number(row.row.number, styles.count),
        cells.text(row.phone.e164, text) if row.phone else "",
        cells.text(status, styles.status[status]),
        cells.text(row.reason, text),
        cells.text(line.message_of(row.content), text),
        cells.text(row.sender, text),
        cells.number(row.attempts, styles.count) if row.status else "",
        cells.moment(row.answered_at, styles.answered) if row.answered_at else "",
        cells.text(line.detail_of(row), text),
    ]


def _rejected_headings(styles: Styles) -> list[str]:
    names = (_("Row"), _("Column"), _("Value"), "lc_reason", _("Reason"), _("What is wrong"), _("What to do"))
    return [cells.text(name, styles.heading) for name in names]


def _reject(table: Table, row: ReportRow, run: Run, styles: Styles) -> None:
    columns, formats = run.new.columns, styles.formats
    value = row.row.cells[columns.index(row.column)] if row.column in columns else ""
    said = (reason_words(row.reason), line.detail_of(row), say(advice_for(row.reason)))
    table.append(
        [
            cells.number(row.row.number, styles.count),
            cells.text(row.column, formats.text),
            cells.as_text(value, formats),
            cells.text(row.reason, formats.text),
            *(cells.text(sentence, styles.wrapped) for sentence in said),
        ],
        lines=max(lines_of(sentence, width) for sentence, width in zip(said, _REJECTED_WIDTHS[-3:], strict=True)),
    )
