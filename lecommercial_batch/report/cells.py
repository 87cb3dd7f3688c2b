"""Values to workbook cells: what is text stays text, whatever it looks like."""

from datetime import date, datetime, time
from typing import Any, Final

from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from lecommercial_batch.model import Cell

LONGEST: Final = 32_767  #: characters in a cell; source: Excel's limits
MOST_DIGITS: Final = 15  #: digits Excel keeps of a number
WHEN: Final = "dd/mm/yyyy hh:mm:ss"

_HEADER_FONT: Final = Font(bold=True, color="FFFFFF")
_HEADER_FILL: Final = PatternFill("solid", fgColor="404A5C")
_OURS_FILL: Final = PatternFill("solid", fgColor="1F7A5C")
_WRAPPED: Final = Alignment(wrap_text=True, vertical="top")
_FILLS: Final = {
    "accepted": PatternFill("solid", fgColor="DDF3E4"),
    "failed": PatternFill("solid", fgColor="FADBD8"),
    "unknown": PatternFill("solid", fgColor="FDEBD0"),
    "rejected": PatternFill("solid", fgColor="E5E7EB"),
}


def text(sheet: Worksheet, value: str, *, style: Any = None) -> Any:
    """Return a text cell: never a formula, never a number, within what Excel takes."""
    cell = WriteOnlyCell(sheet)
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST]
    cell.data_type = "s"  # openpyxl takes what begins with = for a formula, and dates and errors for theirs
    cell.number_format = "@"
    if style is not None:
        cell.fill = style
    return cell


def plain(sheet: Worksheet, value: Cell) -> Any:
    """Return an input's cell as it was read: text as text, a number as a number, a date as a date."""
    match value:
        case "":
            return None
        case str():
            return text(sheet, value)
        case datetime():
            return moment(sheet, value)
        case bool() | date() | time():
            return value
        case int() if len(str(abs(value))) > MOST_DIGITS:
            return text(sheet, str(value))
        case _:
            return value


def moment(sheet: Worksheet, value: datetime) -> Any:
    """Return a cell with a moment, in local time, since a spreadsheet knows no zones."""
    cell = WriteOnlyCell(sheet)
    cell.value = value.astimezone().replace(tzinfo=None) if value.tzinfo else value
    cell.number_format = WHEN
    return cell


def header(sheet: Worksheet, value: str, *, ours: bool = False) -> Any:
    """Return a heading; ours in a colour of their own."""
    cell = text(sheet, value)
    cell.font = _HEADER_FONT
    cell.fill = _OURS_FILL if ours else _HEADER_FILL
    return cell


def status(sheet: Worksheet, value: str) -> Any:
    """Return a status in its colour."""
    return text(sheet, value, style=_FILLS.get(value))


def wrapped(sheet: Worksheet, value: str) -> Any:
    """Return a text that may take several lines."""
    cell = text(sheet, value)
    cell.alignment = _WRAPPED
    return cell
