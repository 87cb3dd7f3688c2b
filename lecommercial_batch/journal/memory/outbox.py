"""To whom a journal in memory may have sent, by person: what a claim asks before it is made."""

from collections.abc import Callable, Mapping
from datetime import datetime

from lecommercial_batch.core.ledger import Earlier, Whose
from lecommercial_batch.core.model import Phone, Reason, Run
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.journal.memory.ledger import Entry, is_had
from lecommercial_batch.planning.screening.frequency_cap import had_as, one_too_many


class MemoryOutbox:
    """Claims by the number they went to. Whether one counts is for its entry to say, by its status."""

    def __init__(
        self,
        runs: Mapping[str, Run],
        entry: Callable[[str, int], Entry | None],
        begun: Callable[[str, str], bool],
    ) -> None:
        self._runs = runs
        self._entry = entry
        self._begun = begun
        self._claims: dict[Phone, dict[tuple[str, int], datetime]] = {}

    def note(self, run: Run, row: int, phone: Phone, at: datetime) -> None:
        """Write down that this may have left."""
        if not (run.new.test or run.new.edits):
            self._claims.setdefault(phone, {})[run.id, row] = at

    def forbids(self, run: Run, entry: Entry, now: datetime) -> tuple[Reason, Sentence] | None:
        """Say why this message is one too many now, or None."""
        if run.new.test or run.new.edits:
            return None
        claims = self._claims.get(entry.message.phone, {})
        earlier = [
            found
            for (name, row), at in claims.items()
            if name != run.id and (found := self._earlier(run, entry, name, row, at))
        ]
        return one_too_many(run.new.options.guards, earlier[::-1], now=now)

    def _earlier(self, run: Run, entry: Entry, name: str, row: int, at: datetime) -> Earlier | None:
        found, other = self._entry(name, row), self._runs.get(name)
        if found is None or other is None or not is_had(found):
            return None
        if other.new.address not in {run.new.address, ""}:
            return None
        return Earlier(
            run=name,
            at=at,
            status=had_as(found.status),
            own=Whose.of(other.new).same_campaign(Whose.of(run.new)),
            same=found.message.content == entry.message.content,
            begun=self._begun(name, run.id),
        )
