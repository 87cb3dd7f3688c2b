"""`schedule` and `unschedule`: put a campaign's [schedule] in force."""

import asyncio
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from lecommercial_batch.app.elsewhere import require_not_sent_elsewhere
from lecommercial_batch.cli import show
from lecommercial_batch.cli.desk import Desk
from lecommercial_batch.cli.exits import Exit
from lecommercial_batch.cli.preview import show_plan, way_of
from lecommercial_batch.cli.proofs import approve
from lecommercial_batch.cli.terminal import Table
from lecommercial_batch.core.addresses import shown
from lecommercial_batch.core.errors import CampaignError, InputError, Problem, RunNotFoundError
from lecommercial_batch.core.language import _, say
from lecommercial_batch.core.model import RunState
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.journal import SqlJournal
from lecommercial_batch.planning.campaign.campaign import load_campaign
from lecommercial_batch.planning.plan import make_plan
from lecommercial_batch.planning.skeleton import see_that_it_is_written
from lecommercial_batch.scheduling.agenda import Scheduled, next_time
from lecommercial_batch.scheduling.schedule import Schedule


def schedule(path: Path, *, proof: str | None, as_json: bool) -> Exit:
    """Check a campaign, plan it where that is to be done now, and have `serve` send it at its time."""
    return asyncio.run(_schedule(Desk(as_json=as_json), path, path.resolve(), proof))


def unschedule(path: Path, *, as_json: bool) -> Exit:
    """Take a campaign's schedule out of force."""
    return asyncio.run(_unschedule(Desk(as_json=as_json), path, path.resolve()))


def show_agenda(*, as_json: bool) -> Exit:
    """List the schedules in force, the next first."""
    return asyncio.run(_list(Desk(as_json=as_json)))


async def _schedule(desk: Desk, path: Path, file: Path, proof: str | None) -> Exit:
    campaign = load_campaign(path)
    wanted = campaign.schedule
    next_at = next_time(wanted, desk.clock.now()) if wanted else None
    if wanted is None or next_at is None:
        raise _no_time(path, wanted)
    way = await way_of(desk, path)
    see_that_it_is_written(path, way.texts)
    require_not_sent_elsewhere(way.new_run, desk.settings, clock=desk.clock)
    for name in way.senders:
        desk.settings.sender(name)  # a key that is missing is missed now, not at night
    with desk.journal() as journal:
        plan = await make_plan(way, journal)
        try:
            if proof:
                await approve(desk, journal, way.new_run, plan, proof=proof)
        except InputError:
            await journal.discard(plan.run)
            raise
        run, counts = await journal.find(plan.run), await journal.counts(plan.run)
        if not desk.as_json:
            show_plan(desk, run, counts, plan, waiting=await journal.waiting(run.id), senders=way.senders)
        show.print_problems(desk.console, way.remarked())
        if wanted.plan == "now":
            await journal.imprints.keep(plan.imprint)
        else:
            await journal.discard(plan.run)
        await _forget(journal, await journal.agenda.remove(file))
        entry = Scheduled(
            file=file,
            campaign=campaign.name,
            schedule=wanted,
            run=plan.run if wanted.plan == "now" else "",
            next_at=next_at,
        )
        await journal.agenda.put(entry)
    if desk.as_json:
        show.print_json(_entry_json(entry))
    told = Sentence(
        "It will be sent {when} to {address}, where `lecommercial-batch serve` runs.",
        when=_when(desk, next_at),
        address=shown(way.new_run.address),
    )
    desk.console.print(say(told), style="bold", soft_wrap=True)
    return Exit.DONE


async def _unschedule(desk: Desk, path: Path, file: Path) -> Exit:
    entry = None
    if desk.has_journal():
        with desk.journal() as journal:
            entry = await journal.agenda.remove(file)
            await _forget(journal, entry)
    if entry is None:
        message = Sentence("no schedule of this campaign is in force")
        advice = Sentence("`lecommercial-batch schedule --list` shows those that are.")
        raise InputError(Problem(code="not_scheduled", file=str(path), message=message, advice=advice))
    if desk.as_json:
        show.print_json(_entry_json(entry))
    desk.console.print(_("It is not sent by itself any more."))
    return Exit.DONE


async def _forget(journal: SqlJournal, entry: Scheduled | None) -> None:
    """Drop the plan of a schedule that is no more, if none of it was sent."""
    if entry and entry.run:
        with suppress(RunNotFoundError):
            if (await journal.find(entry.run)).state is RunState.PLANNED:
                await journal.discard(entry.run)


async def _list(desk: Desk) -> Exit:
    entries: list[Scheduled] = []
    if desk.has_journal():
        with desk.journal(reading=True) as journal:
            entries = [each for each in await journal.agenda.all() if each.next_at]
    if desk.as_json:
        show.print_json({"schedules": [_entry_json(each) for each in entries]})
        return Exit.DONE
    if not entries:
        desk.console.print(_("No schedule is in force."))
        return Exit.DONE
    table = Table(box=None)
    for heading in (_("Next"), _("Campaign"), _("Again"), _("Run")):
        table.add_column(heading)
    for each in entries:
        when = _when(desk, each.next_at) if each.next_at else ""
        table.add_row(when, each.campaign, each.schedule.cron, each.run)
    desk.console.print(table)
    return Exit.DONE


def _when(desk: Desk, at: datetime) -> str:
    return show.time_of_day(at, desk.clock.now())


def _entry_json(entry: Scheduled) -> dict[str, Any]:
    return {
        "campaign": entry.campaign,
        "file": str(entry.file),
        "next_at": entry.next_at.astimezone().isoformat() if entry.next_at else None,
        "cron": entry.schedule.cron or None,
        "timezone": entry.schedule.timezone,
        "plan": entry.schedule.plan,
        "run": entry.run or None,
    }


def _no_time(path: Path, wanted: Schedule | None) -> CampaignError:
    past = wanted is not None and wanted.start is not None
    message = (
        Sentence("its start is over") if past else Sentence("the campaign does not say when it is to be sent")
    )
    advice = Sentence("Write [schedule] with start = 2026-12-24T10:00:00, or with cron = “0 10 * * MON”.")
    problem = Problem(code="no_start", file=str(path), column="schedule", message=message, advice=advice)
    return CampaignError(problem)
