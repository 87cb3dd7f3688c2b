"""The rows of a report, from what a journal in memory holds."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from lecommercial_batch.core.model import Message, Rejection, ReportRow, Status
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.journal.memory.ledger import Entry

AT_ONCE: Final = datetime.fromtimestamp(0, UTC)


@dataclass(slots=True)
class Planned:
    """A message as it stands."""

    message: Message
    status: Status = Status.PENDING
    due_at: datetime = AT_ONCE
    token: int = 0
    attempts: int = 0
    reason: str = ""
    detail: str = ""
    answered_at: datetime | None = None
    in_doubt: bool = False  #: tried again when it may have been delivered


def reported(entry: Entry) -> ReportRow:
    """Return the row of a message."""
    message = entry.message
    interrupted = Sentence("the program stopped before the answer came: the message may have been delivered")
    return ReportRow(
        row=message.row,
        status=entry.status,
        reason=entry.reason,
        phone=message.phone,
        content=message.content,
        sender=message.sender,
        attempts=entry.attempts,
        answered_at=entry.answered_at,
        repair=message.repair,
        detail=interrupted if entry.reason == "interrupted" else entry.detail,
        variant=message.variant,
    )


def rejected(rejection: Rejection) -> ReportRow:
    """Return the row of a rejection."""
    return ReportRow(
        row=rejection.row,
        status=None,
        reason=rejection.reason,
        phone=None,
        content=None,
        sender="",
        attempts=0,
        answered_at=None,
        repair=Sentence(""),
        detail=rejection.detail,
        column=rejection.column,
    )
