"""`send --test-to`: real messages to one's own number, outside the campaign's record."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lecommercial_batch.cli import show
from lecommercial_batch.cli.asking import agrees
from lecommercial_batch.cli.desk import Desk
from lecommercial_batch.cli.exits import Exit
from lecommercial_batch.cli.preview import way_of
from lecommercial_batch.cli.send import see_that_someone_agrees
from lecommercial_batch.cli.signals import stopping_on_signals
from lecommercial_batch.cli.terminal import Text
from lecommercial_batch.core.labels import count_of, status_words
from lecommercial_batch.core.language import _, say, say_many
from lecommercial_batch.core.model import Counts, Message, Phone, ReportRow, Run, Status
from lecommercial_batch.core.sender import Sender
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.delivery.engine.local import Engine
from lecommercial_batch.gateway import ApiGateway, check_reachable
from lecommercial_batch.journal import SqlJournal
from lecommercial_batch.planning.pipeline import Way
from lecommercial_batch.planning.skeleton import see_that_it_is_written
from lecommercial_batch.planning.test_send import NOTICE, chosen, for_number, own_number
from lecommercial_batch.report import summary
from lecommercial_batch.report.line import detail_of


def trial(path: Path, *, numbers: Sequence[str], rows: Sequence[int], yes: bool, as_json: bool) -> Exit:
    """Send the messages of a few rows to one's own numbers, after asking."""
    return asyncio.run(_trial(Desk(as_json=as_json), path, numbers, rows, yes=yes))


async def _trial(desk: Desk, path: Path, numbers: Sequence[str], rows: Sequence[int], *, yes: bool) -> Exit:
    see_that_someone_agrees(desk, agreed=yes)
    way = await way_of(desk, path, guarded=False)
    see_that_it_is_written(path, way.texts)
    phones = list(dict.fromkeys(own_number(each, region=way.region) for each in numbers))
    messages = chosen(way, rows)
    senders = [desk.settings.sender(name) for name in dict.fromkeys(each.sender for each in messages)]
    desk.settings.see_that_the_pace_can_be_kept()
    await check_reachable(desk.settings.base_url)
    for message in messages:
        show.show_message(desk.console, message)
    if not yes and not _agrees(desk, messages, phones):
        desk.console.print(_("Nothing was sent."))
        return Exit.FIX_INPUT
    sent: list[ReportRow] = []
    runs: list[Run] = []
    with desk.journal() as journal:
        for phone in phones:
            run = await _send(desk, journal, way, list(for_number(way, messages, phone)), senders)
            runs.append(run)
            sent += [row for row in journal.rows(run.id) if row.row.number != NOTICE or not _is_accepted(row)]
    return _show(desk, runs, sent)


async def _send(
    desk: Desk, journal: SqlJournal, way: Way, messages: Sequence[Message], senders: Sequence[Sender]
) -> Run:
    """Send the notice, and once it is accepted the messages; each claim is on disk before its call leaves."""
    options = replace(way.new_run.options, canary=0)
    name = await journal.begin_run(replace(way.new_run, options=options, test=True))
    await journal.add(name, messages)
    await journal.freeze(name, proof="")
    run = await journal.find(name)
    stop = asyncio.Event()
    engine = Engine(
        journal=journal,
        gateway=lambda sender: ApiGateway(desk.settings.base_url, sender, clock=desk.clock),
        clock=desk.clock,
        locks=desk.folder,
        cells=desk.cells,
        machine_rate=desk.settings.machine_rate,
    )
    first = [sender for sender in senders if sender.name == messages[0].sender]
    with stopping_on_signals(stop, on_stop=lambda: None):
        run = await engine.send(run, first, stop=stop, limit=1)
        if (await journal.counts(name)).messages[Status.ACCEPTED]:
            run = await engine.send(run, senders, stop=stop)
    return run


def _agrees(desk: Desk, messages: Sequence[Message], phones: Sequence[Phone]) -> bool:
    question = say_many(
        "Send {count} message to {numbers} as a test?",
        "Send {count} messages to {numbers} as a test?",
        len(messages),
        count=count_of(len(messages)),
        numbers=", ".join(phone.e164 for phone in phones),
    )
    return agrees(desk, question)


def _show(desk: Desk, runs: Sequence[Run], sent: Sequence[ReportRow]) -> Exit:
    """Say what became of each message."""
    for row in sent:
        place = say(Sentence("row {row}", row=row.row.number)) if row.row.number else _("notice")
        status = row.status or Status.PENDING
        said = " · ".join(part for part in (status_words(status), detail_of(row)) if part)
        line = f"{place} → {row.phone.e164 if row.phone else ''}{_(': ')}{said}"
        desk.console.print(Text(line, style=show.STYLES[status]), soft_wrap=True)
    for run in runs:
        show.show_halts(desk.console, run)
    if desk.as_json:
        spread = Counter(row.status for row in sent)
        counts = Counts(rejected={}, messages={status: spread[status] for status in Status})
        show.print_json({**summary(runs[-1], counts, []), "run": None})
    if all(map(_is_accepted, sent)):
        return Exit.DONE
    return Exit.RESUMABLE if any(run.halted for run in runs) else Exit.SOME_FAILED


def _is_accepted(row: ReportRow) -> bool:
    return row.status is Status.ACCEPTED
