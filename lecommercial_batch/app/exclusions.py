"""Whom a campaign leaves out, as far as the journal and the campaign's own files know."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from lecommercial_batch.app.settings import Settings
from lecommercial_batch.contacts import open_contacts
from lecommercial_batch.core.ledger import Whose
from lecommercial_batch.core.phone_set import People
from lecommercial_batch.core.ports import Journal
from lecommercial_batch.planning.campaign.campaign import Campaign
from lecommercial_batch.planning.screening.frequency_cap import Past
from lecommercial_batch.planning.screening.hashed_list import AnyOf, HashedPhones, Keyed, read_hashes


def opted_out(campaign: Campaign, settings: Settings, journal: Journal | None) -> People:
    """Return the people who may not be written to, whatever the contacts say.

    Raises:
        ContactsError: a file of hashes cannot be read, or was made with another key.
        SettingsError: there are such files and no key.
    """
    lists: list[People] = [journal.optouts.phones()] if journal else []
    if campaign.suppressed:
        lists.append(suppressed(campaign, settings))
    return lists[0] if len(lists) == 1 else AnyOf(*lists)


def suppressed(campaign: Campaign, settings: Settings) -> People:
    """Return the people of the campaign's files of hashes; raises as `opted_out`."""
    keys = [Keyed(key) for key in settings.optout_keys()]
    return AnyOf(*(_hashed(path, keys) for path in campaign.suppressed))


def past(campaign: Campaign, settings: Settings, journal: Journal | None, *, now: datetime) -> Past:
    """Return what people have had lately, as far as the campaign asks."""
    whose = Whose(name=campaign.name, file=campaign.path.resolve(), address=settings.base_url)
    return Past(campaign.options.guards, journal.ledger if journal else None, now=now, whose=whose)


def sent_again(campaign: Campaign) -> Campaign:
    """Return the campaign as it is sent once more, to people whom it has written to as well."""
    guards = replace(campaign.options.guards, again=True)
    return replace(campaign, options=replace(campaign.options, guards=guards))


def _hashed(path: Path, keys: Sequence[Keyed]) -> HashedPhones:
    """Read a file of hashes, made with the key or with the one before it: partners do not change keys at once."""
    name = os.path.normpath(path)
    source = open_contacts(path, name=name)

    def cells() -> Iterator[tuple[int, str]]:
        for batch in source.batches():
            yield from ((row.number, str(row.cells[0]).strip().lower()) for row in batch)

    header = source.columns[0].strip().lower()
    keyed = next((each for each in keys if each.header == header), keys[0])
    return read_hashes(keyed, file=name, header=header, cells=cells())
