"""The published JSON Schemas are what the code reads and writes."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from lecommercial_batch.core.model import Status
from lecommercial_batch.report import write_reports
from tests.unit.report_rows import a_rejected_row, a_reported_run, a_sent_row, counts_of
from tools import schema


@pytest.mark.parametrize("file", schema.files(), ids=lambda file: str(file.name))
def test_the_published_schema_is_the_codes(file: Path) -> None:
    """It is what `make schema` writes from the code as it stands."""
    assert file.read_text(encoding="utf-8") == schema.files()[file]


@pytest.fixture
def report(tmp_path: Path) -> dict[str, Any]:
    rows = [a_sent_row(2), a_rejected_row(3)]
    counts = replace(counts_of(rows), variants={"A": dict.fromkeys(Status, 0) | {Status.ACCEPTED: 1}})
    run = a_reported_run(default="quota_exceeded")
    [path] = write_reports(tmp_path, ["json"], run=run, counts=counts, rows=lambda: iter(rows))
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_a_report_is_as_the_schema_says(report: dict[str, Any]) -> None:
    """The one on the disk, with everything that one can hold; and that of a preview."""
    held = jsonschema_rs.validator_for(schema.report_schema(), validate_formats=True)

    held.validate(report)
    held.validate({**report, "run": None, "started_at": None, "ended_at": None, "halted": None})


@pytest.mark.parametrize(
    "spoil",
    [
        lambda report: report.pop("rows"),
        lambda report: report.update(more=1),
        lambda report: report["messages"].pop("unknown"),
        lambda report: report["messages"].update(lost=1),
        lambda report: report["rejected"].update(bad_luck=1),
        lambda report: report.update(rows=-1),
        lambda report: report.update(started_at="today"),
        lambda report: report["variants"]["A"].pop("failed"),
    ],
)
def test_what_is_none_is_refused(report: dict[str, Any], spoil: Callable[[dict[str, Any]], object]) -> None:
    """The schema says which keys there are, which statuses and reasons, and what their values are."""
    spoil(report)
    with pytest.raises(jsonschema_rs.ValidationError):
        jsonschema_rs.validate(schema.report_schema(), report, validate_formats=True)
