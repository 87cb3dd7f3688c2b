"""What comes of a run that has ended: its results put into lists, as a run of its own that belongs to it."""

import asyncio
from collections.abc import Awaitable, Callable

from lecommercial_batch.core.contact_edits import changes_lists
from lecommercial_batch.core.model import Run, RunOptions, RunState
from lecommercial_batch.core.ports import Journal
from lecommercial_batch.delivery.settling import Look
from lecommercial_batch.planning.follow_up import After
from lecommercial_batch.planning.plan import make_plan

#: Makes the edits of a run.
Carrying = Callable[[Run], Awaitable[Run]]


async def follow_up(
    journal: Journal, run: Run, *, lane: str, options: RunOptions, look: Look, stop: asyncio.Event, carry: Carrying
) -> None:
    """Put the results of a run into the lists that its campaign names, once, whatever cuts it short.

    What an earlier time has left is made first. Then, where the run has ended since, the lists are read, and what
    they lack is planned and made.
    """
    if not changes_lists(run.new.options) or run.state is not RunState.ENDED or run.ended_at is None:
        return
    for name in (await journal.control.followed_by(run.id))[:1]:
        last = await journal.find(name)
        if last.state in {RunState.PAUSED, RunState.CANCELLED} or await journal.control.wish(name):
            return  # an operator has it in hand
        if last.state is not RunState.ENDED:
            last = await carry(last)
        if last.state is not RunState.ENDED or last.created_at >= run.ended_at:
            return
    if stop.is_set():
        return
    wanted = run.new.options
    after = After(
        run,
        lambda: journal.rows(run.id),
        lane=lane,
        options=options,
        added=await look(wanted.add_to_list) if wanted.add_to_list else {},
        removed=await look(wanted.remove_failed_from) if wanted.remove_failed_from else {},
    )
    plan = await make_plan(after, journal, examples=0)
    await carry(await journal.find(plan.run))
