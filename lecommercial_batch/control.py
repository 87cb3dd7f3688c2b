"""What an operator asks of a run from outside, and what happened to each of its messages."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from lecommercial_batch.model import Phone, Reason, Status
from lecommercial_batch.sentence import Sentence


class Wish(StrEnum):
    """What whoever sends a run is asked to do; a new start of the run forgets it."""

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


class Control(Protocol):
    """The journal, as an operator at another terminal uses it."""

    async def ask(self, run: str, wish: Wish) -> None:
        """Leave a wish to whoever sends the run."""
        ...

    async def wish(self, run: str) -> Wish | None:
        """Return what was asked since the run was last started."""
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
