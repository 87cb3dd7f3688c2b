"""`pause`, `cancel` and `retry`: what an operator asks of a run, from this terminal or another."""

import asyncio
from collections.abc import Collection
from pathlib import Path
from time import monotonic
from typing import Final

from lecommercial_batch.app.readiness import require_address, require_planned
from lecommercial_batch.cli import show
from lecommercial_batch.cli.asking import agrees
from lecommercial_batch.cli.desk import Desk
from lecommercial_batch.cli.exits import Exit, exit_of
from lecommercial_batch.cli.purge import see_that_its_people_are_known
from lecommercial_batch.cli.send import Asked, carry_out, see_that_someone_agrees
from lecommercial_batch.cli.standing import see_that_it_is_not_paused
from lecommercial_batch.cli.terminal import Text
from lecommercial_batch.core.labels import count_of
from lecommercial_batch.core.language import _, say, say_many
from lecommercial_batch.core.model import Run, RunState, Status
from lecommercial_batch.core.retention import OVER
from lecommercial_batch.core.run_control import Wish
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.delivery.engine.lane_locks import conclude_if_idle
from lecommercial_batch.gateway import check_reachable
from lecommercial_batch.journal import SqlJournal
from lecommercial_batch.report import summary

_PATIENCE: Final = 5.0  #: seconds that we wait for whoever sends the run; it looks every half second
_LOOK_AGAIN: Final = 0.2


def pause(run_id: str, *, as_json: bool) -> Exit:
    """Have nothing new leave; what is on its way is finished. `resume` goes on."""
    return asyncio.run(_pause(Desk(as_json=as_json), run_id))


def cancel(run_id: str, *, yes: bool, as_json: bool) -> Exit:
    """Give up on what is still waiting."""
    return asyncio.run(_cancel(Desk(as_json=as_json), run_id, yes=yes))


def retry(run_id: str, *, statuses: Collection[Status], yes: bool, report: Path | None, as_json: bool) -> Exit:
    """Send again what failed or is unknown, in the same run."""
    return asyncio.run(_retry(Desk(as_json=as_json), run_id, statuses, Asked(yes=yes, report=report)))


async def _pause(desk: Desk, run_id: str) -> Exit:
    with desk.journal_of(run_id) as journal:
        run = await journal.find(run_id)
        require_planned(run)
        await journal.control.ask(run.id, Wish.PAUSE)
        return await _tell(desk, journal, run)


async def _cancel(desk: Desk, run_id: str, *, yes: bool) -> Exit:
    see_that_someone_agrees(desk, agreed=yes)
    with desk.journal_of(run_id) as journal:
        run = await journal.find(run_id)
        if run.state is RunState.PLANNING:
            return await _forget(desk, journal, run)
        left = (await journal.counts(run.id)).messages[Status.PENDING]
        question = say_many(
            "Give up on {count} message that is waiting? It will never be sent.",
            "Give up on {count} messages that are waiting? They will never be sent.",
            left,
            count=count_of(left),
        )
        if run.state not in OVER:
            if not (yes or agrees(desk, question, run=run)):
                return Exit.DONE
            if await journal.control.ask(run.id, Wish.CANCEL) is RunState.RUNNING:
                await journal.control.cancel(run.id)  # whoever sends it finds nothing more, before it hears why
        return await _tell(desk, journal, run)


async def _forget(desk: Desk, journal: SqlJournal, run: Run) -> Exit:
    """Forget a plan that was cut short; where somebody still makes it, they are told that it is gone."""
    counts = await journal.counts(run.id)
    await journal.discard(run.id)
    if desk.as_json:
        show.print_json(summary(run, counts, []))
    forgotten = Sentence("Run {run} was never planned to its end: it is forgotten.", run=run.id)
    desk.console.print(say(forgotten), style="bold")
    return Exit.DONE


async def _tell(desk: Desk, journal: SqlJournal, run: Run) -> Exit:
    """Show how the run stands, once whoever sends it has heard; at once where nobody does."""
    until = monotonic() + _PATIENCE
    while (run := await journal.find(run.id)).state is RunState.RUNNING and monotonic() < until:
        if not await conclude_if_idle(journal, run.id, locks=desk.folder):
            await asyncio.sleep(_LOOK_AGAIN)
    counts = await journal.counts(run.id)
    if desk.as_json:
        show.print_json(summary(run, counts, []))
    show.show_run(desk.console, run)
    if run.state is RunState.RUNNING:
        patience = _("Nothing new leaves. Whoever sends it finishes what is on its way first, or was cut short.")
        show.tell(desk.console, Text(patience))
    if not desk.as_json:
        show.show_counts(desk.console, counts)
    return Exit.DONE


async def _retry(desk: Desk, run_id: str, statuses: Collection[Status], asked: Asked) -> Exit:
    see_that_someone_agrees(desk, agreed=asked.yes)
    with desk.journal_of(run_id) as journal:
        await journal.upkeep.see_that_it_is_whole()
        run = await journal.find(run_id)
        require_planned(run)
        require_address(run, desk.settings.base_url)
        see_that_its_people_are_known(run)
        see_that_it_is_not_paused(run, await journal.control.wish(run.id))
        counts = await journal.counts(run.id)
        if not sum(counts.messages[status] for status in statuses):
            desk.console.print(_("Nothing is there to try again."), style="bold")
            if desk.as_json:
                show.print_json(summary(run, counts, []))
            return exit_of(counts)
        lanes = await journal.control.lanes(run.id, {*statuses, Status.PENDING})
        senders = [desk.settings.of_lane(lane) for lane in lanes]
        desk.settings.see_that_the_pace_can_be_kept()
        await check_reachable(desk.settings.base_url)
        _warn(desk, counts.messages[Status.UNKNOWN] if Status.UNKNOWN in statuses else 0)
        count = sum(counts.messages[status] for status in statuses)
        question = say_many(
            "Try {count} message again?", "Try {count} messages again?", count, count=count_of(count)
        )
        if not asked.yes and not agrees(desk, question):
            desk.console.print(_("Nothing was sent."))
            return Exit.FIX_INPUT
        await journal.control.lift(run.id)
        await journal.control.retry(run.id, statuses)
        return await carry_out(desk, journal, run, senders, asked)


def _warn(desk: Desk, unknown: int) -> None:
    """Say plainly what a second try of unknown messages means."""
    if not unknown:
        return
    told = say_many(
        "{count} of them may have been delivered: that person may get it twice.",
        "{count} of them may have been delivered: those people may get it twice.",
        unknown,
        count=count_of(unknown),
    )
    desk.console.print(Text(told, style="bold yellow"))
