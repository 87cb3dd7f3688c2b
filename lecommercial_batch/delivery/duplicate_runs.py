"""Two runs that would send the same: whoever plans again where `resume` was meant would write to people twice."""

from lecommercial_batch.core.errors import InputError, Problem
from lecommercial_batch.core.ledger import Whose
from lecommercial_batch.core.model import Run, RunState
from lecommercial_batch.core.ports import Journal
from lecommercial_batch.core.proof import what_of
from lecommercial_batch.core.sentence import Sentence


async def require_not_under_way(journal: Journal, run: Run) -> list[Run]:
    """Return the finished runs that have sent exactly what this plan would, newest first.

    Raises:
        InputError: an unfinished run has begun to send it, or all that this campaign has to send.
    """
    new, sent = run.new, []
    empty = not await journal.lanes(run.id)
    instead = not new.edits and (empty or new.options.guards.once_within is None)
    for other in await journal.runs():
        if other.id == run.id or other.started_at is None or other.new.address not in {new.address, ""}:
            continue
        exactly = what_of(other.proof) == what_of(run.proof) and not empty
        own = instead and Whose.of(other.new).same_campaign(Whose.of(new))
        if (exactly or own) and not new.options.guards.again and await journal.lanes(other.id):
            raise InputError(_under_way(other.id))
        sent += [other] if exactly else []
    return sent


async def start(journal: Journal, run: Run) -> Run:
    """Take a run in hand: from here on nobody starts another one that sends the same.

    Raises:
        InputError: somebody did, since it was planned; or an operator has paused this one or given it up.
    """
    twin = await journal.start(run.id)
    if twin is None:
        return await journal.find(run.id)
    if twin == run.id:
        raise InputError(_set_aside(await journal.find(run.id)))
    if await journal.lanes(twin):
        raise InputError(_under_way(twin))
    problem = Problem(
        code="already_sent",
        message=Sentence("run {run} has sent exactly this meanwhile", run=twin),
        advice=Sentence("Nothing was sent. If people are to get it once more, start anew."),
    )
    raise InputError(problem)


def _under_way(run: str) -> Problem:
    return Problem(
        code="already_under_way",
        message=Sentence("run {run} has begun to send this campaign, and is not finished", run=run),
        advice=Sentence(
            "Go on with it: lecommercial-batch resume {run}. Or give up on what is left of it, and start anew:"
            " lecommercial-batch cancel {run}. Nothing was sent.",
            run=run,
        ),
    )


def _set_aside(run: Run) -> Problem:
    if run.state is RunState.CANCELLED:
        message = Sentence("run {run} was given up on: nothing of it is sent any more", run=run.id)
        advice = Sentence("To send it after all, start anew: `lecommercial-batch send` with its campaign.")
    else:
        message = Sentence("run {run} is paused, as an operator asked", run=run.id)
        advice = Sentence("Go on with it: lecommercial-batch resume {run}.", run=run.id)
    return Problem(code="set_aside", message=message, advice=advice)
