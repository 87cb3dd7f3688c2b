"""Runs that would send the same: which of them is the one that does, decided in one transaction."""

from typing import Any

from sqlalchemy import Connection, Row, select

from lecommercial_batch.imprint import what_of
from lecommercial_batch.journal import statements
from lecommercial_batch.journal.schema import run


def twin_of(connection: Connection, own: Row[Any]) -> str | None:
    """Return a run that sends the same, and is not finished or was started since this one was planned."""
    alike = (run.c.proof.startswith(what_of(own.proof), autoescape=True), ~run.c.test, run.c.parent == "")
    connection.execute(select(run.c.id).where(*alike).order_by(run.c.number).with_for_update())
    others = select(run.c.id, run.c.started_at).where(*alike, run.c.id != own.id, run.c.started_at.is_not(None))
    for other in connection.execute(others.order_by(run.c.number.desc())).all():
        left = connection.execute(statements.LANES_LEFT, {"run": other.id}).first()
        if left or other.started_at >= own.created_at:
            return str(other.id)
    return None
