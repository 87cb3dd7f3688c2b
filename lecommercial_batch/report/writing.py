"""Reports onto the disk: whole or not at all, readable by their owner alone."""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

from lecommercial_batch.errors import Problem, ReportError
from lecommercial_batch.language import why
from lecommercial_batch.model import Counts, ReportRow, Run
from lecommercial_batch.report.csvfile import write_csv
from lecommercial_batch.report.summary import summary
from lecommercial_batch.sentence import Sentence


class _Writer(Protocol):
    def __call__(
        self, path: Path, *, run: Run, counts: Counts, rows: Callable[[], Iterator[ReportRow]]
    ) -> None: ...


def _write_xlsx(path: Path, *, run: Run, counts: Counts, rows: Callable[[], Iterator[ReportRow]]) -> None:
    from lecommercial_batch.report.workbook import write_workbook  # noqa: PLC0415 - openpyxl takes 150 ms

    write_workbook(path, run=run, counts=counts, rows=rows)


def _write_json(path: Path, *, run: Run, counts: Counts, rows: Callable[[], Iterator[ReportRow]]) -> None:
    del rows
    path.write_text(json.dumps(summary(run, counts, []), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


_WRITERS: Final[Mapping[str, _Writer]] = {"xlsx": _write_xlsx, "csv": write_csv, "json": _write_json}
FORMATS: Final = tuple(_WRITERS)


def write_reports(
    directory: Path,
    formats: Sequence[str],
    *,
    run: Run,
    counts: Counts,
    rows: Callable[[], Iterator[ReportRow]],
) -> list[Path]:
    """Write the reports of a run and return their paths, named after the run, over those of an earlier time.

    Each is written beside its place and then put there: a failure leaves what was there before.

    Raises:
        ReportError: a file cannot be written.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        return [_write(directory / f"{run.id}.{name}", _WRITERS[name], run, counts, rows) for name in formats]
    except OSError as error:
        problem = Problem(
            code="report_not_written",
            file=str(error.filename or directory),
            message=Sentence("the report cannot be written: {reason}", reason=why(error)),
            advice=Sentence(
                "What was sent is in the journal. Close the file if it is open elsewhere, make room,"
                " then: lecommercial-batch report {run} --report DIR",
                run=run.id,
            ),
        )
        raise ReportError(problem) from error


def _write(path: Path, writer: _Writer, run: Run, counts: Counts, rows: Callable[[], Iterator[ReportRow]]) -> Path:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        os.close(os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
        writer(unfinished, run=run, counts=counts, rows=rows)
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path
