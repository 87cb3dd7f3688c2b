"""Consent withdrawn since a run was planned: its people are left out before the run goes on."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from lecommercial_batch.app.exclusions import suppressed
from lecommercial_batch.app.settings import Settings
from lecommercial_batch.app.sources import open_file
from lecommercial_batch.contacts.opening import STANDARD_INPUT
from lecommercial_batch.core.beside_loop import beside
from lecommercial_batch.core.errors import CampaignError, InputError, Problem, Severity
from lecommercial_batch.core.model import Phone, Reason, Run
from lecommercial_batch.core.phone_set import People
from lecommercial_batch.core.ports import Journal
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.planning.campaign.campaign import Campaign, load_campaign
from lecommercial_batch.planning.pipeline import Way

#: Why a message is not to be sent, or None.
Refusing = Callable[[Phone], tuple[Reason, Sentence] | None]

_WITHDRAWN: Final = (
    Reason.NO_CONSENT,
    Sentence("the contacts do not say any more that this person agrees"),
)
_SUPPRESSED: Final = (
    Reason.OPTED_OUT,
    Sentence("this person asked not to be written to after the campaign was prepared"),
)


async def leave_out_who_withdrew(journal: Journal, settings: Settings, run: Run) -> Sequence[Problem]:
    """Turn messages of a run into rejections whose people no longer agree to them, as far as files can tell.

    The contacts' consent column and the campaign's files of hashes are read again where they were changed since
    the run was planned; opt-outs of the journal are asked at each claim anyway. Returns a warning for what could
    not be read.
    """
    if run.new.test or run.new.edits:
        return []
    try:
        refusing = await beside(_refusing, run, settings)
    except InputError as error:
        message = Sentence("whether people have withdrawn their consent since the plan was made cannot be told")
        warning = Problem(
            code="consent_not_asked",
            file=run.new.source,
            message=message,
            advice=error.problems[0].message,
            severity=Severity.WARNING,
        )
        return [warning]
    if refusing is not None:
        await journal.control.reject(run.id, refusing)
    return []


def _refusing(run: Run, settings: Settings) -> Refusing | None:
    """Return what refuses a message, from the files that were changed; None where none was."""
    try:
        campaign = load_campaign(run.new.campaign_file)
    except CampaignError:  # gone or being written: what was approved is in the journal
        return None
    lists: list[tuple[People, tuple[Reason, Sentence]]] = []
    if any(_is_newer(path, run) for path in campaign.suppressed):
        lists.append((suppressed(campaign, settings), _SUPPRESSED))
    if _asks_a_file(campaign) and _is_newer(campaign.contacts_file, run):
        lists.append((Way(campaign, open_file(campaign)).without_consent(), _WITHDRAWN))
    if not lists:
        return None
    return lambda phone: next((why for people, why in lists if phone in people), None)


def _asks_a_file(campaign: Campaign) -> bool:
    contacts = campaign.contacts
    return bool(contacts.consent) and contacts.list_id is None and campaign.contacts_file != STANDARD_INPUT


def _is_newer(path: Path, run: Run) -> bool:
    """Tell whether a file was changed, or put there, since the run was planned; one that is gone was not."""
    try:
        found = path.stat()
    except OSError:
        return False
    return max(found.st_mtime, found.st_ctime) > run.created_at.timestamp()
