"""The report as CSV: UTF-8 with BOM and semicolons, as Excel in French opens it by a double click."""

import csv
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from pathlib import Path

from lecommercial_batch.core.model import Cell, Counts, ReportRow, Run
from lecommercial_batch.core.spreadsheet_text import harmless, unchanged
from lecommercial_batch.report import line
from lecommercial_batch.report.summary import iso


def write_csv(path: Path, *, run: Run, counts: Counts, rows: Callable[[], Iterator[ReportRow]]) -> None:
    """Write every row in the order of the file."""
    del counts
    kept = line.kept(run.new.columns)
    with path.open("w", encoding="utf-8-sig", errors="replace", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow([*(harmless(run.new.columns[index]) for index in kept), *line.ours(run)])
        for row in rows():
            own = (_written(row.row.cells[index]) for index in kept)
            writer.writerow([*own, *map(harmless, (*_results(row), *line.more(run, row)))])


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
        case str():
            return unchanged(cell)
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
