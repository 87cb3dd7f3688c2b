"""Values as cells of a worksheet's XML: what is text stays text, whatever it looks like.

A cell is written as what stands between ``<c r="A1"`` and ``</c>``; an empty one is the empty string. openpyxl
draws the workbook around them: its own cell objects took three quarters of the time of a large report.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from openpyxl.utils.datetime import to_excel

from lecommercial_batch.core.model import Cell

LONGEST: Final = 32_767  #: UTF-16 units in a cell; source: Excel's limits
_MOST_DIGITS: Final = 15  #: digits Excel keeps of a number
_SHORTENED: Final = 10**11  #: from here on Excel shows a number as 1E+11 unless told otherwise
_FIRST_DAY: Final = date(1900, 1, 1)  #: of a spreadsheet's calendar

_SPECIAL: Final = re.compile("[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9a-fA-F]{4}_")
_ESCAPES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r\n": "\n", "\r": "\n"}
_LINE_END: Final = re.compile("\r\n?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Formats:
    """The numbers of a workbook's cell styles."""

    text: int
    plain: int  #: a number as the spreadsheet likes
    whole: int  #: a number with all its digits
    day: int
    moment: int
    hour: int


def text(value: str, style: int) -> str:
    """Return a text cell: never a formula, never a number, without what Excel refuses, within its limit."""
    if not value:
        return ""
    if len(value) > LONGEST // 2:
        value = _cut(value)
    if _SPECIAL.search(value):
        value = _SPECIAL.sub(_escape, _LINE_END.sub("\n", value))
    return f' s="{style}" t="inlineStr"><is><t xml:space="preserve">{value}</t></is>'


def number(value: float, style: int = 0) -> str:
    """Return a number."""
    return f' s="{style}"><v>{value!r}</v>'


def moment(value: datetime, style: int) -> str:
    """Return a moment in local time, since a spreadsheet knows no zones."""
    local = value.astimezone().replace(tzinfo=None) if value.tzinfo else value
    return number(_serial(local), style)


def own(value: Cell, formats: Formats) -> str:
    """Return an input's cell as it was read: text as text, a number as a number, a date as a date."""
    match value:
        case str():
            return text(value, formats.text)
        case bool():
            return f' s="{formats.plain}" t="b"><v>{value:d}</v>'
        case int() | float():
            return _number(value, formats)
        case datetime() if value.date() >= _FIRST_DAY and (value.tzinfo or value.time() != time()):
            return moment(value, formats.moment)
        case time():
            return number(_serial(value), formats.hour)
        case date() if (day := value.date() if isinstance(value, datetime) else value) >= _FIRST_DAY:
            return number(_serial(day), formats.day)
        case _:
            return text(value.isoformat(), formats.text)


def as_text(value: Cell, formats: Formats) -> str:
    """Return a cell as text even where it was read as a number, as phone numbers may be."""
    match value:
        case bool():
            return own(value, formats)
        case float() if value.is_integer():
            return text(f"{value:.0f}", formats.text)
        case int() | float():
            return text(str(value), formats.text)
        case _:
            return own(value, formats)


def _number(value: float, formats: Formats) -> str:
    if isinstance(value, int) and len(str(abs(value))) > _MOST_DIGITS:
        return text(str(value), formats.text)
    if not abs(value) < float("inf"):  # nor is "not a number" one to Excel
        return text(str(value), formats.text)
    return number(value, formats.whole if abs(value) >= _SHORTENED and value == int(value) else formats.plain)


def _serial(value: date | time) -> float:
    """Return the number a spreadsheet counts days with."""
    return float(to_excel(value))  # type: ignore[no-untyped-call]  # its stubs lack the types


def _escape(found: re.Match[str]) -> str:
    """Write out what XML reserves, drop what it refuses, keep Excel from reading ``_x0041_`` as an A."""
    special = found[0]
    return f"_x005F{special}" if special[0] == "_" else _ESCAPES.get(special, "")


def _cut(value: str) -> str:
    """Shorten to Excel's limit, which counts as UTF-16 does: an emoji is two."""
    units = value.encode("utf-16-le", "surrogatepass")
    return units[: 2 * LONGEST].decode("utf-16-le", "ignore") if len(units) > 2 * LONGEST else value
