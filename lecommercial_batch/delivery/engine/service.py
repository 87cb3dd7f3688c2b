"""Campaigns that are sent by themselves: each at its time, once, whatever ends this process or runs beside it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from lecommercial_batch.core.errors import CallError, InputError, JournalError, LecommercialError, ReportError
from lecommercial_batch.core.model import Run, RunState
from lecommercial_batch.core.ports import Clock
from lecommercial_batch.delivery.engine.faults import place_of
from lecommercial_batch.delivery.engine.patience import within
from lecommercial_batch.delivery.engine.retries import Retries
from lecommercial_batch.delivery.lock_files import taking
from lecommercial_batch.scheduling.agenda import Agenda, Occurrence, Scheduled, Turnout, times_due

_PATIENCE: Final = 300.0  #: seconds that the journal may be away
_BEAT: Final = 20.0  #: seconds between notes that a run is seen to
_RESTART: Final = timedelta(minutes=5)  #: what a service that is started again may take, whatever the grace
_REPORT: Final = timedelta(days=1)  #: how long a report is tried to be written
_UNSENT: Final = frozenset({RunState.PLANNED, RunState.RUNNING, RunState.STOPPED})
PLAN_WITHIN: Final = 600.0  #: seconds for one campaign's contacts; five million rows take eighty
_FAULTS: Final = 5  #: unforeseen errors in a row after which a campaign is left to its operator

_log: Final = logging.getLogger("lecommercial_batch.serve")


def _nothing(_scheduled: Sequence[Scheduled], _busy: int) -> None:
    """Watch nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Sees to the campaigns whose schedules are in force; what goes wrong with one is of no matter to the others.

    ``plan`` plans a campaign file and returns its run; ``send`` sends what is left of a run and returns how it
    stands then, and whether what comes after it is done too; ``report`` writes its reports; ``leave`` notes how a
    run stands that is not gone on with, and returns it. A time is taken in the journal before anything else, so
    that nobody else takes it; a run that this process or another left unfinished is gone on with, where it is not
    too late. ``locks`` is the folder in which processes of a machine tell each other which campaigns they see to.
    """

    agenda: Agenda
    clock: Clock
    locks: Path
    plan: Callable[[Path], Coroutine[Any, Any, str]]
    send: Callable[[str], Awaitable[tuple[Run, bool]]]
    report: Callable[[str], Awaitable[None]]
    leave: Callable[[str], Awaitable[Run]]
    look_again: float = 5.0  #: seconds between looks: another process may have put a schedule in force, or ended
    plan_within: float = PLAN_WITHIN
    on_look: Callable[[Sequence[Scheduled], int], None] = _nothing  #: with how many are being seen to
    _retries: Retries = field(default_factory=Retries)

    async def serve(self, stop: asyncio.Event) -> None:
        """Go on until asked to stop; then nothing new begins, and what was begun stops as a run does.

        Raises:
            JournalError: the journal could not be read for minutes.
        """
        busy: dict[Path, asyncio.Task[None]] = {}
        seen_at = _now()
        in_force: Sequence[Scheduled] = ()
        try:
            while not stop.is_set():
                try:
                    in_force = await self._look(busy, stop)
                    seen_at = _now()
                except JournalError as error:
                    _log.error("journal_unreadable reasons=%s", _codes(error))
                    if _now() - seen_at > _PATIENCE:
                        raise
                self.on_look(in_force, len(busy))
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._wait(in_force)):
                        await stop.wait()
        finally:
            stop.set()  # a run is never cancelled in mid-send: it is asked to stop, and waited for
            await asyncio.gather(*busy.values(), return_exceptions=True)

    async def _look(self, busy: dict[Path, "asyncio.Task[None]"], stop: asyncio.Event) -> Sequence[Scheduled]:
        """Begin with what there is to do, and return what is in force."""
        in_force = await self.agenda.all()
        unfinished = {each.file for each in await self.agenda.unfinished() if self._retries.may(_name(each))}
        for entry in in_force:
            is_on = entry.file in unfinished or self._is_due(entry)
            if is_on and entry.file not in busy and self._retries.may(entry.file):
                busy[entry.file] = asyncio.create_task(self._see_to_alone(entry.file, stop))
        await asyncio.sleep(0)  # those that have nothing to do are done at once
        for file in [file for file, task in busy.items() if task.done()]:
            busy.pop(file).result()
        return in_force

    def _is_due(self, entry: Scheduled) -> bool:
        return entry.next_at is not None and entry.next_at <= self.clock.now()

    def _wait(self, in_force: Sequence[Scheduled]) -> float:
        now = self.clock.now()
        waits = [(each.next_at - now).total_seconds() for each in in_force if each.next_at and each.next_at > now]
        return min([self.look_again, *waits])

    async def _see_to_alone(self, file: Path, stop: asyncio.Event) -> None:
        """Do what is due of a campaign; whatever goes wrong is tried again later, and ends nothing else."""
        try:
            await self._see_to(file, stop)
        except LecommercialError as error:
            times = self._retries.put_off(file)
            _log.error("trouble campaign=%s reasons=%s times=%d", file.name, _codes(error), times)
        except Exception as error:  # noqa: BLE001 - the one catch-all of this task: the other campaigns go on
            times = self._retries.put_off(file)
            _log.error("fault campaign=%s error=%s times=%d", file.name, place_of(error), times)
            if times >= _FAULTS:
                with suppress(JournalError):
                    await self._leave_to_operator(file)
        else:
            self._retries.forget(file)

    async def _leave_to_operator(self, file: Path) -> None:
        for occurrence in await self.agenda.unfinished():
            if occurrence.file == file:
                await self.agenda.note(replace(occurrence, turnout=Turnout.HALTED))
                _log.error("left campaign=%s run=%s turnout=%s", file.name, occurrence.run, Turnout.HALTED)

    async def _see_to(self, file: Path, stop: asyncio.Event) -> None:
        """Do what is due of a campaign, unless another process does."""
        async with self._locked(file) as locked:
            entry = next((each for each in await self.agenda.all() if each.file == file), None)
            if not locked or entry is None:
                return
            for occurrence in await self.agenda.unfinished():
                if occurrence.file == file and not stop.is_set() and self._retries.may(_name(occurrence)):
                    await self._go_on(entry, occurrence, stop)
            if (due := await self._take(entry)) and not stop.is_set():
                await self._finish(entry, Occurrence(file=file, due_at=due, turnout=Turnout.TAKEN), stop)

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

    async def _go_on(self, entry: Scheduled, occurrence: Occurrence, stop: asyncio.Event) -> None:
        """Go on with what was begun, unless nobody has seen to it for so long that it is too late."""
        if occurrence.turnout is Turnout.REPORTING:
            await self._report(occurrence)
        elif self._is_too_late(entry, occurrence):
            await self._skip(occurrence)
        else:
            await self._finish(entry, occurrence, stop)

    def _is_too_late(self, entry: Scheduled, occurrence: Occurrence) -> bool:
        if entry.schedule.if_late != "skip" or self._retries.has(_name(occurrence)):
            return False  # what is tried again here has its own end
        grace, since = entry.schedule.grace, occurrence.due_at
        if occurrence.turnout is Turnout.STARTED and occurrence.seen_at:
            grace, since = max(grace, _RESTART), occurrence.seen_at
        return self.clock.now() - since > grace

    async def _skip(self, occurrence: Occurrence) -> None:
        """Leave the rest unsent, for an operator to go on with, or what they did meanwhile as it is."""
        turnout, name = Turnout.SKIPPED, occurrence.file.name
        if occurrence.run:
            run = await self.leave(occurrence.run)
            turnout = Turnout.SKIPPED if run.state in _UNSENT else Turnout.DONE
        await self.agenda.note(replace(occurrence, turnout=turnout))
        _log.warning("too_late campaign=%s run=%s turnout=%s", name, occurrence.run, turnout)

    async def _finish(self, entry: Scheduled, occurrence: Occurrence, stop: asyncio.Event) -> None:
        """Plan it where it is not yet, send what is left, and note what became of it."""
        if occurrence.seen_at is None:
            occurrence = replace(occurrence, seen_at=self.clock.now())
            await self.agenda.note(occurrence)
        try:
            run = (
                occurrence.run
                or entry.run
                or await within(self.plan(entry.file), seconds=self.plan_within, stop=stop)
            )
        except TimeoutError:
            await self._fail(occurrence, "plan_too_long")
            return
        except (InputError, CallError) as error:
            await self._plan_later(entry, occurrence, error)
            return
        if run is None:  # asked to stop meanwhile: whoever comes next plans it
            return
        self._retries.forget(_name(occurrence))
        occurrence = replace(occurrence, turnout=Turnout.STARTED, run=run, seen_at=self.clock.now())
        await self.agenda.note(occurrence)
        _log.info("started campaign=%s run=%s", entry.file.name, run)
        try:
            async with self._seen_to(occurrence):
                ended, whole = await self.send(run)
        except InputError as error:
            await self._fail(occurrence, _codes(error))
            return
        turnout = _turnout(ended, whole=whole, stopped=stop.is_set())
        _log.info("left campaign=%s run=%s state=%s turnout=%s", entry.file.name, run, ended.state, turnout)
        noted = Turnout.REPORTING if turnout is Turnout.DONE else turnout
        occurrence = replace(occurrence, turnout=noted, seen_at=self.clock.now())
        await self.agenda.note(occurrence)
        await self._report(occurrence)

    async def _plan_later(self, entry: Scheduled, occurrence: Occurrence, error: LecommercialError) -> None:
        """Try again while it is not too late: a file may be locked, or on its way."""
        since = occurrence.due_at if entry.schedule.if_late == "skip" else occurrence.seen_at or occurrence.due_at
        until = since + entry.schedule.grace
        left = (until - self.clock.now()).total_seconds()
        if left <= 0:
            await self._fail(occurrence, _codes(error))
            return
        times = self._retries.put_off(_name(occurrence), at_most=left)
        told = "waiting campaign=%s reasons=%s times=%d until=%s"
        _log.warning(told, entry.file.name, _codes(error), times, until.isoformat())

    async def _fail(self, occurrence: Occurrence, reasons: str) -> None:
        _log.error("failed campaign=%s reasons=%s", occurrence.file.name, reasons)
        await self.agenda.note(replace(occurrence, turnout=Turnout.FAILED))
        self._retries.forget(_name(occurrence))

    async def _report(self, occurrence: Occurrence) -> None:
        """Write the reports; where they cannot be, they are tried again later, and nothing else is."""
        name, run = _name(occurrence), occurrence.run
        try:
            await self.report(run)
        except ReportError as error:
            _log.error("report_failed run=%s reasons=%s", run, _codes(error))
            if self.clock.now() - (occurrence.seen_at or occurrence.due_at) < _REPORT:
                self._retries.put_off(name)
                return
        self._retries.forget(name)
        if occurrence.turnout is Turnout.REPORTING:
            await self.agenda.note(replace(occurrence, turnout=Turnout.DONE))

    @asynccontextmanager
    async def _seen_to(self, occurrence: Occurrence) -> AsyncIterator[None]:
        """Note every now and then that somebody sees to it: whoever comes later knows for how long nobody did."""

        async def beat() -> None:
            while True:
                await asyncio.sleep(_BEAT)
                with suppress(JournalError):  # who sends meets it too, and says so
                    await self.agenda.note(replace(occurrence, seen_at=self.clock.now()))

        beating = asyncio.create_task(beat())
        try:
            yield
        finally:
            beating.cancel()
            await asyncio.wait({beating})

    @asynccontextmanager
    async def _locked(self, file: Path) -> AsyncIterator[bool]:
        """Hold a campaign's lock; False where another process does."""
        name = blake2b(str(file).encode(), digest_size=8).hexdigest()
        with taking(self.locks / f".schedule-{name}.lock") as ours:
            yield ours


def _turnout(run: Run, *, whole: bool, stopped: bool) -> Turnout:
    if whole and run.state is not RunState.STOPPED:
        return Turnout.DONE  # ended, or an operator paused it or gave it up
    return Turnout.HALTED if run.halted or not stopped else Turnout.STARTED


def _name(occurrence: Occurrence) -> tuple[Path, datetime]:
    return occurrence.file, occurrence.due_at


def _codes(error: LecommercialError) -> str:
    return ",".join(problem.code for problem in error.problems)


def _now() -> float:
    return asyncio.get_running_loop().time()
