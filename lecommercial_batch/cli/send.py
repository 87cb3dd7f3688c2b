"""`send` and `resume`: plan, ask, send with a live display, report."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from lecommercial_batch.app.elsewhere import require_not_sent_elsewhere
from lecommercial_batch.app.readiness import require_address, require_planned
from lecommercial_batch.app.withdrawal import leave_out_who_withdrew
from lecommercial_batch.cli import show
from lecommercial_batch.cli.after import put_into_lists, see_that_lists_exist
from lecommercial_batch.cli.asking import agrees, ask_go
from lecommercial_batch.cli.desk import Desk
from lecommercial_batch.cli.edits import ask_for_edits
from lecommercial_batch.cli.exits import Exit, exit_of
from lecommercial_batch.cli.hours import show_the_hour
from lecommercial_batch.cli.listing import look_again
from lecommercial_batch.cli.preview import show_plan, show_who_had_it, way_of
from lecommercial_batch.cli.progress import Progress
from lecommercial_batch.cli.proofs import approve, see_that_the_proof_holds, show_news, show_who_had_the_same
from lecommercial_batch.cli.purge import see_that_its_people_are_known
from lecommercial_batch.cli.signals import stopping_on_signals
from lecommercial_batch.cli.terminal import Text
from lecommercial_batch.cli.working import engine_of
from lecommercial_batch.core.errors import InputError, JournalError, Problem, ReportError
from lecommercial_batch.core.labels import count_of, moment
from lecommercial_batch.core.language import _, say, say_many
from lecommercial_batch.core.ledger import Whose
from lecommercial_batch.core.model import Counts, Run, RunState, Status
from lecommercial_batch.core.proof import what_of, written_proof
from lecommercial_batch.core.retention import OVER
from lecommercial_batch.core.sender import Sender
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.delivery.canary import is_spotless, send_with_canary
from lecommercial_batch.delivery.duplicate_runs import require_not_under_way, start
from lecommercial_batch.delivery.engine.lane_locks import conclude_if_idle
from lecommercial_batch.delivery.runtime import make_room_for_connections, rare_collections
from lecommercial_batch.delivery.settling import send_edits
from lecommercial_batch.gateway import check_reachable
from lecommercial_batch.journal import SqlJournal
from lecommercial_batch.planning.pipeline import Way
from lecommercial_batch.planning.plan import Plan, make_plan
from lecommercial_batch.planning.skeleton import see_that_it_is_written
from lecommercial_batch.report import summary, write_reports


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the operator said on the command line."""

    yes: bool
    proof: str | None = None
    limit: int | None = None
    report: Path | None = None
    now: bool = False  #: whatever the hour
    again: bool = False  #: also to people whom the campaign has written to


def send(path: Path, asked: Asked, *, as_json: bool) -> Exit:
    """Plan a campaign, ask, send it, report."""
    return asyncio.run(_send(Desk(as_json=as_json), path, asked))


def resume(run_id: str, asked: Asked, *, as_json: bool) -> Exit:
    """Go on with a run."""
    return asyncio.run(_resume(Desk(as_json=as_json), run_id, asked))


async def _send(desk: Desk, path: Path, asked: Asked) -> Exit:
    see_that_someone_agrees(desk, agreed=asked.yes or asked.proof is not None)
    way = await way_of(desk, path, again=asked.again)
    see_that_it_is_written(path, way.texts)
    require_not_sent_elsewhere(way.new_run, desk.settings, clock=desk.clock)
    senders = [desk.settings.sender(name) for name in way.senders]
    desk.settings.see_that_the_pace_can_be_kept()
    await check_reachable(desk.settings.base_url)
    await see_that_lists_exist(desk, way.new_run.options, sender=way.senders[0], file=str(path))
    await _see_that_the_proof_may_hold(desk, way, asked)
    with desk.journal() as journal:
        plan = await make_plan(way, journal)
        try:
            run = await journal.find(plan.run)
            await _require_not_under_way(desk, journal, run)
            if asked.proof and not await _was_sent(journal, way, run, proof=asked.proof):
                await approve(desk, journal, way.new_run, plan, proof=asked.proof)
            show_who_had_it(desk, way)
            await show_who_had_the_same(desk, journal, run.new, plan)
            agreed = await _agree(desk, journal, way, plan, asked)
            if agreed:
                run = await start(journal, run)
        except InputError:
            await journal.discard(plan.run)
            raise
        if not agreed:
            return await _drop(desk, journal, plan.run)
        await journal.imprints.keep(plan.imprint)
        run = _in_force(run, asked)
        return await carry_out(desk, journal, run, senders, asked)


