"""The SQL of the way of a message, built once, and what its rows mean."""

from typing import Any, Final

from sqlalchemy import Row, bindparam, func, literal_column, select, text, union, update

from lecommercial_batch.core.model import Phone, ReportRow, Result, Status, Turn
from lecommercial_batch.core.model import Row as InputRow
from lecommercial_batch.core.sentence import NOTHING, Sentence
from lecommercial_batch.journal import codec
from lecommercial_batch.journal.schema import lane, message, rejection, row

# Literals, not parameters: a partial index is used only where the statement itself says what it holds.
_PENDING: Final = message.c.status == literal_column("'pending'")
_SENDING: Final = message.c.status == literal_column("'sending'")

RAISE_TOKEN: Final = text(
    "INSERT INTO lane (name, token) VALUES (:lane, 1) "
    "ON CONFLICT (name) DO UPDATE SET token = lane.token + 1 RETURNING token"
)

# When a message falls due is told by the clock of whoever was told to wait: another turn has a clock of its own.
FORGET_WAITS: Final = (
    update(message).where(message.c.lane == bindparam("b_lane"), _PENDING, message.c.due_at > 0).values(due_at=0.0)
)

ABANDON: Final = (
    update(message)
    .where(message.c.lane == bindparam("b_lane"), _SENDING)
    .values(status=Status.UNKNOWN, reason=bindparam("b_reason"))
)

_due = (
    select(message.c.row)
    .where(
        message.c.run_id == bindparam("b_run"),
        message.c.lane == bindparam("b_lane"),
        message.c.zone == bindparam("b_zone"),
        _PENDING,
        message.c.due_at <= bindparam("b_now"),
    )
    .order_by(message.c.due_at, message.c.row)
    .limit(bindparam("b_limit"))
)
_held = select(lane.c.name).where(lane.c.name == bindparam("b_lane"), lane.c.token == bindparam("b_token"))

CLAIM: Final = (
    update(message)
    .where(message.c.run_id == bindparam("b_run"), message.c.row.in_(_due), _held.exists())
    .values(status=Status.SENDING, token=bindparam("b_token"), attempts=message.c.attempts + 1)
    .returning(message.c.row, message.c.phone, message.c.attempts, message.c.due_at)
)

CONTENTS: Final = select(row).where(
    row.c.run_id == bindparam("run"), row.c.number.in_(bindparam("rows", expanding=True))
)

# A message that an interrupted turn left unknown may still get its answer from that turn: then it is known.
_own_claim = (
    message.c.run_id == bindparam("b_run"),
    message.c.row == bindparam("b_row"),
    message.c.token == bindparam("b_token"),
    message.c.status.in_([literal_column("'sending'"), literal_column("'unknown'")]),
)

RECORD: Final = (
    update(message)
    .where(*_own_claim)
    .values(
        status=bindparam("b_status"),
        reason=bindparam("b_reason"),
        detail=bindparam("b_detail"),
        answered_at=bindparam("b_at"),
        due_at=bindparam("b_due"),
    )
)

RELEASE: Final = update(message).where(*_own_claim).values(status=Status.PENDING, attempts=message.c.attempts - 1)

NEXT_DUE: Final = select(func.min(message.c.due_at)).where(
    message.c.run_id == bindparam("run"),
    message.c.lane == bindparam("lane"),
    message.c.zone == bindparam("zone"),
    _PENDING,
)

# Asked again and again, each answer the next question: the index is then leapt through instead of read.
NEXT_ZONE: Final = select(func.min(message.c.zone)).where(
    message.c.run_id == bindparam("run"),
    message.c.lane == bindparam("lane"),
    message.c.zone > bindparam("after"),
    _PENDING,
)

COUNT_ZONES: Final = (
    select(message.c.zone, func.count())
    .where(message.c.run_id == bindparam("run"), _PENDING)
    .group_by(message.c.zone)
)

LANES_LEFT: Final = union(
    *(
        select(message.c.lane).where(message.c.run_id == bindparam("run"), left).distinct()
        for left in (_PENDING, _SENDING)
    )
)

COUNT_MESSAGES: Final = (
    select(message.c.status, func.count()).where(message.c.run_id == bindparam("run")).group_by(message.c.status)
)
COUNT_REJECTIONS: Final = (
    select(rejection.c.reason, func.count())
    .where(rejection.c.run_id == bindparam("run"))
    .group_by(rejection.c.reason)
)

_varied = (row.c.variant, message.c.status)
COUNT_VARIANTS: Final = (
    select(*_varied, func.count())
    .join(row, (row.c.run_id == message.c.run_id) & (row.c.number == message.c.row))
    .where(message.c.run_id == bindparam("run"))
    .group_by(*_varied)
)

ROWS: Final = (
    select(
        row,
        message.c.status,
        message.c.phone,
        message.c.lane,
        message.c.attempts,
        message.c.answered_at,
        message.c.reason,
        message.c.detail,
        message.c.repair,
        rejection.c.reason.label("rejected"),
        rejection.c.column,
        rejection.c.detail.label("why"),
    )
    .select_from(row)
    .outerjoin(message, (message.c.run_id == row.c.run_id) & (message.c.row == row.c.number))
    .outerjoin(rejection, (rejection.c.run_id == row.c.run_id) & (rejection.c.row == row.c.number))
    .where(row.c.run_id == bindparam("run"))
    .order_by(row.c.number)
)


def result_values(turn: Turn, result: Result) -> dict[str, Any]:
    """Return the parameters of RECORD."""
    return {
        "b_run": result.run,
        "b_row": result.row,
        "b_token": turn.token,
        "b_status": result.status,
        "b_reason": result.reason,
        "b_detail": result.detail,
        "b_at": result.at.timestamp(),
        "b_due": result.due_at.timestamp() if result.due_at else 0.0,
    }


def report_row(found: Row[Any], *, interrupted: str) -> ReportRow:
    """Make a line of the report from a line of ROWS."""
    rejected = found.status is None
    return ReportRow(
        row=InputRow(found.number, codec.load_cells(found.cells)),
        status=None if rejected else codec.known_status(found.status),
        reason=found.rejected if rejected else found.reason,
        phone=None if rejected else Phone(found.phone),
        content=None if rejected else codec.load_content(found),
        sender=found.lane or "",
        attempts=found.attempts or 0,
        answered_at=codec.optional_moment(found.answered_at),
        repair=Sentence.load(found.repair) if found.repair else NOTHING,
        detail=_detail(found, interrupted),
        column=found.column or "",
        variant=found.variant,
    )


def _detail(found: Row[Any], interrupted: str) -> Sentence | str:
    if found.status is None:
        return Sentence.load(found.why)
    if found.reason == interrupted:
        return Sentence("the program stopped before the answer came: the message may have been delivered")
    return str(found.detail)
