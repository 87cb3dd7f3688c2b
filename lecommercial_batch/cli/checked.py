"""What `check` looks at: a campaign with its contacts, or a contact file alone."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lecommercial_batch import columns
from lecommercial_batch.contacts import SUPPORTED, open_contacts
from lecommercial_batch.doubts import other_phones, other_region, unasked_consent, unknown_countries, which_sheet
from lecommercial_batch.errors import ContactsError, InputError, Problem, Severity
from lecommercial_batch.model import Message, Recipient, Rejection, Row
from lecommercial_batch.numbers import Numbers
from lecommercial_batch.samples import samples_of
from lecommercial_batch.screen import Read, Rules, screen
from lecommercial_batch.sentence import NOTHING, Sentence
from lecommercial_batch.settings import Settings
from lecommercial_batch.way import Way, no_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """Rows to go through, and what is to be said before."""

    source: str  #: the contact file as messages call it
    columns: Sequence[str]
    phone: int  #: index of the phone column
    country: int | None = None  #: index of the column that the countries were guessed from
    sheet: Sentence = NOTHING  #: which of several was read
    rows: Callable[[], Iterator[Message | Recipient | Rejection]]
    problems: Sequence[Problem] = ()
    remarks: Callable[[], Sequence[Problem]] = tuple  #: of the messages, once the rows have gone by


def is_contact_file(path: Path) -> bool:
    """Tell whether a path names contacts rather than a campaign."""
    return str(path) == "-" or path.suffix.lower() in SUPPORTED


def checked_campaign(way: Way, settings: Settings) -> Checked:
    """Look at all of a campaign; keys that `send` will need are missed with a warning."""
    run = way.new_run
    return Checked(
        source=run.source,
        columns=run.columns,
        phone=run.columns.index(run.phone_column),
        sheet=way.sheet,
        rows=way.rows,
        problems=_missing_keys(way, settings),
        remarks=way.remarked,
    )


def checked_contacts(path: Path, *, sheet: str | None, region: str) -> Checked:
    """Look at the numbers of a contact file alone.

    Raises:
        ContactsError: it cannot be read, or no column seems to hold phone numbers.
    """
    source = open_contacts(path, name=str(path), sheet=sheet)
    first: Sequence[Row] = next(iter(source.batches()), ())
    if not first:
        raise no_rows(source)
    samples = samples_of(source, first)
    phone = columns.guess_phone(source.columns, samples, region=region)
    if phone is None:
        message = Sentence("no column of {file} looks like phone numbers", file=source.name)
        advice = Sentence(
            "Call the column “Téléphone”. The columns are: {columns}.", columns=", ".join(source.columns)
        )
        raise ContactsError(Problem(code="no_phone_column", file=source.name, message=message, advice=advice))
    rules = Rules(phone=phone, columns=source.columns)
    country = columns.guess_country(source.columns, samples)
    if unknown := unknown_countries(source, samples, phone=phone, region=region):
        raise ContactsError(*unknown)
    unnamed = columns.doubtful_country(source.columns, samples) if country is None else None
    numbers = Numbers(columns=source.columns, phone=phone, region=region, country=country, unnamed=unnamed)

    def read() -> Iterator[Read]:
        for batch in source.batches():
            yield from zip(batch, numbers.read_many(batch), strict=True)

    def rows() -> Iterator[Recipient | Rejection]:
        return screen(read(), rules=rules)

    doubts = [*unasked_consent(source, samples), *other_phones(source, samples, phone=phone, region=region)]
    if country is None:
        doubts += other_region(source, samples, phone=phone, region=region)
    return Checked(
        source=source.name,
        columns=source.columns,
        phone=phone,
        country=country,
        sheet=which_sheet(source),
        rows=rows,
        problems=doubts,
    )


def _missing_keys(way: Way, settings: Settings) -> list[Problem]:
    found: list[Problem] = []
    settings = replace(settings, confirm=None)  # who only checks is asked nothing
    for name in way.senders:
        try:
            settings.sender(name)
        except InputError as error:
            found += error.problems
    return [
        Problem(code=each.code, message=each.message, advice=each.advice, severity=Severity.WARNING)
        for each in dict.fromkeys(found)
    ]
