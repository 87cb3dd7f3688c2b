"""What create-message answers: its checks, in the order of servers of the API's family."""

from dataclasses import dataclass

from lecommercial_batch.sandbox import replies
from lecommercial_batch.sandbox.endpoints import FILE_TYPES, SPECS, Endpoint
from lecommercial_batch.sandbox.faults import Fault
from lecommercial_batch.sandbox.fields import validate
from lecommercial_batch.sandbox.php import Form, Value, as_text
from lecommercial_batch.sandbox.replies import Reply
from lecommercial_batch.sandbox.settings import Settings, Switches


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


def examine(fields: Form, *, settings: Settings, switches: Switches, taken: int) -> Draft | Reply:
    """Check a call up to the delay: validation, keys, quota (of which ``taken`` is used), template, file type."""
    if errors := validate(fields, SPECS[Endpoint.CREATE_MESSAGE].fields):
        return replies.invalid(errors, status=settings.validation_status)
    given = {
        name: as_text(fields.get(name)) for name in ("appkey", "authkey", "to", "message", "file", "template_id")
    }
    app = settings.appkeys.get(given.pop("appkey"))
    if given.pop("authkey") not in settings.authkeys or app is None or switches.locked_out:
        return replies.KEYS
    if switches.quota is not None and taken >= switches.quota:
        return replies.QUOTA
    variables = fields.get("variables")
    if given["template_id"]:
        template = settings.templates.get(given["template_id"])
        if template is None:
            return replies.TEMPLATE
        text = substitute(template, variables)
        if text is None:
            return replies.ERROR
    elif given["file"] and given["file"].rpartition(".")[2].lower() not in FILE_TYPES:
        return replies.FILE
    else:
        text = given["message"]
    return Draft(**given, variables=variables, sender=app.label, number=app.number, text=text)


def refuse(draft: Draft, switches: Switches) -> Reply | None:
    """Return why a message does not reach its phone, or None: the device must be up, the number on WhatsApp."""
    if switches.device_down is Fault.DEVICE:
        return replies.DEVICE
    gone = switches.device_down is Fault.FAILED or draft.to in switches.unregistered
    return replies.FAILED if gone else None


def success(draft: Draft) -> Reply:
    """Answer for a message that was taken."""
    data = {"from": draft.number, "to": draft.to, "status_code": 200}
    return Reply(status=200, body={"message_status": "Success", "data": data}, done=True)


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
        template = template.replace(key, as_text(value)) if key else template
    return template
