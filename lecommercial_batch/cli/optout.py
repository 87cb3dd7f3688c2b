"""`optout add`, `remove`, `export` and `list`: the people nobody may write to."""

import asyncio
import csv
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

from lecommercial_batch.app.settings import OPTOUT_KEY, OPTOUT_KEY_BEFORE
from lecommercial_batch.cli import show
from lecommercial_batch.cli.desk import Desk
from lecommercial_batch.cli.exits import Exit
from lecommercial_batch.cli.terminal import Table, Text
from lecommercial_batch.core.errors import InputError, Problem
from lecommercial_batch.core.labels import count_of
from lecommercial_batch.core.language import _, say, say_many, why
from lecommercial_batch.core.model import Cell, Phone, Reading
from lecommercial_batch.core.optouts import Optout
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.core.spreadsheet_text import unchanged
from lecommercial_batch.planning.phones import is_region, normalise
from lecommercial_batch.planning.screening.hashed_list import Keyed, new_key
from lecommercial_batch.planning.templates.filters import BadValueError, moment

#: The columns of a list that is written out, by which it is known when it is read again.
EXPORTED: Final = ("phone", "date", "source", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is known of a wish beside its number."""

    date: str | None
    source: str | None
    reason: str | None


def add(numbers: Sequence[str], *, said: Said, region: str, as_json: bool) -> Exit:
    """Keep these people's wish: all of them, or none where a number cannot be read."""
    desk = Desk(as_json=as_json)
    phones = _read(numbers, region)
    at = desk.clock.now() if said.date is None else moment_of(said.date, column="--date")
    source, reason = said.source or "optout add", said.reason or ""
    wishes = [Optout(phone=phone, at=at, source=source, reason=reason) for phone in phones]
    with desk.journal() as journal:
        added = asyncio.run(journal.optouts.add(wishes))
        count = asyncio.run(journal.optouts.count())
    if as_json:
        show.print_json({"added": added, "known": len(phones) - added, "optouts": count})
    show_added(desk, added=added, known=len(phones) - added, count=count)
    return Exit.DONE


def remove(numbers: Sequence[str], *, region: str, as_json: bool) -> Exit:
    """Forget the wish of people who want messages again."""
    desk = Desk(as_json=as_json)
    phones = _read(numbers, region)
    _see_that_there_is_a_list(desk)
    with desk.journal() as journal:
        removed = asyncio.run(journal.optouts.remove(phones))
        count = asyncio.run(journal.optouts.count())
    if as_json:
        show.print_json({"removed": removed, "optouts": count})
    told = say_many("{count} person may be written to again.", "{count} people may be written to again.", removed)
    desk.console.print(told if removed else _("None of these numbers was on the list."))
    return Exit.DONE


def export(file: Path, *, hashed: bool, as_json: bool) -> Exit:
    """Write the list, so that nobody else can read the file."""
    desk = Desk(as_json=as_json)
    keyed = Keyed(desk.settings.optout_key()) if hashed else None
    _see_that_there_is_a_list(desk)
    with desk.journal(reading=True) as journal:
        lines = _hashes(keyed, journal.optouts.all()) if keyed else _lines(journal.optouts.all())
        written = _write(file, lines)
    if as_json:
        show.print_json({"file": str(file), "optouts": written})
    told = say_many(
        "{count} entry written to {file}.", "{count} entries written to {file}.", written, file=str(file)
    )
    desk.console.print(told, soft_wrap=True)
    if hashed:
        _tell_what_hashes_are(desk)
    return Exit.DONE


def make_key(*, as_json: bool) -> Exit:
    """Make a key to share a list under, and say what it is good for."""
    desk = Desk(as_json=as_json)
    key = new_key()
    if as_json:
        show.print_json({"variable": OPTOUT_KEY, "key": key})
        return Exit.DONE
    desk.console.print(f"{OPTOUT_KEY}={key}", style="bold", soft_wrap=True)
    told = Sentence(
        "Put this line into .env, and give the key to your partner alone. To change it:"
        " {old} keeps the one before it, for files that were made with it.",
        old=OPTOUT_KEY_BEFORE,
    )
    show.tell(desk.console, Text(say(told)))
    _tell_what_hashes_are(desk)
    return Exit.DONE


def _tell_what_hashes_are(desk: Desk) -> None:
    told = _(
        "The hashes hide people from whoever has no key. Who has it can find out every number"
        " by trying them all, in minutes: the file is still personal data."
    )
    show.tell(desk.console, Text(told, style="yellow"))


def list_optouts(*, rows: int, as_json: bool) -> Exit:
    """Show the newest entries."""
    desk = Desk(as_json=as_json)
    newest: list[Optout] = []
    count = 0
    if desk.has_journal():
        with desk.journal(reading=True) as journal:
            newest = list(islice(journal.optouts.all(), rows))
            count = asyncio.run(journal.optouts.count())
    if as_json:
        show.print_json({"optouts": count, "newest": [_json(each) for each in newest]})
        return Exit.DONE
    table = Table(box=None)
    for heading in (_("Number"), _("Since"), _("Source"), _("Reason")):
        table.add_column(heading, overflow="fold")
    for each in newest:
        table.add_row(each.phone.e164, _day(each.at), each.source, each.reason)
    if newest:
        desk.console.print(table)
    desk.console.print(_in_all(count))
    return Exit.DONE


def moment_of(cell: Cell, *, column: str) -> datetime:
    """Read a date that a person wrote, in this machine's time zone.

    Raises:
        InputError: it is none.
    """
    try:
        found = _iso(str(cell)) or moment(cell)
    except BadValueError as error:
        advice = Sentence("Write it like 24/12/2026 or 2026-12-24.")
        raise InputError(
            Problem(code="bad_value", column=column, message=error.sentence, advice=advice)
        ) from error
    return found if found.tzinfo else found.astimezone()


def _iso(text: str) -> datetime | None:
    with suppress(ValueError):
        return datetime.fromisoformat(text)
    return None


def show_added(desk: Desk, *, added: int, known: int, count: int) -> None:
    """Say what became of the list."""
    told = say_many("{count} person added.", "{count} people added.", added, count=count_of(added))
    desk.console.print(told, style="bold")
    if known:
        already = say_many(
            "{count} was on the list already: what is known of them stays as it was.",
            "{count} were on the list already: what is known of them stays as it was.",
            known,
            count=count_of(known),
        )
        desk.console.print(already)
    desk.console.print(_in_all(count))


def see_that_it_is_a_region(region: str) -> str:
    """Return the code of a country whose numbers are known. Raises InputError."""
    if is_region(region.upper()):
        return region.upper()
    message = Sentence("“{value}” is not a country", value=region)
    advice = Sentence('Write its ISO 3166 code: "FR", "BE", "CH"…')
    raise InputError(Problem(code="bad_value", column="--region", message=message, advice=advice))


def _read(numbers: Sequence[str], region: str) -> list[Phone]:
    region = see_that_it_is_a_region(region)
    readings = [normalise(number, region=region, accept_any=True) for number in numbers]
    problems = [
        Problem(code=each.reason, column=_("NUMBER"), message=each.detail)
        for each in readings
        if not isinstance(each, Reading)
    ]
    if problems:
        raise InputError(*problems)
    return list(dict.fromkeys(each.phone for each in readings if isinstance(each, Reading)))


def _see_that_there_is_a_list(desk: Desk) -> None:
    """Refuse to work on an empty list where the command is run in the wrong folder."""
    if not desk.has_journal():
        message = Sentence("there is no list of opt-outs here yet")
        advice = Sentence("Go to the folder where it is kept. LECOMMERCIAL_DATABASE_URL names another journal.")
        raise InputError(Problem(code="no_journal", message=message, advice=advice))


def _lines(optouts: Iterator[Optout]) -> Iterator[Sequence[str]]:
    yield EXPORTED
    for each in optouts:
        yield (
            unchanged(each.phone.e164),
            each.at.astimezone().isoformat(),
            unchanged(each.source),
            unchanged(each.reason),
        )


def _hashes(keyed: Keyed, optouts: Iterator[Optout]) -> Iterator[Sequence[str]]:
    """Yield the hashes alone, sorted: neither dates nor their order say more of anybody."""
    yield (keyed.header,)
    yield from ((hash_,) for hash_ in sorted(keyed.hash(each.phone) for each in optouts))


def _write(file: Path, lines: Iterator[Sequence[str]]) -> int:
    """Write lines after their header and return how many."""
    written = -1
    try:
        # Made with its permissions: nobody else shall read it even for a moment.
        opened = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with open(opened, "w", encoding="utf-8-sig", newline="") as out:  # noqa: PTH123 - of a descriptor
            writer = csv.writer(out, delimiter=";")
            for line in lines:
                writer.writerow(line)
                written += 1
    except FileExistsError as error:
        message = Sentence("{file} is there already", file=str(file))
        advice = Sentence("Name another file, or move this one away.")
        raise InputError(Problem(code="file_exists", message=message, advice=advice)) from error
    except OSError as error:
        message = Sentence("{file} cannot be written: {reason}", file=str(file), reason=why(error))
        raise InputError(Problem(code="unwritable_file", message=message)) from error
    return written


def _in_all(count: int) -> str:
    return say_many("{count} person on the list.", "{count} people on the list.", count, count=count_of(count))


def _day(at: datetime) -> str:
    return at.astimezone().strftime(_("%Y-%m-%d"))


def _json(each: Optout) -> dict[str, Any]:
    at = each.at.astimezone().isoformat()
    return {"phone": each.phone.e164, "date": at, "source": each.source, "reason": each.reason}
