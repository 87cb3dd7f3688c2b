"""Runs that would send the same: which of them is the one that does, decided in one transaction."""

from enum import Enum, auto
from pathlib import PurePath
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select, update

from lecommercial_batch.core.model import RunState
from lecommercial_batch.core.proof import what_of
from lecommercial_batch.journal import codec, statements
from lecommercial_batch.journal.control import is_set_aside
from lecommercial_batch.journal.schema import is_of_file, run


class Begun(Enum):
    """Why a run cannot be started, where it is not for another one's sake."""

    UNPLANNED = auto()  #: its planning was cut short, or still goes on


def start(connection: Connection, *, run_id: str, at: float) -> str | Begun | None:
    """Take a run in hand, unless another one sends the same, or an operator put it aside: return that one."""
    own = connection.execute(select(run).where(run.c.id == run_id)).one()
    if own.state == RunState.PLANNING:
        return Begun.UNPLANNED
    if is_set_aside(connection, own):
        return run_id
    if not (own.test or own.parent or own.started_at) and (twin := _twin(connection, own)):
        return twin
    newest = connection.execute(select(func.max(run.c.number))).scalar_one()
    started = {
        "state": RunState.RUNNING,
        "started_at": func.coalesce(run.c.started_at, at),
        "started_after": func.coalesce(run.c.started_after, newest),
    }
    connection.execute(update(run).where(run.c.id == run_id).values(started))
    return None


def _beside(connection: Connection, own: Row[Any]) -> str | None:
    """Return an unfinished run of the same campaign that was started since this one was planned.

    Asked of what repeats: no claim minds what the campaign has sent, and whoever planned it did not see that one.
    """
    guards = codec.load_guards(own.options)
    if guards.once_within is not None or guards.again or own.edits:
        return None
    others = select(run.c.id).where(
        run.c.campaign == own.campaign,
        is_of_file(PurePath(own.campaign_file).name),
        or_(run.c.address == own.address, run.c.address == ""),
        ~run.c.test,
        run.c.parent == "",
        run.c.id != own.id,
        run.c.started_after >= own.number,
    )
    for other in connection.execute(others.order_by(run.c.number.desc())).scalars().all():
        if connection.execute(statements.LANES_LEFT, {"run": other}).first():
            return str(other)
    return None


def _twin(connection: Connection, own: Row[Any]) -> str | None:
    """Return a run that sends the same, and is not finished or was started since this one was planned.

    Which was first is told by the runs' numbers: clocks are set back.
    """
    alike = (
        run.c.proof.startswith(what_of(own.proof), autoescape=True),
        ~run.c.test,
        run.c.parent == "",
        or_(run.c.address == own.address, run.c.address == ""),
    )
    connection.execute(select(run.c.id).where(*alike).order_by(run.c.number).with_for_update())
    if unfinished := _beside(connection, own):
        return unfinished
    others = select(run.c.id, run.c.started_after).where(*alike, run.c.id != own.id, run.c.started_at.is_not(None))
    again = codec.load_guards(own.options).again
    for other in connection.execute(others.order_by(run.c.number.desc())).all():
        left = not again and connection.execute(statements.LANES_LEFT, {"run": other.id}).first()
        if left or (other.started_after or 0) >= own.number:
            return str(other.id)
    return None
