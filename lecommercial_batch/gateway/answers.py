"""What an answer of the API means. Pure: a status, headers and a body in, an Answer out.

The body is read before the status: servers of the API's family refuse with a 200 and halt with a 401.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from lecommercial_batch.core.model import Answer, Outcome
from lecommercial_batch.core.sender import SuccessStyle, Unexplained503
from lecommercial_batch.gateway.refused_contacts import already_there, unauthorised
from lecommercial_batch.gateway.waits import pause_asked, wait_asked

_CLOUD_SUCCESS: Final = ("message sent successfully", "request processed")
_CALL: Final = "create-message"
#: Redirects that ask for the same call elsewhere; the others may be the page to see after it was carried out.
_SAME_CALL_ELSEWHERE: Final = frozenset({307, 308})
#: What a 503 says that was made before anything was done: when to come again, or that the throttle refused.
#: Not `X-RateLimit-Remaining`, which Laravel adds to the answers of calls that it carries out as well.
_NOT_EXECUTED: Final = ("retry-after", "x-ratelimit-reset")
_MAINTENANCE: Final = "service unavailable"  #: the message of Laravel's maintenance mode
#: What is refused where the call is not about a message.
_ABOUT_CONTACTS: Final = {"invalid_message": "invalid_call", "bad_file": "call_refused", "refused": "call_refused"}

#: Makes of what a server says what may be kept of it: see `Redactor.detail`.
_Redact = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Heard:
    """What an answer means, and its body where that is JSON."""

    answer: Answer
    body: Mapping[str, Any] = field(
        default_factory=dict, repr=False
    )  #: as it came, and so with whatever it echoes
    fields: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  #: what is wrong with each, fit to be shown


def read_answer(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    style: SuccessStyle,
    unexplained_503: Unexplained503,
    redact: _Redact,
    now: datetime,
) -> Heard:
    """Return what the answer to one `create-message` call means for its message and its sender."""
    if _may_follow_a_message(status, headers):
        return Heard(Answer(outcome=Outcome.UNSURE, reason="redirected", detail=f"HTTP {status}"))

    def judge(found: Mapping[str, Any]) -> tuple[Outcome, str]:
        if status == 200 and _says_success(found, style):  # noqa: PLR2004 - HTTP statuses
            return Outcome.ACCEPTED, ""
        return _refusal(status, found)

    return _read(status, headers, body, judge=judge, unexplained_503=unexplained_503, redact=redact, now=now)


def read_contact_answer(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    unexplained_503: Unexplained503,
    redact: _Redact,
    now: datetime,
) -> Heard:
    """Return what the answer to one call about contacts or lists means: a success says so in its body."""

    def judge(found: Mapping[str, Any]) -> tuple[Outcome, str]:
        if 200 <= status < 300 and found.get("success") is True:  # noqa: PLR2004 - HTTP statuses
            return Outcome.ACCEPTED, ""
        if already_there(status, said := _texts(found)):
            return Outcome.REFUSED, "already_there"
        if status == 401:  # noqa: PLR2004 - as above
            return unauthorised(said)
        if 200 <= status < 300:  # noqa: PLR2004 - as above
            return (Outcome.REFUSED, "invalid_call") if found.get("success") is False else _refusal(status, found)
        if status == 404 and "route" not in str(found.get("message", "")).casefold():  # noqa: PLR2004 - as above
            return Outcome.REFUSED, "not_found"
        outcome, reason = _refusal(status, found)
        return outcome, _ABOUT_CONTACTS.get(reason, reason)

    return _read(status, headers, body, judge=judge, unexplained_503=unexplained_503, redact=redact, now=now)


def _read(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    judge: Callable[[Mapping[str, Any]], tuple[Outcome, str]],
    unexplained_503: Unexplained503,
    redact: _Redact,
    now: datetime,
) -> Heard:
    if _was_not_executed(status, headers, body, unexplained_503):
        reason = "throttled" if status == 429 else "unavailable"  # noqa: PLR2004 - HTTP statuses
        wait = wait_asked(headers, now)
        return Heard(Answer(outcome=Outcome.NOT_SENT, reason=reason, detail=f"HTTP {status}", retry_after=wait))
    found = _json(headers, body)
    if found is None:
        return Heard(_unreadable(status, body, redact))
    outcome, reason = judge(found)
    if outcome is Outcome.ACCEPTED:
        return Heard(Answer(outcome=outcome, retry_after=pause_asked(headers, now)), found)
    fields = {redact(name): tuple(map(redact, texts)) for name, texts in field_texts(found).items()}
    detail = redact(_words(status, found))
    return Heard(Answer(outcome=outcome, reason=reason, detail=detail), found, fields)


def field_texts(found: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    """Return what a refusal says is wrong with each field, in the family's way or in Laravel's."""
    fields = found.get("errors") or found.get("data")
    if not isinstance(fields, dict):
        return {}
    return {
        str(name): tuple(str(text) for text in (texts if isinstance(texts, list) else [texts]))
        for name, texts in fields.items()
    }


def _says_success(found: Mapping[str, Any], style: SuccessStyle) -> bool:
    if str(found.get("message_status", "")).casefold() == "success":
        return True
    words = str(found.get("message", "")).casefold()
    return style is SuccessStyle.CLOUD and words.startswith(_CLOUD_SUCCESS)


def _was_not_executed(status: int, headers: Mapping[str, str], body: bytes, unexplained: Unexplained503) -> bool:
    """Tell whether it is a 429, or a 503 that says so: proxies answer others after the call was carried out."""
    if status != 503 or unexplained is Unexplained503.NOT_SENT:  # noqa: PLR2004 - HTTP statuses
        return status in {429, 503}
    if any(name in headers for name in _NOT_EXECUTED):
        return True
    found = _json(headers, body) or {}
    return str(found.get("message", "")).strip(" .").casefold() == _MAINTENANCE


def _may_follow_a_message(status: int, headers: Mapping[str, str]) -> bool:
    """Tell whether it is a redirect to some page, as web forms answer what they have carried out."""
    redirect = 300 <= status < 400 and status not in _SAME_CALL_ELSEWHERE  # noqa: PLR2004 - HTTP statuses
    return redirect and _CALL not in headers.get("location", "")


def _refusal(status: int, found: Mapping[str, Any]) -> tuple[Outcome, str]:
    """Tell a message refused from a sender that must stop, by the bodies this family of servers writes."""
    error = str(found.get("error", "")).casefold()
    match status:
        case 401:
            return _unauthorised(error)
        case 403 if error:
            return Outcome.REFUSED, "bad_file"
        case 422 if "device" in error:
            return Outcome.HALTED, "device_unavailable"
        case 422:
            return Outcome.REFUSED, "invalid_message"
        case 200 if found.get("success") is False:
            return Outcome.REFUSED, "invalid_message"
        case 404 | 405:
            return Outcome.HALTED, "wrong_address"
        case 408 | 409 | 425 | 499:  # too late, done before, too early, given up on: any of them may come after it
            return Outcome.UNSURE, "server_error"
        case _ if 300 <= status < 400:  # noqa: PLR2004 - as above
            return Outcome.HALTED, "redirected"
        case _ if 400 <= status < 500:  # noqa: PLR2004 - as above
            return Outcome.REFUSED, "refused"
        case _:
            return Outcome.UNSURE, "server_error"


def _unauthorised(error: str) -> tuple[Outcome, str]:
    if "request failed" in error:
        return Outcome.REFUSED, "request_failed"
    if "template" in error:
        return Outcome.HALTED, "template_not_found"
    if error:
        return Outcome.HALTED, "invalid_keys"
    # With `message` instead of `error`, its text localised: the quota.
    return Outcome.HALTED, "quota_exceeded"


def _unreadable(status: int, body: bytes, redact: _Redact) -> Answer:
    """No JSON: an error page, a proxy, or an answer cut short."""
    detail = redact(f"HTTP {status}: {body.decode('utf-8', 'replace')}")
    match status:
        case 401 | 403 | 404 | 405 | 407:
            return Answer(outcome=Outcome.HALTED, reason="wrong_address", detail=detail)
        case 413 | 414 | 422:
            return Answer(outcome=Outcome.REFUSED, reason="refused", detail=detail)
        case _ if 300 <= status < 400:  # noqa: PLR2004 - HTTP statuses
            return Answer(outcome=Outcome.HALTED, reason="redirected", detail=detail)
        case _:
            return Answer(outcome=Outcome.UNSURE, reason="unreadable_answer", detail=detail)


def _json(headers: Mapping[str, str], body: bytes) -> Mapping[str, Any] | None:
    if "json" not in headers.get("content-type", "").casefold():
        return None
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _texts(found: Mapping[str, Any]) -> str:
    """Return all that the body says to a person, its field errors included."""
    texts = [str(found[name]) for name in ("error", "message") if found.get(name)]
    texts += [f"{name}: {' '.join(said)}" for name, said in field_texts(found).items()]
    return " · ".join(texts)


def _words(status: int, found: Mapping[str, Any]) -> str:
    return f"HTTP {status}: {said}" if (said := _texts(found)) else f"HTTP {status}"
