"""What create-message answers: its checks, in the order of servers of the API's family."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lecommercial_batch.sandbox.faults import Fault
from lecommercial_batch.sandbox.php import Form, Value
from lecommercial_batch.sandbox.settings import Settings, Switches

MAX_TO: Final = 13
MAX_MESSAGE: Final = 1000
MAX_FILE: Final = 200
FILE_TYPES: Final = ("jpg", "jpeg", "png", "webp", "pdf", "docx", "xlsx", "csv", "txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer before it is written out."""

    status: int
    body: Mapping[str, object] | str  #: a text is an HTML page
    by_framework: bool = False  #: turned into an HTML page when JSON was not asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message that passed every check but the sending."""

    to: str
    message: str
    file: str
    template_id: str
    variables: Value  #: as they arrived, trimmed
    sender: str  #: the label of the app key
    number: str  #: the number that the app key sends from
    text: str  #: as the phone shows it


def _error(status: int, text: str) -> Reply:
    return Reply(status=status, body={"error": text})


def _failure(status: int, text: str) -> Reply:
    return Reply(status=status, body={"message": text}, by_framework=True)


def page(title: str) -> str:
    """Return an HTML page such as a framework or a proxy shows."""
    return f"<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"


def wrong_method(method: str) -> Reply:
    """Answer a call of create-message that is not a POST."""
    text = f"The {method} method is not supported for route api/create-message. Supported methods: POST."
    return _failure(405, text)


def unknown_route(path: str) -> Reply:
    """Answer a call of something that the API does not have."""
    return _failure(404, f"The route api/{path} could not be found.")


KEYS: Final = _error(401, "Invalid Auth and AppKey")
QUOTA: Final = Reply(status=401, body={"message": "Maximum Monthly Messages Limit Exceeded"})
TEMPLATE: Final = _error(401, "Template Not Found")
FAILED: Final = _error(401, "Request Failed")
FILE: Final = _error(403, f"file type should be {','.join(FILE_TYPES)}")
DEVICE: Final = _error(422, "Device not connected or unavailable")
THROTTLED: Final = _failure(429, "Too Many Attempts.")
ERROR: Final = _failure(500, "Server Error")


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
    Fault.GATEWAY_TIMEOUT: Reply(status=504, body=page("504 Gateway Time-out")),
    Fault.HTML: Reply(status=500, body=page("500 Server Error")),
    Fault.HTML_200: Reply(status=200, body=page("Sign in to this network")),
}


def examine(fields: Form, *, settings: Settings, switches: Switches, taken: int) -> Draft | Reply:
    """Check a call up to the delay: validation, keys, quota (of which ``taken`` is used), template, file type."""
    if errors := _validate(fields):
        return invalid(errors, status=settings.validation_status)
    given = {
        name: _text(fields.get(name)) for name in ("appkey", "authkey", "to", "message", "file", "template_id")
    }
    app = settings.appkeys.get(given.pop("appkey"))
    if given.pop("authkey") not in settings.authkeys or app is None:
        return KEYS
    if switches.quota is not None and taken >= switches.quota:
        return QUOTA
    variables = fields.get("variables")
    if given["template_id"]:
        template = settings.templates.get(given["template_id"])
        if template is None:
            return TEMPLATE
        text = substitute(template, variables)
        if text is None:
            return ERROR
    elif given["file"] and given["file"].rpartition(".")[2].lower() not in FILE_TYPES:
        return FILE
    else:
        text = given["message"]
    return Draft(**given, variables=variables, sender=app.label, number=app.number, text=text)


def refuse(draft: Draft, switches: Switches) -> Reply | None:
    """Return why a message does not reach its phone, or None: the device must be up, the number on WhatsApp."""
    if switches.device_down:
        return DEVICE
    return FAILED if draft.to in switches.unregistered else None


def success(draft: Draft) -> Reply:
    """Answer for a message that was taken."""
    data = {"from": draft.number, "to": draft.to, "status_code": 200}
    return Reply(status=200, body={"message_status": "Success", "data": data})


def substitute(template: str, variables: Value) -> str | None:
    """Replace each key literally, one after the other, as str_replace in a loop; None where PHP fails.

    So a value that holds a later key is replaced again, and a bare key hits inside words.
    """
    if variables is None:
        return template
    if not isinstance(variables, dict):
        return None
    for key, value in variables.items():
        if isinstance(value, dict):
            return None
        template = template.replace(key, _text(value)) if key else template
    return template


def _validate(fields: Form) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    for name in ("appkey", "authkey", "to", "message", "file", "template_id"):
        if isinstance(fields.get(name), dict):
            errors[name] = [f"The {name} field must be a string."]
    required = {name: f"The {name} field is required." for name in ("appkey", "authkey", "to")}
    if not fields.get("template_id"):
        required["message"] = "The message field is required when template id is not present."
    for name, text in required.items():
        if fields.get(name) is None:
            errors[name] = [text]
    for name, check in (("to", _check_to), ("message", _check_message), ("file", _check_file)):
        if name not in errors and (texts := check(_text(fields.get(name)))):
            errors[name] = texts
    return errors


def _check_to(to: str) -> list[str]:
    errors = [] if to.isascii() and to.isdigit() else ["The to field format is invalid."]
    if len(to) > MAX_TO:
        errors.append(f"The to field must not be greater than {MAX_TO} characters.")
    return errors


def _check_message(message: str) -> list[str]:
    too_long = len(message) > MAX_MESSAGE
    return [f"The message field must not be greater than {MAX_MESSAGE} characters."] if too_long else []


def _check_file(file: str) -> list[str]:
    errors = (
        [] if not file or file.startswith(("http://", "https://")) else ["The file field must be a valid URL."]
    )
    if len(file) > MAX_FILE:
        errors.append(f"The file field must not be greater than {MAX_FILE} characters.")
    return errors


def _text(value: Value) -> str:
    """Return a value as PHP turns it into a string."""
    if value is None or value is False:
        return ""
    return "1" if value is True else str(value)
