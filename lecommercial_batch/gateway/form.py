"""What a call carries, as form fields, and their form on the wire."""

import json
from dataclasses import dataclass
from secrets import token_hex
from typing import Final
from urllib.parse import urlencode

from lecommercial_batch.core.model import Content, Phone
from lecommercial_batch.core.sender import Encoding, Sender, VariablesStyle

Fields = list[tuple[str, str]]
_URLENCODED: Final = "application/x-www-form-urlencoded"
#: How a name in a header is kept from ending it; source: the HTML standard, multipart/form-data encoding.
_ESCAPED: Final = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})


class Multipart:
    """The encoding of forms as multipart/form-data, all with one boundary that nobody can guess."""

    def __init__(self) -> None:
        boundary = token_hex(16)
        self.content_type: Final = f"multipart/form-data; boundary={boundary}"
        self._opening = f'--{boundary}\r\nContent-Disposition: form-data; name="'
        self._end = f"--{boundary}--\r\n"

    def encode(self, fields: Fields) -> bytes:
        """Return the body of a request, in one piece: a request in pieces is sent in as many packets."""
        parts = [f'{self._opening}{name.translate(_ESCAPED)}"\r\n\r\n{value}\r\n' for name, value in fields]
        return "".join([*parts, self._end]).encode()


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it goes out."""

    method: str
    content_type: str
    body: bytes


def contact_form(method: str, fields: Fields, *, encoding: Encoding, multipart: Multipart) -> Form:
    """Write the form of a call that changes a contact.

    POST is multipart, as the API's documentation shows. PHP before 8.4 reads multipart on POST alone, so PUT and
    DELETE are urlencoded unless the sender says otherwise.
    """
    if method == "POST" or encoding is Encoding.MULTIPART:
        return Form(method, multipart.content_type, multipart.encode(fields))
    if encoding is Encoding.METHOD_OVERRIDE:
        fields = [("_method", method), *fields]
        method = "POST"
    return Form(method, _URLENCODED, urlencode(fields).encode())


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
