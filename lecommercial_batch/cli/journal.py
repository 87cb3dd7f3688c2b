"""`journal`: check, copy, upgrade, and go on after a loss."""

import asyncio
from pathlib import Path

from lecommercial_batch.cli import show
from lecommercial_batch.cli.asking import agrees
from lecommercial_batch.cli.desk import Desk
from lecommercial_batch.cli.exits import Exit
from lecommercial_batch.cli.terminal import Text
from lecommercial_batch.core.errors import InputError, JournalError, Problem
from lecommercial_batch.core.labels import count_of
from lecommercial_batch.core.language import _, say, say_many
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.journal import Accepted, Checked
from lecommercial_batch.journal import accept_loss as accept_lost_parts


def check(*, as_json: bool) -> Exit:
    """Say what is wrong with the journal; 2 where anything is."""
    desk = Desk(as_json=as_json)
    _see_that_there_is_one(desk)
    try:
        with desk.journal(reading=True) as journal:
            found, doubt = journal.upkeep.check(), journal.upkeep.doubt()
    except JournalError as error:  # it cannot even be opened
        show.show_problems(error.problems, as_json=as_json)
        return Exit.FIX_INPUT
    problems = [*_problems(desk, found), *([doubt] if doubt else [])]
    if as_json:
        show.print_json(
            {
                "file": str(desk.settings.database_file or ""),
                "version": found.version,
                "runs": found.runs,
                "sound": found.is_sound,
                "faults": list(found.faults),
                "orphans": found.orphans,
                "uneven": dict(found.uneven),
                "odd_statuses": dict(found.odd),
                "doubt": doubt.code if doubt else None,
            }
        )
    show.print_problems(desk.console, problems)
    if problems:
        return Exit.FIX_INPUT
    told = say_many("The journal is whole: {count} run.", "The journal is whole: {count} runs.", found.runs)
    desk.console.print(Text(told, style="bold"))
    return Exit.DONE


def backup(file: Path, *, as_json: bool) -> Exit:
    """Write a copy of the journal."""
    desk = Desk(as_json=as_json)
    _see_that_there_is_one(desk)
    with desk.journal(reading=True) as journal:
        journal.upkeep.backup(file)
    if as_json:
        show.print_json({"file": str(file)})
    desk.console.print(say(Sentence("The journal is copied to {file}.", file=str(file))), soft_wrap=True)
    return Exit.DONE


def upgrade(*, as_json: bool) -> Exit:
    """Bring the journal to our version, which opening it does."""
    desk = Desk(as_json=as_json)
    _see_that_there_is_one(desk)
    with desk.journal() as journal:
        version, copies = journal.upkeep.version, journal.upkeep.copies()
    if as_json:
        show.print_json({"version": version, "backups": [str(path) for path in copies]})
    told = Sentence("The journal is of version {version}, this program’s.", version=version)
    desk.console.print(say(told), style="bold")
    for path in copies:
        desk.console.print(say(Sentence("As it was before: {file}", file=str(path))), soft_wrap=True)
    return Exit.DONE


def accept_loss(*, yes: bool, as_json: bool) -> Exit:
    """Go on with a journal that may not know everybody who has been written to."""
    desk = Desk(as_json=as_json)
    _see_that_there_is_one(desk)
    if not (yes or desk.asks):
        message = Sentence("there is nobody here to ask")
        advice = Sentence("Add --yes. Nothing was changed.")
        raise InputError(Problem(code="not_confirmed", message=message, advice=advice))
    question = _(
        "Go on without what the journal has lost? What waits in it counts as “may have been delivered”, and is not"
        " sent. Runs made after the copy are forgotten, and so are opt-outs of that time: a campaign that is sent"
        " again writes to their people again."
    )
    if not (yes or agrees(desk, question)):
        desk.console.print(_("Nothing was changed."))
        return Exit.DONE
    accepted = asyncio.run(accept_lost_parts(desk.settings.database_url, clock=desk.clock))
    _show(desk, accepted)
    return Exit.DONE


def _show(desk: Desk, accepted: Accepted) -> None:
    if desk.as_json:
        lost = {"unknown": dict(accepted.runs), "forgotten": accepted.forgotten}
        show.print_json({"doubt": accepted.doubt, **lost})
    if accepted.doubt is None:
        desk.console.print(_("Nothing is lost: the journal is the newest."), style="bold")
        return
    desk.console.print(_("The journal can be sent from again."), style="bold")
    if accepted.forgotten:
        forgotten = Sentence(
            "What was run after the copy was made is forgotten ({count} runs at most, tests among them): whoever"
            " had a message then gets it again where its campaign is sent again. The reports say who that is."
            " Enter the opt-outs of that time again.",
            count=count_of(accepted.forgotten),
        )
        show.tell(desk.console, Text(say(forgotten), style="bold yellow"))
    for run, count in accepted.runs.items():
        told = say_many(
            "{run}: {rows} message may have been delivered.",
            "{run}: {rows} messages may have been delivered.",
            count,
            run=run,
            rows=count_of(count),
        )
        show.tell(desk.console, Text(told))


def _problems(desk: Desk, found: Checked) -> list[Problem]:
    file = str(desk.settings.database_file or "")
    advice = Sentence("Put back a copy of it, made with `lecommercial-batch journal backup`.")
    said = [Sentence("the file is damaged: {words}", words=line) for line in found.faults[:10]]
    if found.orphans:
        said.append(Sentence("messages of rows that are not there: {count}", count=count_of(found.orphans)))
    for run, count in found.uneven.items():
        said.append(Sentence("run {run} has rows that do not add up: {count}", run=run, count=count_of(count)))
    for status, count in found.odd.items():
        said.append(
            Sentence("messages of a status that means nothing, {status}: {count}", status=status, count=count)
        )
    return [Problem(code="journal_damaged", file=file, message=message, advice=advice) for message in said]


def _see_that_there_is_one(desk: Desk) -> None:
    if not desk.has_journal():
        message = Sentence("there is no journal here")
        advice = Sentence("Go to the folder where `send` was used. LECOMMERCIAL_DATABASE_URL names another.")
        raise InputError(Problem(code="no_journal", message=message, advice=advice))
