"""The Control port over a database; see `core.run_control.Control` for what each method promises."""

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, Row, case, select, update

from lecommercial_batch.core.model import Phone, Reason, RunState, Status
from lecommercial_batch.core.ports import Clock
from lecommercial_batch.core.retention import OVER
from lecommercial_batch.core.run_control import AT_REST, Event, Wish, state_at_rest
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.journal import codec, outbox, statements
from lecommercial_batch.journal.events import note_move
from lecommercial_batch.journal.imprints import Doing
from lecommercial_batch.journal.schema import event, message, run

_AGAIN: Final = (Status.FAILED, Status.UNKNOWN)
_LARGEST: Final = 500  #: rows of a statement
_READ: Final = 2000  #: rows read at a time


class SqlControl:
    """Wishes, second tries and histories."""

    def __init__(self, *, read: Doing, write: Doing, clock: Clock) -> None:
        self._read = read
        self._write = write
        self._clock = clock

    async def ask(self, run_id: str, wish: Wish) -> RunState:
        own = run.c.id == run_id

        def write(connection: Connection) -> RunState:
            state = RunState(connection.execute(select(run.c.state).where(own)).scalar_one())
            if state in OVER or state is RunState.PLANNING:
                return state
            connection.execute(update(run).where(own).values(wish=wish))
            return self._conclude(connection, run_id) if state in AT_REST else state

        stands: RunState = await self._write(write)
        return stands

    async def wish(self, run_id: str) -> Wish | None:
        wished = select(run.c.wish).where(run.c.id == run_id)
        found = await self._read(lambda c: c.execute(wished).scalar_one_or_none())
        return Wish(found) if found else None

    async def lift(self, run_id: str) -> None:
        own = run.c.id == run_id

        def write(connection: Connection) -> None:
            before = case((run.c.started_at.is_(None), RunState.PLANNED), else_=RunState.STOPPED)
            paused = update(run).where(own, run.c.state == RunState.PAUSED)
            connection.execute(paused.values(state=before))
            connection.execute(update(run).where(own).values(wish=""))

        await self._write(write)

    async def conclude(self, run_id: str) -> RunState:
        stands: RunState = await self._write(partial(self._conclude, run_id=run_id))
        return stands

    def _conclude(self, connection: Connection, run_id: str) -> RunState:
        own = connection.execute(select(run).where(run.c.id == run_id)).one()
        wish = Wish(own.wish) if own.wish else None
        if wish is Wish.CANCEL:
            self._give_up(connection, run_id)
        stands = state_at_rest(
            wish=wish, left=_is_left(connection, run_id), given_up=_is_given_up(connection, run_id)
        )
        if stands == own.state and stands in OVER:
            return stands
        values: dict[str, object] = {"state": stands, "ended_at": None}
        if stands in OVER:
            values["ended_at"] = self._clock.now().timestamp()
        if stands is RunState.ENDED:
            values["wish"] = ""  # there is nothing any more that could wait
        connection.execute(update(run).where(run.c.id == run_id).values(values))
        return stands

    def _give_up(self, connection: Connection, run_id: str) -> int:
        return self._change(connection, run_id, (Status.PENDING,), Status.CANCELLED, reason="cancelled")

    async def cancel(self, run_id: str) -> int:
        count: int = await self._write(partial(self._give_up, run_id=run_id))
        return count

    async def lanes(self, run_id: str, statuses: Collection[Status]) -> Sequence[str]:
        chosen = select(message.c.lane).where(message.c.run_id == run_id, message.c.status.in_(statuses))
        found: Sequence[str] = await self._read(lambda c: c.execute(chosen.distinct()).scalars().all())
        return found

    async def reject(self, run_id: str, refusing: Callable[[Phone], tuple[Reason, Sentence] | None]) -> int:
        found: outbox.Refused = await self._read(partial(_refused, run_id=run_id, refusing=refusing))
        rows, rejected = list(found), 0
        for start in range(0, len(rows), _LARGEST):
            some = {row: found[row] for row in rows[start : start + _LARGEST]}
            rejected += await self._write(partial(_reject, run_id=run_id, refused=some))
        return rejected

    async def retry(self, run_id: str, statuses: Collection[Status]) -> int:
        again = [status for status in statuses if status in _AGAIN]
        return await self._move(run_id, again, Status.PENDING, reason="retried", due_at=0.0)

    async def followed_by(self, run_id: str) -> Sequence[str]:
        frozen = (run.c.parent == run_id, run.c.state != RunState.PLANNING)
        chosen = select(run.c.id).where(*frozen).order_by(run.c.number.desc())
        found: Sequence[str] = await self._read(lambda c: c.execute(chosen).scalars().all())
        return found

    async def confirm(self, run_id: str, rows: Collection[int]) -> None:
        listed = list(rows)
        for start in range(0, len(listed), _LARGEST):
            some = listed[start : start + _LARGEST]
            await self._move(run_id, (Status.UNKNOWN,), Status.ACCEPTED, reason="found", rows=some)

    async def _move(
        self, run_id: str, statuses: Collection[Status], to: Status, *, reason: str, **others: Any
    ) -> int:
        changing = partial(self._change, run_id=run_id, statuses=statuses, to=to, reason=reason, **others)
        count: int = await self._write(changing)
        return count

    def _change(
        self,
        connection: Connection,
        run_id: str,
        statuses: Collection[Status],
        to: Status,
        *,
        reason: str,
        rows: Sequence[int] | None = None,
        **values: object,
    ) -> int:
        some = () if rows is None else (message.c.row.in_(rows),)
        changed = (
            update(message)
            .where(message.c.run_id == run_id, message.c.status.in_(statuses), *some)
            .values(status=to, reason="" if to is Status.PENDING else reason, detail="", **values)
        )
        at = self._clock.now().timestamp()
        note_move(connection, run_id, statuses, to, reason=reason, at=at, rows=rows)
        return connection.execute(changed).rowcount

    async def history(self, run_id: str, phone: Phone) -> Sequence[Event]:
        rows = select(message.c.row).where(message.c.run_id == run_id, message.c.phone == phone.e164)
        chosen = select(event).where(event.c.run_id == run_id, event.c.row.in_(rows)).order_by(event.c.id)
        found: Sequence[Any] = await self._read(lambda c: c.execute(chosen).all())
        return [
            Event(
                row=each.row,
                at=codec.moment(each.at),
                status=Status(each.status),
                attempts=each.attempts,
                reason=each.reason,
                detail=each.detail,
            )
            for each in found
        ]


