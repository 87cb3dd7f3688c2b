"""The Ledger port over a database; see `core.ledger.Ledger` for what each method promises."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Engine, Float, Select, and_, bindparam, func, literal_column, or_, select

from lecommercial_batch.core.ledger import Had, Of, Whose
from lecommercial_batch.core.model import Content, Phone, Status
from lecommercial_batch.journal import codec
from lecommercial_batch.journal.engine import making_journal_errors
from lecommercial_batch.journal.events import TRIED_IN_DOUBT
from lecommercial_batch.journal.imprints import Doing
from lecommercial_batch.journal.schema import is_of_file, message, row, run
from lecommercial_batch.planning.screening.frequency_cap import had_as

_BLOCK: Final = 2000  #: rows read at a time

_since = bindparam("since", type_=Float)
_pending = message.c.status == literal_column("'pending'")
#: A claim that a crash left without an answer has no time of its own: while its run goes on it is taken for new.
_then = func.coalesce(message.c.answered_at, run.c.ended_at, _since)
_touched = and_(run.c.started_at.is_not(None), or_(run.c.ended_at.is_(None), run.c.ended_at >= _since))


def _left(*statuses: str) -> ColumnElement[bool]:
    """Return the condition that a message has left since then, and has one of these statuses."""
    among = message.c.status.in_([literal_column(f"'{status}'") for status in statuses])
    return and_(among, _then >= _since)


_doubted = and_(_left("failed", "cancelled"), TRIED_IN_DOUBT)
#: What went elsewhere was a rehearsal; where runs of earlier versions went is not known.
_there = or_(run.c.address == bindparam("address"), run.c.address == "")
_people = and_(~run.c.test, ~run.c.edits, _there)


def _chosen(*columns: Any) -> Select[Any]:
    # From the few runs to their messages, whose key begins with the run.
    return (
        select(*columns)
        .select_from(run)
        .join(message, message.c.run_id == run.c.id)
        .where(_touched, _people, or_(_pending, _left("accepted", "unknown", "sending"), _doubted))
    )


_whose = and_(run.c.campaign == bindparam("campaign"), is_of_file(bindparam("file")))
_CAMPAIGN: Final = (
    _chosen(message.c.phone, message.c.run_id, message.c.status).where(_whose).order_by(run.c.number.desc())
)
_RUNS: Final = select(run.c.id).where(_people, _whose)
_PHONES: Final = _chosen(message.c.phone)
_MESSAGES: Final = (
    _chosen(message.c.phone, message.c.run_id, row.c.text, row.c.file, row.c.template_id, row.c.variables)
    .join(row, (row.c.run_id == message.c.run_id) & (row.c.number == message.c.row))
    .order_by(run.c.number.desc())
)
_CALLS: Final = (
    select(func.count())
    .select_from(run)
    .join(message, message.c.run_id == run.c.id)
    .where(_touched, message.c.lane == bindparam("lane"), _left("accepted", "failed", "unknown", "sending"))
)


class SqlLedger:
    """Messages of all runs, read on without being held in memory."""

    def __init__(self, reading: Engine, *, read: Doing) -> None:
        self._reading = reading
        self._read = read

    def phones(self, address: str, *, since: datetime) -> Iterator[Phone]:
        return (Phone(number) for (number,) in self._all(_PHONES, since, address=address))

    def campaign(self, whose: Whose, *, since: datetime) -> Iterator[Of]:
        for phone, run_id, status in self._all(_CAMPAIGN, since, **_named(whose)):
            yield Phone(phone), run_id, had_as(Status(status))

    def runs(self, whose: Whose) -> Collection[str]:
        with making_journal_errors(), self._reading.connect() as connection:
            return connection.execute(_RUNS, _named(whose)).scalars().all()

    def messages(self, address: str, *, since: datetime) -> Iterator[Had]:
        for phone, run_id, text, file, template_id, variables in self._all(_MESSAGES, since, address=address):
            given = codec.load_variables(variables)
            yield Phone(phone), Content(text=text, file=file, template_id=template_id, variables=given), run_id

    async def calls(self, lane: str, *, since: datetime) -> int:
        wanted = {"lane": lane, "since": since.timestamp()}
        count: int = await self._read(lambda connection: connection.execute(_CALLS, wanted).scalar_one())
        return count

    def _all(self, chosen: Select[Any], since: datetime, **of: str) -> Iterator[Any]:
        wanted = {"since": since.timestamp(), **of}
        with making_journal_errors(), self._reading.connect() as connection:
            yield from connection.execution_options(yield_per=_BLOCK).execute(chosen, wanted)


def _named(whose: Whose) -> dict[str, str]:
    return {"campaign": whose.name, "file": whose.file.name, "address": whose.address}
