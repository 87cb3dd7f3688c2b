"""The report as CSV: UTF-8 with BOM and semicolons, as Excel in French opens it by a double click."""

import csv
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Final

from lecommercial_batch.model import Cell, Counts, ReportRow, Run
from lecommercial_batch.report import line
from lecommercial_batch.report.summary import iso

#: How a text begins that a spreadsheet runs when it opens a CSV file; source: OWASP, "CSV Injection".
_FORMULA: Final = ("=", "@", "\t", "\r", "\n", "＝", "＠")
_SIGNED: Final = ("+", "-", "＋", "－")
#: A signed number or a phone number; inner dashes would be subtracted.
_PLAIN: Final = re.compile(r"[+-][\d\s.,()]*\d[\d\s.,()]*", re.ASCII)


def write_csv(path: Path, *, run: Run, counts: Counts, rows: Callable[[], Iterator[ReportRow]]) -> None:
    """Write every row in the order of the file."""
    del counts
    kept = line.kept(run.new.columns)
    with path.open("w", encoding="utf-8-sig", errors="replace", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow([*(harmless(run.new.columns[index]) for index in kept), *line.COLUMNS])
        for row in rows():
            cells = (*(_written(row.row.cells[index]) for index in kept), *_results(row))
            writer.writerow([harmless(cell) for cell in cells])


def harmless(text: str) -> str:
    """Keep a text from being run as a formula: one that begins like one gets a leading apostrophe.

    A number with its sign, phone numbers among them, is left as it is.
    """
    runs = text.startswith(_FORMULA) or (text.startswith(_SIGNED) and not _PLAIN.fullmatch(text))
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
        case datetime() if cell.tzinfo:
            return iso(cell)
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime() | date() | time():
            return cell.isoformat()
        case bool():
            return str(cell).upper()
        case float():
            return f"{cell:.15g}".replace(".", ",")  # the decimal comma of the file's semicolons
        case _:
            return str(cell)
