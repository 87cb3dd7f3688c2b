"""Runs and their rows, made up for the tests of the reports."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from lecommercial_batch.core.model import (
    Cell,
    Content,
    Counts,
    NewRun,
    Phone,
    Rate,
    Reason,
    ReportRow,
    Row,
    Run,
    RunOptions,
    RunState,
    Status,
)
from lecommercial_batch.core.sentence import NOTHING, Sentence

COLUMNS = ("Prénom", "Téléphone", "Montant")
STARTED = datetime(2026, 7, 23, 9, 0, tzinfo=UTC)
ENDED = datetime(2026, 7, 23, 14, 30, 5, tzinfo=UTC)


def a_reported_run(columns: Sequence[str] = COLUMNS, **halted: str) -> Run:
    new = NewRun(
        campaign="Relance été",
        campaign_file=Path("campaigns/relance.toml"),
        source="clients.xlsx",
        columns=tuple(columns),
        phone_column="Téléphone",
        options=RunOptions(
            rate=Rate(count=20, period=1),
            stop_after_failures=10,
            report_directory=Path("reports"),
            report_formats=("xlsx",),
        ),
    )
    return Run(
        id="relance-ete-7",
        new=new,
        state=RunState.ENDED,
        proof="7F3A-91C2",
        created_at=STARTED,
        started_at=STARTED,
        ended_at=ENDED,
        halted=halted,
    )


def a_sent_row(number: int = 2, *cells: Cell, **changes: object) -> ReportRow:
    sent = ReportRow(
        row=Row(number, cells or ("Jean", "0641000001", 12.5)),
        status=Status.ACCEPTED,
        reason="",
        phone=Phone("+33641000001"),
        content=Content(text="Bonjour Jean"),
        sender="default",
        attempts=1,
        answered_at=STARTED,
        repair=NOTHING,
        detail="",
    )
    return replace(sent, **changes)  # type: ignore[arg-type]  # each test changes what it is about


def a_rejected_row(number: int = 3, *cells: Cell, **changes: object) -> ReportRow:
    rejected = ReportRow(
        row=Row(number, cells or ("Anna", "06 12", 8)),
        status=None,
        reason=Reason.INVALID_PHONE,
        phone=None,
        content=None,
        sender="",
        attempts=0,
        answered_at=None,
        repair=NOTHING,
        detail=Sentence("“{text}” has too few digits for a phone number", text="06 12"),
        column="Téléphone",
    )
    return replace(rejected, **changes)  # type: ignore[arg-type]  # as above


def counts_of(rows: Sequence[ReportRow]) -> Counts:
    rejected = Counter(Reason(row.reason) for row in rows if row.status is None)
    messages = Counter(row.status for row in rows if row.status is not None)
    return Counts(rejected=rejected, messages={status: messages[status] for status in Status})
