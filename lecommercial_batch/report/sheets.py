"""The sheets of a table: how they open, and as many as its rows take."""

from collections.abc import Mapping, Sequence
from typing import IO

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from lecommercial_batch.report.table import Table


def draw(book: Workbook, table: Table, widths: Sequence[int], first: Worksheet) -> Mapping[str, IO[bytes]]:
    """Set up the sheets of a table from its first one on, and return the rows of each by its title."""
    place = book.index(first)
    further = range(1, len(table.sheets))
    sheets = [first, *(book.create_sheet(f"{first.title} {number + 1}", place + number) for number in further)]
    for number, sheet in enumerate(sheets):
        _set_up(sheet, table.range(number), widths)
    return {sheet.title: rows for sheet, rows in zip(sheets, table.sheets, strict=True)}


def _set_up(sheet: Worksheet, cell_range: str, widths: Sequence[int]) -> None:
    """Keep the header in sight, offer filters, and print all columns on one page's width."""
    for index, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = cell_range
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
