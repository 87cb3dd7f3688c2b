"""A few messages of a campaign, as their people would get them, for somebody else's number: a test send."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lecommercial_batch.core.errors import InputError, Problem
from lecommercial_batch.core.language import say_many
from lecommercial_batch.core.model import Content, Message, Phone, Reading, Rejection, Row
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.planning.phones import normalise
from lecommercial_batch.planning.pipeline import Way

#: The row of the message that says what follows; a file's own begin at 1.
NOTICE = 0


def own_number(text: str, *, region: str) -> Phone:
    """Read the number that a test is to be sent to.

    Raises:
        InputError: it is none that can be written to.
    """
    reading = normalise(text, region=region)
    if isinstance(reading, Reading):
        return reading.phone
    raise InputError(Problem(code=reading.reason, column="--test-to", message=reading.detail))


def chosen(way: Way, rows: Sequence[int]) -> Sequence[Message]:
    """Return the messages of these rows, or the first of all where none is named.

    Raises:
        InputError: a row is rejected, or not there; nothing of it can be shown.
    """
    left, found = set(rows), list[Message]()
    problems: list[Problem] = []
    for each in way.rows():
        number = each.row.number
        if isinstance(each, Message) and (number in left or not rows):
            found.append(each)
        elif isinstance(each, Rejection) and number in left:
            problems.append(_problem(way, number, code=each.reason, message=each.detail, column=each.column))
        left.discard(number)
        if not left and (found or problems):
            break
    if not rows and not found:
        problems.append(_problem(way, None, code="no_message", message=Sentence("there is no message to send")))
    problems += [
        _problem(way, row, code="no_row", message=Sentence("there is no such row")) for row in sorted(left)
    ]
    if problems:
        raise InputError(*problems)
    return found


def for_number(way: Way, messages: Sequence[Message], phone: Phone) -> Iterator[Message]:
    """Yield the test for one number: what says that it is one, then each message letter for letter.

    The mark is a message of its own. Put into the text it would change what is shown, make it longer than allowed,
    and a template could not have it.
    """
    rows = ", ".join(str(message.row.number) for message in messages)
    notice = say_many(
        "[TEST] {campaign}: the next message is the one of row {rows}, as it would be received.",
        "[TEST] {campaign}: the next {count} messages are those of rows {rows}, as they would be received.",
        len(messages),
        campaign=way.new_run.campaign,
        rows=rows,
    )
    cells = ("",) * len(way.new_run.columns)
    yield Message(
        row=Row(NOTICE, cells), phone=phone, sender=messages[0].sender, content=Content(text=notice[:1000])
    )
    for message in messages:
        yield replace(message, phone=phone)


def _problem(way: Way, row: int | None, *, code: str, message: Sentence, column: str = "") -> Problem:
    return Problem(code=code, file=way.new_run.source, row=row, column=column, message=message)
