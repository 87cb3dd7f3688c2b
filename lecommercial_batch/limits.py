"""What the API takes of a message, by its documentation and by the servers of its family."""

from typing import Final

from lecommercial_batch.model import Content, Reason
from lecommercial_batch.sentence import Sentence

LONGEST_TEXT: Final = 1000  #: Unicode code points after trimming; source: the API's documentation
LONGEST_FILE: Final = 200  #: characters of an attachment's address; source: servers of the API's family
ATTACHMENTS: Final = ("jpg", "jpeg", "png", "webp", "pdf", "docx", "xlsx", "csv", "txt")


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
    """Refuse a value that holds another placeholder: the server would replace inside it too."""
    for name, value in content.variables:
        for other, _ in content.variables:
            if f"{{{other}}}" in value:
                sentence = Sentence(
                    "the value of {name} holds the placeholder {other}, which the server would replace too",
                    name=f"{{{name}}}",
                    other=f"{{{other}}}",
                )
                return Reason.BAD_VALUE, sentence
    return None
