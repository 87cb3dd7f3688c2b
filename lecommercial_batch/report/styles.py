"""How the workbook looks: openpyxl registers each style once, cells name it by its number."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from lecommercial_batch.core.language import _
from lecommercial_batch.core.model import Status
from lecommercial_batch.report.cells import Formats
from lecommercial_batch.report.line import REJECTED

#: Dark enough for a bar on white.
COLOURS: Final[Mapping[str, str]] = {
    Status.PENDING: "8FB8DE",
    Status.SENDING: "5B8DB8",
    Status.ACCEPTED: "3FA776",
    Status.FAILED: "D9534F",
    Status.UNKNOWN: "F0AD4E",
    Status.CANCELLED: "B0B7C3",
    REJECTED: "8A94A6",
}
#: Pale enough for text to be read on it.
_TINTS: Final[Mapping[str, str]] = {
    Status.PENDING: "E3EEF8",
    Status.SENDING: "D3E3F1",
    Status.ACCEPTED: "DDF3E4",
    Status.FAILED: "FADBD8",
    Status.UNKNOWN: "FDEBD0",
    Status.CANCELLED: "ECEEF1",
    REJECTED: "E5E7EB",
}
_TEXT: Final = "@"
_WHITE: Final = "FFFFFF"
_DARK: Final = "404A5C"
_GREEN: Final = "1F7A5C"
_FONT: Final = "Calibri"
_SHORT_DATE: Final = "mm-dd-yy"  #: format 14, which each spreadsheet shows as its country writes dates


@dataclass(frozen=True, slots=True, kw_only=True)
class Styles:
    """The style numbers of a workbook."""

    formats: Formats
    heading: int
    our_heading: int  #: of the columns we add
    figure_heading: int
    count: int
    answered: int
    moment: int
    wrapped: int  #: text over several lines
    status: Mapping[str, int]
    title: int
    label: int
    total: int
    share: int


def styles_of(sheet: Worksheet) -> Styles:
    """Register the styles in a sheet's workbook."""
    white = Font(name=_FONT, bold=True, color=_WHITE)
    top, centred, right = Alignment(vertical="top"), Alignment("center", "top"), Alignment("right", "top")
    # Translators: how a spreadsheet writes a moment; the letters are always these.
    moment = _("yyyy-mm-dd hh:mm:ss")
    return Styles(
        formats=Formats(
            text=_style(sheet, number_format=_TEXT, alignment=top),
            plain=_style(sheet, alignment=top),
            whole=_style(sheet, number_format="0", alignment=top),
            day=_style(sheet, number_format=_SHORT_DATE, alignment=top),
            moment=_style(sheet, number_format=moment, alignment=top),
            hour=_style(sheet, number_format="hh:mm:ss", alignment=top),
        ),
        heading=_style(sheet, number_format=_TEXT, font=white, fill=_fill(_DARK), alignment=top),
        our_heading=_style(sheet, number_format=_TEXT, font=white, fill=_fill(_GREEN), alignment=top),
        figure_heading=_style(sheet, number_format=_TEXT, font=white, fill=_fill(_DARK), alignment=right),
        count=_style(sheet, alignment=centred),
        answered=_style(sheet, number_format=moment, alignment=centred),
        moment=_style(sheet, number_format=moment, alignment=Alignment("left")),
        wrapped=_style(sheet, number_format=_TEXT, alignment=Alignment(wrap_text=True, vertical="top")),
        status={name: _style(sheet, number_format=_TEXT, fill=_fill(tint)) for name, tint in _TINTS.items()},
        title=_style(sheet, number_format=_TEXT, font=Font(name=_FONT, bold=True, size=16)),
        label=_style(sheet, number_format=_TEXT, font=Font(name=_FONT, color="5F6B7A")),
        total=_style(sheet, font=Font(name=_FONT, bold=True)),
        share=_style(sheet, number_format="0.0%"),
    )


def _style(sheet: Worksheet, **attributes: Any) -> int:  # openpyxl's own style objects, each its type
    cell = WriteOnlyCell(sheet)
    for name, value in attributes.items():
        setattr(cell, name, value)
    return int(cell.style_id)


def _fill(colour: str) -> PatternFill:
    return PatternFill("solid", fgColor=colour)
