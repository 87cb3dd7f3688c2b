"""Every error, grouped by what the operator must do.

    LecommercialError
    ├── InputError              fix the input; nothing was sent             (exit 2)
    │   ├── CampaignError         the campaign file or its template
    │   ├── ContactsError         the contact file
    │   ├── SettingsError         keys, senders.toml, environment
    │   ├── ProofError            the plan is not the one that was approved
    │   ├── UnreachableError      the API does not answer at all
    │   └── RunNotFoundError      no such run in the journal
    ├── JournalError            see to the database; what was sent is kept  (exit 3)
    └── ReportError             see to the disk; what was sent is in the journal  (exit 3)

Expected results of single messages are values, never errors.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from lecommercial_batch.sentence import NOTHING, Sentence


class Severity(StrEnum):
    ERROR = "error"  #: must be fixed before anything can be sent
    WARNING = "warning"  #: worth a look; sending is possible


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing to fix: where, what, and how."""

    code: str  #: for machines, such as ``unknown_key``
    message: Sentence
    advice: Sentence = NOTHING
    file: str = ""
    row: int | None = None  #: as Excel numbers it
    rows: tuple[int, ...] = ()  #: the first of many rows of which it is so, instead of ``row``
    count: int = 0  #: how many those are
    column: str = ""
    severity: Severity = Severity.ERROR


class LecommercialError(Exception):
    """The base of all that this package raises on purpose."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(str(problem.message) for problem in problems))
        self.problems: Sequence[Problem] = problems


class InputError(LecommercialError):
    """Something to fix before anything is sent."""


class CampaignError(InputError):
    """The campaign file, or the message in it."""


class ContactsError(InputError):
    """The contact file."""


class SettingsError(InputError):
    """Keys, ``senders.toml`` or the environment."""


class ProofError(InputError):
    """What would be sent is not what was approved."""


class UnreachableError(InputError):
    """The API does not answer at all."""


class RunNotFoundError(InputError):
    """No such run in the journal."""


class JournalError(LecommercialError):
    """The database cannot be read or written: nothing more is sent, since it could not be recorded."""


class ReportError(LecommercialError):
    """A report cannot be written; the journal has what it would say."""
