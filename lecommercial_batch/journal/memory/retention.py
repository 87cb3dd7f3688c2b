"""How long a journal in memory keeps people's data. It keeps the promises of `core.retention.Retention`."""

from collections.abc import Awaitable, Callable, MutableMapping
from datetime import datetime
from typing import Any

from lecommercial_batch.core.model import Counts, Run, RunState
from lecommercial_batch.core.retention import OVER, Old


class MemoryRetention:
    """Empties the dictionaries of a journal, and keeps the counts."""

    def __init__(
        self,
        runs: MutableMapping[str, Run],
        *,
        kept: MutableMapping[str, Counts],
        count: Callable[[str], Awaitable[Counts]],
        personal: tuple[MutableMapping[str, Any], ...],
    ) -> None:
        self._runs = runs
        self._kept = kept
        self._count = count
        self._personal = personal

    async def old(self, *, before: datetime) -> Old:
        runs = [run for run in self._runs.values() if not run.new.test]
        ended = [run for run in runs if run.state in OVER and run.ended_at and run.ended_at < before]
        unfinished = [
            run
            for run in runs
            if run.state not in {*OVER, RunState.PLANNING} and (run.started_at or run.created_at) < before
        ]
        return Old(
            runs=[run for run in ended if run.id not in self._kept],
            unfinished=unfinished,
            tests=len(self._tests(before)),
        )

    async def purge(self, old: Old, *, before: datetime) -> int:
        rows = 0
        now = {run.id for run in (await self.old(before=before)).runs}  # some may have been gone on with
        purged = [run for run in old.runs if run.id in now]
        for run in purged:
            self._kept[run.id] = counts = await self._count(run.id)
            rows += counts.rows
        for name in [*(run.id for run in purged), *self._tests(before)]:
            for each in self._personal:
                each[name].clear()
        for name in self._tests(before):
            del self._runs[name]
        return rows

    async def shrink(self) -> None:
        """Do nothing: what was cleared is gone."""

    def _tests(self, before: datetime) -> list[str]:
        return [
            run.id
            for run in self._runs.values()
            if run.new.test and run.created_at < before and run.state is not RunState.RUNNING
        ]
