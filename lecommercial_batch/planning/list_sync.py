"""What must change for a list to be as a contact file says: the way of a row into a list."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lecommercial_batch.core.contact_edits import LONGEST_NAME, Edit, EditKind, differs
from lecommercial_batch.core.contact_lists import Contact
from lecommercial_batch.core.enumeration import enumerated
from lecommercial_batch.core.errors import ContactsError, Problem
from lecommercial_batch.core.model import (
    Cell,
    Message,
    NewRun,
    Phone,
    Reading,
    Reason,
    Recipient,
    Rejection,
    Row,
    RunOptions,
)
from lecommercial_batch.core.phone_set import People
from lecommercial_batch.core.ports import Source
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.planning.manner import Manner
from lecommercial_batch.planning.phones import normalise_many
from lecommercial_batch.planning.screening import columns
from lecommercial_batch.planning.screening.concealed import hidden_columns
from lecommercial_batch.planning.screening.phone_columns import guess_phone
from lecommercial_batch.planning.screening.samples import samples_of
from lecommercial_batch.planning.screening.screen import Read, Rules, screen

LONGEST_NUMBER: Final = 15  #: digits, anywhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """Which columns of the file are meant, and how its numbers are read."""

    phone: str | None = None
    name: str | None = None
    lastname: str | None = None
    region: str = "FR"


class Difference:
    """How the rows of a file become the edits that a list needs, and the rejections of the others.

    Names that the file does not give stay as they are: the API cannot clear them. Nobody of ``opted_out`` is put
    into a list. With ``remove`` whoever is in
    the list and in no usable row of the file is taken out; these edits stand below the file's rows.

    Raises:
        ContactsError: no column holds phone numbers, or one that was named is not there.
    """

    def __init__(
        self,
        source: Source,
        listed: Sequence[Contact],
        *,
        list_id: int,
        remove: bool,
        lane: str,
        choices: Choices,
        options: RunOptions,
        campaign: str,
        opted_out: People = (),
    ) -> None:
        self._source = source
        self._list_id = list_id
        self._remove = remove
        self._lane = lane
        self._region = choices.region
        self._phone = _phone_column(source, choices)
        self._rules = Rules(phone=self._phone, columns=source.columns, opted_out=opted_out)
        self._name = _column(source, choices.name) if choices.name else columns.guess_first_name(source.columns)
        self._lastname = (
            _column(source, choices.lastname) if choices.lastname else columns.guess_last_name(source.columns)
        )
        self._listed = by_number(listed, region=choices.region)
        self.parts: Final[Mapping[str, str]] = {}  # nothing that is written in a campaign file
        self.manner: Final = Manner()
        self.new_run: Final = NewRun(
            campaign=campaign,
            campaign_file=Path(source.name),
            source=source.name,
            columns=source.columns,
            phone_column=source.columns[self._phone],
            options=options,
            variants=tuple(EditKind),
            edits=True,
        )

    @property
    def used(self) -> Mapping[str, str]:
        """Return which column is taken for what."""
        taken = {"phone": self._phone, "name": self._name, "lastname": self._lastname}
        return {name: self._source.columns[index] for name, index in taken.items() if index is not None}

    def rows(self) -> Iterator[Message | Rejection]:
        """Yield one edit or rejection for each row, in the order of the file; then what is to be removed."""
        left, last = dict(self._listed), 1
        for each in screen(self._read(), rules=self._rules):
            last = each.row.number
            if isinstance(each, Rejection):
                yield each
            else:
                left.pop(each.phone.digits, None)
                yield self._edit(each)
        if self._remove:
            yield from self._removals(left, below=last)

    def _read(self) -> Iterator[Read]:
        for batch in self._source.batches():
            cells = [row.cells[self._phone] for row in batch]
            yield from zip(batch, normalise_many(cells, region=self._region, accept_any=True), strict=True)

    def _edit(self, recipient: Recipient) -> Message | Rejection:
        row = recipient.row
        name, lastname = self._text(row, self._name), self._text(row, self._lastname)
        for index, text in ((self._name, name), (self._lastname, lastname)):
            if index is not None and len(text) > LONGEST_NAME:
                detail = Sentence("a name has {most} characters at most", most=LONGEST_NAME)
                return Rejection(row, Reason.BAD_VALUE, detail, self._source.columns[index])
        contact = self._listed.get(recipient.phone.digits)
        kind = EditKind.ADD
        if contact is not None:
            if not differs(contact, name=name, lastname=lastname):
                return Rejection(row, Reason.UNCHANGED, Sentence("contact {id} of the list", id=contact.id))
            kind = EditKind.UPDATE
        written = _written(contact, recipient.phone.digits) if contact else ""
        edit = Edit(kind=kind, list_id=self._list_id, name=name, lastname=lastname, written=written)
        return edit.message(row, recipient.phone, lane=self._lane)

    def _removals(self, contacts: Mapping[str, Contact], *, below: int) -> Iterator[Message]:
        for number, (digits, contact) in enumerate(contacts.items(), start=below + 1):
            written = _written(contact, digits)
            edit = Edit(kind=EditKind.REMOVE, list_id=self._list_id, written=written)
            cells: list[Cell] = [""] * len(self._source.columns)
            names = ((self._name, contact.name), (self._lastname, contact.lastname))
            for index, text in (*names, (self._phone, f"+{digits}")):
                if index is not None:
                    cells[index] = text
            yield edit.message(Row(number, tuple(cells)), Phone(f"+{digits}"), lane=self._lane)

    def _text(self, row: Row, index: int | None) -> str:
        return "" if index is None else " ".join(str(row.cells[index]).split())


def by_number(contacts: Sequence[Contact], *, region: str = "FR") -> dict[str, Contact]:
    """Return contacts by their numbers in bare digits, however the list has them written.

    Those that are no numbers at all are left out: no call could name them.
    """
    readings = normalise_many([each.number for each in contacts], region=region, accept_any=True)
    read = [
        reading.phone.digits if isinstance(reading, Reading) else contact.phone
        for contact, reading in zip(contacts, readings, strict=True)
    ]
    known = zip(read, contacts, strict=True)
    return {
        number: each
        for number, each in known
        if number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER
    }


def _written(contact: Contact, digits: str) -> str:
    """Return how the API writes a contact's number, where it would not know the contact by ``digits``."""
    written = contact.written or contact.phone
    return "" if written == digits else written


def _phone_column(source: Source, choices: Choices) -> int:
    if choices.phone:
        return _column(source, choices.phone)
    first: Sequence[Row] = next(iter(source.batches()), ())
    samples = samples_of(source, first)
    hidden = hidden_columns(source)
    found = guess_phone(source.columns, samples, region=choices.region, hidden=hidden)
    if found is None:
        message = Sentence("no column of {file} looks like phone numbers", file=source.name)
        raise _flaw(source, "no_phone_column", message, Sentence("Name it: --phone COLUMN."))
    return found


def _column(source: Source, name: str) -> int:
    found = columns.find_column(name, source.columns)
    if found is None:
        message = Sentence("the file {file} has no column “{column}”", file=source.name, column=name)
        advice = Sentence("The columns are: {columns}.", columns=enumerated(source.columns))
        raise _flaw(source, "unknown_column", message, advice)
    return found


def _flaw(source: Source, code: str, message: Sentence, advice: Sentence) -> ContactsError:
    return ContactsError(Problem(code=code, file=source.name, message=message, advice=advice))
