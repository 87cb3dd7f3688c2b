"""The Retention port over a database; see `core.retention.Retention` for what each method promises."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from functools import partial
from typing import Any, Final

from sqlalchemy import Column, Connection, Engine, Table, delete, func, select, update

from lecommercial_batch.core.errors import JournalError, Problem
from lecommercial_batch.core.model import Run
from lecommercial_batch.core.retention import OVER, Old
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.journal import outbox, tallies
from lecommercial_batch.journal.engine import making_journal_errors
from lecommercial_batch.journal.imprints import Doing
from lecommercial_batch.journal.schema import event, halt, imprint, message, rejection, row, run

_CHUNK: Final = 50_000  #: rows deleted at a time, so that whoever sends meanwhile need not wait long
_PATIENCE: Final = 2000  #: milliseconds that whoever reads may take to let the log be emptied
#: What holds people's data, with the column that rows are told apart by; what others refer to comes last.
_PERSONAL: Final[Sequence[tuple[Table, Column[Any]]]] = (
    (event, event.c.id),
    (message, message.c.row),
    (rejection, rejection.c.row),
    (row, row.c.number),
)

#: Returns the runs of rows of the table.
Loading = Callable[[Any], Awaitable[Run]]


class SqlRetention:
    """Deletes people's data a run at a time, and keeps the counts."""

    def __init__(self, engine: Engine, *, read: Doing, write: Doing, load: Loading) -> None:
        self._engine = engine
        self._read = read
        self._write = write
        self._load = load

    async def old(self, *, before: datetime) -> Old:
        then = before.timestamp()
        begun = func.coalesce(run.c.started_at, run.c.created_at) < then
        over = select(run).where(run.c.state.in_(OVER), run.c.ended_at < then, ~run.c.purged, ~run.c.test)
        unfinished = select(run).where(run.c.state.not_in([*OVER, "planning"]), begun, ~run.c.test)
        return Old(
            runs=await self._runs(over),
            unfinished=await self._runs(unfinished),
            tests=len(await self._read(partial(_tests, before=then))),
        )

    async def purge(self, old: Old, *, before: datetime) -> int:
        rows = 0
        for each in old.runs:
            if counts := await self._write(partial(_mark, run_id=each.id, before=before.timestamp())):
                rows += counts.rows
        tests = await self._read(partial(_tests, before=before.timestamp()))
        for run_id in [*await self._read(_marked), *tests]:
            for table, key in _PERSONAL:
                while await self._write(partial(_delete_some, run_id=run_id, table=table, key=key)):
                    pass
        await self._write(partial(_forget_tests, runs=tests))
        await self._write(partial(_forget_imprints, before=before.timestamp()))
        return rows

    async def shrink(self) -> None:
        if self._engine.dialect.name == "sqlite":
            await asyncio.to_thread(self._vacuum)

    def _vacuum(self) -> None:
        """Write the database anew without what was deleted, and empty the log that still has it."""
        with making_journal_errors(), closing(self._engine.raw_connection()) as connection:
            connection.detach()  # it is not used again: its patience is another
            cursor = connection.cursor()
            cursor.execute("VACUUM")
            cursor.execute(f"PRAGMA busy_timeout={_PATIENCE}")
            busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            message = Sentence("another program is reading the journal: what was deleted is still in its log")
            advice = Sentence("It goes when that program ends, or use `purge` again then.")
            raise JournalError(Problem(code="journal_busy", message=message, advice=advice))

    async def _runs(self, chosen: Any) -> list[Run]:
        found = await self._read(lambda connection: connection.execute(chosen.order_by(run.c.number)).all())
        return [await self._load(each) for each in found]


def _mark(connection: Connection, *, run_id: str, before: float) -> Any:
    """Write down a run's counts: from here on they hold, and its rows may go.

    None where somebody has gone on with it since it was looked at.
    """
    over = select(run.c.id).where(run.c.id == run_id, run.c.state.in_(OVER), run.c.ended_at < before)
    if connection.execute(over).first() is None:
        return None
    counts = tallies.keep(connection, run_id)
    connection.execute(update(run).where(run.c.id == run_id).values(purged=True))
    return counts


def _marked(connection: Connection) -> Iterator[str]:
    """Return the runs whose rows are to go, those of an earlier purge that was cut short included."""
    left = select(row.c.run_id).where(row.c.run_id == run.c.id).exists()
    return connection.execute(select(run.c.id).where(run.c.purged, left)).scalars().all()  # type: ignore[return-value]  # a list is one


def _tests(connection: Connection, *, before: float) -> Sequence[str]:
    chosen = select(run.c.id).where(run.c.test, run.c.created_at < before, run.c.state != "running")
    return connection.execute(chosen).scalars().all()


def _delete_some(connection: Connection, *, run_id: str, table: Table, key: Column[Any]) -> int:
    some = select(key).where(table.c.run_id == run_id).order_by(key).limit(_CHUNK)
    if table is message:  # what is looked up by person goes with what is looked up by run
        of = select(message.c.phone, message.c.row).where(message.c.run_id == run_id, message.c.row.in_(some))
        outbox.forget(connection, run_id, connection.execute(of).all())
    return connection.execute(delete(table).where(table.c.run_id == run_id, key.in_(some))).rowcount


def _forget_tests(connection: Connection, *, runs: Sequence[str]) -> None:
    for table, column in ((halt, halt.c.run_id), (run, run.c.id)):
        connection.execute(delete(table).where(column.in_(runs)))


def _forget_imprints(connection: Connection, *, before: float) -> None:
    """Forget what proofs stood for, but those of runs whose people are still here."""
    used = select(run.c.proof).where(~run.c.purged)
    connection.execute(delete(imprint).where(imprint.c.made_at < before, imprint.c.proof.not_in(used)))
