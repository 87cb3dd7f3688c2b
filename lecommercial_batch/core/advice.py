"""What would fix a rejected row, in a sentence."""

from collections.abc import Mapping
from typing import Final

from lecommercial_batch.core.model import Reason
from lecommercial_batch.core.sentence import NOTHING, Sentence

_ADVICE: Final[Mapping[str, Sentence]] = {
    Reason.BAD_ROW: Sentence(
        "Put quotation marks round a value that contains the separator, or name every column."
    ),
    Reason.HIDDEN: Sentence(
        "Nothing to do, if these people are not meant. Otherwise clear the filter or show the row, and save."
    ),
    Reason.INVALID_PHONE: Sentence("Write the whole number as text, such as 06 12 34 56 78 or +33 6 12 34 56 78."),
    Reason.NOT_MOBILE: Sentence("Give a mobile number: this kind of number has no WhatsApp account."),
    Reason.DUPLICATE: Sentence("Nothing to do, unless this row is the one to keep."),
    Reason.OPTED_OUT: Sentence("Nothing to do: this person does not want messages."),
    Reason.NO_CONSENT: Sentence("Write “oui” in the consent column once the person has agreed."),
    Reason.NOT_SELECTED: Sentence("Nothing to do, unless the campaign’s “only” is too narrow."),
    Reason.MISSING_VALUE: Sentence(
        "Fill the cell, or give the message a default: {example}.", example='{{ prenom|default("client") }}'
    ),
    Reason.BAD_VALUE: Sentence("Correct the cell."),
    Reason.EMPTY_MESSAGE: Sentence("See that the message says something for this row too."),
    Reason.TOO_LONG: Sentence("Shorten the message, or the values that go into it."),
    Reason.ALREADY_MESSAGED: Sentence("Nothing to do: this person has had this message."),
    Reason.TOO_OFTEN: Sentence("Nothing to do: send again when the time has passed, or raise per_person."),
    Reason.BAD_FILE: Sentence("Correct the attachment’s address."),
    Reason.UNCHANGED: Sentence("Nothing to do."),
}


def advice_for(reason: str) -> Sentence:
    """Return what to do about a rejection of this reason."""
    return _ADVICE.get(reason, NOTHING)
