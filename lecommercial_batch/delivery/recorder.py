"""Writes down what became of messages, in one group for each flush of the disk."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from lecommercial_batch.core.errors import JournalBusyError
from lecommercial_batch.core.model import Claimed, Result, Turn
from lecommercial_batch.core.ports import Journal
from lecommercial_batch.delivery.persistence import Persistence
from lecommercial_batch.delivery.wakeup import Bell

T = TypeVar("T")

_log: Final = logging.getLogger("lecommercial_batch.delivery.drain")


class Recorder:
    """Takes in results, and messages that never left, and writes them as they come.

    Where a group cannot be written its members are written one by one, so that one that no journal takes does not
    cost what is known of the others. ``on_lost`` hears of what could not be written all the same.
    """

    def __init__(
        self,
        turn: Turn,
        *,
        journal: Journal,
        writes: Persistence,
        on_written: Callable[[], None],
        on_lost: Callable[[Exception], None],
    ) -> None:
        self._turn = turn
        self._journal = journal
        self._writes = writes
        self._on_written = on_written
        self._on_lost = on_lost
        self._results: list[Result] = []
        self._returned: list[Claimed] = []
        self._bell = Bell()
        self._closed = False
        self.left = 0  #: that is not on disk yet

    def record(self, result: Result) -> None:
        """Take in what a message came to."""
        self._results.append(result)
        self.left += 1
        self._bell.ring()

    def give_back(self, claimed: Sequence[Claimed]) -> None:
        """Take in what was claimed but never called."""
        self._returned += claimed
        self.left += len(claimed)
        self._bell.ring()

    def close(self) -> None:
        """Say that nothing more comes: ``run`` returns when the rest is written."""
        self._closed = True
        self._bell.ring()

    async def run(self) -> None:
        """Write until closed. Never raises for what cannot be written."""
        while self.left or not self._closed:
            if not self.left:
                await self._bell.wait(None)
                continue
            results, self._results = self._results, []
            returned, self._returned = self._returned, []
            await self._write(results, self._record, instead=_without_detail)
            await self._write(returned, self._release)
            self.left -= len(results) + len(returned)
            self._on_written()

    async def _record(self, results: Sequence[Result]) -> None:
        await self._journal.record(self._turn, results)

    async def _release(self, returned: Sequence[Claimed]) -> None:
        await self._journal.release(self._turn, returned)

    async def _write(
        self,
        group: Sequence[T],
        write: Callable[[Sequence[T]], Awaitable[None]],
        instead: Callable[[T], Sequence[T]] = lambda _: (),
    ) -> None:
        if not group:
            return
        try:
            await self._writes.write(lambda: write(group))
        except JournalBusyError as error:
            self._on_lost(error)
        except Exception as error:  # noqa: BLE001 - whatever it was: what is known of the others must not be lost
            rest = group if len(group) > 1 else instead(group[0])
            for each in rest:
                await self._write([each], write, instead)
            if not rest:
                self._on_lost(error)


def _without_detail(result: Result) -> Sequence[Result]:
    """Return a result that no journal takes without what the server said: all else in it is ours."""
    if not result.detail:
        return ()
    _log.error("unwritable_detail run=%s row=%s", result.run, result.row)
    return (replace(result, detail=""),)
