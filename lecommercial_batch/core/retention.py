"""How long personal data is kept: what a purge takes out of a journal, and what it leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from lecommercial_batch.core.model import Run, RunState

#: The states of runs that are over: only their people are forgotten.
OVER: Final = frozenset({RunState.ENDED, RunState.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Old:
    """What of a journal is older than it is to be."""

    runs: Sequence[Run]  #: over since then, their people still in the journal
    unfinished: Sequence[Run]  #: begun or planned before then, and neither ended nor given up on
    tests: int  #: test sends


class Retention(Protocol):
    """The personal data of a journal. Opt-outs are none of it: they are what must be remembered."""

    async def old(self, *, before: datetime) -> Old:
        """Return what a purge would take."""
        ...

    async def purge(self, old: Old, *, before: datetime) -> int:
        """Forget the people of these runs, all test sends and imprints of that time; return how many rows it was.

        A run's counts stay, and when it was, what it was called and how it ended. Cut short, it can be done again.
        """
        ...

    async def shrink(self) -> None:
        """Have the database let go of the bytes of what was deleted."""
        ...
