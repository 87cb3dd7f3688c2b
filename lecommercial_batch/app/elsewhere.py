"""A campaign that was sent from another folder: its journal is there, and the one here knows nobody of it."""

from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

from lecommercial_batch.app.settings import DATABASE_URL, Settings
from lecommercial_batch.core.errors import InputError, JournalError, Problem
from lecommercial_batch.core.ledger import Whose
from lecommercial_batch.core.model import NewRun
from lecommercial_batch.core.ports import Clock
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.journal import open_journal


def require_not_sent_elsewhere(new: NewRun, settings: Settings, *, clock: Clock) -> None:
    """Refuse to send a campaign whose people a journal beside or above it knows, and the one here does not.

    Raises:
        InputError: they are.
    """
    guards, here = new.options.guards, settings.database_file
    if new.edits or guards.once_within is None or guards.again or here is None:
        return
    if settings.database_url != DATABASE_URL:
        return
    for folder in new.campaign_file.parents:
        other = folder / here.name
        with suppress(OSError, JournalError):  # what cannot be read there is nothing that was sent from here
            if (
                other.resolve() != here.resolve()
                and other.is_file()
                and _knows(other, new, guards.once_within, clock)
            ):
                raise InputError(_elsewhere(folder, new.campaign_file))


def _knows(file: Path, new: NewRun, within: timedelta, clock: Clock) -> bool:
    """Tell whether a journal knows people whom the campaign has written to lately, or will."""
    since = clock.now() - within
    with closing(open_journal(f"sqlite:///{file}", clock=clock, reading=True)) as journal:
        return any(True for _ in journal.ledger.campaign(Whose.of(new), since=since))


def _elsewhere(folder: Path, campaign: Path) -> Problem:
    return Problem(
        code="sent_elsewhere",
        file=str(campaign),
        message=Sentence(
            "this campaign was sent in the folder {folder}: its journal knows who has had it", folder=str(folder)
        ),
        advice=Sentence(
            "Use the command in that folder. If people are to get it once more, add --again. Nothing was sent."
        ),
    )
