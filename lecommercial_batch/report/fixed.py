"""A contact file written back: its rows with their numbers put right, and those that could not be."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from lecommercial_batch.core.advice import advice_for
from lecommercial_batch.core.labels import reason_words
from lecommercial_batch.core.language import _, say
from lecommercial_batch.core.model import Message, Recipient, Rejection
from lecommercial_batch.planning.screening.first_mobile import column_taken
from lecommercial_batch.report import cells
from lecommercial_batch.report.sheets import draw
from lecommercial_batch.report.splice import save
from lecommercial_batch.report.styles import Styles, styles_of
from lecommercial_batch.report.table import Table
from lecommercial_batch.report.writing import writing

_WIDTH: Final = 14  #: characters, of the input's columns
_OUR_WIDTHS: Final = (8, 24, 16, 52, 60)


def write_fixed(
    path: Path, *, columns: Sequence[str], phones: Sequence[int], rows: Iterable[Recipient | Message | Rejection]
) -> None:
    """Write a workbook of two sheets: the rows that can be written to, and the others with what to do about each.

    Every row is in one of them, with all of its cells; numbers are written out as text. The file appears whole or
    not at all.

    Raises:
        ReportError: the file cannot be written.
    """
    with writing(path) as unfinished:
        _write(unfinished, columns, phones, rows)


def _write(
    path: Path, columns: Sequence[str], phones: Sequence[int], rows: Iterable[Recipient | Message | Rejection]
) -> None:
    book = Workbook(write_only=True)
    sheets: list[Worksheet] = [book.create_sheet(_("Contacts")), book.create_sheet(_("To fix"))]
    styles = styles_of(sheets[0])
    own = [cells.text(name, styles.heading) for name in columns]
    ours = (_("Row"), _("Reason"), _("Column"), _("What is wrong"), _("What to do"))
    told = [cells.text(name, styles.our_heading) for name in ours]
    with Table(path.parent, own) as good, Table(path.parent, told + own) as bad:
        for each in rows:
            if isinstance(each, Rejection):
                bad.append(_told(each, phones, styles))
            else:
                good.append(_with_number(each, _taken(each, columns, phones), styles))
        widths = [max(_WIDTH, len(name) + 4) for name in columns]
        parts = {**draw(book, good, widths, sheets[0]), **draw(book, bad, [*_OUR_WIDTHS, *widths], sheets[1])}
        save(book, path, parts)


def _taken(each: Recipient | Message, columns: Sequence[str], phones: Sequence[int]) -> int:
    """Return the column that a number came from, which it goes back to."""
    column = column_taken(each.repair)
    return columns.index(column) if column else phones[0]


def _with_number(each: Recipient | Message, phone: int, styles: Styles) -> list[str]:
    values = [cells.own(cell, styles.formats) for cell in each.row.cells]
    values[phone] = cells.text(each.phone.e164, styles.formats.text)
    return values


def _told(each: Rejection, phones: Sequence[int], styles: Styles) -> list[str]:
    said = (reason_words(each.reason), each.column, say(each.detail), say(advice_for(each.reason)))
    values = [cells.own(cell, styles.formats) for cell in each.row.cells]
    for phone in phones:
        values[phone] = cells.as_text(each.row.cells[phone], styles.formats)
    return [
        cells.number(each.row.number, styles.count),
        *(cells.text(sentence, styles.formats.text) for sentence in said),
        *values,
    ]
