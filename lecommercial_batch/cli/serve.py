"""`serve`: campaigns sent by themselves, with a log, a health file and figures for a monitoring system."""

import asyncio
import json
import logging
import os
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from lecommercial_batch.app.elsewhere import require_not_sent_elsewhere
from lecommercial_batch.app.readiness import require_address
from lecommercial_batch.app.withdrawal import leave_out_who_withdrew
from lecommercial_batch.cli.after import put_into_lists
from lecommercial_batch.cli.desk import Desk
from lecommercial_batch.cli.exits import Exit
from lecommercial_batch.cli.preview import way_of
from lecommercial_batch.cli.send import lanes_left
from lecommercial_batch.cli.signals import stopping_on_signals
from lecommercial_batch.cli.terminal import log_to_stderr
from lecommercial_batch.cli.working import engine_of
from lecommercial_batch.core.durable import replacing
from lecommercial_batch.core.errors import InputError
from lecommercial_batch.core.model import Result, Run, RunState
from lecommercial_batch.delivery.canary import if_spotless, send_with_canary
from lecommercial_batch.delivery.duplicate_runs import require_not_under_way, start
from lecommercial_batch.delivery.engine.lane_locks import conclude_if_idle
from lecommercial_batch.delivery.engine.local import Watching
from lecommercial_batch.delivery.engine.patience import within
from lecommercial_batch.delivery.engine.service import PLAN_WITHIN, Service
from lecommercial_batch.delivery.runtime import make_room_for_connections, rare_collections
from lecommercial_batch.journal import SqlJournal
from lecommercial_batch.planning.plan import make_plan
from lecommercial_batch.planning.skeleton import see_that_it_is_written
from lecommercial_batch.report import write_reports
from lecommercial_batch.scheduling.agenda import Scheduled

_PUT_ASIDE: Final = frozenset({RunState.PAUSED, RunState.CANCELLED})

_READABLE: Final = 0o644  #: figures name nobody, and who watches them is another user

_log: Final = logging.getLogger("lecommercial_batch.serve")


@dataclass(slots=True)
class Figures:
    """What a monitoring system wants to know, and where it is written for it."""

    health: Path | None
    metrics: Path | None
    began: float = field(default_factory=time.time)
    messages: dict[str, int] = field(default_factory=dict)
    scheduled: int = 0
    busy: int = 0
    next_at: float | None = None

    def count(self, result: Result) -> None:
        """Take in one result."""
        self.messages[result.status] = self.messages.get(result.status, 0) + 1

    def look(self, in_force: Sequence[Scheduled], busy: int) -> None:
        """Take in how things stand, and write it down."""
        times = [each.next_at.timestamp() for each in in_force if each.next_at]
        self.scheduled, self.busy, self.next_at = len(times), busy, min(times, default=None)
        try:
            if self.health:
                _replace(self.health, json.dumps(self._as_json()) + "\n")
            if self.metrics:
                _replace(self.metrics, self._as_text())
        except OSError as error:  # campaigns go on; a health file that is old says so by itself
            _log.error("figures_failed error=%s", error.strerror)

    def _as_json(self) -> dict[str, object]:
        return {
            "at": time.time(),
            "pid": os.getpid(),
            "since": self.began,
            "scheduled": self.scheduled,
            "busy": self.busy,
            "next_at": self.next_at,
            "messages": self.messages,
        }

    def _as_text(self) -> str:
        """Return them in Prometheus's text format, as node_exporter's textfile collector reads it."""
        name = "lecommercial_batch"
        lines = [
            f"# HELP {name}_messages_total Messages by what became of them since the service began.",
            f"# TYPE {name}_messages_total counter",
            *(f'{name}_messages_total{{status="{status}"}} {n}' for status, n in sorted(self.messages.items())),
            f"# HELP {name}_scheduled Schedules in force.",
            f"# TYPE {name}_scheduled gauge",
            f"{name}_scheduled {self.scheduled}",
            f"# HELP {name}_busy Campaigns being sent.",
            f"# TYPE {name}_busy gauge",
            f"{name}_busy {self.busy}",
            f"# HELP {name}_seen_seconds When the service last looked, in seconds since 1970.",
            f"# TYPE {name}_seen_seconds gauge",
            f"{name}_seen_seconds {time.time():.3f}",
        ]
        return "\n".join(lines) + "\n"


