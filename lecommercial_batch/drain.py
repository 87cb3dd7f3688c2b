"""The one async loop: claim, wait for the pace, call, record.

A message's claim is on disk before its call leaves, and a call that was surely not executed goes back to
pending; everything else is settled once. Stopping and halting are values: a call under way is never cancelled.
"""

import asyncio
import logging
import math
import random
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, assert_never

from lecommercial_batch import backoff
from lecommercial_batch.bell import Bell
from lecommercial_batch.budget import TICK
from lecommercial_batch.claims import LONGEST_LEAD, Claims
from lecommercial_batch.clock import SteadyClock
from lecommercial_batch.errors import JournalError
from lecommercial_batch.judge import Judge
from lecommercial_batch.model import Answer, Claimed, Outcome, Result, Status, Turn
from lecommercial_batch.openings import Openings
from lecommercial_batch.pace import Gate, Left
from lecommercial_batch.ports import Clock, Gateway, Journal
from lecommercial_batch.turns import Allowance, Drained

MOST_IN_FLIGHT: Final = 2000
#: Seconds of wall time after which it is looked at again; a lane whose next message waits longer is let go.
LONGEST_NAP: Final = 30.0
#: Calls a second up to which each leaves by itself; faster ones leave in groups, which costs a fifth less.
#: No more are claimed ahead than leave at this speed: greater groups only keep each other waiting.
EVEN: Final = 2500

_log: Final = logging.getLogger("lecommercial_batch.drain")


