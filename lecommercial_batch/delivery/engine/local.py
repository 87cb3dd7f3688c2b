"""One process, one machine: each lane of a run drained by an asyncio task, under a lock of the machine's."""

import asyncio
import math
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from lecommercial_batch.core.errors import JournalError
from lecommercial_batch.core.model import Rate, Result, Run, RunOptions, RunState, Status
from lecommercial_batch.core.ports import Clock, Gateway, Journal
from lecommercial_batch.core.sender import Sender
from lecommercial_batch.delivery.circuit_breaker import Judge
from lecommercial_batch.delivery.daily_cap import Days, lower
from lecommercial_batch.delivery.drain import LONGEST_NAP, Drain
from lecommercial_batch.delivery.duplicate_runs import start
from lecommercial_batch.delivery.engine.lane_locks import lane_lock
from lecommercial_batch.delivery.lock_files import taking
from lecommercial_batch.delivery.pacing.limiters import open_gates
from lecommercial_batch.delivery.pacing.pace import Gate
from lecommercial_batch.delivery.pacing.shared_memory import Cells
from lecommercial_batch.delivery.send_windows import Openings
from lecommercial_batch.delivery.turns import Allowance, Drained
from lecommercial_batch.scheduling.public_holidays import calendar_of

#: Halts that say something about the campaign, not about one sender: they stop all of them.
CAMPAIGN_WIDE: Final = frozenset({"template_not_found", "list_not_found", "wrong_address", "redirected"})


