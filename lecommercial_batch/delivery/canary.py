"""The first few messages of a run, whose fate decides about the others."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from lecommercial_batch.core.model import Counts, Run, Status
from lecommercial_batch.core.sender import Sender
from lecommercial_batch.delivery.engine.local import Engine

#: Decides from the counts, once the first messages have been answered, whether the others may go.
Go = Callable[[Counts], Awaitable[bool]]

_SETTLED = (Status.ACCEPTED, Status.FAILED, Status.UNKNOWN)


async def send_with_canary(
    engine: Engine, run: Run, senders: Sequence[Sender], *, stop: asyncio.Event, limit: int | None, go: Go
) -> Run:
    """Send like ``engine.send``, the canary first where the run has one that is not through.

    A canary counts what was answered, over all its starts: whoever resumes a run after its canary means the
    others. Not asked to go on, the run is stopped, each of its senders halted for the canary.
    """
    first = run.new.options.canary - _settled(await engine.journal.counts(run.id))
    if first <= 0 or (limit is not None and limit <= first):
        return await engine.send(run, senders, stop=stop, limit=limit)
    run = await engine.send(run, senders, stop=stop, limit=first)
    counts = await engine.journal.counts(run.id)
    left = await engine.journal.lanes(run.id)
    if not left or stop.is_set() or _settled(counts) < run.new.options.canary:
        return run  # nothing is left to decide, or something else has stopped it
    if not await go(counts):
        reason = "canary" if is_spotless(counts) else "canary_failed"
        for lane in left:
            await engine.journal.halt(run.id, lane=lane, reason=reason)
        return await engine.journal.find(run.id)
    if await engine.journal.control.wish(run.id):  # asked while that was decided
        return await engine.journal.find(run.id)
    others = [sender for sender in senders if sender.name in left and sender.name not in run.halted]
    rest = None if limit is None else limit - first
    sent = await engine.send(run, others, stop=stop, limit=rest) if others else run
    for lane, reason in run.halted.items():  # the halts of the canary stand
        await engine.journal.halt(run.id, lane=lane, reason=reason)
    return await engine.journal.find(sent.id)


async def if_spotless(counts: Counts) -> bool:
    """Go on where all that was answered was accepted: what is decided where there is nobody to ask."""
    return is_spotless(counts)


def is_spotless(counts: Counts) -> bool:
    """Tell whether all that was answered was accepted."""
    return not (counts.messages[Status.FAILED] or counts.messages[Status.UNKNOWN])


def _settled(counts: Counts) -> int:
    return sum(counts.messages[status] for status in _SETTLED)
