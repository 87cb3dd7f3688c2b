"""What an answer of the API means. Pure: a status, headers and a body in, an Answer out.

The body is read before the status: servers of the API's family refuse with a 200 and halt with a 401.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from lecommercial_batch.model import Answer, Outcome
from lecommercial_batch.sender import SuccessStyle

LONGEST_DETAIL: Final = 500  #: characters of an error body that are kept; it may be a debug trace
_CLOUD_SUCCESS: Final = ("message sent successfully", "request processed")
_A_MOMENT: Final = 1e9  #: a number above is seconds since 1970
_NOT_EXECUTED: Final = frozenset({429, 503})

_Redact = Callable[[str], str]


def read_answer(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    style: SuccessStyle,
    redact: _Redact,
    now: datetime,
) -> Answer:
    """Return what the answer to one `create-message` call means for its message and its sender."""
    if status in _NOT_EXECUTED:
        reason = "throttled" if status == 429 else "unavailable"  # noqa: PLR2004 - HTTP statuses
        return Answer(
            outcome=Outcome.NOT_SENT, reason=reason, detail=f"HTTP {status}", retry_after=_wait(headers, now)
        )
    found = _json(headers, body)
    if found is None:
        return _unreadable(status, body, redact)
    if status == 200 and _says_success(found, style):  # noqa: PLR2004 - as above
        return Answer(outcome=Outcome.ACCEPTED, retry_after=_pause(headers, now))
    outcome, reason = _refusal(status, found)
    return Answer(outcome=outcome, reason=reason, detail=redact(_words(status, found))[:LONGEST_DETAIL])


def _says_success(found: Mapping[str, Any], style: SuccessStyle) -> bool:
    if str(found.get("message_status", "")).casefold() == "success":
        return True
    words = str(found.get("message", "")).casefold()
    return style is SuccessStyle.CLOUD and words.startswith(_CLOUD_SUCCESS)


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
    detail = redact(f"HTTP {status}: {_first_words(body)}")[:LONGEST_DETAIL]
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
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _words(status: int, found: Mapping[str, Any]) -> str:
    """Return what the body says to a person, its field errors included."""
    fields = found.get("errors") or found.get("data")
    texts = [str(found[name]) for name in ("error", "message") if found.get(name)]
    if isinstance(fields, dict):
        texts += [_field_words(name, errors) for name, errors in fields.items()]
    return f"HTTP {status}: {' · '.join(texts)}" if texts else f"HTTP {status}"


def _field_words(name: str, errors: object) -> str:
    listed = errors if isinstance(errors, list) else [errors]
    return f"{name}: {' '.join(str(error) for error in listed)}"


def _first_words(body: bytes) -> str:
    return " ".join(body[:2000].decode("utf-8", "replace").split())


def _pause(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds until the limit's window ends, where this call was the last that it lets through."""
    return _wait(headers, now) if headers.get("x-ratelimit-remaining", "").strip() == "0" else None


def _wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds that `Retry-After` (seconds or a date) or `X-RateLimit-Reset` ask for."""
    asked = headers.get("retry-after", "").strip()
    if asked.isdecimal():
        return float(asked)
    if asked:
        try:
            return max(0.0, (parsedate_to_datetime(asked).astimezone(UTC) - now).total_seconds())
        except (ValueError, OverflowError):
            pass
    reset = headers.get("x-ratelimit-reset", "").strip()
    if not reset.isdecimal():
        return None
    # Laravel writes the moment; others the seconds until then.
    return max(0.0, int(reset) - now.timestamp()) if int(reset) > _A_MOMENT else float(reset)
