"""`preview --for`: one person's message, or why there is none."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from lecommercial_batch.cli import show
from lecommercial_batch.cli.desk import Desk
from lecommercial_batch.cli.exits import Exit
from lecommercial_batch.cli.terminal import Text
from lecommercial_batch.core.advice import advice_for
from lecommercial_batch.core.errors import InputError, Problem
from lecommercial_batch.core.labels import reason_words
from lecommercial_batch.core.language import say
from lecommercial_batch.core.model import Phone, Reading, ReportRow, Unusable
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.journal import SqlJournal
from lecommercial_batch.planning.phones import normalise
from lecommercial_batch.planning.pipeline import Way
from lecommercial_batch.planning.plan import make_plan
from lecommercial_batch.report import line


def show_person(path: Path, *, number: str, as_json: bool) -> Exit:
    """Plan a campaign into a journal that is thrown away, and show what it has for one number."""
    return asyncio.run(_show_person(Desk(as_json=as_json), path, number))


def phone_of(number: str, *, option: str, region: str = "FR") -> Phone:
    """Read a number from the command line, in any writing.

    Raises:
        InputError: it is none.
    """
    match normalise(number, region=region, accept_any=True):
        case Unusable(detail=detail):
            advice = Sentence("Write the number in full, such as +33612345678.")
            raise InputError(Problem(code="invalid_phone", column=option, message=detail, advice=advice))
        case reading:
            return reading.phone


async def _show_person(desk: Desk, path: Path, number: str) -> Exit:
    from lecommercial_batch.cli.preview import way_of  # noqa: PLC0415 - `look` needs none of it

    way = await way_of(desk, path)
    phone = phone_of(number, option="--for", region=way.region)
    async with desk.scratch_journal() as journal:
        plan = await make_plan(way, journal, examples=0)
        found = await asyncio.to_thread(_rows_of, way, journal, plan.run, phone)
    if not found:
        message = Sentence("no row has the number {phone}", phone=phone.e164)
        advice = Sentence("Rows whose number cannot be read have none: `check` lists them.")
        raise InputError(Problem(code="nobody", file=way.new_run.source, message=message, advice=advice))
    if desk.as_json:
        show.print_json({"phone": phone.e164, "proof": plan.proof, "rows": [_row_json(row) for row in found]})
        return Exit.DONE
    for row in found:
        if row.status is None:
            _show_rejection(desk, row)
        else:
            show.show_message(desk.console, row)
    return Exit.DONE


def _rows_of(way: Way, journal: SqlJournal, run: str, phone: Phone) -> Sequence[ReportRow]:
    return [row for row in journal.rows(run) if phone == (row.phone or _phone_in(way, row))]


def _phone_in(way: Way, row: ReportRow) -> Phone | None:
    """Return the number of a row that was left out, where it has one, of whatever kind."""
    reading = way.reading(row.row, any_kind=True)
    return reading.phone if isinstance(reading, Reading) else None


def _show_rejection(desk: Desk, row: ReportRow) -> None:
    where = say(Sentence("row {row} is left out", row=row.row.number))
    show.tell(desk.console, Text.of_pieces((where, "bold"), (f" — {reason_words(row.reason)}", "")))
    show.tell(desk.console, Text(f"  {line.detail_of(row)}"))
    if (advice := advice_for(row.reason)).template:
        show.tell(desk.console, Text(f"  → {say(advice)}"))


def _row_json(row: ReportRow) -> dict[str, object]:
    return {
        "row": row.row.number,
        "status": line.status_of(row),
        "reason": row.reason,
        "detail": line.detail_of(row),
        "advice": say(advice_for(row.reason)),
        "message": line.message_of(row.content),
        "sender": row.sender,
        "variant": row.variant,
    }