class Drain:
    """One turn of a lane for one run: everything due is claimed, called and recorded, at the gate's pace.

    ``stop`` is a request: nothing new leaves after it, what is in flight is finished and recorded.
    """

    def __init__(
        self,
        turn: Turn,
        run: str,
        *,
        journal: Journal,
        gateway: Gateway,
        gate: Gate,
        clock: Clock,
        stop: asyncio.Event,
        judge: Judge,
        on_result: Callable[[Result], None],
        allowance: Allowance | None = None,
        openings: Openings | None = None,
        at_least_once: bool = False,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._turn = turn
        self._run = run
        self._journal = journal
        self._gateway = gateway
        self._gate = gate
        self._clock = clock
        self._steady = SteadyClock(clock, _now)  # by which messages fall due
        self._openings = openings or Openings(clock)
        self._claims = Claims(turn, run, journal=journal, openings=self._openings, clock=self._steady)
        self._stop = stop
        self._on_result = on_result
        self._jitter = jitter
        self._allowance = allowance or Allowance()
        self._asleep = False  # until then, where that is known
        self._resumes_at: datetime | None = None
        self._at_least_once = at_least_once
        self._judge = judge
        self._waiting: deque[Claimed] = deque()  # claimed, not called yet
        self._calls: set[asyncio.Task[None]] = set()
        self._results: list[Result] = []
        self._unrecorded = 0  # results that are not on disk yet
        self._latency = 2.0  # seconds, smoothed
        self._held_until = 0.0  # loop time before which nothing leaves
        self._claimed_all = False
        self._called_all = False
        self._journal_error: JournalError | None = None
        self._end = asyncio.Event()  # asked to stop, halted, or unable to record: nothing more leaves
        self._claimer_bell, self._caller_bell, self._recorder_bell = Bell(), Bell(), Bell()

    async def run(self) -> Drained:
        """Drain until nothing is left or nobody may be written to, a stop is asked for, or the sender is halted.

        Raises:
            JournalError: an outcome could not be recorded; nothing was sent after that.
        """
        await self._claims.begin()
        async with asyncio.TaskGroup() as tasks:
            recorder = tasks.create_task(self._record_results())
            caller = tasks.create_task(self._call_all())
            watchers = [tasks.create_task(self._watch_stop()), tasks.create_task(self._watch_end(caller))]
            finished = await self._claim_all()
            self._claimed_all = True
            self._caller_bell.ring()
            await asyncio.wait({caller})
            await self._give_back()
            while self._calls:
                await asyncio.wait(self._calls)
            self._called_all = True
            self._recorder_bell.ring()
            await recorder
            for watcher in watchers:
                watcher.cancel()
        if self._journal_error:
            raise self._journal_error
        finished = finished and not self._end.is_set()
        return Drained(finished=finished, halted=self._judge.halted, resumes_at=self._resumes_at)

    async def _claim_all(self) -> bool:
        """Claim what is due, never much before it can leave. True when nothing is left to do."""
        while not self._end.is_set():
            room = self._room()
            wait = max(self._gate.until_next(), self._held_until - _now()) - self._claims.lead
            if self._allowance.left <= 0 and not (self._calls or self._unrecorded or self._waiting):
                return False
            if room <= 0:
                await self._claimer_bell.wait(None)
            elif wait > TICK and not self._waiting:
                await self._claimer_bell.wait(wait)
            elif not await self._claim(room) and not await self._anything_later():
                return not self._asleep
        return False

    def _room(self) -> int:
        """How many more to claim: enough for the next moments, within what may be in flight."""
        pace = self._gate.rate.per_second
        ahead = math.ceil(min(pace, EVEN) * self._claims.lead) - len(self._waiting)
        bound = math.ceil(2 * pace * self._latency) + 2 - len(self._calls) - len(self._waiting)
        return int(min(ahead, bound, MOST_IN_FLIGHT - len(self._calls), self._allowance.left))

    async def _claim(self, limit: int) -> int:
        try:
            claimed = await self._claims.take(limit)
        except JournalError as error:
            self._give_up(error)
            return 0
        self._allowance.take(len(claimed))
        self._waiting.extend(claimed)
        self._caller_bell.ring()
        return len(claimed)

    async def _anything_later(self) -> bool:
        """With nothing to claim now, wait for an answer or a message's time. False: neither will come."""
        if self._waiting or self._calls or self._unrecorded:
            await self._claimer_bell.wait(None)
            return True
        found = await self._claims.next_in()
        if found is None:
            return False
        wait, opens_in = found
        if opens_in > LONGEST_NAP:
            self._asleep, self._resumes_at = True, self._openings.after(opens_in)
            return False
        await self._claimer_bell.wait(min(wait, LONGEST_NAP))
        return True

    async def _call_all(self) -> None:
        """Let each claimed message go when the gate opens. Cancelled when the turn ends before its time."""
        while self._waiting or not self._claimed_all:
            if not self._waiting or len(self._calls) >= MOST_IN_FLIGHT:
                await self._caller_bell.wait(None)
            elif (held := self._held_until - _now()) > TICK:
                if held > 2 * LONGEST_LEAD:  # longer than anything is claimed ahead
                    await self._give_back()  # so that a crash while we wait leaves no doubt about them
                await self._caller_bell.wait(held)
            else:
                left = await self._gate.wait()
                if left is None or not self._openings.is_open(
                    self._waiting[0].zone
                ):  # others of this machine were faster, and the next turn is a while away
                    await self._give_back()
                elif self._held_until <= _now() + TICK and not self._end.is_set():
                    self._begin_call(self._waiting.popleft(), left)
                    if self._gate.rate.per_second <= EVEN:
                        await asyncio.sleep(0)  # now it leaves; others that are late follow one by one

    def _begin_call(self, claimed: Claimed, left: Left) -> None:
        call = asyncio.create_task(self._call(claimed, left))
        self._calls.add(call)
        call.add_done_callback(self._end_call)
        self._claimer_bell.ring()

    def _end_call(self, call: asyncio.Task[None]) -> None:
        self._calls.discard(call)
        self._claimer_bell.ring()
        if len(self._calls) + 1 == MOST_IN_FLIGHT:
            self._caller_bell.ring()

    async def _call(self, claimed: Claimed, left: Left) -> None:
        begun = _now()
        try:
            answer = await self._gateway.send(claimed.phone, claimed.content, left=left)
        except Exception:  # noqa: BLE001 - the one catch-all of this task: whatever it was, the message may have left
            _log.exception("call_failed run=%s row=%s", claimed.run, claimed.row)
            answer = Answer(outcome=Outcome.UNSURE, reason="internal_error")
        self._judge.hear(answer, began=begun, ended=_now())
        self._latency += 0.05 * (_now() - begun - self._latency)
        result = self._settle(claimed, answer)
        self._results.append(result)
        self._unrecorded += 1
        self._recorder_bell.ring()
        self._on_result(result)

    def _settle(self, claimed: Claimed, answer: Answer) -> Result:
        """Turn an answer into the message's next status, and end where the judge says so."""
        now = self._clock.now()
        status, due = Status.PENDING, self._steady.now()
        match answer.outcome:
            case Outcome.ACCEPTED:
                status = Status.ACCEPTED
                if answer.retry_after is not None:
                    self._held_until = max(self._held_until, _now() + answer.retry_after)
            case Outcome.REFUSED:
                status = Status.FAILED
            case Outcome.UNSURE if self._at_least_once and claimed.attempts < backoff.ATTEMPTS:
                due += timedelta(seconds=backoff.delay(claimed.attempts, retry_after=None, jitter=self._jitter))
            case Outcome.UNSURE:
                status = Status.UNKNOWN
            case Outcome.NOT_SENT:
                due += timedelta(seconds=self._hold(answer))
            case Outcome.HALTED:
                pass
            case _:
                assert_never(answer.outcome)
        if status is Status.PENDING:
            self._allowance.take(-1)
        if self._judge.halted:
            self._end.set()
        return Result(
            run=claimed.run,
            row=claimed.row,
            status=status,
            reason=answer.reason,
            detail=answer.detail,
            at=now,
            due_at=due,
        )

    def _hold(self, answer: Answer) -> float:
        """Hold the whole lane after a call that was not executed: the next would fare no better."""
        if self._held_until <= _now() + TICK:
            wait = backoff.delay(self._judge.waits + 1, retry_after=answer.retry_after, jitter=self._jitter)
            self._judge.count_wait(answer.reason, wait)
            if answer.reason == "throttled":
                self._gate.slow_down(wait)
            self._held_until = _now() + wait
            _log.warning("held lane=%s reason=%s seconds=%.1f", self._turn.lane, answer.reason, wait)
        return max(0.0, self._held_until - _now())

    async def _record_results(self) -> None:
        """Write results as they come, in one group for each flush of the disk."""
        while self._results or not self._called_all:
            if not self._results:
                await self._recorder_bell.wait(None)
                continue
            group, self._results = self._results, []
            try:
                await self._journal.record(self._turn, group)
            except JournalError as error:
                self._give_up(error)
            self._unrecorded -= len(group)
            self._claimer_bell.ring()

    async def _give_back(self) -> None:
        """Return what was claimed but not called."""
        waiting = list(self._waiting)
        self._waiting.clear()
        self._allowance.take(-len(waiting))
        try:
            await self._journal.release(self._turn, waiting)
        except JournalError as error:
            self._give_up(error)
        self._claimer_bell.ring()

    def _give_up(self, error: JournalError) -> None:
        self._journal_error = self._journal_error or error
        self._end.set()

    async def _watch_stop(self) -> None:
        await self._stop.wait()
        self._end.set()

    async def _watch_end(self, caller: asyncio.Task[None]) -> None:
        await self._end.wait()
        caller.cancel()  # it only waits: the calls are tasks of their own
        self._claimer_bell.ring()


def _now() -> float:
    return asyncio.get_running_loop().time()