def _refused(
    connection: Connection, *, run_id: str, refusing: Callable[[Phone], tuple[Reason, Sentence] | None]
) -> outbox.Refused:
    """Look at all pending messages, and return those that there is a reason against."""
    pending = select(message.c.row, message.c.phone).where(
        message.c.run_id == run_id, message.c.status == Status.PENDING
    )
    found = connection.execution_options(yield_per=_READ).execute(pending)
    return {row: why for row, phone in found if (why := refusing(Phone(phone))) is not None}


def _reject(connection: Connection, *, run_id: str, refused: outbox.Refused) -> int:
    """Reject those that are still pending: who sends the run may have claimed some since they were looked at."""
    of = connection.execute(select(run).where(run.c.id == run_id)).one()
    pending = (message.c.run_id == run_id, message.c.status == Status.PENDING, message.c.row.in_(list(refused)))
    left = connection.execute(select(message.c.row, message.c.phone).where(*pending)).all()
    if left:
        outbox.reject(connection, of, {each.row: refused[each.row] for each in left})
        outbox.forget(connection, run_id, left)
    return len(left)


def is_set_aside(connection: Connection, own: Row[Any]) -> bool:
    """Tell whether an operator wants this run not to be sent."""
    if own.wish or own.state == RunState.PAUSED:
        return True
    return bool(own.state == RunState.CANCELLED) and not _is_left(connection, own.id)


def _is_left(connection: Connection, run_id: str) -> bool:
    return connection.execute(statements.LANES_LEFT, {"run": run_id}).first() is not None


def _is_given_up(connection: Connection, run_id: str) -> bool:
    given_up = select(message.c.row).where(message.c.run_id == run_id, message.c.status == Status.CANCELLED)
    return connection.execute(given_up.limit(1)).first() is not None
