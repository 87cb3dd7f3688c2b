"""Runs in a database: SQLite here, in SQL that Postgres speaks as well."""

import asyncio
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from lecommercial_batch.core.errors import Problem, RunNotFoundError, run_is_gone, unfinished_plan
from lecommercial_batch.core.model import (
    Claimed,
    Counts,
    Message,
    NewRun,
    Rejection,
    ReportRow,
    Result,
    Run,
    RunState,
    Turn,
)
from lecommercial_batch.core.ports import Clock
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.journal import codec, events, opening, statements, tallies
from lecommercial_batch.journal.agenda import SqlAgenda
from lecommercial_batch.journal.claiming import claim
from lecommercial_batch.journal.control import SqlControl
from lecommercial_batch.journal.engine import making_journal_errors
from lecommercial_batch.journal.imprints import SqlImprints
from lecommercial_batch.journal.ledger import SqlLedger
from lecommercial_batch.journal.opening import Opened
from lecommercial_batch.journal.optouts import SqlOptouts
from lecommercial_batch.journal.planned import Planned
from lecommercial_batch.journal.retention import SqlRetention
from lecommercial_batch.journal.schema import event, halt, message, rejection, row, run
from lecommercial_batch.journal.twins import Begun, start
from lecommercial_batch.journal.upkeep import Upkeep

T = TypeVar("T")

#: The reason of a message whose claim was found without a result.
INTERRUPTED = "interrupted"
ENDED = (RunState.ENDED, RunState.CANCELLED)
_ABANDONED_PLAN = 86_400.0  #: seconds after which a plan that was never frozen is swept away


def open_journal(url: str, *, clock: Clock, durable: bool = True, reading: bool = False) -> "SqlJournal":
    """Open the journal at a database URL, and see to its tables.

    Those who open the same one in a process share it. ``durable=False`` is for a journal that is thrown away
    afterwards: it never waits for the disk. ``reading`` needs no right to write, and waits for nobody.

    Raises:
        JournalError: it cannot be opened, is gone, or a newer version of this program made it.
    """
    return SqlJournal(opening.acquire(url, durable=durable, reading=reading), clock=clock)


