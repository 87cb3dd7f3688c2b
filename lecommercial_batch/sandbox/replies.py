"""The answers of servers of the API's family, before they are written out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from lecommercial_batch.sandbox.endpoints import FILE_TYPES
from lecommercial_batch.sandbox.faults import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer before it is written out."""

    status: int
    body: Mapping[str, object] | str  #: a text is an HTML page
    by_framework: bool = False  #: turned into an HTML page when JSON was not asked for
    headers: Mapping[str, str] = field(default_factory=dict)
    done: bool = False  #: the call was carried out


def _error(status: int, text: str) -> Reply:
    return Reply(status=status, body={"error": text})


def _failure(status: int, text: str, headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(status=status, body={"message": text}, by_framework=True, headers=headers or {})


def page(title: str) -> str:
    """Return an HTML page such as a framework or a proxy shows."""
    return f"<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"


def wrong_method(method: str, path: str, supported: Sequence[str]) -> Reply:
    """Answer a call with a method that its endpoint does not have."""
    names = ", ".join(supported)
    text = f"The {method} method is not supported for route api/{path}. Supported methods: {names}."
    return _failure(405, text, {"Allow": names})


def unknown_route(path: str) -> Reply:
    """Answer a call of something that the API does not have."""
    return _failure(404, f"The route api/{path} could not be found.")


def not_found(what: str) -> Reply:
    """Answer a contact call about something that is not there."""
    return Reply(status=404, body={"success": False, "message": f"{what} not found"})


def done(message: str | None = None, **data: object) -> Reply:
    """Answer a contact call that was carried out."""
    said = {"message": message} if message else {}
    return Reply(status=200, body={"success": True, **said, **data}, done=True)


KEYS: Final = _error(401, "Invalid Auth and AppKey")
AUTHKEY: Final = Reply(status=401, body={"success": False, "message": "Invalid authkey"})  #: of contact calls
QUOTA: Final = Reply(status=401, body={"message": "Maximum Monthly Messages Limit Exceeded"})
TEMPLATE: Final = _error(401, "Template Not Found")
FAILED: Final = _error(401, "Request Failed")
FILE: Final = _error(403, f"file type should be {','.join(FILE_TYPES)}")
DEVICE: Final = _error(422, "Device not connected or unavailable")
THROTTLED: Final = _failure(429, "Too Many Attempts.")
ERROR: Final = _failure(500, "Server Error")
BARE_503: Final = Reply(status=503, body=page("503 Service Temporarily Unavailable"))


def invalid(errors: Mapping[str, list[str]], *, status: int) -> Reply:
    """Answer a malformed call in the family's way (200) or in Laravel's own (422)."""
    if status == 200:  # noqa: PLR2004  the HTTP status itself
        return Reply(status=200, body={"success": False, "message": "Validation errors", "data": errors})
    messages = [text for texts in errors.values() for text in texts]
    more = f" (and {len(messages) - 1} more error{'s' if len(messages) > 2 else ''})" if len(messages) > 1 else ""  # noqa: PLR2004  one more, or several
    return Reply(status=422, body={"message": messages[0] + more, "errors": errors}, by_framework=True)


_REFUSED_BY_FAULT: Final = {"to": ["The to field is refused by a fault of the sandbox."]}

#: The answer that each fault stands for; those without one close the connection or stay silent.
FAULTS: Final[Mapping[Fault, Reply]] = {
    Fault.KEYS: KEYS,
    Fault.QUOTA: QUOTA,
    Fault.TEMPLATE: TEMPLATE,
    Fault.FAILED: FAILED,
    Fault.FILE: FILE,
    Fault.VALIDATION_200: invalid(_REFUSED_BY_FAULT, status=200),
    Fault.VALIDATION_422: invalid(_REFUSED_BY_FAULT, status=422),
    Fault.DEVICE: DEVICE,
    Fault.THROTTLED: THROTTLED,
    Fault.ERROR: ERROR,
    Fault.ERROR_AFTER: ERROR,
    Fault.BAD_GATEWAY: Reply(status=502, body=page("502 Bad Gateway")),
    Fault.UNAVAILABLE: _failure(503, "Service Unavailable"),
    Fault.BARE_503: BARE_503,
    Fault.BARE_503_AFTER: BARE_503,
    Fault.GATEWAY_TIMEOUT: Reply(status=504, body=page("504 Gateway Time-out")),
    Fault.HTML: Reply(status=500, body=page("500 Server Error")),
    Fault.HTML_200: Reply(status=200, body=page("Sign in to this network")),
}
