"""What is wrong with a contact file, as the error that callers know."""

from lecommercial_batch.core.errors import ContactsError, Problem
from lecommercial_batch.core.sentence import NOTHING, Sentence


def flaw(
    file: str,
    code: str,
    message: Sentence,
    advice: Sentence = NOTHING,
    *,
    row: int | None = None,
    column: str = "",
) -> ContactsError:
    """Return the error to raise for one fault of a file."""
    return ContactsError(Problem(code=code, file=file, row=row, column=column, message=message, advice=advice))
