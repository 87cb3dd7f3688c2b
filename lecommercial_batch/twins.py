"""Two runs that would send the same: whoever plans again where `resume` was meant would write to people twice."""

from lecommercial_batch.errors import InputError, Problem
from lecommercial_batch.imprint import what_of
from lecommercial_batch.model import Run
from lecommercial_batch.ports import Journal
from lecommercial_batch.sentence import Sentence


async def see_that_it_is_not_under_way(journal: Journal, run_id: str, proof: str) -> list[Run]:
    """Return the finished runs that have sent exactly this, newest first.

    Raises:
        InputError: an unfinished run has begun to send it.
    """
    sent = []
    for run in await journal.runs():
        if run.id == run_id or what_of(run.proof) != what_of(proof) or run.started_at is None:
            continue
        if await journal.lanes(run.id):
            raise InputError(_under_way(run.id))
        sent.append(run)
    return sent


async def start(journal: Journal, run: Run) -> Run:
    """Take a run in hand: from here on nobody starts another one that sends the same.

    Raises:
        InputError: somebody did, since it was planned.
    """
    twin = await journal.start(run.id)
    if twin is None:
        return await journal.find(run.id)
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
        message=Sentence("run {run} has begun to send exactly this, and is not finished", run=run),
        advice=Sentence("Go on with it: lecommercial-batch resume {run}. Nothing was sent.", run=run),
    )
