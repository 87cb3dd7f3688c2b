"""The Agenda port over a database: who inserts a time first has it."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from lecommercial_batch.journal import codec
from lecommercial_batch.journal.imprints import Doing
from lecommercial_batch.journal.schema import occurrence, scheduled
from lecommercial_batch.scheduling.agenda import UNFINISHED, Occurrence, Scheduled, Turnout
from lecommercial_batch.scheduling.schedule import Schedule


class SqlAgenda:
    """Schedules in two tables: those in force, and every time that was taken."""

    def __init__(self, *, read: Doing, write: Doing) -> None:
        self._read = read
        self._write = write

    async def put(self, entry: Scheduled) -> None:
        values = {
            "file": str(entry.file),
            "campaign": entry.campaign,
            "schedule": _dump(entry.schedule),
            "run_id": entry.run,
            "next_at": entry.next_at.timestamp() if entry.next_at else None,
        }

        def write(connection: Connection) -> None:
            connection.execute(delete(scheduled).where(scheduled.c.file == values["file"]))
            connection.execute(insert(scheduled).values(values))

        await self._write(write)

    async def remove(self, file: Path) -> Scheduled | None:
        named = scheduled.c.file == str(file)

        def write(connection: Connection) -> Scheduled | None:
            found = connection.execute(select(scheduled).where(named)).one_or_none()
            connection.execute(delete(scheduled).where(named))
            return _load(found) if found else None

        removed: Scheduled | None = await self._write(write)
        return removed

    async def all(self) -> Sequence[Scheduled]:
        by_time = select(scheduled).order_by(scheduled.c.next_at, scheduled.c.file)
        found: Sequence[Row[Any]] = await self._read(lambda connection: connection.execute(by_time).all())
        return [_load(each) for each in found]

    async def take(self, file: Path, due_at: datetime, turnout: Turnout, *, next_at: datetime | None) -> bool:
        values = {"file": str(file), "due_at": due_at.timestamp(), "turnout": turnout, "run_id": ""}
        after = next_at.timestamp() if next_at else None

        def write(connection: Connection) -> bool:
            moving = update(scheduled).where(scheduled.c.file == values["file"]).values(next_at=after)
            try:
                with connection.begin_nested():
                    connection.execute(insert(occurrence).values(values))
            except IntegrityError:
                connection.execute(moving.where(scheduled.c.next_at <= values["due_at"]))
                return False
            connection.execute(moving)
            return True

        taken: bool = await self._write(write)
        return taken

    async def note(self, noted: Occurrence) -> None:
        this = update(occurrence).where(
            occurrence.c.file == str(noted.file), occurrence.c.due_at == noted.due_at.timestamp()
        )
        seen_at = noted.seen_at.timestamp() if noted.seen_at else None
        values = {"turnout": noted.turnout, "run_id": noted.run, "seen_at": seen_at}
        await self._write(lambda c: c.execute(this.values(values)))

    async def unfinished(self) -> Sequence[Occurrence]:
        return await self._those(select(occurrence).where(occurrence.c.turnout.in_(UNFINISHED)))

    async def occurrences(self, file: Path) -> Sequence[Occurrence]:
        return await self._those(select(occurrence).where(occurrence.c.file == str(file)))

    async def _those(self, chosen: Select[Any]) -> Sequence[Occurrence]:
        these = chosen.order_by(occurrence.c.due_at)
        found: Sequence[Row[Any]] = await self._read(lambda connection: connection.execute(these).all())
        return [
            Occurrence(
                file=Path(each.file),
                due_at=codec.moment(each.due_at),
                turnout=Turnout(each.turnout),
                run=each.run_id,
                seen_at=codec.optional_moment(each.seen_at),
            )
            for each in found
        ]


def _dump(schedule: Schedule) -> str:
    written = {
        "start": schedule.start.isoformat() if schedule.start else None,
        "cron": schedule.cron,
        "timezone": schedule.timezone,
        "if_late": schedule.if_late,
        "grace": schedule.grace.total_seconds(),
        "plan": schedule.plan,
    }
    return json.dumps(written)


def _load(found: Row[Any]) -> Scheduled:
    written = json.loads(found.schedule)
    return Scheduled(
        file=Path(found.file),
        campaign=found.campaign,
        schedule=Schedule(
            start=datetime.fromisoformat(written["start"]) if written["start"] else None,
            cron=written["cron"],
            timezone=written["timezone"],
            if_late=written["if_late"],
            grace=timedelta(seconds=written["grace"]),
            plan=written["plan"],
        ),
        run=found.run_id,
        next_at=codec.optional_moment(found.next_at),
    )
