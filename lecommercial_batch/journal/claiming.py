"""A claim: messages marked as sending, of people who may still be written to, all in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from lecommercial_batch.core.model import Claimed, Phone
from lecommercial_batch.journal import codec, events, outbox, statements
from lecommercial_batch.journal.schema import run

_RUN: Final = select(run).where(run.c.id == bindparam("b_run"))
#: Rows looked at with the lock held that turned out to be for nobody, after which others have their turn.
_MOST_REFUSED: Final = 20_000
_LARGEST: Final = 4_000  #: rows of a look


def claim(connection: Connection, wanted: Mapping[str, Any], *, zone: str, now: datetime) -> list[Claimed]:
    """Claim up to ``b_limit`` messages.

    Nothing may come of it although some are due: where thousands in a row are for nobody any more.
    """
    of = connection.execute(_RUN, wanted).one_or_none()
    if of is None:
        return []
    claims: Sequence[Any] = []
    look, refused = dict(wanted), 0
    while not claims and refused < _MOST_REFUSED:
        taken = connection.execute(statements.CLAIM, look).all()
        if not taken:
            return []
        claims = sorted(outbox.admitted(connection, of, taken, now=now), key=lambda each: (each.due_at, each.row))
        refused += len(taken)
        look["b_limit"] = min(_LARGEST, 4 * look["b_limit"])  # where one is for nobody many may be
    claims = _kept(connection, wanted, claims)
    if not claims:
        return []
    at = now.timestamp()
    rows = {"run": of.id, "rows": [each.row for each in claims]}
    outbox.note(connection, of, claims, at=at)
    events.note_claims(connection, of.id, rows["rows"], at=at)
    contents = {found.number: found for found in connection.execute(statements.CONTENTS, rows)}
    return [
        Claimed(
            run=of.id,
            row=each.row,
            phone=Phone(each.phone),
            content=codec.load_content(contents[each.row]),
            attempts=each.attempts,
            zone=zone,
        )
        for each in claims
    ]


def _kept(connection: Connection, wanted: Mapping[str, Any], claims: Sequence[Any]) -> Sequence[Any]:
    """Return as many as were wanted, and let the others wait on."""
    limit = wanted["b_limit"]
    surplus = [{**wanted, "b_row": each.row} for each in claims[limit:]]
    if surplus:
        connection.execute(statements.RELEASE, surplus)
    return claims[:limit]
