"""The few Protocols between the way of a row and the world."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from lecommercial_batch.core.ledger import Ledger
from lecommercial_batch.core.model import (
    Answer,
    Claimed,
    Content,
    Counts,
    Message,
    NewRun,
    Phone,
    Rejection,
    ReportRow,
    Result,
    Row,
    Run,
    RunState,
    Turn,
)
from lecommercial_batch.core.optouts import Optouts
from lecommercial_batch.core.retention import Retention
from lecommercial_batch.core.run_control import Control


class Clock(Protocol):
    """The time of day, as an argument: tests bring their own."""

    def now(self) -> datetime:
        """Return the time, aware of its zone."""
        ...


class Source(Protocol):
    """A contact file, or anything that reads like one."""

    @property
    def name(self) -> str:
        """What to call it in messages to a person: the file's path as written."""
        ...

    @property
    def columns(self) -> tuple[str, ...]:
        """The column names as they stand in the header."""
        ...

    def batches(self) -> Iterator[Sequence[Row]]:
        """Yield all rows in order, in batches, blank lines left out; can be called again.

        Raises:
            ContactsError: the file is damaged from some row on.
        """
        ...


@runtime_checkable
class Sheeted(Protocol):
    """A contact file of which one sheet is read, out of several or as the only one."""

    sheet: str  #: the one that is read; empty where there are none
    other_sheets: tuple[str, ...]


@runtime_checkable
class Spreadsheet(Protocol):
    """A contact file that knows what whoever looked at it in a spreadsheet did not see."""

    hidden_columns: Collection[str]  #: by their names
    uncomputed: int  #: cells with a formula and no value


class Gateway(Protocol):
    """Whatever takes a message to the API."""

    async def send(self, phone: Phone, content: Content, *, left: Callable[[], None]) -> Answer:
        """Make one `create-message` call. Never raises: whatever happens is an answer.

        ``left`` is called as the request begins to be written, so that the pace knows when it really left.
        """
        ...


class Journal(Protocol):
    """The record of runs. Every write is on disk when its call returns.

    Any method raises JournalError when the database cannot do what was asked.
    """

    @property
    def control(self) -> Control:
        """Return what an operator at another terminal uses."""
        ...

    @property
    def optouts(self) -> Optouts:
        """Return who may not be written to."""
        ...

    @property
    def ledger(self) -> Ledger:
        """Return what people have had, as a new plan looks back at it."""
        ...

    @property
    def retention(self) -> Retention:
        """Return how long people's data is kept."""
        ...

    async def begin_run(self, new: NewRun) -> str:
        """Open a run for planning and return its id."""
        ...

    async def add(self, run: str, planned: Sequence[Message | Rejection]) -> None:
        """Write rows of a run being planned, each row once."""
        ...

    async def freeze(self, run: str, *, proof: str) -> None:
        """Close the planning: from here on the run can be sent, and its content does not change.

        Raises RunNotFoundError where the run was forgotten meanwhile.
        """
        ...

    async def discard(self, run: str) -> bool:
        """Forget a run that nobody has taken in hand; one that has begun, here or elsewhere, stays: False."""
        ...

    async def find(self, run: str) -> Run:
        """Return a run. Raises RunNotFoundError."""
        ...

    async def runs(self) -> Sequence[Run]:
        """Return all runs that were frozen, newest first, without test sends and what came of others."""
        ...

    async def counts(self, run: str) -> Counts:
        """Count the rows of a run by what became of them."""
        ...

    async def lanes(self, run: str) -> Sequence[str]:
        """Return the lanes in which the run has messages left to send."""
        ...

    async def start(self, run: str) -> str | None:
        """Take a run in hand to send it, unless something is in the way; return the run that is.

        It is the run itself where an operator has paused it or given it up: only `Control.lift` changes that.

        Of runs that send exactly the same only one is started at a time, and none that was planned before another
        one was started: whoever approved it did not know of that.

        Raises:
            UnfinishedPlanError: its planning did not come to its end.
        """
        ...

    async def move(self, run: str, state: RunState) -> None:
        """Note that the run now stands so, and when; RUNNING clears its halts."""
        ...

    async def halt(self, run: str, *, lane: str, reason: str) -> None:
        """Note that the lane was halted for this run, and why."""
        ...

    async def begin_turn(self, lane: str) -> Turn:
        """Take the lane: raise its token and turn claims of older tokens into unknown, atomically.

        What waits for its time in it waits no more: the time was told by the clock of an earlier turn, which may
        have been put back since, and the API says again what it wants.
        """
        ...

    async def claim(self, turn: Turn, run: str, *, limit: int, at: datetime, zone: str = "") -> Sequence[Claimed]:
        """Mark up to `limit` due messages of a zone as sending and return them, oldest due first.

        Nothing is claimed under a token that is no longer the lane's. Messages to people who have opted out since
        the plan was made, or whom another run has written to meanwhile so that this one would be one too many for
        the run's guards, are not claimed: they become rejections. Where thousands do at once, fewer than `limit`
        may be returned, or none, although some are due.
        """
        ...

    async def next_due(self, run: str, *, lane: str, zone: str = "") -> datetime | None:
        """Return when the lane's next pending message of this run and zone is due, or None when there is none."""
        ...

    async def zones(self, run: str, *, lane: str) -> Sequence[str]:
        """Return the zones of the lane's pending messages of this run, and the empty one."""
        ...

    async def waiting(self, run: str) -> Mapping[str, int]:
        """Count the pending messages of this run by zone."""
        ...

    async def record(self, turn: Turn, results: Sequence[Result]) -> None:
        """Write what messages claimed in this turn came to.

        A message claimed again since then is left alone; one that became unknown meanwhile is known now.
        """
        ...

    async def release(self, turn: Turn, claimed: Sequence[Claimed]) -> None:
        """Give back messages that were claimed in this turn but never handed to the gateway."""
        ...

    def rows(self, run: str) -> Iterator[ReportRow]:
        """Yield all rows of a run in the order of the file, without holding them in memory."""
        ...
