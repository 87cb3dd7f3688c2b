"""Lists and contacts at the terminal: read, shown, exported; and one contact changed."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from lecommercial_batch.app.client import LeCommercial
from lecommercial_batch.app.sources import look_up, read_list
from lecommercial_batch.cli import show
from lecommercial_batch.cli.desk import Desk
from lecommercial_batch.cli.exits import Exit
from lecommercial_batch.cli.reading import reading
from lecommercial_batch.cli.terminal import Table
from lecommercial_batch.core.contact_lists import Contact
from lecommercial_batch.core.errors import CallError, InputError, Problem
from lecommercial_batch.core.labels import count_of
from lecommercial_batch.core.language import _, say, say_many
from lecommercial_batch.core.model import Rate
from lecommercial_batch.core.sender import Sender
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.gateway import check_reachable
from lecommercial_batch.report.people import FORMATS, write_people

T = TypeVar("T")

_SHOWN = 50  #: contacts shown of a list; an export has them all


def lists(*, sender: str, as_json: bool) -> Exit:
    """Show all lists."""
    desk = Desk(as_json=as_json)
    found = _call(desk, sender, lambda api: api.lists())
    if as_json:
        listed = [{"id": each.id, "name": each.name, "contacts_count": each.contacts_count} for each in found]
        show.print_json({"lists": listed})
        return Exit.DONE
    table = Table(box=None)
    for heading in (_("List"), _("Name"), _("Contacts")):
        table.add_column(heading)
    for each in found:
        table.add_row(str(each.id), each.name, count_of(each.contacts_count))
    desk.console.print(table if found else _("There is no list."))
    return Exit.DONE


def contacts(list_id: int, *, export: Path | None, sender: str, as_json: bool) -> Exit:
    """Show who is in a list, or write all of them to a file."""
    desk = Desk(as_json=as_json)
    if export is not None:
        _see_that_it_can_be_written(export)
    found = _call(desk, sender, lambda api: _read(desk, api, list_id))
    if export is not None:
        write_people(export, found)
        desk.console.print(say(Sentence("Written: {file}", file=str(export))), style="bold", soft_wrap=True)
    if as_json:
        written = {"file": str(export)} if export else {"contacts": [_json(each) for each in found]}
        show.print_json({"list_id": list_id, "total": len(found), **written})
    elif export is None:
        _show(desk, found)
    return Exit.DONE


def add(list_id: int, phone: str, *, name: str, lastname: str, sender: str, as_json: bool) -> Exit:
    """Put one contact into a list."""
    desk = Desk(as_json=as_json)
    added = _call(desk, sender, lambda api: api.add_contact(list_id, phone, name=name, lastname=lastname))
    told = Sentence("Contact {id} is in list {list}.", id=added.contact_id, list=added.list_id)
    return _tell(desk, told, {"contact_id": added.contact_id, "list_id": added.list_id})


def update(phone: str, *, name: str, lastname: str, sender: str, as_json: bool) -> Exit:
    """Give one contact other names."""
    desk = Desk(as_json=as_json)
    if not (name or lastname):
        message = Sentence("there is no name to give")
        advice = Sentence("Add --name, --lastname or both: an empty name cannot be given.")
        raise InputError(Problem(code="no_change", message=message, advice=advice))
    changed = _call(desk, sender, lambda api: api.update_contact(phone, name=name, lastname=lastname))
    names = f"{changed.name} {changed.lastname}".strip()
    return _tell(desk, Sentence("Contact {id} is called {names}.", id=changed.id, names=names), _json(changed))


def remove(list_id: int, phone: str, *, sender: str, as_json: bool) -> Exit:
    """Take one contact out of a list."""
    desk = Desk(as_json=as_json)
    _call(desk, sender, lambda api: api.remove_contact(list_id, phone))
    told = Sentence("The contact is no longer in list {list}.", list=list_id)
    return _tell(desk, told, {"list_id": list_id, "removed": True})


async def look_again(desk: Desk, lane: Sender, rate: Rate, list_id: int) -> Mapping[str, Contact]:
    """Read a list, by its contacts' numbers; what goes wrong is said here."""
    try:
        return await look_up(desk.settings, lane, rate, list_id)
    except CallError as error:
        show.print_problems(desk.console, error.problems)
        raise


def _call(desk: Desk, sender: str, ask: Callable[[LeCommercial], Awaitable[T]]) -> T:
    async def call() -> T:
        client = LeCommercial(sender, settings=desk.settings)
        await check_reachable(desk.settings.base_url)
        async with client as api:
            return await ask(api)

    return asyncio.run(call())


async def _read(desk: Desk, api: LeCommercial, list_id: int) -> list[Contact]:
    with reading(desk) as told:
        return await read_list(api, list_id, told=told)


def _see_that_it_can_be_written(export: Path) -> None:
    if export.suffix.lower() not in FORMATS:
        message = Sentence("a list cannot be written to {file}", file=str(export))
        advice = Sentence("Give it a name that ends in one of: {endings}.", endings=", ".join(FORMATS))
        raise InputError(Problem(code="bad_value", column="--export", message=message, advice=advice))
    if export.exists():
        message = Sentence("{file} is there already", file=str(export))
        advice = Sentence("Name another file, or move this one away.")
        raise InputError(Problem(code="file_exists", column="--export", message=message, advice=advice))


def _show(desk: Desk, found: Sequence[Contact]) -> None:
    table = Table(box=None)
    for heading in (_("Id"), _("Number"), _("First name"), _("Last name")):
        table.add_column(heading)
    for each in found[:_SHOWN]:
        table.add_row(str(each.id), f"+{each.phone}", each.name, each.lastname)
    desk.console.print(table)
    count = say_many("{count} contact", "{count} contacts", len(found), count=count_of(len(found)))
    desk.console.print(count, style="bold")
    if len(found) > _SHOWN:
        desk.console.print(say(Sentence("The first {count} are shown: --export writes them all.", count=_SHOWN)))


def _tell(desk: Desk, told: Sentence, figures: Mapping[str, Any]) -> Exit:
    if desk.as_json:
        show.print_json(figures)
    desk.console.print(say(told))
    return Exit.DONE


def _json(contact: Contact) -> dict[str, object]:
    return {"id": contact.id, "phone": contact.phone, "name": contact.name, "lastname": contact.lastname}
