"""Two runs that would send the same: whoever plans again where `resume` was meant would write to people twice."""

from lecommercial_batch.errors import InputError, Problem
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
        if run.id == run_id or run.proof != proof or run.started_at is None:
            continue
        if await journal.lanes(run.id):
            problem = Problem(
                code="already_under_way",
                message=Sentence("run {run} has begun to send exactly this, and is not finished", run=run.id),
                advice=Sentence("Go on with it: lecommercial-batch resume {run}. Nothing was sent.", run=run.id),
            )
            raise InputError(problem)
        sent.append(run)
    return sent
