"""What a proof stood for: kept by whoever prepares, asked for by whoever sends."""

from collections.abc import Iterator
from dataclasses import replace

from lecommercial_batch.app.settings import SENDERS_FILE
from lecommercial_batch.cli import show
from lecommercial_batch.cli.desk import Desk
from lecommercial_batch.cli.terminal import Text
from lecommercial_batch.core.errors import JournalError, Problem, ProofError, Severity
from lecommercial_batch.core.guards import ONCE_WITHIN
from lecommercial_batch.core.labels import count_of, moment
from lecommercial_batch.core.language import say, say_many
from lecommercial_batch.core.ledger import Whose
from lecommercial_batch.core.model import NewRun
from lecommercial_batch.core.proof import what_of, written_proof
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.journal import SqlJournal
from lecommercial_batch.planning.fingerprint import Among, Changes, alike_in, changes
from lecommercial_batch.planning.plan import Plan


async def remember(desk: Desk, new: NewRun, plan: Plan, *, held: int) -> None:
    """Keep what a previewed proof stands for, and say what is different from the campaign's last run.

    Neither is worth failing for: where the journal cannot be had, that is said and nothing is kept.
    """
    try:
        with desk.journal() as journal:
            await show_news(desk, journal, new, plan, held=held)
            await show_who_had_the_same(desk, journal, new, plan)
            await journal.imprints.keep(plan.imprint)
    except JournalError as error:
        message = Sentence("the proof cannot be noted, so that what changes later cannot be said")
        show.print_problems(
            desk.console, [Problem(code="proof_not_kept", message=message, severity=Severity.WARNING)]
        )
        show.print_problems(desk.console, error.problems)


async def show_news(desk: Desk, journal: SqlJournal, new: NewRun, plan: Plan, *, held: int) -> None:
    """Say what is different from the last run of this campaign, where there is one.

    ``held`` people are in the file still, and left out for having had it.
    """
    # The plan itself may be in this journal, but has not begun.
    begun = [run for run in await journal.runs() if run.started_at and run.new.campaign == new.campaign]
    for last in begun:
        before = await journal.imprints.find(last.proof)
        if before is None or before.phones:  # of one in which all had had it there is nothing to compare
            break
    else:
        return
    if before is None or last.started_at is None:
        return
    since = Sentence("Compared with the last run, {run} of {time}:", run=last.id, time=moment(last.started_at))
    show.tell(desk.console, Text(f"\n{say(since)}", style="bold"))
    found = changes(before, plan.imprint)
    nothing = Sentence("nothing is different: the same messages to the same people")
    for sentence in [*_news(replace(found, gone=max(0, found.gone - held)))] or [nothing]:
        show.tell(desk.console, Text(f"  {say(sentence)}"))


async def show_who_had_the_same(desk: Desk, journal: SqlJournal, new: NewRun, plan: Plan) -> None:
    """Say how many people of a plan have had the very same message from a campaign of another name.

    A campaign is known by its name and its file's: who renames one means another, or has forgotten about it.
    """
    since = desk.clock.now() - ONCE_WITHIN
    for other in await journal.runs():
        another = other.started_at and not other.new.edits and not Whose.of(other.new).same_campaign(Whose.of(new))
        if not another or other.new.address not in {new.address, ""} or (other.ended_at or since) < since:
            continue
        before = await journal.imprints.find(other.proof)
        if before and (alike := alike_in(before, plan.imprint)):
            told = say_many(
                "{count} of these people is in run {run} of the campaign “{campaign}” with exactly this message:"
                " they get it a second time.",
                "{count} of these people are in run {run} of the campaign “{campaign}” with exactly this message:"
                " they get it a second time.",
                alike,
                count=count_of(alike),
                run=other.id,
                campaign=other.new.campaign,
            )
            show.tell(desk.console, Text(told, style="bold yellow"))


async def approve(desk: Desk, journal: SqlJournal, new: NewRun, plan: Plan, *, proof: str) -> None:
    """Refuse what is not what was approved, and say where that was approved without knowing the phone.

    Raises:
        ProofError: the plan has another proof.
    """
    await see_that_the_proof_holds(journal, new, plan, proof=proof)
    if written_proof(proof) == plan.proof:
        return
    unknown = Problem(
        code="phone_not_approved",
        message=Sentence("this was approved without knowing the sending phone: not all keys were known there"),
        advice=Sentence("A proof that `preview` prints where the keys are set covers them too."),
        severity=Severity.WARNING,
    )
    show.print_problems(desk.console, [unknown])


async def see_that_the_proof_holds(journal: SqlJournal, new: NewRun, plan: Plan, *, proof: str) -> None:
    """Refuse what is not what was approved, and say what has changed as far as it is known.

    Raises:
        ProofError: the plan has another proof.
    """
    theirs = written_proof(proof)
    if theirs in {plan.proof, plan.imprint.proof_without_keys}:
        return
    if theirs == what_of(theirs):
        raise ProofError(_half(theirs))
    before = await journal.imprints.find(theirs)
    known = Sentence("Look at `preview` again and approve what it shows. Nothing was sent.")
    unknown = Sentence(
        "What has changed can be said only where that proof was made: compare what `preview` shows here and"
        " there. Nothing was sent."
    )
    refusal = Problem(
        code="proof_changed",
        message=Sentence(
            "what would be sent has changed: its proof is {ours}, not {theirs}", ours=plan.proof, theirs=theirs
        ),
        advice=known if before else unknown,
    )
    raise ProofError(refusal, *(_problems(changes(before, plan.imprint), new) if before else ()))


def _half(theirs: str) -> Problem:
    message = Sentence("the proof {proof} does not say how it is sent: four letters are missing", proof=theirs)
    advice = Sentence(
        "Write it as `preview` prints it. What an earlier version printed must be approved again."
        " Nothing was sent."
    )
    return Problem(code="proof_incomplete", message=message, advice=advice)


def _problems(found: Changes, new: NewRun) -> Iterator[Problem]:
    for place in found.parts:
        message = Sentence("this is not as it was approved")
        file = SENDERS_FILE if place.startswith("senders.") else str(new.campaign_file)
        yield Problem(code="campaign_changed", file=file, column=place, message=message)
    if added := found.added.count:
        message = Sentence("people who were not there: {count}", count=count_of(added))
        yield _of_rows("people_added", found.added, message, new)
    if changed := found.changed.count:
        message = Sentence("people whose message or sender was another one: {count}", count=count_of(changed))
        yield _of_rows("messages_changed", found.changed, message, new)
    if found.gone:
        message = Sentence("people who were there and are gone: {count}", count=count_of(found.gone))
        yield Problem(code="people_gone", file=new.source, message=message)


def _of_rows(code: str, among: Among, message: Sentence, new: NewRun) -> Problem:
    return Problem(code=code, file=new.source, rows=among.rows, count=among.count, message=message)


def _news(found: Changes) -> Iterator[Sentence]:
    yield from (Sentence("{place} has changed", place=place) for place in found.parts)
    if found.added.count:
        yield Sentence("new people: {count}", count=count_of(found.added.count))
    if found.gone:
        yield Sentence("people who are gone: {count}", count=count_of(found.gone))
    if found.changed.count:
        yield Sentence("people who would get another message: {count}", count=count_of(found.changed.count))
