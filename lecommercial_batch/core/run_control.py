"""What an operator asks of a run from outside, and what happened to each of its messages."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from lecommercial_batch.core.model import Phone, Reason, RunState, Status
from lecommercial_batch.core.sentence import Sentence

#: The states of runs that nobody sends at the moment, and that can be gone on with.
AT_REST: Final = frozenset({RunState.PLANNED, RunState.STOPPED, RunState.PAUSED})


class Wish(StrEnum):
    """What whoever sends a run is asked to do; it holds until somebody asks for the contrary."""

    PAUSE = "pause"  #: send nothing new, to go on later
    CANCEL = "cancel"  #: send nothing new, and give up on the rest


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One change of a message's status."""

    row: int
    at: datetime
    status: Status  #: the new one
    attempts: int  #: so far, this one included
    reason: str
    detail: str  #: the API's own words


def state_at_rest(*, wish: Wish | None, left: bool, given_up: bool) -> RunState:
    """Return how a run stands that nobody sends any more, by what was asked and what became of its messages."""
    if wish is Wish.CANCEL or (given_up and not left):
        return RunState.CANCELLED
    if not left:
        return RunState.ENDED
    return RunState.PAUSED if wish is Wish.PAUSE else RunState.STOPPED


class Control(Protocol):
    """The journal, as an operator at another terminal uses it."""

    async def ask(self, run: str, wish: Wish) -> RunState:
        """Leave a wish to whoever sends the run, and return how it stands then; all of it in one transaction.

        A run that nobody sends stands at once as it was asked to. One that is over, or was never planned to its
        end, is left alone. Of one that is being sent, or was when its program ended, only the wish is noted:
        nobody starts it from then on, and ``conclude`` says how it stands.
        """
        ...

    async def wish(self, run: str) -> Wish | None:
        """Return what was asked of the run, and not taken back."""
        ...

    async def lift(self, run: str) -> None:
        """Forget the wish, on an operator's word: a run that was paused can be started again."""
        ...

    async def conclude(self, run: str) -> RunState:
        """Note and return how a run stands that nobody sends any more, given up on where that was asked.

        Decided in one transaction with what is left of it. A run of which something was given up on, and nothing
        is left, is cancelled, whatever came later. One that is over already stays as it is.
        """
        ...

    async def cancel(self, run: str) -> int:
        """Give up on what is still pending, and return how many that were."""
        ...

    async def lanes(self, run: str, statuses: Collection[Status]) -> Sequence[str]:
        """Return the lanes that have messages with one of these statuses."""
        ...

    async def reject(self, run: str, refusing: Callable[[Phone], tuple[Reason, Sentence] | None]) -> int:
        """Turn pending messages into rejections, those whose number there is a reason for; return how many."""
        ...

    async def retry(self, run: str, statuses: Collection[Status]) -> int:
        """Make messages that failed, or are unknown, pending again; their attempts are counted on."""
        ...

    async def followed_by(self, run: str) -> Sequence[str]:
        """Return the runs that put its results into lists, newest first."""
        ...

    async def confirm(self, run: str, rows: Collection[int]) -> None:
        """Make those of these rows that are unknown accepted: what they asked for was seen to be done."""
        ...

    async def history(self, run: str, phone: Phone) -> Sequence[Event]:
        """Return every change of the messages to this number, oldest first; empty where there was none."""
        ...
