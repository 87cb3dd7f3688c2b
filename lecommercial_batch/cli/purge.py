"""`purge`: the personal data of old runs, out of the journal."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from lecommercial_batch.cli import show
from lecommercial_batch.cli.asking import agrees
from lecommercial_batch.cli.desk import Desk
from lecommercial_batch.cli.exits import Exit
from lecommercial_batch.cli.terminal import Text
from lecommercial_batch.core.durations import parse_period
from lecommercial_batch.core.errors import InputError, Problem, Severity
from lecommercial_batch.core.labels import count_of, state_words
from lecommercial_batch.core.language import _, say_many
from lecommercial_batch.core.model import Run
from lecommercial_batch.core.retention import Old
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.journal import SqlJournal
from lecommercial_batch.report import reports_of


def purge(older_than: str, *, reports: bool, yes: bool, as_json: bool) -> Exit:
    """Forget the people of runs that ended longer ago; runs that are not over are named, and left alone."""
    desk = Desk(as_json=as_json)
    age = _age(older_than)
    if not (yes or desk.asks):
        message = Sentence("there is nobody here to ask before deleting")
        raise InputError(
            Problem(code="not_confirmed", message=message, advice=Sentence("Add --yes. Nothing was deleted."))
        )
    if not desk.has_journal():
        message = Sentence("there is no journal here")
        advice = Sentence("Go to the folder where `send` was used. LECOMMERCIAL_DATABASE_URL names another.")
        raise InputError(Problem(code="no_journal", message=message, advice=advice))
    with desk.journal() as journal:
        return asyncio.run(_purge(desk, journal, age, reports=reports, yes=yes))


async def _purge(desk: Desk, journal: SqlJournal, age: timedelta, *, reports: bool, yes: bool) -> Exit:
    before = desk.clock.now() - age
    old = await journal.retention.old(before=before)
    show.print_problems(desk.console, [_unguarded(run) for run in old.runs if _is_guarded(run, before + age)])
    if old.runs and not yes and not agrees(desk, _question(old)):
        desk.console.print(_("Nothing was deleted."))
        return Exit.DONE
    rows = await journal.retention.purge(old, before=before)
    await journal.retention.shrink()
    forgotten = [run for run in await journal.runs() if run.purged]  # by earlier purges, too
    files = [path for run in forgotten for path in reports_of(run.new.options.report_directory, run)]
    kept = _delete(files) if reports else files
    problems = [*map(_unfinished, old.unfinished), *map(_left, kept)]
    if desk.as_json:
        found = {
            "before": before.astimezone().isoformat(timespec="seconds"),
            "runs": [run.id for run in old.runs],
            "rows": rows,
            "tests": old.tests,
            "unfinished": [run.id for run in old.unfinished],
            "reports": [str(path) for path in kept],
        }
        show.print_json(found)
    show.print_problems(desk.console, problems)
    told = say_many(
        "The people of {count} run are forgotten: {rows} rows.",
        "The people of {count} runs are forgotten: {rows} rows.",
        len(old.runs),
        rows=count_of(rows),
    )
    desk.console.print(Text(told, style="bold"))
    return Exit.SOME_FAILED if problems else Exit.DONE


def _age(older_than: str) -> timedelta:
    try:
        return parse_period(older_than)
    except ValueError as error:
        message, advice = error.args
        raise InputError(
            Problem(code="bad_value", column="--older-than", message=message, advice=advice)
        ) from error


def _is_guarded(run: Run, now: datetime) -> bool:
    """Tell whether a run still keeps its people from having the campaign again."""
    widest = run.new.options.guards.widest
    return widest is not None and run.ended_at is not None and run.ended_at + widest > now


def _unguarded(run: Run) -> Problem:
    return Problem(
        code="guard_forgotten",
        message=Sentence("run {run} still keeps its people from having a message twice", run=run.id),
        advice=Sentence("Once they are forgotten, the same campaign sent again writes to all of them."),
        severity=Severity.WARNING,
    )


def _question(old: Old) -> str:
    return say_many(
        "Forget the people of {count} run? Its rows, messages and history cannot be had back.",
        "Forget the people of {count} runs? Their rows, messages and history cannot be had back.",
        len(old.runs),
    )


def _delete(files: Sequence[Path]) -> list[Path]:
    """Delete reports, and return those that could not be."""
    kept = []
    for path in files:
        try:
            path.unlink()
        except OSError:
            kept.append(path)
    return kept


def _unfinished(run: Run) -> Problem:
    message = Sentence("run {run} is older, but not over: {state}", run=run.id, state=state_words(run.state))
    advice = Sentence("Finish it, or give it up: lecommercial-batch cancel {run}. Then purge again.", run=run.id)
    return Problem(code="not_over", message=message, advice=advice, severity=Severity.WARNING)


def _left(path: Path) -> Problem:
    message = Sentence("this report still has the people of the run")
    advice = Sentence("Delete it, or use `purge` again with --reports.")
    return Problem(code="report_kept", file=str(path), message=message, advice=advice, severity=Severity.WARNING)


def see_that_its_people_are_known(run: Run) -> None:
    """Refuse what needs the rows of a run whose people are forgotten.

    Raises:
        InputError: they are.
    """
    if run.purged:
        message = Sentence("the people of run {run} are forgotten: `purge` has removed its rows", run=run.id)
        advice = Sentence("Its figures are all that is left: lecommercial-batch status {run}.", run=run.id)
        raise InputError(Problem(code="purged", message=message, advice=advice))