def serve(*, health: Path | None, metrics: Path | None) -> Exit:
    """Send what is scheduled, until asked to stop."""
    log_to_stderr(logging.WARNING, "%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("lecommercial_batch").setLevel(logging.INFO)
    return asyncio.run(_serve(Desk(as_json=True), Figures(health, metrics)))


async def _serve(desk: Desk, figures: Figures) -> Exit:
    stop = asyncio.Event()
    make_room_for_connections()
    with desk.journal() as journal:
        await journal.upkeep.see_that_it_is_whole()
        service = Service(
            agenda=journal.agenda,
            clock=desk.clock,
            locks=desk.folder,
            plan=partial(_plan, desk, journal),
            send=partial(_send, desk, journal, figures, stop),
            report=partial(_report, journal),
            leave=partial(_leave, desk, journal),
            on_look=figures.look,
        )
        with stopping_on_signals(stop, on_stop=lambda: _log.info("stopping")), rare_collections():
            _log.info("serving journal=%s", desk.folder.resolve())
            await service.serve(stop)
    if figures.health:
        with suppress(FileNotFoundError):
            figures.health.unlink()  # nobody is there to be well
    _log.info("stopped")
    return Exit.DONE


async def _plan(desk: Desk, journal: SqlJournal, path: Path) -> str:
    way = await way_of(desk, path)
    see_that_it_is_written(path, way.texts)
    plan = await make_plan(way, journal)
    await journal.imprints.keep(plan.imprint)
    return plan.run


async def _send(
    desk: Desk, journal: SqlJournal, figures: Figures, stop: asyncio.Event, run_id: str
) -> tuple[Run, bool]:
    """Send what is left of a run, and put its people into lists where it says so."""
    run = await journal.find(run_id)
    require_address(run, desk.settings.base_url)
    desk.settings.see_that_the_pace_can_be_kept()
    senders = [desk.settings.of_lane(lane) for lane in await lanes_left(journal, run)]
    if senders or run.state is RunState.PLANNED:
        try:
            run = await _start(desk, journal, run)
        except InputError:
            if await journal.control.wish(run_id) or run.state in _PUT_ASIDE:
                _log.info("put_aside run=%s", run_id)
                return await _leave(desk, journal, run_id), True
            if run.started_at is None:  # somebody has sent the same since it was planned
                await journal.discard(run_id)
            raise

    async with _own(stop) as own:
        if senders:
            leaving = leave_out_who_withdrew(journal, desk.settings, run)
            for problem in await within(leaving, seconds=PLAN_WITHIN, stop=own) or ():
                _log.warning("%s run=%s", problem.code, run.id)
            asleep = partial(_log.info, "asleep run=%s until=%s", run.id)
            held = partial(_log.warning, "held run=%s seconds=%.0f reason=%s", run.id)
            watching = Watching(on_result=figures.count, on_asleep=asleep, on_held=held)
            engine = engine_of(desk, journal, watching)
            run = await send_with_canary(engine, run, senders, stop=own, limit=None, go=if_spotless)
        else:
            run = await _leave(desk, journal, run_id)
        for sender, reason in run.halted.items():
            _log.error("halted run=%s sender=%s reason=%s", run.id, sender, reason)
        whole = await put_into_lists(desk, journal, run, stop=own)
    if not whole:
        _log.error("lists_unfinished run=%s", run.id)
    return run, whole


async def _start(desk: Desk, journal: SqlJournal, run: Run) -> Run:
    """Take a run in hand, where nothing else has sent the same or is about to."""
    if run.started_at is None:
        require_not_sent_elsewhere(run.new, desk.settings, clock=desk.clock)
        await require_not_under_way(journal, run)
    return await start(journal, run)


@asynccontextmanager
async def _own(stop: asyncio.Event) -> AsyncIterator[asyncio.Event]:
    """Give a run its own request to stop, which follows the service's: who pauses a run pauses it alone."""
    own = asyncio.Event()

    async def follow() -> None:
        await stop.wait()
        own.set()

    following = asyncio.create_task(follow())
    try:
        yield own
    finally:
        following.cancel()


async def _leave(desk: Desk, journal: SqlJournal, run_id: str) -> Run:
    """Note how a run stands that nobody goes on with, and return it."""
    if (await journal.find(run_id)).state is RunState.RUNNING:
        await conclude_if_idle(journal, run_id, locks=desk.folder)
    return await journal.find(run_id)


async def _report(journal: SqlJournal, run_id: str) -> None:
    run = await journal.find(run_id)
    options = run.new.options
    await asyncio.to_thread(
        write_reports,
        options.report_directory,
        options.report_formats,
        run=run,
        counts=await journal.counts(run.id),
        rows=partial(journal.rows, run.id),
    )


def _replace(path: Path, text: str) -> None:
    """Write a file whole: whoever reads it meanwhile reads the one before."""
    with replacing(path, mode=_READABLE) as file:
        file.write_text(text, encoding="utf-8")
