"""All rows of a campaign gone their way into the journal, and frozen there. No network, and nothing is sent."""

import asyncio
import gc
import heapq
import sys
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import islice
from operator import itemgetter
from typing import Final, Protocol, Self

from lecommercial_batch.core.beside_loop import beside
from lecommercial_batch.core.model import Message, NewRun, Rejection
from lecommercial_batch.core.ports import Journal
from lecommercial_batch.planning.fingerprint import Imprint
from lecommercial_batch.planning.manner import Manner

CHUNK: Final = 4000  #: rows written to the journal at a time
_CELLS: Final = 2_000_000  #: of the rows of a chunk, where they are wide
_COLLECTED: Final = 100_000  #: objects made before cycles are looked for; Python's own figure is 700
_SWITCHED: Final = 0.0002  #: seconds until a thread that waits is let on
_BESIDE: Final = 2  #: messages that are shown anyway: the first and the longest
LONGEST: Final = 4  #: longest messages kept to show
REJECTED_EXAMPLES: Final = 3  #: rejections of each reason kept to show


@dataclass(slots=True, kw_only=True)
class Examples:
    """A few messages and rejections to show, kept while a plan goes by."""

    most: int  #: messages picked at random
    first: list[Message] = field(default_factory=list)  #: one, where there is any
    longest: list[Message] = field(default_factory=list)
    rejected: dict[str, list[Rejection]] = field(default_factory=dict)
    variants: int = 0  #: how many there are
    of_variants: dict[str, Message] = field(default_factory=dict)  #: the first of each
    _drawn: list[tuple[int, Message]] = field(default_factory=list)  #: those with the lowest digests

    def see(
        self, planned: Sequence[Message | Rejection], messages: Sequence[Message], digests: Sequence[int]
    ) -> None:
        """Look at rows, and at the messages among them with their digests."""
        if len(self.of_variants) < self.variants:
            self.of_variants = {each.variant: each for each in reversed(messages)} | self.of_variants
        self.first += messages[: 1 - len(self.first)]
        drawn = [*self._drawn, *zip(digests, messages, strict=True)]
        self._drawn = heapq.nsmallest(self.most + _BESIDE, drawn, key=itemgetter(0))
        short = len(self.longest[-1].content.text) if len(self.longest) == LONGEST else -1
        longer = [each for each in messages if len(each.content.text) > short]
        self.longest = heapq.nlargest(LONGEST, self.longest + longer, key=lambda each: len(each.content.text))
        for each in planned:
            if isinstance(each, Rejection):
                kept = self.rejected.setdefault(each.reason, [])
                kept += [each] if len(kept) < REJECTED_EXAMPLES else []

    def picked(self, *, beside: Collection[Message]) -> Sequence[Message]:
        """Return messages picked at random, in the order of the file; the same ones as long as they are the same.

        What they are picked by is what the proof is made of: who looks again is shown the same people.
        """
        found = [message for _, message in self._drawn if message not in beside][: self.most]
        return sorted(found, key=lambda message: message.row.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A frozen plan: everything that would be sent is in the journal under this run."""

    run: str
    proof: str
    examples: Examples
    imprint: Imprint


class Planned(Protocol):
    """Rows on their way into a journal: a campaign's, or the changes that a list needs."""

    @property
    def new_run(self) -> NewRun: ...
    @property
    def parts(self) -> Mapping[str, str]:
        """Return what the campaign file says of what is sent, by its place there."""
        ...

    @property
    def manner(self) -> Manner:
        """Return how it would be sent."""
        ...

    def rows(self) -> Iterator[Message | Rejection]:
        """Yield one message or rejection for each row, in the order of the file."""
        ...


async def make_plan(way: Planned, journal: Journal, *, examples: int = 3) -> Plan:
    """Plan a campaign over its contacts, into the journal, and freeze it.

    The proof is a hash over everything that would be sent, in whatever order, and how; it does not depend on
    when or where the plan is made, but for keys that are not known there. A plan that fails leaves nothing in the
    journal.

    Raises:
        ContactsError: the file is damaged from some row on.
        JournalError: the database cannot be written.
    """
    run = await journal.begin_run(way.new_run)
    kept = Examples(most=examples, variants=len(way.new_run.variants))
    imprint = Imprint(parts=way.parts, manner=way.manner)
    try:
        async with _Adding(journal, run) as adding, _tuned():
            chunks = _chunks(way.rows(), width=len(way.new_run.columns))
            while chunk := await beside(next, chunks, None):
                messages = [each for each in chunk if isinstance(each, Message)]
                imprint.add(messages)
                kept.see(chunk, messages, imprint.digests[len(imprint.digests) - len(messages) :])
                await adding.add(chunk)
        proof = imprint.proof
        await journal.freeze(run, proof=proof)
    except BaseException:
        await journal.discard(run)
        raise
    return Plan(run=run, proof=proof, examples=kept, imprint=imprint)


class _Adding:
    """Has one chunk written while the next is made. Left when all of it is written, or failed to be."""

    def __init__(self, journal: Journal, run: str) -> None:
        self._journal = journal
        self._run = run
        self._writing: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._writing is not None:
            await self._writing

    async def add(self, chunk: Sequence[Message | Rejection]) -> None:
        """Hand over a chunk, as soon as the one before is written."""
        if self._writing is not None:
            await self._writing
        self._writing = asyncio.create_task(self._journal.add(self._run, chunk))
        await asyncio.sleep(0)  # for the task to begin before this thread is busy again


@asynccontextmanager
async def _tuned() -> AsyncIterator[None]:
    """Set the interpreter for a long calculation beside a thread that writes.

    Reference cycles are looked for rarely: rows have none, and looking for them costs a third. And the thread that
    comes back from the database is let on soon: at Python's 5 ms it would mostly wait for its turn.
    """
    if not _before:
        _before.append((gc.get_threshold(), sys.getswitchinterval()))
    _before.append(_before[0])
    threshold, interval = _before[0]
    gc.set_threshold(_COLLECTED, *threshold[1:])
    sys.setswitchinterval(_SWITCHED)
    try:
        yield
    finally:
        _before.pop()
        if len(_before) == 1:  # plans that are made side by side: the last one sets it back
            _before.clear()
            gc.set_threshold(*threshold)
            sys.setswitchinterval(interval)


#: How the interpreter was set, once, and once more for each plan that is being made.
_before: Final[list[tuple[tuple[int, int, int], float]]] = []


def _chunks(planned: Iterator[Message | Rejection], *, width: int) -> Iterator[list[Message | Rejection]]:
    size = max(1, min(CHUNK, _CELLS // max(1, width)))
    while chunk := list(islice(planned, size)):
        yield chunk