async def _drop(desk: Desk, journal: SqlJournal, run_id: str) -> Exit:
    """Forget a plan that nobody wants; where somebody else has begun to send it meanwhile, say that."""
    if await journal.discard(run_id):
        desk.console.print(_("Nothing was sent."))
        return Exit.FIX_INPUT
    begun = Sentence(
        "Nothing was sent from here, but another terminal has begun to send run {run} meanwhile. How it stands:"
        " lecommercial-batch status {run}. To stop it: lecommercial-batch cancel {run}.",
        run=run_id,
    )
    desk.console.print(Text(say(begun), style="bold yellow"))
    return Exit.FIX_INPUT


async def _was_sent(journal: SqlJournal, way: Way, planned: Run, *, proof: str) -> bool:
    """Tell whether what was approved has been sent to everybody: then nothing is left to refuse."""
    if not way.past.held or await journal.lanes(planned.id):
        return False
    what = what_of(written_proof(proof))
    return any(run.started_at and what_of(run.proof) == what for run in await journal.runs())


async def _see_that_the_proof_may_hold(desk: Desk, way: Way, asked: Asked) -> None:
    """Look at the proof before there is a journal: a refusal shall not leave an empty one behind."""
    if asked.proof and not desk.has_journal():
        async with desk.scratch_journal() as journal:
            plan = await make_plan(way, journal)
            await see_that_the_proof_holds(journal, way.new_run, plan, proof=asked.proof)


async def _resume(desk: Desk, run_id: str, asked: Asked) -> Exit:
    see_that_someone_agrees(desk, agreed=asked.yes or asked.proof is not None)
    with desk.journal_of(run_id) as journal:
        await journal.upkeep.see_that_it_is_whole()
        run = _in_force(await journal.find(run_id), asked)
        require_planned(run)
        require_address(run, desk.settings.base_url)
        see_that_its_people_are_known(run)
        lanes = await lanes_left(journal, run)
        senders = [desk.settings.of_lane(lane) for lane in lanes]
        if senders:
            desk.settings.see_that_the_pace_can_be_kept()
            await check_reachable(desk.settings.base_url)
            waiting = await journal.waiting(run.id)
            show_the_hour(desk, run, now=asked.now)
            if waiting and not asked.yes and not _ask(desk, run, waiting):
                desk.console.print(_("Nothing was sent."))
                return Exit.FIX_INPUT
            await journal.control.lift(run.id)
        else:
            if run.state not in OVER:  # cut short after its last answer
                await conclude_if_idle(journal, run.id, locks=desk.folder)
            run = _in_force(await journal.find(run_id), asked)
            _show_that_nothing_is_left(desk, run)
        return await carry_out(desk, journal, run, senders, asked)


async def lanes_left(journal: SqlJournal, run: Run) -> Sequence[str]:
    """Return the lanes with something left to do: of changes of lists, also to see what became of some."""
    if not run.new.edits:
        return await journal.lanes(run.id)
    return await journal.control.lanes(run.id, {Status.PENDING, Status.SENDING, Status.UNKNOWN})


def _show_that_nothing_is_left(desk: Desk, run: Run) -> None:
    given_up = Sentence("Run {run} was given up on: what was left of it is not sent.", run=run.id)
    nothing = Sentence("Nothing is left to send in run {run}.", run=run.id)
    desk.console.print(say(given_up if run.state is RunState.CANCELLED else nothing), style="bold")


def see_that_someone_agrees(desk: Desk, *, agreed: bool) -> None:
    """Refuse to send unasked where there is nobody to ask."""
    if agreed or desk.asks:
        return
    problem = Problem(
        code="not_confirmed",
        message=Sentence("there is nobody here to ask before sending"),
        advice=Sentence("Add --yes, or --proof with the proof that `preview` printed. Nothing was sent."),
    )
    raise InputError(problem)


async def _require_not_under_way(desk: Desk, journal: SqlJournal, planned: Run) -> None:
    """Refuse to send what an unfinished run still sends, and say so of what finished ones have sent."""
    own = Whose.of(planned.new)
    for run in await require_not_under_way(journal, planned):
        if not Whose.of(run.new).same_campaign(own):
            continue  # of those of another name it is said how many people that means
        time = moment(run.started_at or run.created_at)
        sent = Sentence("Exactly this was sent before: run {run}, {time}.", run=run.id, time=time)
        desk.console.print(Text(say(sent), style="bold yellow"))


