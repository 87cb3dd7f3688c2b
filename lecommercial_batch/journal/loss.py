"""Going on without what a journal has lost: what may have been sent is not sent again."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, select, text, update

from lecommercial_batch.core.model import RunState, Status
from lecommercial_batch.core.ports import Clock
from lecommercial_batch.journal import events, identity, opening
from lecommercial_batch.journal.engine import making_journal_errors
from lecommercial_batch.journal.identity import Doubt
from lecommercial_batch.journal.opening import Opened
from lecommercial_batch.journal.schema import identity as table
from lecommercial_batch.journal.schema import lane, message, run
from lecommercial_batch.journal.sentinel import Mark
from lecommercial_batch.journal.store import SqlJournal
from lecommercial_batch.scheduling.agenda import Turnout, times_due

#: The reason of messages that may have been sent after the copy was made.
LOST: Final = "journal_lost"
_OPEN: Final = (Status.PENDING, Status.SENDING)
_OVER: Final = (RunState.ENDED, RunState.CANCELLED)
_NUMBER_ON: Final = text("UPDATE sqlite_sequence SET seq = max(seq, :runs) WHERE name = 'run'")
_NUMBER_FROM: Final = text(
    "INSERT INTO sqlite_sequence (name, seq) SELECT 'run', :runs"
    " WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'run')"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What became of a journal that was doubted."""

    doubt: Doubt | None  #: None: there was nothing to accept
    runs: Mapping[str, int]  #: messages that may have been sent, of each run that had any
    forgotten: int = 0  #: runs made after the copy at most, of which it knows nothing


async def accept_loss(url: str, *, clock: Clock) -> Accepted:
    """Make the best of a journal that may not know everybody who has been written to.

    What waits in it counts as unknown, which only an operator's word sends again; runs go on to be numbered where
    the lost ones left off, and times that have passed are not made up for.

    Raises:
        JournalError: it cannot be opened or written.
    """
    with making_journal_errors():
        opened = await asyncio.to_thread(opening.acquire, url, durable=True, after_loss=True)
        journal = SqlJournal(opened, clock=clock)
        try:
            return await _accept(opened, journal, clock.now())
        finally:
            journal.close()


async def _accept(opened: Opened, journal: SqlJournal, now: datetime) -> Accepted:
    sentinel = opened.sentinel
    if sentinel is None:
        return Accepted(doubt=None, runs={})
    said = sentinel.read()

    def write(connection: Connection) -> Accepted:
        doubt = identity.doubt_of(connection, sentinel)
        if doubt is None:
            return Accepted(doubt=None, runs={})
        own = identity.mark_of(connection)
        forgotten = max(0, said.runs - own.runs) if said and said.journal == own.journal else 0
        runs = _give_up(connection, at=now.timestamp())
        _go_on(connection, said)
        return Accepted(doubt=doubt, runs=runs, forgotten=forgotten)

    accepted: Accepted = await opened.write(write, marks=False, checkpoint=True)
    if accepted.doubt:
        await _skip_what_is_due(journal, now)
        await asyncio.to_thread(opened.keeping.mark)
    return accepted


def _give_up(connection: Connection, *, at: float) -> dict[str, int]:
    """Turn whatever waits into unknown, and return how many of each run."""
    unfinished = select(run.c.id).where(run.c.state.not_in(_OVER)).order_by(run.c.number)
    found: dict[str, int] = {}
    for run_id in connection.execute(unfinished).scalars().all():
        events.note_move(connection, run_id, _OPEN, Status.UNKNOWN, reason=LOST, at=at)
        waiting = update(message).where(message.c.run_id == run_id, message.c.status.in_(_OPEN))
        values = {"status": Status.UNKNOWN, "reason": LOST, "detail": "", "answered_at": at}
        found[run_id] = connection.execute(waiting.values(values)).rowcount
        begun = func.coalesce(run.c.started_at, at)
        ended = {"state": RunState.ENDED, "wish": "", "started_at": begun, "ended_at": at}
        connection.execute(update(run).where(run.c.id == run_id).values(ended))
    return {run_id: rows for run_id, rows in found.items() if rows}


def _go_on(connection: Connection, said: Mark | None) -> None:
    """Have tokens, run numbers and the mark rise on from where they were."""
    connection.execute(update(lane).values(token=lane.c.token + 1))
    if said is None:
        identity.rise(connection)
        return
    for statement in (_NUMBER_ON, _NUMBER_FROM):
        connection.execute(statement, {"runs": said.runs})
    mark = max(identity.mark_of(connection).mark, said.mark) + 1
    connection.execute(update(table).values(mark=mark))


async def _skip_what_is_due(journal: SqlJournal, now: datetime) -> None:
    """Take the times that have passed: whether they were seen to, nobody knows."""
    agenda = journal.agenda
    for entry in await agenda.all():
        due, next_at = times_due(entry, now)
        for at in due:
            await agenda.take(entry.file, at, Turnout.SKIPPED, next_at=next_at)
    for occurrence in await agenda.unfinished():
        if not occurrence.run:
            await agenda.note(replace(occurrence, turnout=Turnout.SKIPPED))
