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

from lecommercial_batch.core.clock import SteadyClock
from lecommercial_batch.core.model import Answer, Claimed, Outcome, Result, Status, Turn
from lecommercial_batch.core.ports import Clock, Gateway, Journal
from lecommercial_batch.delivery import backoff
from lecommercial_batch.delivery.circuit_breaker import Judge
from lecommercial_batch.delivery.claims import LONGEST_LEAD, Claims
from lecommercial_batch.delivery.hold import Hold
from lecommercial_batch.delivery.pacing.pace import Gate, Left
from lecommercial_batch.delivery.pacing.shared_budget import TICK
from lecommercial_batch.delivery.persistence import AGAIN, LONGEST, Persistence
from lecommercial_batch.delivery.pulse import Pulse
from lecommercial_batch.delivery.recorder import Recorder
from lecommercial_batch.delivery.send_windows import Openings
from lecommercial_batch.delivery.turns import Allowance, Drained
from lecommercial_batch.delivery.wakeup import Bell

MOST_IN_FLIGHT: Final = 2000
#: Seconds of wall time after which it is looked at again; a lane whose next message waits longer is let go.
LONGEST_NAP: Final = 30.0
#: Calls a second up to which each leaves by itself; faster ones leave in groups, which costs a fifth less.
#: No more are claimed ahead than leave at this speed: greater groups only keep each other waiting.
EVEN: Final = 2500

_FAULT: Final = Answer(outcome=Outcome.UNSURE, reason="internal_error")

_log: Final = logging.getLogger("lecommercial_batch.delivery.drain")


