"""`[after]`: a campaign's results put into lists, seen at the terminal."""

import asyncio
from contextlib import AbstractContextManager, nullcontext
from functools import partial

from lecommercial_batch.app.client import LeCommercial
from lecommercial_batch.app.follow_up import follow_up
from lecommercial_batch.app.sources import find_list
from lecommercial_batch.cli import show
from lecommercial_batch.cli.desk import Desk
from lecommercial_batch.cli.listing import look_again
from lecommercial_batch.cli.progress import Progress
from lecommercial_batch.cli.signals import stopping_on_signals
from lecommercial_batch.cli.working import engine_of
from lecommercial_batch.core.contact_edits import changes_lists, contacts_lane, edit_options
from lecommercial_batch.core.errors import CallError, UnreachableError
from lecommercial_batch.core.labels import count_of
from lecommercial_batch.core.language import _, say_many
from lecommercial_batch.core.model import Run, RunOptions, RunState, Status
from lecommercial_batch.delivery.settling import send_edits
from lecommercial_batch.gateway import check_reachable
from lecommercial_batch.journal import SqlJournal


async def see_that_lists_exist(desk: Desk, options: RunOptions, *, sender: str, file: str) -> None:
    """See before anything is sent that what is to come after it can be done.

    Raises:
        CampaignError: there is no such list.
        CallError: the API refuses, or does not answer.
    """
    named = {"add_to_list": options.add_to_list, "remove_failed_from_list": options.remove_failed_from}
    if not changes_lists(options):
        return
    async with LeCommercial(sender, settings=desk.settings) as api:
        for key, list_id in named.items():
            if list_id:
                await find_list(api, list_id, file=file, column=f"after.{key}")


async def put_into_lists(desk: Desk, journal: SqlJournal, run: Run, *, stop: asyncio.Event | None = None) -> bool:
    """Do what the campaign says is to come after it; False where some of it is still to be done.

    ``stop`` is the request of whoever looks after signals; without it they are looked after here.
    """
    if not changes_lists(run.new.options) or run.state is not RunState.ENDED:
        return True
    lanes = await journal.control.lanes(run.id, set(Status))
    if not lanes:  # there was nobody to write to
        return True
    stop, heeding = _heeding(desk, stop)
    lane = desk.settings.of_lane(contacts_lane(min(lanes)))
    rate = desk.settings.machine_rate or run.new.options.rate
    options = edit_options(rate, run.new.options.report_directory)
    look = partial(look_again, desk, lane, rate)

    async def carry(edits: Run) -> Run:
        left = (await journal.counts(edits.id)).messages[Status.PENDING]
        _tell(desk, left)
        with Progress(desk.console, edits, left) as progress:
            engine = engine_of(desk, journal, progress.watching())
            edits = await send_edits(engine, edits, [lane], stop=stop, limit=None, look=look)
        show.show_halts(desk.console, edits)
        return edits

    try:
        await check_reachable(desk.settings.base_url)
        with heeding:
            await follow_up(journal, run, lane=lane.name, options=options, look=look, stop=stop, carry=carry)
    except (CallError, UnreachableError) as error:
        show.print_problems(desk.console, error.problems)
        return False
    return not stop.is_set()


def _heeding(desk: Desk, stop: asyncio.Event | None) -> tuple[asyncio.Event, AbstractContextManager[None]]:
    """Return what asks to stop, and the context in which signals do where nobody else sees to them."""
    if stop is not None:
        return stop, nullcontext()
    own = asyncio.Event()
    return own, stopping_on_signals(own, on_stop=lambda: desk.console.print(_("Stopping.")))


def _tell(desk: Desk, left: int) -> None:
    told = say_many(
        "Changing {count} contact in lists.", "Changing {count} contacts in lists.", left, count=count_of(left)
    )
    if left:
        desk.console.print(told, style="bold")
