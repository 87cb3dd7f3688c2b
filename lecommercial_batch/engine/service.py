"""Campaigns that are sent by themselves: each at its time, once, whatever ends this process or runs beside it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from lecommercial_batch.agenda import Agenda, Occurrence, Scheduled, Turnout, times_due
from lecommercial_batch.errors import InputError
from lecommercial_batch.model import Run, RunState
from lecommercial_batch.ports import Clock

_log: Final = logging.getLogger("lecommercial_batch.serve")


def _nothing(_scheduled: Sequence[Scheduled], _busy: int) -> None:
    """Watch nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Sees to the campaigns whose schedules are in force.

    ``plan`` plans a campaign file and returns its run; ``send`` sends what is left of a run and returns how it
    stands then, and whether what comes after it is done too. A time is taken in the journal before anything else,
    so that nobody else takes it; a run that this process or another left unfinished is gone on with. ``locks`` is
    the folder in which processes of a machine tell each other which campaigns they see to.
    """

    agenda: Agenda
    clock: Clock
    locks: Path
    plan: Callable[[Path], Awaitable[str]]
    send: Callable[[str], Awaitable[tuple[Run, bool]]]
    look_again: float = 5.0  #: seconds between looks: another process may have put a schedule in force, or ended
    on_look: Callable[[Sequence[Scheduled], int], None] = _nothing  #: with how many are being seen to

    async def serve(self, stop: asyncio.Event) -> None:
        """Go on until asked to stop; then nothing new begins, and what was begun stops as a run does.

        Raises:
            JournalError: something could not be recorded.
        """
        busy: dict[Path, asyncio.Task[None]] = {}
        try:
            while not stop.is_set():
                in_force = await self.agenda.all()
                unfinished = {each.file for each in await self.agenda.unfinished()}
                for entry in in_force:
                    if entry.file not in busy and (entry.file in unfinished or self._is_due(entry)):
                        busy[entry.file] = asyncio.create_task(self._see_to(entry.file, stop))
                await asyncio.sleep(0)  # those that have nothing to do are done at once
                for file in [file for file, task in busy.items() if task.done()]:
                    busy.pop(file).result()
                self.on_look(in_force, len(busy))
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._wait(in_force)):
                        await stop.wait()
        finally:
            stop.set()  # a run is never cancelled in mid-send: it is asked to stop, and waited for
            ended = await asyncio.gather(*busy.values(), return_exceptions=True)
        for each in ended:
            if isinstance(each, BaseException):
                raise each

    def _is_due(self, entry: Scheduled) -> bool:
        return entry.next_at is not None and entry.next_at <= self.clock.now()

    def _wait(self, in_force: Sequence[Scheduled]) -> float:
        now = self.clock.now()
        waits = [(each.next_at - now).total_seconds() for each in in_force if each.next_at and each.next_at > now]
        return min([self.look_again, *waits])

    async def _see_to(self, file: Path, stop: asyncio.Event) -> None:
        """Do what is due of a campaign, unless another process does."""
        async with self._locked(file) as locked:
            entry = next((each for each in await self.agenda.all() if each.file == file), None)
            if not locked or entry is None:
                return
            for occurrence in await self.agenda.unfinished():
                if occurrence.file == file and not stop.is_set():
                    await self._finish(entry, occurrence, stop)
            if (due := await self._take(entry)) and not stop.is_set():
                taken = Occurrence(file=file, due_at=due, turnout=Turnout.TAKEN)
                await self._finish(entry, taken, stop)

    async def _take(self, entry: Scheduled) -> datetime | None:
        """Take the last of the times that have come, where it is not too late; those before it are skipped."""
        now = self.clock.now()
        due, next_at = times_due(entry, now)
        for at in due:
            late = now - at > entry.schedule.grace and entry.schedule.if_late == "skip"
            turnout = Turnout.SKIPPED if late or at != due[-1] else Turnout.TAKEN
            taken = await self.agenda.take(entry.file, at, turnout, next_at=next_at)
            _log.info("due campaign=%s at=%s turnout=%s new=%s", entry.file.name, at.isoformat(), turnout, taken)
            if taken and turnout is Turnout.TAKEN:
                return at
        return None

    async def _finish(self, entry: Scheduled, occurrence: Occurrence, stop: asyncio.Event) -> None:
        """Plan it where it is not yet, send what is left, and note what became of it."""
        try:
            run = occurrence.run or entry.run or await self.plan(entry.file)
            occurrence = replace(occurrence, turnout=Turnout.STARTED, run=run)
            await self.agenda.note(occurrence)
            _log.info("started campaign=%s run=%s", entry.file.name, run)
            ended, whole = await self.send(run)
        except InputError as error:
            codes = ",".join(problem.code for problem in error.problems)
            _log.error("failed campaign=%s reasons=%s", entry.file.name, codes)
            await self.agenda.note(replace(occurrence, turnout=Turnout.FAILED))
            return
        turnout = _turnout(ended, whole=whole, stopped=stop.is_set())
        await self.agenda.note(replace(occurrence, turnout=turnout))
        _log.info("left campaign=%s run=%s state=%s turnout=%s", entry.file.name, run, ended.state, turnout)

    @asynccontextmanager
    async def _locked(self, file: Path) -> AsyncIterator[bool]:
        """Hold a campaign's lock; False where another process does."""
        name = blake2b(str(file).encode(), digest_size=8).hexdigest()
        lock = FileLock(self.locks / f".schedule-{name}.lock", mode=0o600, thread_local=False)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()


def _turnout(run: Run, *, whole: bool, stopped: bool) -> Turnout:
    if whole and run.state is not RunState.STOPPED:
        return Turnout.DONE  # ended, or an operator paused it or gave it up
    return Turnout.HALTED if run.halted or not stopped else Turnout.STARTED