def _untold(_seconds: float, _reason: str) -> None:
    """Tell nobody of a wait."""


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
        on_held: Callable[[float, str], None] = _untold,
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
        self._writes = Persistence(lambda: on_held(LONGEST, "journal_busy"))
        self._claims = Claims(
            turn, run, journal=journal, writes=self._writes, openings=self._openings, clock=self._steady
        )
        self._recorder = Recorder(
            turn, journal=journal, writes=self._writes, on_written=self._ring, on_lost=self._give_up
        )
        self._pulse = Pulse()
        self._latency = 2.0  # seconds, smoothed
        self._hold = Hold(turn.lane, judge=judge, gate=gate, jitter=jitter, on_held=on_held)
        self._claimed_all = False
        self._lost: Exception | None = None  # the first for which something could not be claimed or recorded
        self._end = asyncio.Event()  # asked to stop, halted, or unable to record: nothing more leaves
        self._claimer_bell, self._caller_bell = Bell(), Bell()

    async def run(self) -> Drained:
        """Drain until nothing is left or nobody may be written to, a stop is asked for, or the sender is halted.

        Raises:
            JournalError: an outcome could not be recorded; nothing was sent after that.
        """
        await self._claims.begin()
        with self._pulse:
            return await self._drain()

    async def _drain(self) -> Drained:
        async with asyncio.TaskGroup() as tasks:
            recorder = tasks.create_task(self._recorder.run())
            caller = tasks.create_task(self._call_all())
            watchers = [tasks.create_task(self._watch_stop()), tasks.create_task(self._watch_end(caller))]
            finished = await self._claim_all()
            self._claimed_all = True
            self._caller_bell.ring()
            await asyncio.wait({caller})
            self._give_back()
            while self._calls:
                await asyncio.wait(self._calls)
            self._recorder.close()
            await recorder
            for watcher in watchers:
                watcher.cancel()
        if self._lost:
            raise self._lost
        finished = finished and not self._end.is_set()
        return Drained(finished=finished, halted=self._judge.halted, resumes_at=self._resumes_at)

    async def _claim_all(self) -> bool:
        """Claim what is due, never much before it can leave. True when nothing is left to do."""
        while not self._end.is_set():
            room = self._room()
            wait = max(self._gate.until_next(), self._hold.left) - self._claims.lead
            if self._allowance.left <= 0 and not (self._calls or self._recorder.left or self._waiting):
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
            claimed = await self._claims.take(limit, unless=self._end)
        except Exception as error:  # noqa: BLE001 - kept, and raised when all that is known is on disk
            self._give_up(error)
            return 0
        self._allowance.take(len(claimed))
        self._waiting.extend(claimed)
        self._caller_bell.ring()
        return len(claimed)

    async def _anything_later(self) -> bool:
        """With nothing to claim now, wait for an answer or a message's time. False: neither will come."""
        if self._waiting or self._calls or self._recorder.left:
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
            elif self._writes.busy:
                await self._caller_bell.wait(AGAIN)
            elif (held := self._hold.left) > TICK:
                if held > 2 * LONGEST_LEAD:  # longer than anything is claimed ahead
                    self._give_back()  # so that a crash while we wait leaves no doubt about them
                await self._caller_bell.wait(held)
            else:
                left = await self._gate.wait()
                if left is None or not self._openings.is_open(
                    self._waiting[0].zone
                ):  # others of this machine were faster, and the next turn is a while away
                    self._give_back()
                elif self._hold.left <= TICK and not (self._end.is_set() or self._writes.busy):
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
        began = _now()
        try:
            answer = await self._gateway.send(claimed.phone, claimed.content, left=left)
        except Exception:  # noqa: BLE001 - whatever it was, the message may have left
            _log.exception("call_failed run=%s row=%s", claimed.run, claimed.row)
            answer = _FAULT
        try:
            result = self._hear(claimed, answer, began)
        except Exception:  # noqa: BLE001 - as above: without a result the run would wait for it for ever
            _log.exception("settling_failed run=%s row=%s", claimed.run, claimed.row)
            result = self._in_doubt(claimed)
        self._recorder.record(result)
        self._on_result(result)

    def _hear(self, claimed: Claimed, answer: Answer, began: float) -> Result:
        now = _now()
        self._judge.hear(answer, began=began, ended=now, stood_still=self._pulse.stopped_since(began))
        self._latency += 0.05 * (now - began - self._latency)
        return self._settle(claimed, answer)

    def _in_doubt(self, claimed: Claimed) -> Result:
        self._judge.hear(_FAULT)
        if self._judge.halted:
            self._end.set()
        at, reason = self._clock.now(), _FAULT.reason
        return Result(run=claimed.run, row=claimed.row, status=Status.UNKNOWN, reason=reason, at=at)

    def _settle(self, claimed: Claimed, answer: Answer) -> Result:
        """Turn an answer into the message's next status, and end where the judge says so."""
        now = self._clock.now()
        status, due = Status.PENDING, self._steady.now()
        match answer.outcome:
            case Outcome.ACCEPTED:
                status = Status.ACCEPTED
                if answer.retry_after is not None:
                    self._hold.pause(answer.retry_after, "throttled")
            case Outcome.REFUSED:
                status = Status.FAILED
            case Outcome.UNSURE if self._at_least_once and claimed.attempts < backoff.ATTEMPTS:
                due += timedelta(seconds=backoff.delay(claimed.attempts, retry_after=None, jitter=self._jitter))
            case Outcome.UNSURE:
                status = Status.UNKNOWN
            case Outcome.NOT_SENT:
                due += timedelta(seconds=self._hold.begin(answer))
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

    def _give_back(self) -> None:
        """Return what was claimed but not called."""
        self._allowance.take(-len(self._waiting))
        self._recorder.give_back(self._waiting)
        self._waiting.clear()
        self._claimer_bell.ring()

    def _give_up(self, error: Exception) -> None:
        self._lost = self._lost or error
        self._end.set()

    def _ring(self) -> None:
        self._claimer_bell.ring()

    async def _watch_stop(self) -> None:
        await self._stop.wait()
        self._end.set()

    async def _watch_end(self, caller: asyncio.Task[None]) -> None:
        await self._end.wait()
        caller.cancel()  # it only waits: the calls are tasks of their own
        self._claimer_bell.ring()


def _now() -> float:
    return asyncio.get_running_loop().time()
