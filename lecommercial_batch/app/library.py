"""The library: plan a campaign and send it from a program, with the command's journal, pace and promises.

Settings are the command's: the environment and the files ``.env`` and ``senders.toml`` of the current folder.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from lecommercial_batch.app.elsewhere import require_not_sent_elsewhere
from lecommercial_batch.app.exclusions import opted_out, past, sent_again
from lecommercial_batch.app.follow_up import follow_up
from lecommercial_batch.app.readiness import require_address, require_planned
from lecommercial_batch.app.settings import Settings, load_settings
from lecommercial_batch.app.sources import look_up, open_source
from lecommercial_batch.app.withdrawal import leave_out_who_withdrew
from lecommercial_batch.core.clock import SystemClock
from lecommercial_batch.core.contact_edits import changes_lists, contacts_lane, edit_options
from lecommercial_batch.core.model import Counts, Result, Run, RunState, Status
from lecommercial_batch.core.sender import Sender
from lecommercial_batch.delivery.canary import Go, if_spotless, send_with_canary
from lecommercial_batch.delivery.duplicate_runs import require_not_under_way
from lecommercial_batch.delivery.engine.lane_locks import conclude_if_idle
from lecommercial_batch.delivery.engine.local import Engine, Watching
from lecommercial_batch.delivery.settling import send_edits
from lecommercial_batch.gateway import ApiGateway, check_reachable, gateway_of
from lecommercial_batch.journal import SqlJournal, open_journal
from lecommercial_batch.planning.campaign.campaign import load_campaign
from lecommercial_batch.planning.pipeline import Way
from lecommercial_batch.planning.plan import make_plan
from lecommercial_batch.planning.skeleton import see_that_it_is_written


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A frozen plan: everything that would be sent is in the journal under this run."""

    run: str  #: such as ``relance-devis-12``; `lecommercial-batch status` knows it too
    proof: str  #: changes when, and only when, what would be sent does, or how
    counts: Counts  #: rows by what would become of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """How a run stands after sending."""

    run: str
    counts: Counts  #: rows by what became of them; pending ones are sent by another `send`
    halted: dict[str, str]  #: sender → the reason why it had to stop; empty where none had to


async def plan(campaign: str | Path, *, again: bool = False) -> Plan:
    """Plan a campaign file: read, screen and render all of its contacts, and freeze the result.

    Needs no network, unless the contacts are a list of Le Commercial. People whom the campaign has written to
    lately, or is about to, are left out; ``again`` writes to them once more.

    Raises:
        InputError: the campaign, its contacts or the settings need fixing; each of its ``problems`` says what.
        CallError: a list could not be read.
        JournalError: the database cannot be read or written.
    """
    settings, path = _settings(), Path(campaign)
    written = sent_again(load_campaign(path)) if again else load_campaign(path)
    settings.check_names(written.senders)
    source, now = await open_source(written, settings), SystemClock().now()
    with _journal(settings) as journal:
        way = Way(
            written,
            source,
            opted_out=opted_out(written, settings, journal),
            past=past(written, settings, journal, now=now),
            now=now,
            address=settings.base_url,
            manner=settings.manner(written.options, written.senders),
        )
        see_that_it_is_written(path, way.texts)
        settings.see_that_no_key_is_in(way.texts, file=str(path))
        made = await make_plan(way, journal)
        return Plan(run=made.run, proof=made.proof, counts=await journal.counts(made.run))


