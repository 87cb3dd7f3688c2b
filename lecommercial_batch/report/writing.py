"""Reports onto the disk: whole or not at all, readable by their owner alone."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from lecommercial_batch.core.durable import replacing
from lecommercial_batch.core.errors import Problem, ReportError
from lecommercial_batch.core.language import why
from lecommercial_batch.core.model import Counts, ReportRow, Run
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.report.csvfile import write_csv
from lecommercial_batch.report.naming import claim_stem
from lecommercial_batch.report.summary import Summary, summary

Rows = Callable[[], Iterator[ReportRow]]


def write_reports(directory: Path, formats: Sequence[str], *, run: Run, counts: Counts, rows: Rows) -> list[Path]:
    """Write the reports of a run and return their paths, named after the run, over its own of an earlier time.

    Each is written beside its place and put there once it is whole and on the disk: a failure leaves what was
    there before. Each format takes one pass over the rows.

    Raises:
        ReportError: a file cannot be written.
    """
    path = directory
    try:
        make_folder(directory)
        stem = claim_stem(directory, run)
        paths = [directory / f"{stem}.{name}" for name in formats]
        for path, name in zip(paths, formats, strict=True):
            with replacing(path) as unfinished:
                match name:
                    case "xlsx":
                        _write_xlsx(unfinished, run=run, counts=counts, rows=rows)
                    case "csv":
                        write_csv(unfinished, run=run, counts=counts, rows=rows)
                    case "html":
                        _write_html(unfinished, run=run, rows=rows)
                    case "json":
                        _write_json(unfinished, summary(run, counts, paths))
                    case _:
                        raise ValueError(name)
    except OSError as error:
        raise _not_written(path, run, error) from error
    return paths


def make_folder(path: Path) -> None:
    """Make a folder, and those above it that are missing, for its owner alone."""
    for folder in reversed([path, *path.parents]):
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)
    path.mkdir(exist_ok=True)  # which says so where a file stands in its place


@contextmanager
def writing(path: Path) -> Iterator[Path]:
    """Give a file to write in the place of ``path``, whose folder is made where there is none.

    Raises:
        ReportError: the file cannot be written.
    """
    try:
        make_folder(path.parent)
        with replacing(path) as unfinished:
            yield unfinished
    except OSError as error:
        message = Sentence("the file cannot be written: {reason}", reason=why(error))
        advice = Sentence("Close it if it is open elsewhere, or name another place.")
        raise ReportError(Problem(code="not_writable", file=str(path), message=message, advice=advice)) from error


def _write_xlsx(path: Path, *, run: Run, counts: Counts, rows: Rows) -> None:
    from lecommercial_batch.report.workbook import write_workbook  # noqa: PLC0415 - openpyxl takes 150 ms

    write_workbook(path, run=run, counts=counts, rows=rows)


def _write_html(path: Path, *, run: Run, rows: Rows) -> None:
    from lecommercial_batch.report.page import write_page  # noqa: PLC0415 - pygal and Babel take 100 ms

    write_page(path, run=run, rows=rows)


def _write_json(path: Path, figures: Summary) -> None:
    path.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n")


def _not_written(path: Path, run: Run, error: OSError) -> ReportError:
    return ReportError(
        Problem(
            code="report_not_written",
            file=str(path),
            message=Sentence("the report cannot be written: {reason}", reason=why(error)),
            advice=Sentence(
                "What was sent is in the journal. Close the file if it is open elsewhere, make room,"
                " then: lecommercial-batch report {run} --report DIR",
                run=run.id,
            ),
        )
    )
