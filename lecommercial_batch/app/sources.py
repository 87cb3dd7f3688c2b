"""Where a campaign's contacts come from: a file, or a list of Le Commercial's read as if it were one."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from lecommercial_batch.app.client import LeCommercial
from lecommercial_batch.app.settings import Settings
from lecommercial_batch.contacts import STANDARD_INPUT, open_contacts
from lecommercial_batch.core.beside_loop import beside
from lecommercial_batch.core.contact_edits import sender_of
from lecommercial_batch.core.contact_lists import Contact, ContactList
from lecommercial_batch.core.errors import CampaignError, ContactsError, Problem
from lecommercial_batch.core.model import Rate, Row
from lecommercial_batch.core.ports import Source
from lecommercial_batch.core.sender import Sender
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.gateway import check_reachable
from lecommercial_batch.planning.campaign.campaign import Campaign
from lecommercial_batch.planning.list_sync import by_number
from lecommercial_batch.planning.screening.columns import LISTED

#: Hears of each page of a list: contacts read, and how many there are.
Told = Callable[[int, int], None]


class Listed:
    """The contacts of a list as the rows of a table: its first row is 2, as if the columns' names were row 1."""

    def __init__(self, name: str, contacts: Sequence[Contact]) -> None:
        self._name = name
        self._rows = [Row(number, _cells(contact)) for number, contact in enumerate(contacts, start=2)]

    @property
    def name(self) -> str:
        """What messages call it."""
        return self._name

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return LISTED

    def batches(self) -> Iterator[Sequence[Row]]:
        """Yield the rows, all at once."""
        yield self._rows


def _nobody(_read: int, _total: int) -> None:
    """Tell nobody."""


async def open_source(campaign: Campaign, settings: Settings, *, told: Told = _nobody) -> Source:
    """Open a campaign's contacts; a list is read to its end, at the pace of the API.

    Raises:
        CampaignError: there is no such list.
        ContactsError: the file cannot be read, or nobody is in the list.
        SettingsError: a list needs an auth key, and there is none.
        CallError: the API refuses, or does not answer.
    """
    list_id = campaign.contacts.list_id
    if list_id is None:
        if campaign.contacts_file == STANDARD_INPUT:
            return open_file(campaign)  # a signal must interrupt the wait for it
        return await beside(open_file, campaign)
    client = LeCommercial(campaign.senders[0], settings=settings)
    await check_reachable(settings.base_url)
    async with client as api:
        found = await find_list(api, list_id, file=str(campaign.path), column="contacts.list_id")
        contacts = await read_list(api, list_id, told=told)
    name = f"list_id {list_id} ({found.name})"
    if not contacts:
        message = Sentence("nobody is in the list")
        raise ContactsError(Problem(code="no_rows", file=name, message=message))
    return Listed(name, contacts)


def open_file(campaign: Campaign) -> Source:
    """Open the contact file of a campaign that has one."""
    file = Path(os.path.normpath(campaign.contacts_file))
    wanted = campaign.contacts
    return open_contacts(file, name=str(file), sheet=wanted.sheet, header=wanted.header)


async def find_list(api: LeCommercial, list_id: int, *, file: str = "", column: str = "") -> ContactList:
    """Return a list; where there is none of this id, name those that there are.

    Raises:
        CampaignError: there is no such list.
        CallError: the API refuses, or does not answer.
    """
    lists = await api.lists()
    if found := next((each for each in lists if each.id == list_id), None):
        return found
    problem = Problem(
        code="unknown_list",
        file=file,
        column=column,
        message=Sentence("there is no list {id}", id=list_id),
        advice=Sentence("The lists are: {lists}.", lists=", ".join(f"{each.id} ({each.name})" for each in lists)),
    )
    raise CampaignError(problem)


async def read_list(api: LeCommercial, list_id: int, *, told: Told = _nobody) -> list[Contact]:
    """Return all contacts of a list."""
    listing, read = api.contacts(list_id), list[Contact]()
    async for contact in listing:
        read.append(contact)
        told(len(read), max(listing.total or 0, len(read)))
    return read


async def look_up(settings: Settings, lane: Sender, rate: Rate, list_id: int) -> Mapping[str, Contact]:
    """Return a list's contacts by their numbers, for the lane in which it is changed.

    Raises:
        CallError: the API refuses, or does not answer.
    """
    sender, _edits = sender_of(lane.name)
    async with LeCommercial(sender, settings=settings, rate=rate) as api:
        return by_number(await read_list(api, list_id))


def _cells(contact: Contact) -> tuple[str, ...]:
    """Return a contact's cells; its number with the plus that the API leaves out."""
    return contact.number, contact.name, contact.lastname, str(contact.id)
