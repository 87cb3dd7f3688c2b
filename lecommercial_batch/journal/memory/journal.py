"""A journal that lives in memory: fast and forgetful, for tests. It keeps the promises of `core.ports.Journal`."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from lecommercial_batch.core.contact_edits import EditKind
from lecommercial_batch.core.errors import Problem, RunNotFoundError, run_is_gone, unfinished_plan
from lecommercial_batch.core.ledger import Whose
from lecommercial_batch.core.model import (
    Claimed,
    Counts,
    Message,
    NewRun,
    Reason,
    Rejection,
    ReportRow,
    Result,
    Run,
    RunState,
    Status,
    Turn,
)
from lecommercial_batch.core.optouts import said_since
from lecommercial_batch.core.ports import Clock
from lecommercial_batch.core.proof import what_of
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.journal.memory.control import MemoryControl
from lecommercial_batch.journal.memory.ledger import MemoryLedger
from lecommercial_batch.journal.memory.optouts import MemoryOptouts
from lecommercial_batch.journal.memory.outbox import MemoryOutbox
from lecommercial_batch.journal.memory.retention import MemoryRetention
from lecommercial_batch.journal.memory.rows import AT_ONCE, Planned, rejected, reported


class MemoryJournal(MemoryControl):
    """Runs in dictionaries."""

    def __init__(self, *, clock: Clock) -> None:
        super().__init__(clock=clock)
        self._tokens: Counter[str] = Counter()
        self.optouts = MemoryOptouts()
        self._tallies: dict[str, Counts] = {}  # of runs whose people are forgotten
        personal = (self._entries, self._rejections, self._events)
        self.retention = MemoryRetention(self._runs, kept=self._tallies, count=self.counts, personal=personal)
        self.ledger = MemoryLedger(self._runs, lambda run: iter(self._entries[run].values()))
        self._outbox = MemoryOutbox(
            self._runs,
            lambda run, row: self._entries.get(run, {}).get(row),
            lambda run, before: not self._since(run, before),
        )
        self._started_after: dict[str, int] = {}  # how many runs there were when a run was started

    @property
    def control(self) -> "MemoryJournal":
        return self

    async def begin_run(self, new: NewRun) -> str:
        name = f"run-{len(self._events) + 1}"
        at, state = self._clock.now(), RunState.PLANNING
        self._runs[name] = Run(
            id=name, new=new, state=state, proof="", created_at=at, started_at=None, ended_at=None
        )
        self._entries[name] = {}
        self._events[name] = []
        self._rejections[name] = {}
        return name

    async def add(self, run: str, planned: Sequence[Message | Rejection]) -> None:
        for each in planned:
            if isinstance(each, Message):
                self._entries[run][each.row.number] = Planned(each)
            else:
                self._rejections[run][each.row.number] = each

    async def freeze(self, run: str, *, proof: str) -> None:
        if run not in self._runs or self._runs[run].state is not RunState.PLANNING:
            raise run_is_gone(run)
        self._runs[run] = replace(self._runs[run], state=RunState.PLANNED, proof=proof)

    async def discard(self, run: str) -> bool:
        if self._runs[run].started_at is not None:
            return False
        del self._runs[run], self._entries[run], self._rejections[run]
        return True

    async def find(self, run: str) -> Run:
        if run not in self._runs:
            raise RunNotFoundError(
                Problem(code="run_not_found", message=Sentence("there is no run {run}", run=run))
            )
        return replace(self._runs[run], purged=run in self._tallies)

    async def runs(self) -> Sequence[Run]:
        shown = [run for run in self._runs.values() if not (run.new.test or run.new.parent)]
        return [run for run in shown[::-1] if run.state is not RunState.PLANNING]

    async def counts(self, run: str) -> Counts:
        if run in self._tallies:
            return self._tallies[run]
        by_reason = Counter(each.reason for each in self._rejections[run].values())
        by_status = Counter(each.status for each in self._entries[run].values())
        return Counts(
            rejected={Reason(reason): count for reason, count in sorted(by_reason.items())},
            messages={status: by_status[status] for status in Status},
            variants={name: self._variant(run, name) for name in self._runs[run].new.variants},
            after=await self._after(run),
        )

    async def _after(self, run: str) -> dict[str, dict[Status, int]]:
        of = [(await self.counts(each.id)).variants for each in self._runs.values() if each.new.parent == run]
        found = {
            kind.value: {status: sum(each.get(kind, {}).get(status, 0) for each in of) for status in Status}
            for kind in EditKind
        }
        return {kind: by_status for kind, by_status in found.items() if any(by_status.values())}

    def _variant(self, run: str, name: str) -> dict[Status, int]:
        entries = self._entries[run].values()
        by_status = Counter(each.status for each in entries if each.message.variant == name)
        return {status: by_status[status] for status in Status}

    async def start(self, run: str) -> str | None:
        own = self._runs[run]
        if own.state is RunState.PLANNING:
            raise unfinished_plan(run)
        if run in self._wishes or own.state is RunState.PAUSED:
            return run
        if own.state is RunState.CANCELLED and not await self.lanes(run):
            return run
        if own.started_at is None and not (own.new.test or own.new.parent):
            if unfinished := await self._beside(own):
                return unfinished
            for each in await self.runs():
                there = each.new.address in {own.new.address, ""}
                if (
                    each.id == run
                    or what_of(each.proof) != what_of(own.proof)
                    or each.started_at is None
                    or not there
                ):
                    continue
                left = not own.new.options.guards.again and await self.lanes(each.id)
                if left or self._since(each.id, run):
                    return each.id
        self._started_after.setdefault(run, len(self._events))
        self._runs[run] = replace(own, state=RunState.RUNNING, started_at=own.started_at or self._clock.now())
        return None

    def _since(self, other: str, run: str) -> bool:
        """Tell whether another run was started since this one was planned."""
        return self._started_after.get(other, 0) > [*self._events].index(run)

    async def _beside(self, own: Run) -> str | None:
        """Return an unfinished run of the same campaign that was started since this one was planned."""
        guards, whose = own.new.options.guards, Whose.of(own.new)
        if guards.once_within is not None or guards.again or own.new.edits:
            return None
        for each in await self.runs():
            there = each.new.address in {own.new.address, ""} and Whose.of(each.new).same_campaign(whose)
            if each.id != own.id and there and self._since(each.id, own.id) and await self.lanes(each.id):
                return each.id
        return None

    async def move(self, run: str, state: RunState) -> None:
        found, now = self._runs[run], self._clock.now()
        halted = {} if state is RunState.RUNNING else found.halted
        started = (found.started_at or now) if state is RunState.RUNNING else found.started_at
        ended = now if state in {RunState.ENDED, RunState.CANCELLED} else None
        if state is RunState.RUNNING:
            self._started_after.setdefault(run, len(self._events))
        self._runs[run] = replace(found, state=state, halted=halted, started_at=started, ended_at=ended)

    async def halt(self, run: str, *, lane: str, reason: str) -> None:
        found = self._runs[run]
        self._runs[run] = replace(found, halted={**found.halted, lane: reason})

    async def begin_turn(self, lane: str) -> Turn:
        self._tokens[lane] += 1
        for run in self._entries:
            for each in self._pending(run, lane):
                each.due_at = AT_ONCE
        abandoned = [
            (run, each)
            for run, entries in self._entries.items()
            for each in entries.values()
            if each.message.sender == lane and each.status is Status.SENDING
        ]
        for run, each in abandoned:
            each.status, each.reason, each.detail = Status.UNKNOWN, "interrupted", ""
            self._note(run, each, each.reason)
        return Turn(lane, self._tokens[lane], len(abandoned))

    async def claim(self, turn: Turn, run: str, *, limit: int, at: datetime, zone: str = "") -> Sequence[Claimed]:
        if turn.token != self._tokens[turn.lane]:
            return []
        due = [each for each in self._pending(run, turn.lane, zone) if each.due_at <= at]
        due.sort(key=lambda each: (each.due_at, each.message.row.number))
        claimed = list(islice((each for each in due if not self._is_rejected_now(run, each)), limit))
        for each in claimed:
            each.status, each.token, each.attempts = Status.SENDING, turn.token, each.attempts + 1
            self._outbox.note(self._runs[run], each.message.row.number, each.message.phone, self._clock.now())
            self._note(run, each, "")
        return [
            Claimed(
                run=run,
                row=each.message.row.number,
                phone=each.message.phone,
                content=each.message.content,
                attempts=each.attempts,
                zone=zone,
            )
            for each in claimed
        ]

    async def next_due(self, run: str, *, lane: str, zone: str = "") -> datetime | None:
        return min((each.due_at for each in self._pending(run, lane, zone)), default=None)

    async def zones(self, run: str, *, lane: str) -> Sequence[str]:
        return sorted({"", *(each.message.zone for each in self._pending(run, lane))})

    async def waiting(self, run: str) -> Mapping[str, int]:
        pending = (each for each in self._entries[run].values() if each.status is Status.PENDING)
        return Counter(each.message.zone for each in pending)

    async def record(self, turn: Turn, results: Sequence[Result]) -> None:
        for result in results:
            if entry := self._own_claim(turn, result.run, result.row):
                entry.status, entry.reason, entry.detail = result.status, result.reason, result.detail
                entry.answered_at, entry.due_at = result.at, result.due_at or AT_ONCE
                self._note(result.run, entry, result.reason, result.detail, at=result.at)

    async def release(self, turn: Turn, claimed: Sequence[Claimed]) -> None:
        for each in claimed:
            if entry := self._own_claim(turn, each.run, each.row):
                entry.status, entry.attempts = Status.PENDING, entry.attempts - 1
                self._note(each.run, entry, "released")

    def rows(self, run: str) -> Iterator[ReportRow]:
        entries, rejections = self._entries[run], self._rejections[run]
        for number in sorted({**entries, **rejections}):
            yield reported(entries[number]) if number in entries else rejected(rejections[number])

    def _pending(self, run: str, lane: str, zone: str | None = None) -> Iterator[Planned]:
        entries = (each for each in self._entries[run].values() if each.status is Status.PENDING)
        return (each for each in entries if each.message.sender == lane and zone in {None, each.message.zone})

    def _is_rejected_now(self, run: str, entry: Planned) -> bool:
        """Turn the message of somebody who may not be written to any more into a rejection."""
        message, of = entry.message, self._runs[run]
        why: tuple[Reason, Sentence] | None
        if message.phone in self.optouts and not (of.new.edits and message.variant == EditKind.REMOVE):
            why = Reason.OPTED_OUT, said_since(entry.attempts)
        else:
            why = self._outbox.forbids(of, entry, self._clock.now())
        if why is not None:
            self._reject(run, entry, *why)
        return why is not None

    def _own_claim(self, turn: Turn, run: str, row: int) -> Planned | None:
        entry = self._entries[run][row]
        own = entry.token == turn.token and entry.status in {Status.SENDING, Status.UNKNOWN}
        return entry if own else None