def _nothing(*_: object) -> None:
    """Watch nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """What the door wants to hear of while a run is sent."""

    on_result: Callable[[Result], None] = _nothing
    on_busy: Callable[[str], None] = _nothing  #: a lane that another process drains
    on_abandoned: Callable[[int], None] = _nothing  #: claims of a crashed process, now unknown
    on_asleep: Callable[[datetime], None] = _nothing  #: nobody may be written to until then
    #: Nothing leaves for so many seconds, and why: a reason of answers, or `journal_busy`, for so long at most.
    on_held: Callable[[float, str], None] = _nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """Drains the lanes of a run.

    ``gateway`` makes the gateway of a sender, an async context manager. ``locks`` is the folder of the lane
    locks: processes that share it drain a lane one after the other. ``cells`` opens the numbers of a budget, by
    its name: processes that share them keep one pace together.
    """

    journal: Journal
    gateway: Callable[[Sender], AbstractAsyncContextManager[Gateway]]
    clock: Clock
    locks: Path
    cells: Callable[[str], Cells]
    machine_rate: Rate | None = None
    watching: Watching = field(default_factory=Watching)
    look_again: float = 0.5  #: seconds between looks at what was asked, and at a lane that another process drains

    async def send(
        self, run: Run, senders: Sequence[Sender], *, stop: asyncio.Event, limit: int | None = None
    ) -> Run:
        """Send what is left of a run, or ``limit`` messages of it, and return the run as it stands then.

        Raises:
            InputError: another run that sends the same was started since this one was planned, or an operator
                has paused this one or given it up.
            JournalError: something could not be recorded; the run is resumable.
        """
        stop_all = asyncio.Event()
        allowance = Allowance(math.inf if limit is None else limit)
        rate = run.new.options.rate
        with open_gates(rate, senders, machine_rate=self.machine_rate, cells=self.cells) as gates:
            await start(self.journal, run)  # which is no start while it is not known that the pace can be kept
            await self.journal.move(run.id, RunState.RUNNING)
            passing_on = asyncio.create_task(_pass_on(stop, stop_all))
            obeying = asyncio.create_task(self._obey(run.id, stop))
            lanes = [self._lane(run, sender, gates[sender.name], stop_all, allowance) for sender in senders]
            # Not a task group: a lane that fails must not cancel the calls of another in mid-send.
            drained = await asyncio.gather(*lanes, return_exceptions=True)
            passing_on.cancel()
            obeying.cancel()
        for each in drained:
            if isinstance(each, BaseException):
                raise each
        await self.journal.control.conclude(run.id)
        return await self.journal.find(run.id)

    async def _obey(self, run: str, stop: asyncio.Event) -> None:
        """Ask to stop as soon as an operator elsewhere does."""
        with suppress(JournalError):  # who drains the lanes meets it too, and says so
            while await self.journal.control.wish(run) is None:  # noqa: ASYNC110 - another process writes it
                await asyncio.sleep(self.look_again)
            stop.set()

    async def _lane(
        self, run: Run, sender: Sender, gate: Gate, stop: asyncio.Event, allowance: Allowance
    ) -> Drained:
        """Take turns in a lane until nothing is left in it; while nobody may be written to, others have it."""
        while True:
            drained = await self._turn(run, sender, gate, stop, allowance)
            if drained.resumes_at is None or drained.halted:
                return drained
            self.watching.on_asleep(drained.resumes_at)
            if not await self._sleep(drained.resumes_at, stop):
                return drained

    async def _sleep(self, until: datetime, stop: asyncio.Event) -> bool:
        """Wait for a time on the wall, also if the computer sleeps meanwhile; False when asked to stop before."""
        while not stop.is_set() and (left := (until - self.clock.now()).total_seconds()) > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(min(left, LONGEST_NAP)):
                    await stop.wait()
        return not stop.is_set()

    async def _turn(
        self, run: Run, sender: Sender, gate: Gate, stop: asyncio.Event, allowance: Allowance
    ) -> Drained:
        options = run.new.options
        async with AsyncExitStack() as stack:
            if not await stack.enter_async_context(self._locked(sender.name, stop)):
                return Drained(finished=False)
            if await self.journal.control.wish(run.id):  # asked before the lane was ours: not even one leaves
                return Drained(finished=False)
            gateway = await stack.enter_async_context(self.gateway(sender))
            turn = await self.journal.begin_turn(sender.name)
            if turn.abandoned:
                self.watching.on_abandoned(turn.abandoned)
            if options.at_least_once:
                await self.journal.control.retry(run.id, [Status.UNKNOWN])
            judge = Judge(options.stop_after_failures, options.stop_at_failure_rate)

            async def drain(allowance: Allowance) -> Drained:
                return await Drain(
                    turn,
                    run.id,
                    journal=self.journal,
                    gateway=gateway,
                    gate=gate,
                    clock=self.clock,
                    stop=stop,
                    judge=judge,
                    on_result=self.watching.on_result,
                    on_held=self.watching.on_held,
                    allowance=allowance,
                    openings=self._openings(options),
                    at_least_once=options.at_least_once,
                ).run()

            cap = math.inf if run.new.edits else lower(options.per_day, sender.per_day)
            days = Days(
                lane=sender.name, cap=cap, waits=options.hours is not None, journal=self.journal, clock=self.clock
            )
            drained = await days.drain(run.id, drain, allowance=allowance)
        if drained.halted:
            await self.journal.halt(run.id, lane=sender.name, reason=drained.halted)
        if drained.halted in CAMPAIGN_WIDE:
            stop.set()
        return drained

    def _openings(self, options: RunOptions) -> Openings:
        return Openings(self.clock, calendar_of(options.hours), options.not_before)

    @asynccontextmanager
    async def _locked(self, lane: str, stop: asyncio.Event) -> AsyncIterator[bool]:
        """Hold the lane's lock, waiting for whoever has it; False when asked to stop before that."""
        told = False
        while not stop.is_set():
            with taking(lane_lock(self.locks, lane)) as ours:
                if ours:
                    yield True
                    return
            if not told:
                self.watching.on_busy(lane)
                told = True
            with suppress(TimeoutError):
                async with asyncio.timeout(self.look_again):
                    await stop.wait()
        yield False


async def _pass_on(stop: asyncio.Event, stop_all: asyncio.Event) -> None:
    await stop.wait()
    stop_all.set()