async def send(
    plan: Plan | str,
    *,
    limit: int | None = None,
    stop: asyncio.Event | None = None,
    on_result: Callable[[Result], None] | None = None,
    go: Go = if_spotless,
) -> Sent:
    """Send what is left of a plan, or of the run of this name, at its pace. Nobody is asked.

    Can be called again, here or in another process, after whatever cut it short: at most once a message.
    ``limit`` is how many messages to send at most; setting ``stop`` finishes what is on its way and returns;
    ``on_result`` hears what each call came to, in the event loop. Where the campaign has a ``canary``, ``go`` is
    asked with its counts whether the others may be sent; otherwise they are where all of it was accepted. Told not
    to, it returns with its senders halted, and the next ``send`` means the others.

    Raises:
        InputError: a key is missing, the API does not answer at all, an unfinished run sends the same already, the
            campaign was sent from another folder, or an operator has paused the run, which `lecommercial-batch
            resume` alone takes back, or given it up.
        CallError: all is sent, but a list that the campaign's ``[after]`` names could not be read.
        JournalError: something could not be recorded; nothing was sent after that.
    """
    settings, stop = _settings(), stop or asyncio.Event()
    with _journal(settings) as journal:
        run = await journal.find(plan if isinstance(plan, str) else plan.run)
        require_planned(run)
        require_address(run, settings.base_url)
        if run.started_at is None:
            require_not_sent_elsewhere(run.new, settings, clock=SystemClock())
            await require_not_under_way(journal, run)
        senders = [settings.of_lane(lane) for lane in await journal.lanes(run.id)]
        if senders:
            settings.see_that_the_pace_can_be_kept()
            await check_reachable(settings.base_url)
            await leave_out_who_withdrew(journal, settings, run)
            engine = _engine(settings, journal, on_result)
            run = await send_with_canary(engine, run, senders, stop=stop, limit=limit, go=go)
        elif run.state is RunState.RUNNING:  # cut short after its last answer
            await conclude_if_idle(journal, run.id, locks=settings.folder)
            run = await journal.find(run.id)
        await _put_into_lists(settings, journal, run, stop)
        return Sent(run=run.id, counts=await journal.counts(run.id), halted=dict(run.halted))


async def sending(plan: Plan | str, *, limit: int | None = None, go: Go = if_spotless) -> AsyncIterator[Result]:
    """Send like ``send``, and yield what each call came to, in the order of the answers.

    A result with the status ``pending`` is a call that was not executed and will be tried again. Whoever leaves
    the loop early, and closes the iterator, asks to stop: what is on its way is finished first.

    Raises:
        InputError, JournalError: as ``send`` does.
    """
    results: asyncio.Queue[Result | None] = asyncio.Queue()
    stop = asyncio.Event()
    task = asyncio.create_task(send(plan, limit=limit, stop=stop, on_result=results.put_nowait, go=go))
    task.add_done_callback(lambda _task: results.put_nowait(None))
    try:
        while (result := await results.get()) is not None:
            yield result
    finally:
        stop.set()
        with suppress(asyncio.CancelledError):
            await task


async def _put_into_lists(settings: Settings, journal: SqlJournal, run: Run, stop: asyncio.Event) -> None:
    """Do what the campaign's ``[after]`` says, once the run has ended."""
    lanes = await journal.control.lanes(run.id, set(Status))
    if not (lanes and changes_lists(run.new.options)):
        return
    lane = settings.of_lane(contacts_lane(min(lanes)))
    rate = settings.machine_rate or run.new.options.rate
    engine, look = _engine(settings, journal, None), partial(look_up, settings, lane, rate)

    async def carry(edits: Run) -> Run:
        return await send_edits(engine, edits, [lane], stop=stop, limit=None, look=look)

    options = edit_options(rate, run.new.options.report_directory)
    await follow_up(journal, run, lane=lane.name, options=options, look=look, stop=stop, carry=carry)


def _settings() -> Settings:
    return load_settings(folder=Path())


@contextmanager
def _journal(settings: Settings) -> Iterator[SqlJournal]:
    journal = open_journal(settings.database_url, clock=SystemClock())
    try:
        yield journal
    finally:
        journal.close()


def _engine(settings: Settings, journal: SqlJournal, on_result: Callable[[Result], None] | None) -> Engine:
    clock = SystemClock()

    def gateway(sender: Sender) -> ApiGateway:
        return gateway_of(settings.base_url, sender, clock=clock)

    return Engine(
        journal=journal,
        gateway=gateway,
        clock=clock,
        locks=settings.folder,
        cells=settings.cells,
        machine_rate=settings.machine_rate,
        watching=Watching(on_result=on_result) if on_result else Watching(),
    )
