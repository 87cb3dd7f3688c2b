"""`runs`, `status` and `report`: what became of it."""

import asyncio
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from time import sleep

from lecommercial_batch.cli import show
from lecommercial_batch.cli.desk import Desk, no_run
from lecommercial_batch.cli.exits import Exit, exit_of
from lecommercial_batch.cli.person import phone_of
from lecommercial_batch.cli.progress import Progress
from lecommercial_batch.cli.purge import see_that_its_people_are_known
from lecommercial_batch.cli.terminal import Table, Text
from lecommercial_batch.core.addresses import is_loopback
from lecommercial_batch.core.errors import InputError, Problem
from lecommercial_batch.core.labels import count_of, moment, reason_words, status_words
from lecommercial_batch.core.language import _, say
from lecommercial_batch.core.model import Run, RunState, Status
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.core.visible import one_line
from lecommercial_batch.journal import SqlJournal
from lecommercial_batch.report import FORMATS, Summary, summary, write_reports

_EVERY = 1.0  #: seconds between looks at a run that is followed


def runs(*, as_json: bool) -> Exit:
    """List all runs, newest first."""
    desk = Desk(as_json=as_json)
    if not desk.has_journal():
        return _list(desk, [])
    with desk.journal(reading=True) as journal:
        return _list(desk, asyncio.run(_all(journal)))


def status(run_id: str | None, *, as_json: bool) -> Exit:
    """Show one run as it stands."""
    desk = Desk(as_json=as_json)
    with desk.journal_of(run_id, reading=True) as journal:
        run = asyncio.run(_find(journal, run_id))
        counts = asyncio.run(journal.counts(run.id))
    if desk.as_json:
        show.print_json(summary(run, counts, []))
        return Exit.DONE
    show.show_run(desk.console, run)
    show.show_counts(desk.console, counts)
    show.show_halts(desk.console, run)
    if run.purged:
        desk.console.print(_("Its people are forgotten: these figures are all that is left."))
    return Exit.DONE


def history(run_id: str | None, number: str, *, as_json: bool) -> Exit:
    """Show what happened to the message to one number."""
    desk = Desk(as_json=as_json)
    with desk.journal_of(run_id, reading=True) as journal:
        run = asyncio.run(_find(journal, run_id))
        see_that_its_people_are_known(run)
        phone = phone_of(number, option="--message")
        found = asyncio.run(journal.control.history(run.id, phone))
    if as_json:
        events = [
            {
                "row": each.row,
                "at": each.at.astimezone().isoformat(timespec="milliseconds"),
                "status": each.status,
                "attempts": each.attempts,
                "reason": each.reason,
                "detail": each.detail,
            }
            for each in found
        ]
        show.print_json({"run": run.id, "phone": phone.e164, "events": events})
        return Exit.DONE
    show.show_run(desk.console, run, phone.e164)
    if not found:
        nothing = _("Nothing has happened to a message to this number in this run: it waits, or there is none.")
        desk.console.print(nothing, soft_wrap=True)
    for each in found:
        when = each.at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
        words = [status_words(each.status), *filter(None, [reason_words(each.reason), each.detail])]
        place = say(Sentence("row {row}, attempt {attempt}", row=each.row, attempt=each.attempts))
        desk.console.print(Text(one_line(f" {when}  {place}  {' — '.join(words)}")), soft_wrap=True)
    return Exit.DONE


def follow(run_id: str | None) -> Exit:
    """Show a run that another process sends, until it ends or is stopped; the code is the run's."""
    desk = Desk(as_json=False)
    with desk.journal_of(run_id, reading=True) as journal:
        run = asyncio.run(_find(journal, run_id))
        counts = asyncio.run(journal.counts(run.id))
        with Progress(desk.console, run, sum(counts.messages.values())) as progress, suppress(KeyboardInterrupt):
            while run.state is RunState.RUNNING:
                progress.see(counts)
                sleep(_EVERY)
                run, counts = asyncio.run(journal.find(run.id)), asyncio.run(journal.counts(run.id))
    show.show_run(desk.console, run)
    show.show_counts(desk.console, counts)
    show.show_halts(desk.console, run)
    return exit_of(counts)


def report(run_id: str, *, formats: list[str] | None, directory: Path | None, as_json: bool) -> Exit:
    """Write a run's reports as it stands."""
    desk = Desk(as_json=as_json)
    if unknown := [each for each in formats or [] if each not in FORMATS]:
        message = Sentence("there is no report format “{format}”", format=unknown[0])
        advice = Sentence("Formats: {formats}.", formats=", ".join(FORMATS))
        raise InputError(Problem(code="unknown_format", message=message, advice=advice))
    with desk.journal_of(run_id, reading=True) as journal:
        run = asyncio.run(_find(journal, run_id))
        see_that_its_people_are_known(run)
        counts = asyncio.run(journal.counts(run.id))
        options = run.new.options
        written = write_reports(
            directory or options.report_directory,
            formats or options.report_formats,
            run=run,
            counts=counts,
            rows=lambda: journal.rows(run.id),
        )
    if desk.as_json:
        show.print_json(summary(run, counts, written))
    for path in written:
        desk.console.print(say(Sentence("Report: {file}", file=str(path))), soft_wrap=True)
    return Exit.DONE


async def _all(journal: SqlJournal) -> list[Summary]:
    return [summary(run, await journal.counts(run.id), []) for run in await journal.runs()]


async def _find(journal: SqlJournal, run_id: str | None) -> Run:
    if run_id is not None:
        return await journal.find(run_id)
    found = await journal.runs()
    if not found:
        raise no_run()
    return found[0]


def _moment(iso: str | None) -> str:
    return moment(datetime.fromisoformat(iso)) if iso else _("not started")


def _marked(run: Summary) -> str:
    """Return the campaign of a run, which counts for nothing where it went to a sandbox."""
    return f"{run['campaign']} ({_('sandbox')})" if is_loopback(run["address"]) else run["campaign"]


def _list(desk: Desk, found: list[Summary]) -> Exit:
    if desk.as_json:
        show.print_json({"runs": found})
        return Exit.DONE
    if not found:
        desk.console.print(_("No run here yet."))
        return Exit.DONE
    table = Table(box=None)
    for heading in (_("Run"), _("Campaign"), _("Rows"), _("Accepted"), _("Left"), _("Started")):
        table.add_column(heading)
    for each in found:
        messages = each["messages"]
        left = messages[Status.PENDING] + messages[Status.SENDING]
        table.add_row(
            each["run"],
            _marked(each),
            count_of(each["rows"]),
            count_of(messages[Status.ACCEPTED]),
            count_of(left),
            _moment(each["started_at"]),
        )
    desk.console.print(table)
    return Exit.DONE
