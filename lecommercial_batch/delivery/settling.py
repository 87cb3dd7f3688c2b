"""Changes of lists whose outcome is unknown: the list is read again, which messages have nothing like."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from lecommercial_batch.core.contact_edits import Edit
from lecommercial_batch.core.contact_lists import Contact
from lecommercial_batch.core.errors import CallError
from lecommercial_batch.core.model import ReportRow, Run, Status
from lecommercial_batch.core.sender import Sender
from lecommercial_batch.delivery.engine.local import Engine

#: Reads a list, by its contacts' numbers in bare digits.
Look = Callable[[int], Awaitable[Mapping[str, Contact]]]

_ROUNDS: Final = 3  #: of looking at what is unknown and making anew what was not done


async def send_edits(
    engine: Engine, run: Run, senders: Sequence[Sender], *, stop: asyncio.Event, limit: int | None, look: Look
) -> Run:
    """Make what is left of a run of edits, and settle what is unknown.

    What the list shows to be done is done; the others were not executed, and are made again.
    """
    run = await engine.send(run, senders, stop=stop, limit=limit)
    for _ in range(_ROUNDS):
        unknown = await asyncio.to_thread(_unknown, engine, run.id)
        if not unknown or stop.is_set() or run.halted or limit is not None:
            break
        try:
            done = await _done(unknown, look)
        except CallError:
            break  # they stay unknown; who looks says why
        await engine.journal.control.confirm(run.id, done)
        if len(done) < len(unknown):
            await engine.journal.control.retry(run.id, [Status.UNKNOWN])
            run = await engine.send(run, senders, stop=stop)
    return await engine.journal.find(run.id)


def _unknown(engine: Engine, run: str) -> list[ReportRow]:
    return [row for row in engine.journal.rows(run) if row.status is Status.UNKNOWN]


async def _done(unknown: Sequence[ReportRow], look: Look) -> list[int]:
    lists: dict[int, Mapping[str, Contact]] = {}
    done = []
    for row in unknown:
        if row.content is None or row.phone is None:
            continue
        edit = Edit.of(row.content)
        if edit.list_id not in lists:
            lists[edit.list_id] = await look(edit.list_id)
        if edit.is_done(row.phone.digits, lists[edit.list_id]):
            done.append(row.row.number)
    return done
