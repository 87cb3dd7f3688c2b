"""What must hold before a run is sent, whichever door it is sent through."""

from lecommercial_batch.core.errors import InputError, Problem, unfinished_plan
from lecommercial_batch.core.model import Run, RunState
from lecommercial_batch.core.sentence import Sentence


def require_planned(run: Run) -> None:
    """Refuse to send a run that was never planned to its end.

    Raises:
        UnfinishedPlanError: its planning was cut short, or still goes on.
    """
    if run.state is RunState.PLANNING:
        raise unfinished_plan(run.id)


def require_address(run: Run, address: str) -> None:
    """Refuse to send elsewhere what was planned for one address: a rehearsal is no campaign, nor the reverse.

    Raises:
        InputError: the settings name another one now.
    """
    if run.new.address in {address, ""}:
        return
    problem = Problem(
        code="other_address",
        column="LECOMMERCIAL_BASE_URL",
        message=Sentence(
            "run {run} was planned for {planned}, and the settings say {address} now",
            run=run.id,
            planned=run.new.address,
            address=address,
        ),
        advice=Sentence("Put LECOMMERCIAL_BASE_URL back, or plan the campaign anew. Nothing was sent."),
    )
    raise InputError(problem)
