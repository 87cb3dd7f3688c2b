"""Campaigns that are sent by themselves: what is due when, and what became of each time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol

from lecommercial_batch.scheduling.cron import times_after
from lecommercial_batch.scheduling.schedule import Schedule


class Turnout(StrEnum):
    """What became of a time at which a campaign was due."""

    TAKEN = "taken"  #: somebody sees to it; its run is not planned yet
    STARTED = "started"  #: its run is being sent, or was when the program ended
    REPORTING = "reporting"  #: all of it is done, and its report is still to be written
    DONE = "done"  #: its run came to its end, or an operator has it in hand
    HALTED = "halted"  #: its run stopped by itself and waits for `resume`
    SKIPPED = "skipped"  #: too late: to begin, or to go on after nobody had seen to it
    FAILED = "failed"  #: the campaign could not be planned


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """A campaign whose [schedule] is in force."""

    file: Path  #: the campaign file, whole
    campaign: str
    schedule: Schedule
    run: str = ""  #: its run, where it was planned beforehand
    next_at: datetime | None  #: None: it does not come again


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One of the times at which a campaign was due."""

    file: Path
    due_at: datetime
    turnout: Turnout
    run: str = ""
    seen_at: datetime | None = None  #: when somebody saw to it last; of one that was only taken, first


UNFINISHED: Final = (Turnout.TAKEN, Turnout.STARTED, Turnout.REPORTING)


class Agenda(Protocol):
    """The schedules that are in force. Every write is on disk when its call returns."""

    async def put(self, scheduled: Scheduled) -> None:
        """Put a campaign's schedule in force, in place of its earlier one."""
        ...

    async def remove(self, file: Path) -> Scheduled | None:
        """Put it out of force, and return what it was."""
        ...

    async def all(self) -> Sequence[Scheduled]:
        """Return the schedules in force, the next first."""
        ...

    async def take(self, file: Path, due_at: datetime, turnout: Turnout, *, next_at: datetime | None) -> bool:
        """Note what becomes of a time, and when the next one is; False where somebody has noted it before.

        Then nothing changes, but that a schedule in force again for a time that was taken waits for its next one.
        """
        ...

    async def note(self, occurrence: Occurrence) -> None:
        """Note what became of a time that was taken."""
        ...

    async def unfinished(self) -> Sequence[Occurrence]:
        """Return the times that were taken and have not come to their end, of all campaigns."""
        ...

    async def occurrences(self, file: Path) -> Sequence[Occurrence]:
        """Return all times of a campaign that were taken, the earliest first."""
        ...


def next_time(schedule: Schedule, after: datetime) -> datetime | None:
    """Return when a campaign is due for the first time after a moment; None where it is not any more."""
    if schedule.cron:
        return next(times_after(schedule.cron, after, schedule.timezone), None)
    return schedule.start if schedule.start and schedule.start > after else None


def times_due(scheduled: Scheduled, now: datetime) -> tuple[list[datetime], datetime | None]:
    """Return the times that have come and were not taken yet, and the one after them."""
    due: list[datetime] = []
    at = scheduled.next_at
    while at and at <= now:
        due.append(at)
        at = next_time(scheduled.schedule, at)
    return due, at
