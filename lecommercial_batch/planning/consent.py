"""How old a person's consent is, where the contacts say when it was given."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final

from lecommercial_batch.core.errors import Problem, Severity
from lecommercial_batch.core.model import Cell, Row
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.planning.templates.filters import BadValueError, moment

#: How long what was agreed to is relied on without a sign of the person; source: the CNIL, on advertising.
YEARS: Final = 3
_NAMED: Final = 5  #: rows kept of each oddity
_REMEMBERED: Final = 10_000  #: texts: a column repeats its dates

_MESSAGES: Final = {
    "old_consent": Sentence("the consent is older than {years} years", years=YEARS),
    "no_consent_date": Sentence("it is not said when the consent was given"),
    "bad_consent_date": Sentence("this is not the date of a consent"),
}
_ADVICE: Final = {
    "old_consent": Sentence("Ask these people again, or leave them out."),
    "no_consent_date": Sentence("Fill in the date: consent must be shown to have been given, and when."),
    "bad_consent_date": Sentence("Write it like 24/12/2024 or 2024-12-24; it is not in the future."),
}


@dataclass(slots=True)
class _Seen:
    """How often something was so, and the first rows of it."""

    count: int = 0
    rows: list[int] = field(default_factory=list)


class Consents:
    """Looks at the dates of consents as messages go by. Nothing is refused for one."""

    def __init__(self, *, column: int, columns: Sequence[str], source: str, now: datetime) -> None:
        self._column = column
        self._name = columns[column]
        self._source = source
        self._now = now.replace(tzinfo=None)
        self._seen: dict[str, _Seen] = {}
        self._judge = lru_cache(maxsize=_REMEMBERED)(self._judged)

    def see(self, row: Row) -> None:
        """Look at the row of one message."""
        if code := self._judge(row.cells[self._column]):
            seen = self._seen.setdefault(code, _Seen())
            seen.count += 1
            if len(seen.rows) < _NAMED:
                seen.rows.append(row.number)

    def problems(self) -> list[Problem]:
        """Return what there is to say, the commonest first."""
        return [
            Problem(
                code=code,
                message=_MESSAGES[code],
                advice=_ADVICE[code],
                file=self._source,
                column=self._name,
                rows=tuple(seen.rows),
                count=seen.count,
                severity=Severity.WARNING,
            )
            for code, seen in sorted(self._seen.items(), key=lambda item: -item[1].count)
        ]

    def _judged(self, cell: Cell) -> str:
        """Return the code of what is odd about a date; empty where nothing is."""
        if not str(cell).strip():
            return "no_consent_date"
        given = date_of(cell)
        if given is None or given > self._now.date():
            return "bad_consent_date"
        return "old_consent" if (given.year + YEARS, given.month, given.day) < _parts(self._now) else ""


def date_of(cell: Cell) -> date | None:
    """Return the day that a cell holds, as a date or written out; None where it holds none."""
    with suppress(ValueError):
        return _local(datetime.fromisoformat(str(cell).strip()))
    with suppress(BadValueError):
        return _local(moment(cell))
    return None


def _local(when: datetime) -> date:
    return when.astimezone(UTC).date() if when.tzinfo else when.date()


def _parts(when: datetime) -> tuple[int, int, int]:
    return when.year, when.month, when.day
