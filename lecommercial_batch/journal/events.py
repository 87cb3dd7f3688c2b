"""The history of messages: one row for each change, in the transaction that makes it, never changed."""

from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Float, Insert, bindparam, insert, literal, literal_column, select

from lecommercial_batch.core.model import Claimed, Result, Status, Turn
from lecommercial_batch.journal.schema import event, message

_now = bindparam("b_at", type_=Float)
_COLUMNS: Final = ("run_id", "row", "at", "status", "attempts", "reason", "detail")


def _noting(
    *where: ColumnElement[bool],
    at: ColumnElement[Any] = _now,
    status: ColumnElement[Any] = message.c.status,
    reason: ColumnElement[Any] = message.c.reason,
    detail: ColumnElement[Any] = message.c.detail,
) -> Insert:
    """Write an event for each message that the condition holds for."""
    chosen = select(message.c.run_id, message.c.row, at, status, message.c.attempts, reason, detail)
    return insert(event).from_select(_COLUMNS, chosen.where(*where))


_again = event.alias("again")
_before = event.alias("before")
_stood = (
    select(_before.c.status)
    .where(_before.c.run_id == _again.c.run_id, _before.c.row == _again.c.row, _before.c.id < _again.c.id)
    .order_by(_before.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
#: A message that was unknown when it was tried again: whatever became of that, its person may have had it before.
TRIED_IN_DOUBT: Final = (
    select(_again.c.id)
    .where(
        _again.c.run_id == message.c.run_id,
        _again.c.row == message.c.row,
        _again.c.reason == literal_column("'retried'"),
        _stood == literal_column("'unknown'"),
    )
    .correlate(message)
    .exists()
)

_rows = (message.c.run_id == bindparam("b_run"), message.c.row.in_(bindparam("b_rows", expanding=True)))
_of_turn = message.c.token == bindparam("b_token")

_CLAIMED: Final = _noting(*_rows, reason=literal(""), detail=literal(""))
_RECORDED: Final = _noting(*_rows, _of_turn, message.c.status != Status.SENDING, at=message.c.answered_at)
_RELEASED: Final = _noting(
    *_rows, _of_turn, message.c.status == Status.PENDING, reason=literal("released"), detail=literal("")
)
_ABANDONED: Final = _noting(
    message.c.lane == bindparam("b_lane"),
    message.c.status == Status.SENDING,
    status=literal(str(Status.UNKNOWN)),
    reason=bindparam("b_reason"),
    detail=literal(""),
)
_moved = (
    message.c.run_id == bindparam("b_run"),
    message.c.status.in_(bindparam("b_statuses", expanding=True)),
)
_MOVED: Final = _noting(*_moved, status=bindparam("b_status"), reason=bindparam("b_reason"), detail=literal(""))
_SOME_MOVED: Final = _noting(
    *_moved, *_rows, status=bindparam("b_status"), reason=bindparam("b_reason"), detail=literal("")
)


def note_claims(connection: Connection, run: str, rows: Sequence[int], *, at: float) -> None:
    connection.execute(_CLAIMED, {"b_run": run, "b_rows": rows, "b_at": at})


def note_results(connection: Connection, turn: Turn, results: Sequence[Result]) -> None:
    """Write what calls came to, of those that the turn could record."""
    by_run: dict[str, list[int]] = {}
    for result in results:
        by_run.setdefault(result.run, []).append(result.row)
    for run, rows in by_run.items():
        connection.execute(_RECORDED, {"b_run": run, "b_rows": rows, "b_token": turn.token})


def note_releases(connection: Connection, turn: Turn, claimed: Sequence[Claimed], *, at: float) -> None:
    """Write that claims were given back, of those that the turn still held."""
    for run in {each.run for each in claimed}:
        rows = [each.row for each in claimed if each.run == run]
        connection.execute(_RELEASED, {"b_run": run, "b_rows": rows, "b_token": turn.token, "b_at": at})


def note_abandoned(connection: Connection, lane: str, *, reason: str, at: float) -> None:
    """Write that claims of older tokens become unknown; before they do."""
    connection.execute(_ABANDONED, {"b_lane": lane, "b_reason": reason, "b_at": at})


def note_move(
    connection: Connection,
    run: str,
    statuses: Collection[Status],
    to: Status,
    *,
    reason: str,
    at: float,
    rows: Sequence[int] | None = None,
) -> None:
    """Write that all messages of these statuses, or some rows of them, are given another; before they are."""
    values = {"b_run": run, "b_statuses": list(statuses), "b_status": to, "b_reason": reason, "b_at": at}
    if rows is None:
        connection.execute(_MOVED, values)
    else:
        connection.execute(_SOME_MOVED, {**values, "b_rows": list(rows)})
