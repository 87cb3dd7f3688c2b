"""Who may not be written to, as far as this folder's journal and a campaign's files know."""

import os
from collections.abc import Container, Iterator
from pathlib import Path

from lecommercial_batch.campaign import Campaign
from lecommercial_batch.cli.desk import Desk
from lecommercial_batch.contacts import open_contacts
from lecommercial_batch.keyed import AnyOf, HashedPhones, Keyed, read_hashes
from lecommercial_batch.model import Phone


def opted_out(desk: Desk, campaign: Campaign) -> Container[Phone]:
    """Return the people whom a campaign leaves out, whatever its contacts say.

    Raises:
        ContactsError: a file of hashes cannot be read, or was made with another key.
        SettingsError: there are such files and no key.
    """
    lists: list[Container[Phone]] = []
    if desk.has_journal():
        with desk.journal() as journal:
            lists.append(journal.optouts.phones())
    if campaign.suppressed:
        keyed = Keyed(desk.settings.optout_key())
        lists += [_hashed(path, keyed) for path in campaign.suppressed]
    return lists[0] if len(lists) == 1 else AnyOf(*lists)


def _hashed(path: Path, keyed: Keyed) -> HashedPhones:
    name = os.path.normpath(path)
    source = open_contacts(path, name=name)

    def cells() -> Iterator[tuple[int, str]]:
        for batch in source.batches():
            yield from ((row.number, str(row.cells[0]).strip().lower()) for row in batch)

    return read_hashes(keyed, file=name, header=source.columns[0].strip().lower(), cells=cells())
