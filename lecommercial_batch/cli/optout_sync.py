"""`optout sync`: the list of opt-outs and a list of Le Commercial's, each with what the other has."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from lecommercial_batch.app.client import LeCommercial
from lecommercial_batch.app.sources import find_list, read_list
from lecommercial_batch.cli import show
from lecommercial_batch.cli.asking import agrees
from lecommercial_batch.cli.desk import Desk
from lecommercial_batch.cli.exits import Exit
from lecommercial_batch.cli.reading import reading
from lecommercial_batch.cli.send import see_that_someone_agrees
from lecommercial_batch.core.contact_lists import Contact, ContactList
from lecommercial_batch.core.errors import Problem, RefusedError, Severity, UnknownOutcomeError, ValidationError
from lecommercial_batch.core.labels import count_of, moment
from lecommercial_batch.core.language import _, say_many
from lecommercial_batch.core.model import Phone, Reading
from lecommercial_batch.core.optouts import Optout
from lecommercial_batch.core.phone_set import PhoneSet
from lecommercial_batch.core.rate import DEFAULT_RATE
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.gateway import check_reachable
from lecommercial_batch.planning.phones import normalise


@dataclass(slots=True)
class _Synced:
    """What has come of it so far."""

    taken: int = 0  #: people of the list who were not known to have opted out
    given: int = 0  #: people who were put into the list
    optouts: int = 0
    problems: list[Problem] = field(default_factory=list)


def sync(list_id: int, *, sender: str, yes: bool, as_json: bool) -> Exit:
    """Take in whoever is in the list, then put in whoever is not; nobody is taken off either."""
    return asyncio.run(_sync(Desk(as_json=as_json), list_id, sender, yes=yes))


async def _sync(desk: Desk, list_id: int, sender: str, *, yes: bool) -> Exit:
    see_that_someone_agrees(desk, agreed=yes)
    client, synced = LeCommercial(sender, settings=desk.settings), _Synced()
    await check_reachable(desk.settings.base_url)
    async with client as api:
        found = await find_list(api, list_id)
        with reading(desk) as told:
            listed = await read_list(api, list_id, told=told)
        phones = _phones(listed, found, synced)
        with desk.journal() as journal:
            now, source = desk.clock.now(), f"Le Commercial, {list_id} ({found.name})"
            wishes = [Optout(phone=phone, at=now, source=source) for phone in phones]
            synced.taken = await journal.optouts.add(wishes)
            synced.optouts = await journal.optouts.count()
            there = PhoneSet((int(phone.e164) for phone in phones), count=len(phones))
            missing = [each.phone for each in journal.optouts.all() if each.phone not in there]
        if missing and (yes or agrees(desk, _question(desk, found, len(missing)))):
            await _give(api, list_id, missing, synced)
    _show(desk, found, synced)
    return Exit.SOME_FAILED if synced.problems else Exit.DONE


def _phones(listed: Sequence[Contact], found: ContactList, synced: _Synced) -> list[Phone]:
    """Return the numbers of a list; those that are none are told."""
    phones = []
    for contact in listed:
        read = normalise(contact.number, region="FR", accept_any=True)
        if isinstance(read, Reading):
            phones.append(read.phone)
        else:
            advice = Sentence("Correct the contact in Le Commercial: nobody is screened by it.")
            synced.problems.append(_problem(read.reason, found, read.detail, advice))
    return phones


async def _give(api: LeCommercial, list_id: int, missing: Sequence[Phone], synced: _Synced) -> None:
    """Put people into the list, at the pace of the API; cut short, the next time goes on."""
    for phone in missing:
        try:
            await api.add_contact(list_id, phone)
        except (RefusedError, UnknownOutcomeError, ValidationError) as error:
            synced.problems += error.problems
        else:
            synced.given += 1


def _question(desk: Desk, found: ContactList, count: int) -> str:
    rate = desk.settings.machine_rate or DEFAULT_RATE
    end = desk.clock.now() + timedelta(seconds=count / rate.per_second)
    return say_many(
        "Put {count} person into the list {name}? It will be done at {end}.",
        "Put {count} people into the list {name}? The last will be there at {end}.",
        count,
        count=count_of(count),
        name=found.name,
        end=moment(end),
    )


def _problem(code: str, found: ContactList, message: Sentence, advice: Sentence) -> Problem:
    return Problem(code=code, file=found.name, message=message, advice=advice, severity=Severity.WARNING)


def _show(desk: Desk, found: ContactList, synced: _Synced) -> None:
    if desk.as_json:
        figures = {"list_id": found.id, "taken": synced.taken, "given": synced.given, "optouts": synced.optouts}
        show.print_json({**figures, "problems": [show.problem_json(each) for each in synced.problems]})
    show.print_problems(desk.console, synced.problems)
    taken = say_many(
        "{count} person of the list added to the opt-outs.",
        "{count} people of the list added to the opt-outs.",
        synced.taken,
        count=count_of(synced.taken),
    )
    given = say_many(
        "{count} person put into the list.",
        "{count} people put into the list.",
        synced.given,
        count=count_of(synced.given),
    )
    desk.console.print(taken)
    desk.console.print(given)
    if not (synced.taken or synced.given or synced.problems):
        desk.console.print(_("Both are the same."), style="green")
