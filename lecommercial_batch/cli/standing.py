"""What a verb cannot do with a run as it stands."""

from lecommercial_batch.core.errors import InputError, Problem
from lecommercial_batch.core.model import Run, RunState
from lecommercial_batch.core.retention import OVER
from lecommercial_batch.core.run_control import Wish
from lecommercial_batch.core.sentence import Sentence


def see_that_it_is_not_paused(run: Run, wish: Wish | None) -> None:
    """Refuse to try some of a paused run again: what waits in it would be sent, too.

    Raises:
        InputError: it is paused, or was asked to be.
    """
    if run.state is RunState.PAUSED or (wish is Wish.PAUSE and run.state not in OVER):
        message = Sentence("run {run} is paused, and what waits in it would be sent, too", run=run.id)
        advice = Sentence("Go on with it first: lecommercial-batch resume {run}. Then try again.", run=run.id)
        raise InputError(Problem(code="paused", message=message, advice=advice))
