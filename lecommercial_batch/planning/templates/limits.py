"""What the API takes of a message, by its documentation and by the servers of its family."""

import re
from functools import lru_cache
from typing import Final

from lecommercial_batch.core.model import Content, Reason
from lecommercial_batch.core.sentence import Sentence

LONGEST_TEXT: Final = 1000  #: Unicode code points after trimming; source: the API's documentation
LONGEST_FILE: Final = 200  #: characters of an attachment's address; source: servers of the API's family
ATTACHMENTS: Final = ("jpg", "jpeg", "png", "webp", "pdf", "docx", "xlsx", "csv", "txt")
_SHOWN: Final = 40  #: characters of a name
#: What the name of a variable cannot hold: braces, brackets, quotation marks, backslashes and line breaks.
_NO_NAME: Final = re.compile(r"[{}\[\]\"'\\\x00-\x1f\x7f\u2028\u2029]")


def file_flaw(address: str) -> Sentence | None:
    """Tell why the API would refuse this attachment address, or None when it would not."""
    if not address.startswith(("http://", "https://")) or any(character.isspace() for character in address):
        return Sentence("an attachment is an address that begins with https:// and has no spaces")
    if len(address) > LONGEST_FILE:
        return Sentence(
            "the attachment's address has {length} characters; {most} are allowed",
            length=len(address),
            most=LONGEST_FILE,
        )
    if address.rpartition(".")[2].lower() not in ATTACHMENTS:
        return Sentence("the attachment's address must end in one of: {endings}", endings=", ".join(ATTACHMENTS))
    return None


@lru_cache(maxsize=1000)
def name_flaw(name: str) -> Sentence | None:
    """Tell why a variable of a template cannot be called so, or None when it can.

    The name goes between the brackets of a form's key and the braces of the template: what ends either, or is
    written otherwise in a form, would leave the placeholder in what people read.
    """
    if not name.strip():
        return Sentence("a variable of a template has no name")
    shown = name.strip()[:_SHOWN]
    if bad := _NO_NAME.search(name):
        sign = bad[0] if bad[0].isprintable() else repr(bad[0])[1:-1]
        return Sentence(
            "the variable's name “{name}” holds {sign}, which it cannot", name=repr(shown)[1:-1], sign=sign
        )
    return None


def bare_name(name: str) -> str:
    """Return the name that was probably meant: `{prenom}` is `prenom`; "" where none is left."""
    return _NO_NAME.sub("", name).strip()


def drop_of(content: Content) -> Sentence | None:
    """Tell what of this content the API would drop in silence; of a campaign's that is looked at as it is read."""
    if content.template_id and (content.text or content.file):
        return Sentence("the API ignores a text or a file when a template is sent")
    if content.variables and not content.template_id:
        return Sentence("“variables” go with a template_id")
    return None


def flaw_of(content: Content) -> tuple[Reason, Sentence] | None:
    """Tell why the API would refuse this content, by its documented limits."""
    if content.template_id:
        return _variables_flaw(content)
    if not content.text:
        return Reason.EMPTY_MESSAGE, Sentence("nothing is left of the message for this row")
    if len(content.text) > LONGEST_TEXT:
        sentence = Sentence(
            "the message has {length} characters; {most} are allowed",
            length=len(content.text),
            most=LONGEST_TEXT,
        )
        return Reason.TOO_LONG, sentence
    flaw = file_flaw(content.file) if content.file else None
    return (Reason.BAD_FILE, flaw) if flaw else None


def _variables_flaw(content: Content) -> tuple[Reason, Sentence] | None:
    """Refuse a name that breaks the form, and a value that holds a placeholder, which would be replaced too."""
    for name, value in content.variables:
        if flaw := name_flaw(name):
            return Reason.BAD_VALUE, flaw
        for other, _ in content.variables:
            if f"{{{other}}}" in value:
                sentence = Sentence(
                    "the value of {name} holds the placeholder {other}, which the server would replace too",
                    name=f"{{{name}}}",
                    other=f"{{{other}}}",
                )
                return Reason.BAD_VALUE, sentence
    return None
