"""The outbox: to whom a message may have left, keyed by person, and what a claim owes to it.

A plan alone cannot know what other runs send meanwhile. So a claim looks its people up in its own transaction, and
leaves their numbers there with it: of two runs that would write to one person the second one finds the first.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import PurePath
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, bindparam, delete, insert, literal_column, or_, select

from lecommercial_batch.core.guards import Guards
from lecommercial_batch.core.ledger import Earlier
from lecommercial_batch.core.model import Content, Reason, Status
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.journal import codec, events
from lecommercial_batch.journal.optouts import opted_out_among
from lecommercial_batch.journal.schema import is_of_file, message, outbox, rejection, row, run
from lecommercial_batch.planning.screening.frequency_cap import had_as, one_too_many

_LARGEST: Final = 200  #: rows of a statement

_HAD: Final = message.c.status.in_([literal_column(f"'{each}'") for each in ("sending", "accepted", "unknown")])
_CONTENTS: Final = (row.c.text, row.c.file, row.c.template_id, row.c.variables)
_EARLIER: Final = (
    select(outbox.c.phone, outbox.c.run_id, outbox.c.at, message.c.status)
    .add_columns(run.c.campaign, run.c.campaign_file, run.c.started_after)
    .join(message, and_(message.c.run_id == outbox.c.run_id, message.c.row == outbox.c.row))
    .join(run, run.c.id == outbox.c.run_id)
    .where(
        outbox.c.phone.in_(bindparam("phones", expanding=True)),
        outbox.c.run_id != bindparam("run"),
        outbox.c.at >= bindparam("since"),
        or_(run.c.address == bindparam("address"), run.c.address == ""),
        or_(_HAD, events.TRIED_IN_DOUBT),
    )
    .order_by(outbox.c.at.desc())
)
#: What other campaigns have sent is looked at only where there is a rule about it: it may be everybody's.
_EARLIER_OWN: Final = _EARLIER.where(run.c.campaign == bindparam("campaign"), is_of_file(bindparam("file")))
_EARLIER_TEXTS: Final = _EARLIER.add_columns(*_CONTENTS).join(
    row, and_(row.c.run_id == outbox.c.run_id, row.c.number == outbox.c.row)
)
_OWN_TEXTS: Final = select(row.c.number, *_CONTENTS).where(
    row.c.run_id == bindparam("run"), row.c.number.in_(bindparam("rows", expanding=True))
)

#: Why a claim is not to be carried out, by its row.
Refused = dict[int, tuple[Reason, Sentence]]


def admitted(connection: Connection, of: Row[Any], claims: Sequence[Any], *, now: datetime) -> Sequence[Any]:
    """Turn claims of people who may not be written to any more into rejections, and return the others.

    ``of`` is the row of their run. In the transaction of the claim: once an opt-out is committed, or another run's
    claim that leaves this one no room, nothing of that person is claimed.
    """
    refused = opted_out_among(connection, of, claims)
    guards = codec.load_guards(of.options)
    if guards.widest is not None and not (of.test or of.edits):
        left = [each for each in claims if each.row not in refused]
        refused |= _capped(connection, of, guards, left, now=now)
    if not refused:
        return claims
    reject(connection, of, refused)
    forget(connection, of.id, [each for each in claims if each.row in refused])
    return [each for each in claims if each.row not in refused]


def note(connection: Connection, of: Row[Any], claims: Sequence[Any], *, at: float) -> None:
    """Write down that these may have left; tests and changes of lists are nothing that anybody was sent."""
    if of.test or of.edits or not claims:
        return
    for start in range(0, len(claims), _LARGEST):
        some = claims[start : start + _LARGEST]
        values = tuple(value for each in some for value in (int(each.phone), of.id, each.row, at))
        connection.exec_driver_sql(_noting(connection.dialect.paramstyle, len(some)), values)


@lru_cache(maxsize=256)
def _noting(paramstyle: str, count: int) -> str:
    """Return one statement for so many: a call for each would cost five times as much."""
    sign = "?" if paramstyle == "qmark" else "%s"
    groups = ", ".join([f"({', '.join([sign] * 4)})"] * count)
    return (
        f'INSERT INTO outbox (phone, run_id, "row", at) VALUES {groups}'  # noqa: S608 - signs alone
        ' ON CONFLICT (phone, run_id, "row") DO UPDATE SET at = excluded.at'
    )


def forget(connection: Connection, run_id: str, messages: Sequence[Any]) -> None:
    """Take messages out that are none any more, with their people's numbers."""
    gone = delete(outbox).where(
        outbox.c.phone == bindparam("b_phone"), outbox.c.run_id == run_id, outbox.c.row == bindparam("b_row")
    )
    if messages:
        connection.execute(gone, [{"b_phone": int(each.phone), "b_row": each.row} for each in messages])


def reject(connection: Connection, of: Row[Any], refused: Refused) -> None:
    """Turn messages of a run into rejections, by their rows, of which there are some."""
    values = [
        {"run_id": of.id, "row": row, "reason": reason, "column": of.phone_column, "detail": detail.dump()}
        for row, (reason, detail) in refused.items()
    ]
    gone = delete(message).where(message.c.run_id == of.id, message.c.row == bindparam("b_row"))
    connection.execute(gone, [{"b_row": row} for row in refused])
    connection.execute(insert(rejection), values)


def _capped(
    connection: Connection, of: Row[Any], guards: Guards, claims: Sequence[Any], *, now: datetime
) -> Refused:
    """Return the claims of people who have had as many messages as the run's frequency caps allow."""
    if guards.widest is None or not claims:
        return {}
    texts = guards.not_again_within is not None
    wanted = {
        "phones": [int(each.phone) for each in claims],
        "run": of.id,
        "address": of.address,
        "campaign": of.campaign,
        "file": PurePath(of.campaign_file).name,
        "since": (now - guards.widest).timestamp(),
    }
    looking = _EARLIER_TEXTS if texts else _EARLIER if guards.per_person else _EARLIER_OWN
    found = connection.execute(looking, wanted).all()
    if not found:
        return {}
    own = _contents(connection, of, claims) if texts else {}
    earlier: dict[int, list[Any]] = {}
    for line in found:
        earlier.setdefault(line.phone, []).append(line)
    refused: Refused = {}
    for each in claims:
        lines = [_earlier(line, of, own.get(each.row)) for line in earlier.get(int(each.phone), ())]
        if lines and (why := one_too_many(guards, lines, now=now)):
            refused[each.row] = why
    return refused


def _contents(connection: Connection, of: Row[Any], claims: Sequence[Any]) -> dict[int, Content]:
    wanted = {"run": of.id, "rows": [each.row for each in claims]}
    return {each.number: codec.load_content(each) for each in connection.execute(_OWN_TEXTS, wanted)}


def _earlier(found: Row[Any], of: Row[Any], content: Content | None) -> Earlier:
    return Earlier(
        run=found.run_id,
        at=codec.moment(found.at),
        status=had_as(Status(found.status)),
        own=found.campaign == of.campaign
        and PurePath(found.campaign_file).name == PurePath(of.campaign_file).name,
        same=content is not None and codec.load_content(found) == content,
        begun=(found.started_after or 0) < of.number,
    )
