"""An agenda that lives in memory, for tests. It keeps the promises of `scheduling.agenda.Agenda`."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from lecommercial_batch.scheduling.agenda import UNFINISHED, Occurrence, Scheduled, Turnout

_NEVER = datetime.max.replace(tzinfo=UTC)


class MemoryAgenda:
    """Schedules in dictionaries."""

    def __init__(self) -> None:
        self._scheduled: dict[Path, Scheduled] = {}
        self._occurrences: dict[tuple[Path, datetime], Occurrence] = {}

    async def put(self, scheduled: Scheduled) -> None:
        self._scheduled[scheduled.file] = scheduled

    async def remove(self, file: Path) -> Scheduled | None:
        return self._scheduled.pop(file, None)

    async def all(self) -> Sequence[Scheduled]:
        return sorted(self._scheduled.values(), key=lambda each: (each.next_at or _NEVER, each.file))

    async def take(self, file: Path, due_at: datetime, turnout: Turnout, *, next_at: datetime | None) -> bool:
        if (file, due_at) in self._occurrences:
            entry = self._scheduled.get(file)
            if entry and entry.next_at and entry.next_at <= due_at:
                self._scheduled[file] = replace(entry, next_at=next_at)
            return False
        self._occurrences[file, due_at] = Occurrence(file=file, due_at=due_at, turnout=turnout)
        if file in self._scheduled:
            self._scheduled[file] = replace(self._scheduled[file], next_at=next_at)
        return True

    async def note(self, occurrence: Occurrence) -> None:
        self._occurrences[occurrence.file, occurrence.due_at] = occurrence

    async def unfinished(self) -> Sequence[Occurrence]:
        return [each for each in self._occurrences.values() if each.turnout in UNFINISHED]

    async def occurrences(self, file: Path) -> Sequence[Occurrence]:
        return sorted(
            (each for each in self._occurrences.values() if each.file == file), key=lambda each: each.due_at
        )
