"""What the runs of a journal in memory have sent. It keeps the promises of `core.ledger.Ledger`."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Protocol

from lecommercial_batch.core.ledger import Had, Of, Whose
from lecommercial_batch.core.model import Message, Phone, Run, Status
from lecommercial_batch.planning.screening.frequency_cap import had_as

_HAD = (Status.ACCEPTED, Status.UNKNOWN, Status.SENDING)


class Entry(Protocol):
    """A message as the journal keeps it."""

    message: Message
    status: Status
    attempts: int
    reason: str
    detail: str
    answered_at: datetime | None
    in_doubt: bool


def is_had(entry: Entry) -> bool:
    """Tell whether a person may have had a message."""
    return entry.status in _HAD or entry.in_doubt


class MemoryLedger:
    """Looks back over the dictionaries of a journal."""

    def __init__(self, runs: Mapping[str, Run], entries: Callable[[str], Iterator[Entry]]) -> None:
        self._runs = runs
        self._entries = entries

    def phones(self, address: str, *, since: datetime) -> Iterator[Phone]:
        return (phone for phone, _content, _run in self.messages(address, since=since))

    def messages(self, address: str, *, since: datetime) -> Iterator[Had]:
        for run, entry in self._had(self._touched(since), address, since):
            yield entry.message.phone, entry.message.content, run.id

    def campaign(self, whose: Whose, *, since: datetime) -> Iterator[Of]:
        own = (run for run in self._touched(since) if Whose.of(run.new).same_campaign(whose))
        for run, entry in self._had(own, whose.address, since):
            yield entry.message.phone, run.id, had_as(entry.status)

    def runs(self, whose: Whose) -> Collection[str]:
        return [run.id for run in self._runs.values() if Whose.of(run.new).same_campaign(whose)]

    def _had(self, runs: Iterable[Run], address: str, since: datetime) -> Iterator[tuple[Run, Entry]]:
        for run in reversed(list(runs)):
            if run.new.test or run.new.edits or run.new.address not in {address, ""}:
                continue
            for each in self._entries(run.id):
                waits = each.status is Status.PENDING
                if waits or (is_had(each) and _then(each, run, since) >= since):
                    yield run, each

    async def calls(self, lane: str, *, since: datetime) -> int:
        return sum(
            each.message.sender == lane
            and each.status in {*_HAD, Status.FAILED}
            and _then(each, run, since) >= since
            for run in self._touched(since)
            for each in self._entries(run.id)
        )

    def _touched(self, since: datetime) -> Iterator[Run]:
        for run in self._runs.values():
            if run.started_at is not None and (run.ended_at is None or run.ended_at >= since):
                yield run


def _then(entry: Entry, run: Run, since: datetime) -> datetime:
    return entry.answered_at or run.ended_at or since