async def _agree(desk: Desk, journal: SqlJournal, way: Way, plan: Plan, asked: Asked) -> bool:
    """Tell whether the plan is approved: by its proof, which holds, by --yes, or by the person at the terminal."""
    run = _in_force(await journal.find(plan.run), asked)
    if asked.yes or asked.proof:
        if await journal.lanes(run.id):
            show_the_hour(desk, run, now=asked.now)
        return True
    counts, waiting = await journal.counts(plan.run), await journal.waiting(plan.run)
    show_plan(desk, run, counts, plan, waiting=waiting, senders=way.senders)
    show.print_problems(desk.console, way.remarked())
    await show_news(desk, journal, run.new, plan, held=way.past.held)
    show_the_hour(desk, run, now=asked.now)
    return not waiting or _ask(desk, run, waiting if asked.limit is None else _first(waiting, asked.limit))


def _in_force(run: Run, asked: Asked) -> Run:
    """Return the run as it is to be sent: at once, where that was asked."""
    if not asked.now:
        return run
    return replace(run, new=replace(run.new, options=replace(run.new.options, hours=None, not_before=None)))


def _first(waiting: Mapping[str, int], limit: int) -> Mapping[str, int]:
    """Return so many of those that wait."""
    kept: dict[str, int] = {}
    for zone, count in waiting.items():
        kept[zone] = min(count, limit - sum(kept.values()))
    return kept


def _ask(desk: Desk, run: Run, waiting: Mapping[str, int]) -> bool:
    left = sum(waiting.values())
    if run.new.edits:
        return ask_for_edits(desk, run, waiting)
    question = say_many(
        "Send {count} message? It will be gone {when}.",
        "Send {count} messages? The last will be gone {when}.",
        left,
        count=count_of(left),
        when=show.ending(run, waiting, desk.clock.now()),
    )
    return agrees(desk, question)


async def carry_out(desk: Desk, journal: SqlJournal, run: Run, senders: Sequence[Sender], asked: Asked) -> Exit:
    """Send what is left of the run, write its reports, and say what came of it."""
    if senders:
        show.print_problems(desk.console, await leave_out_who_withdrew(journal, desk.settings, run))
        try:
            run = await _drain(desk, journal, run, senders, asked)
        except JournalError:
            _show_how_to_go_on(desk, run)
            raise
    followed = await put_into_lists(desk, journal, run)
    counts = await journal.counts(run.id)
    options = run.new.options
    written = []
    try:
        written = await asyncio.to_thread(
            write_reports,
            asked.report or options.report_directory,
            options.report_formats,
            run=run,
            counts=counts,
            rows=partial(journal.rows, run.id),
        )
    except ReportError as error:  # what was sent is in the journal, and no less sent: the code is the run's
        show.show_problems(error.problems, as_json=False)
    code = exit_of(counts) if followed else Exit.RESUMABLE
    if desk.as_json:
        show.print_json(summary(run, counts, written))
    else:
        show.show_run(desk.console, run)
        show.show_counts(desk.console, counts)
    show.show_halts(desk.console, run)
    for path in written:
        desk.console.print(say(Sentence("Report: {file}", file=str(path))), soft_wrap=True)
    if run.state is RunState.PAUSED:
        desk.console.print(_("Paused, as asked."), style="bold")
    if code is Exit.RESUMABLE:
        _show_how_to_go_on(desk, run)
    return code


def _show_how_to_go_on(desk: Desk, run: Run) -> None:
    command = f"lecommercial-batch resume {run.id}"
    desk.console.print(say(Sentence("To send the rest: {command}", command=command)), style="bold", soft_wrap=True)


async def _drain(desk: Desk, journal: SqlJournal, run: Run, senders: Sequence[Sender], asked: Asked) -> Run:
    before = await journal.counts(run.id)
    stop = asyncio.Event()
    show.show_delivery(desk.console, run)
    make_room_for_connections()
    with Progress(desk.console, run, before.messages[Status.PENDING]) as progress:
        engine = engine_of(desk, journal, progress.watching())

        async def go(counts: Counts) -> bool:
            return is_spotless(counts) if asked.yes or asked.proof else ask_go(desk, progress, counts)

        with stopping_on_signals(stop, on_stop=progress.stopping), rare_collections():
            if run.new.edits:
                look = partial(look_again, desk, senders[0], run.new.options.rate)
                return await send_edits(engine, run, senders, stop=stop, limit=asked.limit, look=look)
            return await send_with_canary(engine, run, senders, stop=stop, limit=asked.limit, go=go)
