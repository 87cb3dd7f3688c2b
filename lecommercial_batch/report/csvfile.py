"""The report as CSV: UTF-8 with BOM and semicolons, as Excel in French opens it by a double click."""

import csv
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Final

from lecommercial_batch.model import Cell, Counts, ReportRow, Run
from lecommercial_batch.report import line
from lecommercial_batch.report.summary import iso

#: What a spreadsheet takes for a formula when it opens a CSV file.
_FORMULA: Final = ("=", "@", "\t", "\r")
_SIGNED: Final = ("+", "-")


def write_csv(path: Path, *, run: Run, counts: Counts, rows: Callable[[], Iterator[ReportRow]]) -> None:
    """Write every row in the order of the file."""
    del counts
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow([harmless(column) for column in (*run.new.columns, *line.COLUMNS)])
        for row in rows():
            cells = (*row.row.cells, *_results(row))
            writer.writerow([harmless(_written(cell)) for cell in cells])


def harmless(text: str) -> str:
    """Keep a text from being run as a formula: one that begins like one gets a leading apostrophe.

    A number with its sign, phone numbers among them, is left as it is.
    """
    runs = text.startswith(_FORMULA) or (
        text.startswith(_SIGNED) and not text[1:].replace(" ", "").replace(",", "").replace(".", "").isdigit()
    )
    return f"'{text}" if runs else text


def _results(row: ReportRow) -> tuple[str, ...]:
    return (
        str(row.row.number),
        row.phone.e164 if row.phone else "",
        line.status_of(row),
        row.reason,
        line.message_of(row.content),
        row.sender,
        str(row.attempts) if row.status else "",
        iso(row.answered_at) or "",
        line.detail_of(row),
    )


def _written(cell: Cell) -> str:
    match cell:
        case datetime() | date() | time():
            return cell.isoformat()
        case bool():
            return str(cell).upper()
        case float():
            return f"{cell:.15g}".replace(".", ",")  # the decimal comma of the file's semicolons
        case _:
            return str(cell)
