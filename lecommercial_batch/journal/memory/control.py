"""Runs in dictionaries, as an operator at another terminal uses them: the base of the journal in memory."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime

from lecommercial_batch.core.model import Phone, Reason, Rejection, Run, RunState, Status
from lecommercial_batch.core.ports import Clock
from lecommercial_batch.core.retention import OVER
from lecommercial_batch.core.run_control import AT_REST, Event, Wish, state_at_rest
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.journal.memory.rows import AT_ONCE, Planned

_LEFT = (Status.PENDING, Status.SENDING)


class MemoryControl:
    """What there is, and what is asked of it. It keeps the promises of `core.run_control.Control`."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._runs: dict[str, Run] = {}
        self._entries: dict[str, dict[int, Planned]] = {}
        self._rejections: dict[str, dict[int, Rejection]] = {}
        self._wishes: dict[str, Wish] = {}
        self._events: dict[str, list[Event]] = {}

    async def lanes(self, run: str, statuses: Collection[Status] = _LEFT) -> Sequence[str]:
        left = (each for each in self._entries[run].values() if each.status in statuses)
        return sorted({each.message.sender for each in left})

    async def ask(self, run: str, wish: Wish) -> RunState:
        state = self._runs[run].state
        if state in OVER or state is RunState.PLANNING:
            return state
        self._wishes[run] = wish
        return await self.conclude(run) if state in AT_REST else state

    async def lift(self, run: str) -> None:
        self._wishes.pop(run, None)
        if (own := self._runs[run]).state is RunState.PAUSED:
            self._runs[run] = replace(own, state=RunState.STOPPED if own.started_at else RunState.PLANNED)

    async def conclude(self, run: str) -> RunState:
        own, wish = self._runs[run], self._wishes.get(run)
        if wish is Wish.CANCEL:
            await self.cancel(run)
        left, given_up = await self.lanes(run), await self.lanes(run, [Status.CANCELLED])
        stands = state_at_rest(wish=wish, left=bool(left), given_up=bool(given_up))
        if stands is RunState.ENDED:
            self._wishes.pop(run, None)
        if stands is not own.state or stands not in OVER:
            ended_at = self._clock.now() if stands in OVER else None
            self._runs[run] = replace(own, state=stands, ended_at=ended_at)
        return stands

    async def wish(self, run: str) -> Wish | None:
        return self._wishes.get(run)

    async def cancel(self, run: str) -> int:
        return self._move(run, (Status.PENDING,), Status.CANCELLED, "cancelled")

    async def reject(self, run: str, refusing: Callable[[Phone], tuple[Reason, Sentence] | None]) -> int:
        pending = [each for each in self._entries[run].values() if each.status is Status.PENDING]
        refused = [(each, why) for each in pending if (why := refusing(each.message.phone)) is not None]
        for each, why in refused:
            self._reject(run, each, *why)
        return len(refused)

    async def retry(self, run: str, statuses: Collection[Status]) -> int:
        again = set(statuses) & {Status.FAILED, Status.UNKNOWN}
        return self._move(run, again, Status.PENDING, "retried")

    async def followed_by(self, run: str) -> Sequence[str]:
        return [each.id for each in [*self._runs.values()][::-1] if each.new.parent == run]

    async def confirm(self, run: str, rows: Collection[int]) -> None:
        self._move(run, (Status.UNKNOWN,), Status.ACCEPTED, "found", rows)

    async def history(self, run: str, phone: Phone) -> Sequence[Event]:
        rows = {row for row, entry in self._entries[run].items() if entry.message.phone == phone}
        return [event for event in self._events[run] if event.row in rows]

    def _move(
        self, run: str, statuses: Collection[Status], to: Status, reason: str, rows: Collection[int] | None = None
    ) -> int:
        entries = ((number, entry) for number, entry in self._entries[run].items() if entry.status in statuses)
        moved = [entry for number, entry in entries if rows is None or number in rows]
        for entry in moved:
            entry.in_doubt |= to is Status.PENDING and entry.status is Status.UNKNOWN
            entry.status, entry.detail, entry.due_at = to, "", AT_ONCE
            entry.reason = "" if to is Status.PENDING else reason
            self._note(run, entry, reason)
        return len(moved)

    def _note(
        self, run: str, entry: Planned, reason: str, detail: str = "", *, at: datetime | None = None
    ) -> None:
        event = Event(
            row=entry.message.row.number,
            at=at or self._clock.now(),
            status=entry.status,
            attempts=entry.attempts,
            reason=reason,
            detail=detail,
        )
        self._events[run].append(event)

    def _reject(self, run: str, entry: Planned, reason: Reason, detail: Sentence) -> None:
        row, column = entry.message.row, self._runs[run].new.phone_column
        del self._entries[run][row.number]
        self._rejections[run][row.number] = Rejection(row, reason, detail, column)
