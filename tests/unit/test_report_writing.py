"""Reports on the disk: whole or not at all."""

import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from lecommercial_batch.core.errors import JournalError, Problem, ReportError
from lecommercial_batch.core.model import ReportRow, Run
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.report import FORMATS, reports_of, summary, write_reports
from tests.unit.report_rows import ENDED, STARTED, a_rejected_row, a_reported_run, a_sent_row, counts_of

ROWS = [a_sent_row(2), a_rejected_row(3)]


def write(folder: Path, *formats: str, rows: list[ReportRow] | None = None, run: Run | None = None) -> list[Path]:
    found = ROWS if rows is None else rows
    return write_reports(
        folder, formats or FORMATS, run=run or a_reported_run(), counts=counts_of(found), rows=lambda: iter(found)
    )


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != ".lecommercial-batch")


def test_reports_are_named_after_their_run(tmp_path: Path) -> None:
    """The asked formats are written into a folder that need not exist yet, and nothing else is."""
    paths = write(tmp_path / "reports" / "july")

    assert [path.name for path in paths] == [f"relance-ete-7.{name}" for name in ("xlsx", "csv", "html", "json")]
    assert names(tmp_path / "reports" / "july") == sorted(path.name for path in paths)


def test_reports_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    """They hold personal data."""
    assert {stat.S_IMODE(path.stat().st_mode) for path in write(tmp_path)} == {0o600}


def test_a_newer_report_takes_the_place_of_the_older(tmp_path: Path) -> None:
    """A run has one report a format: the latest."""
    write(tmp_path, "csv", rows=[a_sent_row(2), a_sent_row(3)])

    [path] = write(tmp_path, "csv", rows=[a_sent_row(2)])

    assert len(path.read_text(encoding="utf-8-sig").splitlines()) == 2
    assert names(tmp_path) == [path.name]


def test_a_report_says_where_the_others_are(tmp_path: Path) -> None:
    """The summary on the disk is the one that --json prints, the paths of the reports included."""
    paths = write(tmp_path)

    assert json.loads(paths[-1].read_text(encoding="utf-8")) == summary(a_reported_run(), counts_of(ROWS), paths)


def test_the_summary_has_the_promised_keys() -> None:
    """Programs read them: all six statuses are there, and rows are the sum of rejected and messages."""
    run = a_reported_run(default="quota_exceeded")

    found = summary(run, counts_of(ROWS), [Path("reports/r.xlsx")])

    assert dict(found) == {
        "run": "relance-ete-7",
        "campaign": "Relance été",
        "address": "",
        "proof": "7F3A-91C2",
        "rows": 2,
        "rejected": {"invalid_phone": 1},
        "messages": {"pending": 0, "sending": 0, "accepted": 1, "failed": 0, "unknown": 0, "cancelled": 0},
        "halted": {"default": "quota_exceeded"},
        "started_at": STARTED.astimezone().isoformat(),
        "ended_at": ENDED.astimezone().isoformat(),
        "reports": ["reports/r.xlsx"],
    }
    assert datetime.fromisoformat(found["started_at"] or "").utcoffset() is not None
    assert summary(a_reported_run(), counts_of(ROWS), [])["halted"] is None


@pytest.mark.parametrize("name", ["xlsx", "csv", "html"])
def test_a_failure_leaves_what_was_there_before(tmp_path: Path, name: str) -> None:
    """A journal that cannot be read to its end leaves no half of a report, and the earlier report whole."""
    [path] = write(tmp_path, name)
    before = path.read_bytes()

    def breaking() -> Iterator[ReportRow]:
        yield from (a_sent_row(number) for number in range(2, 5000))
        raise JournalError(Problem(code="journal", message=Sentence("the journal is damaged")))

    with pytest.raises(JournalError):
        write_reports(tmp_path, [name], run=a_reported_run(), counts=counts_of(ROWS), rows=breaking)

    assert path.read_bytes() == before
    assert names(tmp_path) == [path.name]


@pytest.mark.parametrize("name", ["xlsx", "csv"])
def test_a_full_disk_is_said_with_what_to_do(tmp_path: Path, name: str) -> None:
    """An error of the disk names the report and how to write it later; nothing half-written stays."""
    rows = [a_sent_row(number) for number in range(2, 2000)]

    with files_of_at_most(20_000), pytest.raises(ReportError) as raised:
        write(tmp_path, name, rows=rows)

    [problem] = raised.value.problems
    assert problem.file == str(tmp_path / f"relance-ete-7.{name}")
    assert "lecommercial-batch report relance-ete-7" in str(problem.advice)
    assert names(tmp_path) == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file where the folder should be is no place for reports."""
    (tmp_path / "reports").write_text("")

    with pytest.raises(ReportError) as raised:
        write(tmp_path / "reports")

    assert raised.value.problems[0].file == str(tmp_path / "reports")


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Have the system refuse to write more into any file, as on a full disk."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_reports_of_another_run_of_the_same_name_stay(tmp_path: Path) -> None:
    """Two journals each have a first run, and may write into one folder: neither loses its report, ever."""
    one = a_reported_run()
    other = replace(one, created_at=one.created_at + timedelta(hours=1))

    first = write(tmp_path, "csv", run=one)
    second = write(tmp_path, "csv", "json", run=other, rows=[a_sent_row(2), a_sent_row(3)])
    left = first[0].read_bytes()
    again = [write(tmp_path, "csv", run=run) for run in (other, one)]

    endings = [".csv", "_2.csv", "_2.json"]
    assert [path.name for path in first + second] == [f"relance-ete-7{ending}" for ending in endings]
    assert again == [second[:1], first]
    assert first[0].read_bytes() == left
    assert reports_of(tmp_path, one) == first
    assert reports_of(tmp_path, other) == second


def test_a_report_that_was_there_before_its_run_is_somebody_elses(tmp_path: Path) -> None:
    """Of an earlier version that signed for nothing: the time tells. One that is newer is the run's own."""
    run = a_reported_run()
    report = tmp_path / f"{run.id}.csv"
    report.write_text("theirs", encoding="utf-8")
    before = run.created_at.timestamp() - 60
    os.utime(report, (before, before))

    assert reports_of(tmp_path, run) == []
    assert write(tmp_path, "csv", run=run) == [tmp_path / f"{run.id}_2.csv"]
    assert report.read_text(encoding="utf-8") == "theirs"
