"""The preview as a workbook: one row a message, and a sheet of the rows that are left out."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from openpyxl import Workbook

from lecommercial_batch.core.addresses import shown as shown_address
from lecommercial_batch.core.advice import advice_for
from lecommercial_batch.core.labels import reason_words
from lecommercial_batch.core.language import _, say
from lecommercial_batch.core.model import Cell, ReportRow, Run
from lecommercial_batch.report import cells, line
from lecommercial_batch.report.sheets import draw
from lecommercial_batch.report.splice import save
from lecommercial_batch.report.styles import Styles, styles_of
from lecommercial_batch.report.table import MOST_ROWS, Table, lines_of
from lecommercial_batch.report.writing import writing

_WIDTHS: Final = (8, 16, 72, 12, 30, 14, 14)
_LEFT_OUT_WIDTHS: Final = (8, 34, 16, 54, 64)
_FACTS_WIDTHS: Final = (16, 72)
_WIDTH: Final = 18  #: characters, of the input's columns: a number of fifteen digits with its sign fits
_MOST_LINES: Final = 12  #: a row is not higher: the rest is seen in the cell


def write_preview_book(path: Path, *, run: Run, rows: Iterable[ReportRow], most_rows: int = MOST_ROWS) -> None:
    """Write the workbook in one pass over a plan's rows; every text in it is text, the input's cells included.

    Raises:
        ReportError: the file cannot be written.
    """
    columns = run.new.columns
    book = Workbook(write_only=True)
    sheets = [book.create_sheet(_("Messages")), book.create_sheet(_("Left out")), book.create_sheet(_("Summary"))]
    styles = styles_of(sheets[0])
    own = [cells.text(name, styles.heading) for name in columns]
    shown, told = (
        [cells.text(name, styles.our_heading) for name in names] + own
        for names in (_of_messages(), _of_left_out())
    )
    phone = columns.index(run.new.phone_column)
    with (
        writing(path) as unfinished,
        Table(path.parent, shown, most_rows=most_rows) as messages,
        Table(path.parent, told, most_rows=most_rows) as left_out,
        Table(path.parent, [cells.text(text, styles.heading) for text in ("", run.new.campaign)]) as facts,
    ):
        for row in rows:
            if row.status is None:
                told_of, lines = _told(row, styles)
                left_out.append(told_of + _own(row.row.cells, phone, styles), lines=lines)
            else:
                lines = min(_MOST_LINES, lines_of(row.content.text if row.content else "", _WIDTHS[2]))
                messages.append(_shown(row, styles) + _own(row.row.cells, phone, styles), lines=lines)
        for name, value in ((_("Sent to"), shown_address(run.new.address)), (_("Proof"), run.proof)):
            facts.append([cells.text(name, styles.label), cells.text(value, styles.formats.text)])
        widths = [max(_WIDTH, len(name) + 4) for name in columns]
        parts = {
            **draw(book, messages, [*_WIDTHS, *widths], sheets[0]),
            **draw(book, left_out, [*_LEFT_OUT_WIDTHS, *widths], sheets[1]),
            **draw(book, facts, _FACTS_WIDTHS, sheets[2]),
        }
        book.properties.title, book.properties.description = run.new.campaign, f"{_('Proof')} {run.proof}"
        save(book, unfinished, parts)


def _of_messages() -> Sequence[str]:
    return _("Row"), _("Number"), _("Message"), _("Characters"), _("Attachment"), _("Sender"), _("Variant")


def _of_left_out() -> Sequence[str]:
    return _("Row"), _("Reason"), _("Column"), _("What is wrong"), _("What to do")


def _shown(row: ReportRow, styles: Styles) -> list[str]:
    text, content = styles.formats.text, row.content
    said = line.message_of(content) if content and content.template_id else content.text if content else ""
    return [
        cells.number(row.row.number, styles.count),
        cells.text(row.phone.e164 if row.phone else "", text),
        cells.text(said, styles.wrapped),
        cells.number(len(content.text) if content else 0, styles.count),
        cells.text(content.file if content else "", text),
        cells.text(row.sender, text),
        cells.text(row.variant, text),
    ]


def _told(row: ReportRow, styles: Styles) -> tuple[list[str], int]:
    """Return the cells that say why a row is left out, and the lines they take."""
    said = (reason_words(row.reason), row.column, line.detail_of(row), say(advice_for(row.reason)))
    written = [
        cells.number(row.row.number, styles.count),
        *(cells.text(sentence, styles.wrapped) for sentence in said),
    ]
    return written, max(map(lines_of, said, _LEFT_OUT_WIDTHS[1:]))


def _own(row: Sequence[Cell], phone: int, styles: Styles) -> list[str]:
    written = [cells.own(cell, styles.formats) for cell in row]
    written[phone] = cells.as_text(row[phone], styles.formats)
    return written
