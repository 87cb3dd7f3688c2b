"""Which error stands for an answer that is no success."""

from collections.abc import Mapping
from typing import Final

from lecommercial_batch.core.errors import (
    AuthError,
    CallError,
    NotFoundError,
    Problem,
    QuotaError,
    RefusedError,
    ThrottledError,
    UnavailableError,
    UnknownOutcomeError,
    ValidationError,
)
from lecommercial_batch.core.labels import reason_words
from lecommercial_batch.core.model import Outcome
from lecommercial_batch.core.sentence import NOTHING, Sentence
from lecommercial_batch.gateway.answers import Heard

_ERRORS: Final[Mapping[str, type[CallError]]] = {
    "invalid_keys": AuthError,
    "wrong_address": AuthError,
    "redirected": AuthError,
    "quota_exceeded": QuotaError,
    "invalid_message": ValidationError,
    "invalid_call": ValidationError,
    "not_found": NotFoundError,
    "throttled": ThrottledError,
    "unavailable": UnavailableError,
    "unreachable": UnavailableError,
    "device_unavailable": UnavailableError,
}
_LOOK: Final = Sentence("It may have been carried out: look before you do it again.")
_LATER: Final = Sentence("It was not carried out: try again later.")
_ADVICE: Final[Mapping[type[CallError], Sentence]] = {
    AuthError: Sentence(
        "Check the keys in .env, the plan, the phone in Le Commercial, and LECOMMERCIAL_BASE_URL."
    ),
    NotFoundError: Sentence("`lecommercial-batch lists` shows the lists, `contacts list` who is in one."),
    ThrottledError: _LATER,
    UnavailableError: _LATER,
    UnknownOutcomeError: _LOOK,
}


def error_of(path: str, heard: Heard) -> CallError:
    """Return the error to raise for a call that was not, or may not have been, carried out."""
    answer = heard.answer
    kind = UnknownOutcomeError if answer.outcome is Outcome.UNSURE else _ERRORS.get(answer.reason, RefusedError)
    said = " · ".join(part for part in (reason_words(answer.reason), answer.detail) if part)
    problem = Problem(
        code=answer.reason,
        message=Sentence("the call {call} came to nothing: {reason}", call=path, reason=said),
        advice=_ADVICE.get(kind, NOTHING),
    )
    fields = heard.fields if kind is ValidationError else None
    return kind(problem, reason=answer.reason, fields=fields)


def malformed(path: str, flaw: Sentence, *, field: str = "") -> ValidationError:
    """Return the error for a call that is not worth making: the API would refuse it."""
    problem = Problem(code="invalid_call", message=flaw, column=field)
    return ValidationError(problem, reason="invalid_call", fields={field or path: (str(flaw),)})


def unreadable(path: str) -> UnknownOutcomeError:
    """Return the error for a success that does not hold what it should."""
    message = Sentence("the answer to the call {call} is not as documented", call=path)
    problem = Problem(code="unreadable_answer", message=message, advice=_LOOK)
    return UnknownOutcomeError(problem, reason="unreadable_answer")
