"""A run in figures, counted in one pass over its rows: whatever happens meanwhile, they add up."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from lecommercial_batch.core.model import ReportRow, Status

_MOST_STEPS: Final = 600  #: points of time kept apart

Outcomes = Counter[str]  #: by status


@dataclass(slots=True)
class Course:
    """How many messages had been accepted by when, in steps that grow with the time: their number does not."""

    _begin: float = 0.0
    _step: float = 1.0  #: seconds
    _accepted: Counter[int] = field(default_factory=Counter)

    def see(self, at: datetime) -> None:
        """Count a message that was accepted at this time."""
        moment = at.timestamp()
        if not self._accepted:
            self._begin = moment
        self._accepted[int((moment - self._begin) // self._step)] += 1
        while max(self._accepted) - min(self._accepted) > _MOST_STEPS:
            self._widen()

    def points(self) -> Sequence[tuple[float, int]]:
        """Return times in seconds since 1970, the ends of steps, with the messages accepted by then."""
        if not self._accepted:
            return []
        points = [(self._begin + min(self._accepted) * self._step, 0)]
        for step in sorted(self._accepted):
            before = self._begin + step * self._step
            if before > points[-1][0]:
                points.append((before, points[-1][1]))
            points.append((before + self._step, points[-1][1] + self._accepted[step]))
        return points

    def _widen(self) -> None:
        wider: Counter[int] = Counter()
        for step, count in self._accepted.items():
            wider[step // 2] += count
        self._step *= 2
        self._accepted = wider


@dataclass(slots=True)
class Tally:
    """What became of the rows of a run."""

    messages: Outcomes = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)  #: rows left out, by reason
    troubles: Counter[str] = field(default_factory=Counter)  #: messages that failed or are unknown, by reason
    senders: dict[str, Outcomes] = field(default_factory=dict)
    variants: dict[str, Outcomes] = field(default_factory=dict)
    course: Course = field(default_factory=Course)

    @property
    def rows(self) -> int:
        return self.messages.total() + self.rejected.total()

    def see(self, row: ReportRow) -> None:
        """Take one row in."""
        if row.status is None:
            self.rejected[row.reason] += 1
            return
        self.messages[row.status] += 1
        self.senders.setdefault(row.sender, Counter())[row.status] += 1
        if row.variant:
            self.variants.setdefault(row.variant, Counter())[row.status] += 1
        if row.status in {Status.FAILED, Status.UNKNOWN}:
            self.troubles[row.reason] += 1
        if row.status is Status.ACCEPTED and row.answered_at:
            self.course.see(row.answered_at)


def tally(rows: Iterable[ReportRow]) -> Tally:
    """Count the rows of a run."""
    counted = Tally()
    for row in rows:
        counted.see(row)
    return counted
