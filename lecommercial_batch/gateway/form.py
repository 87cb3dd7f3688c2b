"""What a `create-message` call carries, as form fields."""

import json

from lecommercial_batch.model import Content, Phone
from lecommercial_batch.sender import Sender, VariablesStyle

Fields = list[tuple[str, str]]


def message_fields(sender: Sender, phone: Phone, content: Content) -> Fields:
    """Return the form's fields in the order of the API's documentation; empty ones are left out."""
    fields = [
        ("appkey", sender.appkey.reveal()),
        ("authkey", sender.authkey.reveal()),
        ("to", phone.digits),
        ("message", content.text),
        ("file", content.file),
        ("template_id", content.template_id),
    ]
    given = [(name, value) for name, value in fields if value]
    return given + _variables(content, sender.variables_style)


def _variables(content: Content, style: VariablesStyle) -> Fields:
    """Write a template's variables.

    Servers of the API's family replace each key literally in the template's text, so a key keeps its braces:
    a bare ``nom`` would also rewrite the end of the word « prénom ».
    """
    if not content.variables:
        return []
    match style:
        case VariablesStyle.BRACED:
            return [(f"variables[{{{name}}}]", value) for name, value in content.variables]
        case VariablesStyle.BARE:
            return [(f"variables[{name}]", value) for name, value in content.variables]
        case VariablesStyle.JSON:
            return [("variables", json.dumps(dict(content.variables), ensure_ascii=False))]