class SqlJournal:
    """The Journal port over a database; see `core.ports.Journal` for what each method promises."""

    def __init__(self, opened: Opened, *, clock: Clock) -> None:
        self._opened = opened
        self._engine = engine = opened.engine
        self._clock = clock
        self._reading = engine.execution_options(writes=False)
        self.upkeep = Upkeep(opened)
        self.control = SqlControl(read=self._read, write=self._write, clock=clock)
        self.agenda = SqlAgenda(read=self._read, write=self._write)
        self.imprints = SqlImprints(read=self._read, write=self._write, clock=clock)
        self.retention = SqlRetention(engine, read=self._read, write=self._write, load=self._load)
        self.ledger = SqlLedger(self._reading, read=self._read)
        # Marked, so that a journal which has lost somebody's wish is known to be older than that.
        self.optouts = SqlOptouts(self._reading, read=self._read, write=partial(self._write, marks=True))

    def close(self) -> None:
        """Finish what is being written, and let go of the database."""
        opening.release(self._opened)

    async def begin_run(self, new: NewRun) -> str:
        await self.upkeep.see_that_it_is_whole()
        return await self._write(lambda connection: self._begin_run(connection, new), marks=True)

    def _begin_run(self, connection: Connection, new: NewRun) -> str:
        self._opened.refuse_in_doubt(connection)
        now = self._clock.now().timestamp()
        _sweep(connection, before=now - _ABANDONED_PLAN)
        values = {"id": "", **codec.dump_run(new), "state": RunState.PLANNING, "proof": "", "created_at": now}
        number = connection.execute(insert(run).values(values).returning(run.c.number)).scalar_one()
        name = f"{_slug(new.campaign)}-{number}"
        connection.execute(update(run).where(run.c.number == number).values(id=name))
        return name

    async def add(self, run: str, planned: Sequence[Message | Rejection]) -> None:
        await self._write(Planned(run, planned).write)

    async def freeze(self, run_id: str, *, proof: str) -> None:
        planned = update(run).where(run.c.id == run_id, run.c.state == RunState.PLANNING)
        frozen = await self._write(
            lambda c: c.execute(planned.values(state=RunState.PLANNED, proof=proof)).rowcount, checkpoint=True
        )
        if not frozen:
            raise run_is_gone(run_id)

    async def discard(self, run: str) -> bool:
        gone: bool = await self._write(partial(_discard, run_id=run))
        return gone

    async def find(self, run_id: str) -> Run:
        found = await self._read(lambda c: c.execute(select(run).where(run.c.id == run_id)).one_or_none())
        if found is None:
            advice = Sentence("`lecommercial-batch runs` lists them.")
            message = Sentence("there is no run “{run}” in this journal", run=run_id)
            raise RunNotFoundError(Problem(code="run_not_found", message=message, advice=advice))
        return await self._load(found)

    async def runs(self) -> Sequence[Run]:
        frozen = select(run).where(run.c.state != RunState.PLANNING, ~run.c.test, run.c.parent == "")
        frozen = frozen.order_by(run.c.number.desc())
        found = await self._read(lambda connection: connection.execute(frozen).all())
        return [await self._load(each) for each in found]

    async def _load(self, found: Row[Any]) -> Run:
        halts = select(halt.c.lane, halt.c.reason).where(halt.c.run_id == found.id)
        halted = await self._read(lambda c: {each.lane: each.reason for each in c.execute(halts)})
        return codec.load_run(found, halted)

    async def counts(self, run: str) -> Counts:
        return await self._read(partial(tallies.count, run_id=run))

    async def lanes(self, run: str) -> Sequence[str]:
        return await self._read(lambda c: c.execute(statements.LANES_LEFT, {"run": run}).scalars().all())

    async def start(self, run_id: str) -> str | None:
        def write(connection: Connection) -> str | Begun | None:
            self._opened.refuse_in_doubt(connection)
            return start(connection, run_id=run_id, at=self._clock.now().timestamp())

        begun = await self._write(write)
        if begun is Begun.UNPLANNED:
            raise unfinished_plan(run_id)
        return begun

    async def move(self, run_id: str, state: RunState) -> None:
        now = self._clock.now().timestamp()
        if state is RunState.RUNNING:
            started = {"started_at": func.coalesce(run.c.started_at, now), "ended_at": None}
            await self._write(lambda c: c.execute(delete(halt).where(halt.c.run_id == run_id)))
            await self._update_run(run_id, state=state, **started)
        else:
            ended = now if state in ENDED else None
            await self._update_run(run_id, state=state, ended_at=ended)
            await self._write(lambda _connection: True, marks=True, checkpoint=True)

    async def halt(self, run: str, *, lane: str, reason: str) -> None:
        values = {"run_id": run, "lane": lane, "reason": reason, "at": self._clock.now().timestamp()}

        def write(connection: Connection) -> None:
            connection.execute(delete(halt).where(halt.c.run_id == run, halt.c.lane == lane))
            connection.execute(insert(halt).values(values))

        await self._write(write)

    async def begin_turn(self, lane: str) -> Turn:
        def write(connection: Connection) -> Turn:
            self._opened.refuse_in_doubt(connection)
            token = connection.execute(statements.RAISE_TOKEN, {"lane": lane}).scalar_one()
            connection.execute(statements.FORGET_WAITS, {"b_lane": lane})
            events.note_abandoned(connection, lane, reason=INTERRUPTED, at=self._clock.now().timestamp())
            abandoned = connection.execute(statements.ABANDON, {"b_lane": lane, "b_reason": INTERRUPTED}).rowcount
            return Turn(lane, token, abandoned)

        await self.upkeep.see_that_it_is_whole()
        return await self._write(write, marks=True)

    async def claim(self, turn: Turn, run: str, *, limit: int, at: datetime, zone: str = "") -> Sequence[Claimed]:
        wanted = {
            "b_run": run,
            "b_lane": turn.lane,
            "b_zone": zone,
            "b_token": turn.token,
            "b_limit": limit,
            "b_now": at.timestamp(),
        }

        claiming = partial(claim, wanted=wanted, zone=zone, now=self._clock.now())
        return await self._write(claiming, marks=self._opened.keeping.is_due)

    async def next_due(self, run: str, *, lane: str, zone: str = "") -> datetime | None:
        of = {"run": run, "lane": lane, "zone": zone}
        return codec.optional_moment(await self._read(lambda c: c.execute(statements.NEXT_DUE, of).scalar_one()))

    async def zones(self, run: str, *, lane: str) -> Sequence[str]:
        def read(connection: Connection) -> list[str]:
            found, of = [""], {"run": run, "lane": lane}
            while zone := connection.execute(statements.NEXT_ZONE, of | {"after": found[-1]}).scalar():
                found.append(zone)
            return found

        return await self._read(read)

    async def waiting(self, run: str) -> Mapping[str, int]:
        return await self._read(lambda c: tallies.numbers(c, statements.COUNT_ZONES, {"run": run}))

    async def record(self, turn: Turn, results: Sequence[Result]) -> None:
        values = [statements.result_values(turn, result) for result in results]

        def write(connection: Connection) -> None:
            connection.execute(statements.RECORD, values)
            events.note_results(connection, turn, results)

        if values:
            await self._write(write)

    async def release(self, turn: Turn, claimed: Sequence[Claimed]) -> None:
        values = [{"b_run": each.run, "b_row": each.row, "b_token": turn.token} for each in claimed]

        def write(connection: Connection) -> None:
            connection.execute(statements.RELEASE, values)
            events.note_releases(connection, turn, claimed, at=self._clock.now().timestamp())

        if values:
            await self._write(write)

    def rows(self, run: str) -> Iterator[ReportRow]:
        with making_journal_errors(), self._reading.connect() as connection:
            found = connection.execution_options(yield_per=1000).execute(statements.ROWS, {"run": run})
            for each in found:
                yield statements.report_row(each, interrupted=INTERRUPTED)

    async def _update_run(self, run_id: str, **values: object) -> None:
        await self._write(lambda c: c.execute(update(run).where(run.c.id == run_id).values(**values)))

    async def _write(
        self, function: Callable[[Connection], T], *, marks: bool = False, checkpoint: bool = False
    ) -> T:
        with making_journal_errors():
            return await self._opened.write(function, marks=marks, checkpoint=checkpoint)

    async def _read(self, function: Callable[[Connection], T]) -> T:
        def read() -> T:
            with self._reading.connect() as connection:
                return function(connection)

        with making_journal_errors():
            return await asyncio.to_thread(read)


def _slug(campaign: str) -> str:
    plain = unicodedata.normalize("NFKD", campaign).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40] or "run"


def _discard(connection: Connection, *, run_id: str) -> bool:
    begun = select(run.c.id).where(run.c.id == run_id, run.c.started_at.is_not(None))
    if connection.execute(begun).first():  # whoever planned it may have looked before it was begun
        return False
    _forget(connection, run_id)
    return True


def _forget(connection: Connection, run_id: str) -> None:
    for table in (message, rejection, halt, event):
        connection.execute(delete(table).where(table.c.run_id == run_id))
    connection.execute(delete(row).where(row.c.run_id == run_id))
    connection.execute(delete(run).where(run.c.id == run_id))


def _sweep(connection: Connection, *, before: float) -> None:
    old = select(run.c.id).where(run.c.state == RunState.PLANNING, run.c.created_at < before)
    for run_id in connection.execute(old).scalars().all():
        _forget(connection, run_id)
