"""What may be claimed from a lane now, and what comes later."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Final

from lecommercial_batch.core.clock import SteadyClock
from lecommercial_batch.core.errors import JournalBusyError
from lecommercial_batch.core.model import Claimed, Turn
from lecommercial_batch.core.ports import Journal
from lecommercial_batch.delivery.persistence import Persistence
from lecommercial_batch.delivery.send_windows import Openings

#: Seconds before its call that a message is claimed, at least: what the disk usually needs.
SHORTEST_LEAD: Final = 0.05
LONGEST_LEAD: Final = 0.5
_TRIED: Final = 3  #: times in a row: what fails may be something else that is written in one go with it


class Claims:
    """The claims of one turn of a lane for one run: of messages that are due, to people who may be written to."""

    def __init__(
        self,
        turn: Turn,
        run: str,
        *,
        journal: Journal,
        writes: Persistence,
        openings: Openings,
        clock: SteadyClock,
    ) -> None:
        self._turn = turn
        self._run = run
        self._journal = journal
        self._writes = writes
        self._openings = openings
        self._clock = clock
        self._zones: Sequence[str] = ("",)
        self.lead = SHORTEST_LEAD  #: seconds before its call that a message is to be claimed

    async def begin(self) -> None:
        """Find out in which zones there is something to send."""
        self._zones = await self._journal.zones(self._run, lane=self._turn.lane)

    async def take(self, limit: int, *, unless: asyncio.Event) -> Sequence[Claimed]:
        """Claim up to so many, those to people who soon may not be written to first.

        Nothing where the journal is busy until ``unless`` is set.
        """
        for _ in range(_TRIED - 1):
            with suppress(Exception):
                return await self._try(limit, unless)
        return await self._try(limit, unless)

    async def _try(self, limit: int, unless: asyncio.Event) -> Sequence[Claimed]:
        try:
            return await self._writes.write(partial(self._take_all, limit), unless=unless)
        except JournalBusyError:
            if unless.is_set():
                return ()
            raise

    async def _take_all(self, limit: int) -> Sequence[Claimed]:
        taken: list[Claimed] = []
        for zone in self._openings.open(self._zones):
            if len(taken) < limit:
                try:
                    taken += await self._take(zone, limit - len(taken))
                except Exception:
                    if not taken:
                        raise
                    break  # those of the other zones are ours, and would be left as if they were on their way
        return taken

    async def _take(self, zone: str, limit: int) -> Sequence[Claimed]:
        begun, now = _now(), self._clock.now()
        claimed = await self._journal.claim(self._turn, self._run, limit=limit, at=now, zone=zone)
        # Rises at once with a slow disk and comes back slowly: a late claim is a call that leaves late.
        self.lead = min(LONGEST_LEAD, max(SHORTEST_LEAD, 1.5 * (_now() - begun), 0.99 * self.lead))
        return claimed

    async def next_in(self) -> tuple[float, float] | None:
        """Return the seconds until the next message may go, and how many of them its reader's hours make it wait.

        None where nothing is left.
        """
        found = []
        for zone in self._zones:
            due = await self._journal.next_due(self._run, lane=self._turn.lane, zone=zone)
            if due is not None:
                opens_in = self._openings.opens_in(zone)
                found.append((max(0.0, opens_in, (due - self._clock.now()).total_seconds()), opens_in))
        return min(found, default=None)


def _now() -> float:
    return asyncio.get_running_loop().time()
