"""`contacts import` and `contacts sync`: a list brought in line with a file, as a run of its own."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lecommercial_batch.app.client import LeCommercial
from lecommercial_batch.app.sources import find_list, read_list
from lecommercial_batch.cli import show
from lecommercial_batch.cli.desk import Desk
from lecommercial_batch.cli.edits import ask_for_edits, show_edits
from lecommercial_batch.cli.exits import Exit
from lecommercial_batch.cli.reading import reading
from lecommercial_batch.cli.send import Asked, carry_out, see_that_someone_agrees
from lecommercial_batch.contacts import open_contacts
from lecommercial_batch.core.contact_edits import EditKind, contacts_lane, edit_options
from lecommercial_batch.core.errors import ContactsError, Problem
from lecommercial_batch.core.language import _, say
from lecommercial_batch.core.model import Counts, Reason, Run, Status
from lecommercial_batch.core.rate import DEFAULT_RATE
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.delivery.duplicate_runs import require_not_under_way, start
from lecommercial_batch.gateway import check_reachable
from lecommercial_batch.planning.list_sync import Choices, Difference
from lecommercial_batch.planning.plan import Plan, make_plan
from lecommercial_batch.report import summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the operator said on the command line."""

    list_id: int
    file: Path
    sheet: str | None
    header: int | None
    choices: Choices
    remove: bool
    sender: str
    report: Path | None
    yes: bool


def sync(wanted: Wanted, *, as_json: bool) -> Exit:
    """Compute the difference, show it, ask, and make it."""
    return asyncio.run(_sync(Desk(as_json=as_json), wanted))


async def _sync(desk: Desk, wanted: Wanted) -> Exit:
    see_that_someone_agrees(desk, agreed=wanted.yes)
    lane = desk.settings.of_lane(contacts_lane(wanted.sender))
    difference = await _difference(desk, wanted, lane.name)
    desk.console.print(_used(difference.used), soft_wrap=True)
    with desk.journal() as journal:
        plan = await make_plan(difference, journal, examples=0)
        run, counts = await journal.find(plan.run), await journal.counts(plan.run)
        left = counts.messages[Status.PENDING]
        try:
            _see_that_somebody_is_left(run, counts)
            if left:
                await require_not_under_way(journal, await journal.find(plan.run))
            _show(desk, counts, plan)
            agreed = bool(left) and (wanted.yes or ask_for_edits(desk, run, {"": left}))
            if agreed:
                run = await start(journal, run)
        except BaseException:
            await journal.discard(plan.run)
            raise
        if not agreed:
            await journal.discard(plan.run)
            return _nothing(desk, run, counts)
        return await carry_out(desk, journal, run, [lane], Asked(yes=wanted.yes, report=wanted.report))


async def _difference(desk: Desk, wanted: Wanted, lane: str) -> Difference:
    source = open_contacts(wanted.file, name=str(wanted.file), sheet=wanted.sheet, header=wanted.header)
    await check_reachable(desk.settings.base_url)
    async with LeCommercial(wanted.sender, settings=desk.settings) as api:
        found = await find_list(api, wanted.list_id)
        with reading(desk) as told:
            listed = await read_list(api, wanted.list_id, told=told)
    with desk.journal_if_any() as journal:
        opted_out = journal.optouts.phones() if journal else ()
    return Difference(
        source,
        listed,
        list_id=wanted.list_id,
        remove=wanted.remove,
        lane=lane,
        choices=wanted.choices,
        options=edit_options(desk.settings.machine_rate or DEFAULT_RATE, wanted.report or Path("reports")),
        campaign=f"contacts {found.name}",
        opted_out=opted_out,
    )


def _used(columns: Mapping[str, str]) -> str:
    taken = ", ".join(f"{name} ← {column}" for name, column in columns.items())
    return say(Sentence("Taken from the file: {columns}.", columns=taken))


def _see_that_somebody_is_left(run: Run, counts: Counts) -> None:
    """Refuse to empty a list because not one row of the file could be read."""
    removed = sum(counts.variants[EditKind.REMOVE].values())
    if removed and removed == counts.messages[Status.PENDING] and not counts.rejected.get(Reason.UNCHANGED):
        problem = Problem(
            code="nobody_left",
            file=run.new.source,
            message=Sentence("no row of the file can be used: everybody would be taken out of the list"),
            advice=Sentence("Look at the file with `check`. Nothing was changed."),
        )
        raise ContactsError(problem)


def _show(desk: Desk, counts: Counts, plan: Plan) -> None:
    rejected = plan.examples.rejected.items()
    show.show_rejections(desk.console, {reason: rows for reason, rows in rejected if reason != Reason.UNCHANGED})
    show_edits(desk.console, counts)


def _nothing(desk: Desk, run: Run, counts: Counts) -> Exit:
    """Say that nothing is done, or nothing was to be done."""
    left = counts.messages[Status.PENDING]
    done = _("Nothing is to be done: the list is as the file says.")
    desk.console.print(_("Nothing was changed.") if left else done)
    if desk.as_json:
        show.print_json({**summary(run, counts, []), "run": None})
    return Exit.FIX_INPUT if left else Exit.DONE
