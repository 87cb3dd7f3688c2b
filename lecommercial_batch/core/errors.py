"""Every error, grouped by what the operator must do.

    LecommercialError
    ├── InputError              fix the input; nothing was sent             (exit 2)
    │   ├── CampaignError         the campaign file or its template
    │   ├── ContactsError         the contact file
    │   ├── SettingsError         keys, senders.toml, environment
    │   ├── ProofError            the plan is not the one that was approved
    │   ├── UnreachableError      the API does not answer at all
    │   ├── RunNotFoundError      no such run in the journal
    │   └── UnfinishedPlanError   the run was never planned to its end
    ├── JournalError            see to the database; what was sent is kept  (exit 3)
    │   └── JournalBusyError      another program holds it; later it may work
    ├── ReportError             see to the disk; what was sent is in the journal  (exit 3)
    └── CallError               a call of the client `LeCommercial` came to nothing
        ├── AuthError             see to the keys, the plan or the address      (exit 2)
        ├── ValidationError       the call is malformed: its `fields` say how   (exit 2)
        ├── NotFoundError         no such list, or no such contact              (exit 2)
        ├── RefusedError          a number, attachment or template is no good   (exit 2)
        ├── QuotaError            wait for the next month, or buy more          (exit 3)
        ├── ThrottledError        not executed: too many calls; try later       (exit 3)
        ├── UnavailableError      not executed: server or phone away; try later (exit 3)
        └── UnknownOutcomeError   it may have been executed: look before you repeat it  (exit 1)

Expected results of single messages of a batch are values, never errors.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lecommercial_batch.core.sentence import NOTHING, Sentence


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


class UnfinishedPlanError(InputError):
    """The run was never planned to its end, so that nobody can have approved it."""


class JournalError(LecommercialError):
    """The database cannot be read or written: nothing more is sent, since it could not be recorded."""


class JournalBusyError(JournalError):
    """Another program holds the database, and has for as long as was waited: later it may work."""


class ReportError(LecommercialError):
    """A report cannot be written; the journal has what it would say."""


class CallError(LecommercialError):
    """One call of the API was not carried out, or may not have been."""

    def __init__(
        self, problem: Problem, *, reason: str = "", fields: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        super().__init__(problem)
        self.reason = reason  #: a code for machines, such as ``invalid_keys``
        self.fields: Mapping[str, Sequence[str]] = fields or {}  #: what is wrong with each, where the API says


class AuthError(CallError):
    """A bad key, an expired plan, no device, or not the API's address."""


class QuotaError(CallError):
    """The month's messages are used up."""


class ValidationError(CallError):
    """The call is malformed; ``fields`` says what is wrong with each field."""


class NotFoundError(CallError):
    """There is no such list, or no such contact in it."""


class RefusedError(CallError):
    """The API refuses it for another reason: a number without WhatsApp, an attachment, a template."""


class ThrottledError(CallError):
    """Not executed: the API asked for a slower pace again and again."""


class UnavailableError(CallError):
    """Not executed: the API or the sending phone could not be reached, again and again."""


class UnknownOutcomeError(CallError):
    """It may have been executed: no answer came, or none that says."""


def unfinished_plan(run_id: str) -> UnfinishedPlanError:
    """Return the error of a run that was never planned to its end: what is there is not what was approved."""
    message = Sentence("the planning of run {run} did not come to its end: it is not all there", run=run_id)
    advice = Sentence(
        "Nothing was sent from it. Plan anew with `send`; `lecommercial-batch cancel {run}` forgets it.",
        run=run_id,
    )
    return UnfinishedPlanError(Problem(code="unfinished_plan", message=message, advice=advice))


def run_is_gone(run_id: str) -> RunNotFoundError:
    """Return the error of a run that was forgotten while it was planned."""
    message = Sentence("run {run} was forgotten while it was being planned", run=run_id)
    return RunNotFoundError(Problem(code="run_not_found", message=message, advice=Sentence("Plan it anew.")))
