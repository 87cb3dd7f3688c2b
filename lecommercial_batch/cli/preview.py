"""`preview`: the dry run."""

import asyncio
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from lecommercial_batch.app.exclusions import opted_out, past, sent_again
from lecommercial_batch.app.sources import open_source
from lecommercial_batch.cli import show
from lecommercial_batch.cli.desk import Desk
from lecommercial_batch.cli.exits import Exit
from lecommercial_batch.cli.proofs import remember
from lecommercial_batch.cli.reading import reading
from lecommercial_batch.cli.terminal import Text
from lecommercial_batch.cli.variants import show_variants
from lecommercial_batch.core.addresses import shown
from lecommercial_batch.core.beside_loop import beside
from lecommercial_batch.core.labels import count_of
from lecommercial_batch.core.language import _, say, say_many
from lecommercial_batch.core.model import Counts, Message, Run, Status
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.delivery.daily_cap import lower
from lecommercial_batch.planning.campaign.campaign import load_campaign
from lecommercial_batch.planning.pipeline import Way
from lecommercial_batch.planning.plan import Plan, make_plan
from lecommercial_batch.report import summary
from lecommercial_batch.report.preview_book import write_preview_book
from lecommercial_batch.report.preview_page import write_preview_page


def preview(path: Path, *, rows: int, html: Path | None, xlsx: Path | None, again: bool, as_json: bool) -> Exit:
    """Plan into a journal that is thrown away, and show what came out."""
    return asyncio.run(_preview(Desk(as_json=as_json), path, rows, html, xlsx, again=again))


async def way_of(desk: Desk, path: Path, *, again: bool = False, guarded: bool = True) -> Way:
    """Read a campaign and its contacts, and see that they fit. Writes nothing.

    ``again`` is whether people whom the campaign has written to are written to once more; not ``guarded`` is what
    is sent to somebody else in their place.
    """
    campaign = sent_again(load_campaign(path)) if again else load_campaign(path)
    desk.settings.check_names(campaign.senders)
    with reading(desk) as told:
        source = await open_source(campaign, desk.settings, told=told)
    now = desk.clock.now()
    with desk.journal_if_any() as journal:

        def made() -> Way:
            return Way(
                campaign,
                source,
                opted_out=opted_out(campaign, desk.settings, journal),
                past=past(campaign, desk.settings, journal, now=now) if guarded else None,
                now=now,
                address=desk.settings.base_url,
                manner=desk.settings.manner(campaign.options, campaign.senders),
            )

        way = await beside(made)
    desk.settings.see_that_no_key_is_in(way.texts, file=str(path))
    return way


async def _preview(
    desk: Desk, path: Path, rows: int, html: Path | None, xlsx: Path | None, *, again: bool
) -> Exit:
    way = await way_of(desk, path, again=again)
    async with desk.scratch_journal() as journal:
        plan = await make_plan(way, journal, examples=rows)
        run, counts = await journal.find(plan.run), await journal.counts(plan.run)
        waiting = await journal.waiting(plan.run)
        if html:
            ending = show.ending(run, waiting, desk.clock.now())
            write_preview_page(html, run=run, counts=counts, rows=lambda: journal.rows(run.id), ending=ending)
        if xlsx:
            write_preview_book(xlsx, run=run, rows=journal.rows(run.id))
    if desk.as_json:
        # The plan is gone with its journal: there is no run to name.
        show.print_json({**summary(run, counts, filter(None, [html, xlsx])), "run": None})
    else:
        show_plan(desk, run, counts, plan, waiting=waiting, senders=way.senders)
    show_who_had_it(desk, way)
    show.print_problems(desk.console, way.remarked())
    await remember(desk, way.new_run, plan, held=way.past.held)
    for file in filter(None, [html, xlsx]):
        desk.console.print(say(Sentence("Preview: {file}", file=str(file))), soft_wrap=True)
    return Exit.DONE


def show_who_had_it(desk: Desk, way: Way) -> None:
    """Say how many of the people of a plan its campaign has written to before, and what becomes of them."""
    if held := way.past.held:
        told = say_many(
            "{count} person is left out: another run of this campaign has written to them, or will."
            " With --again they are written to as well.",
            "{count} people are left out: another run of this campaign has written to them, or will."
            " With --again they are written to as well.",
            held,
            count=count_of(held),
        )
    elif waived := way.past.waived:
        told = say_many(
            "{count} of these people has had a message of this campaign already, or may have: they get another.",
            "{count} of these people have had a message of this campaign already, or may have: they get another.",
            waived,
            count=count_of(waived),
        )
    else:
        return
    show.tell(desk.console, Text(told, style="bold yellow"))


def show_plan(
    desk: Desk, run: Run, counts: Counts, plan: Plan, *, waiting: Mapping[str, int], senders: Sequence[str]
) -> None:
    """Show a plan: its rejections, a few messages, the counts, when it would end, its proof."""
    console = desk.console
    examples = plan.examples
    show.show_rejections(console, examples.rejected)
    first = examples.first
    longest = [message for message in examples.longest if message not in first][:1]
    _show_messages(desk, _("First message"), first)
    _show_messages(desk, _("Longest message"), longest)
    _show_messages(desk, _("Picked at random"), examples.picked(beside=first + longest))
    show_variants(console, counts, examples)
    console.rule(style="dim")
    show.show_counts(console, counts)
    left = counts.messages[Status.PENDING]
    told = say_many(
        "{count} message at {rate}. If you send it now, it will be gone {when}.",
        "{count} messages at {rate}. If you send them now, the last will be gone {when}.",
        left,
        count=count_of(left),
        rate=str(run.new.options.rate),
        when=show.ending(run, waiting, desk.clock.now()),
    )
    console.print(told if left else _("There is no message to send."))
    show.tell(console, Text(say(Sentence("They go to: {address}", address=shown(run.new.address)))))
    _show_days(desk, run, left, senders)
    show.show_delivery(console, run)
    console.print(say(Sentence("Proof: {proof}", proof=run.proof)), style="bold")
    if not plan.imprint.manner.keys:
        console.print(_("Not all keys are known here: the proof does not cover which phone it is sent from."))


def _show_days(desk: Desk, run: Run, left: int, senders: Sequence[str]) -> None:
    """Say how many days it takes where senders may send so many messages a day; people are shared out evenly."""
    caps = [lower(run.new.options.per_day, desk.settings.per_day(name)) for name in senders]
    days = math.ceil(left / len(caps) / min(caps))
    if days > 1:
        told = say_many(
            "At most {most} messages a day through one sender: they take {count} day, each day with `resume`.",
            "At most {most} messages a day through one sender: they take {count} days, each day with `resume`.",
            days,
            most=count_of(int(min(caps))),
        )
        desk.console.print(told, style="bold")


def _show_messages(desk: Desk, heading: str, messages: Sequence[Message]) -> None:
    if messages:
        desk.console.print(f"\n{heading}", style="bold")
    for message in messages:
        show.show_message(desk.console, message)
