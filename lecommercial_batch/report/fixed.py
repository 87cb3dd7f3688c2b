"""A contact file written back: its rows with their numbers put right, and those that could not be."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from lecommercial_batch.advice import advice_for
from lecommercial_batch.errors import Problem, ReportError
from lecommercial_batch.language import _, say, why
from lecommercial_batch.model import Cell, Message, Recipient, Rejection
from lecommercial_batch.sentence import Sentence
from lecommercial_batch.words import reason_words

_LONGEST: Final = 32_767  #: characters in a cell; source: Excel's limits
_MOST_DIGITS: Final = 15  #: digits Excel keeps of a number


def write_fixed(
    path: Path, *, columns: Sequence[str], phone: int, rows: Iterable[Recipient | Message | Rejection]
) -> None:
    """Write a workbook of two sheets: the rows that can be written to, and the others with what to do about each.

    Every row is in one of them, with all of its cells; numbers are written out as text. The file appears whole or
    not at all.

    Raises:
        ReportError: the file cannot be written.
    """
    book = Workbook(write_only=True)
    good, bad = book.create_sheet(_("Contacts")), book.create_sheet(_("To fix"))
    _set_up(good, columns, [max(14, len(name) + 3) for name in columns])
    ours = (_("Row"), _("Reason"), _("Column"), _("What is wrong"), _("What to do"))
    _set_up(bad, (*ours, *columns), [7, 22, 16, 48, 52, *[14] * len(columns)])
    for each in rows:
        if isinstance(each, Rejection):
            bad.append(_told(bad, each))
        else:
            good.append(_with_number(good, each, phone))
    _save(book, path)


def _set_up(sheet: Worksheet, headings: Sequence[str], widths: Sequence[int]) -> None:
    for index, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    sheet.freeze_panes = "A2"
    cells = [_text(sheet, heading) for heading in headings]
    for cell in cells:
        cell.font = Font(bold=True)
    sheet.append(cells)


def _with_number(sheet: Worksheet, each: Recipient | Message, phone: int) -> list[Any]:
    values = [_plain(sheet, cell) for cell in each.row.cells]
    values[phone] = _text(sheet, each.phone.e164)
    return values


def _told(sheet: Worksheet, each: Rejection) -> list[Any]:
    said = (reason_words(each.reason), each.column, say(each.detail), say(advice_for(each.reason)))
    return [
        each.row.number,
        *(_text(sheet, text) for text in said),
        *(_plain(sheet, cell) for cell in each.row.cells),
    ]


def _plain(sheet: Worksheet, value: Cell) -> Any:
    """Return a cell as it was read: text as text, a number as a number while Excel keeps its digits."""
    if isinstance(value, str):
        return _text(sheet, value)
    exact = not isinstance(value, int) or len(str(abs(value))) <= _MOST_DIGITS
    return value if exact and value == value else _text(sheet, str(value))  # noqa: PLR0124 - NaN is not itself


def _text(sheet: Worksheet, value: str) -> Any:
    """Return a text cell, whatever it looks like: never a formula, never a number."""
    cell = WriteOnlyCell(sheet)
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST]
    cell.data_type = "s"  # openpyxl takes what begins with = for a formula
    cell.number_format = "@"
    return cell


def _save(book: Workbook, path: Path) -> None:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
        book.save(unfinished)
        unfinished.replace(path)
    except OSError as error:
        message = Sentence("the file cannot be written: {reason}", reason=why(error))
        advice = Sentence("Close it if it is open elsewhere, or name another place.")
        raise ReportError(Problem(code="not_writable", file=str(path), message=message, advice=advice)) from error
    finally:
        unfinished.unlink(missing_ok=True)
