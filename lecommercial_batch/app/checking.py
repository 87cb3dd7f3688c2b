"""What `check` looks at: a campaign with its contacts, or a contact file alone."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lecommercial_batch.app.settings import Settings
from lecommercial_batch.contacts import SUPPORTED, open_contacts
from lecommercial_batch.core.enumeration import enumerated
from lecommercial_batch.core.errors import ContactsError, InputError, Problem, Severity
from lecommercial_batch.core.model import Message, Recipient, Rejection, Row
from lecommercial_batch.core.sentence import NOTHING, Sentence
from lecommercial_batch.planning.column_finder import no_rows
from lecommercial_batch.planning.pipeline import Way
from lecommercial_batch.planning.screening import columns
from lecommercial_batch.planning.screening.concealed import (
    hidden_and_used,
    hidden_columns,
    uncomputed,
    where_numbers_may_be,
)
from lecommercial_batch.planning.screening.file_warnings import (
    lost_letters,
    other_phones,
    other_region,
    sheet_of,
    unasked_consent,
    unknown_countries,
    which_sheet,
)
from lecommercial_batch.planning.screening.first_mobile import FirstMobile
from lecommercial_batch.planning.screening.number_column import Numbers
from lecommercial_batch.planning.screening.phone_columns import guess_phones
from lecommercial_batch.planning.screening.placeholder_numbers import PlaceholderNumbers
from lecommercial_batch.planning.screening.samples import samples_of
from lecommercial_batch.planning.screening.screen import Read, Rules, screen
from lecommercial_batch.planning.screening.spread import Spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """Rows to go through, and what is to be said before."""

    source: str  #: the contact file as messages call it
    columns: Sequence[str]
    phones: Sequence[int]  #: indices of the phone columns; of several the first mobile of a row is taken
    country: int | None = None  #: index of the column that the countries were guessed from
    sheet: Sentence = NOTHING  #: which of several was read
    sheet_name: str = ""  #: the one that was, where there are any
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
        phones=way.phones,
        sheet=way.sheet,
        sheet_name=way.sheet_name,
        rows=way.rows,
        problems=_missing_keys(way, settings),
        remarks=way.remarked,
    )


def checked_contacts(path: Path, *, sheet: str | None, header: int | None = None, region: str) -> Checked:
    """Look at the numbers of a contact file alone.

    Raises:
        ContactsError: it cannot be read, or no column seems to hold phone numbers.
    """
    source = open_contacts(path, name=str(path), sheet=sheet, header=header)
    first: Sequence[Row] = next(iter(source.batches()), ())
    if not first:
        raise no_rows(source)
    samples = samples_of(source, first)
    phones = guess_phones(source.columns, samples, region=region, hidden=hidden_columns(source))
    if not phones:
        message = Sentence("no column of {file} looks like phone numbers", file=source.name)
        named = Sentence(
            "Call the column “Téléphone”. The columns are: {columns}.", columns=enumerated(source.columns)
        )
        advice = where_numbers_may_be(source, first[: len(samples)], region=region, otherwise=named)
        raise ContactsError(Problem(code="no_phone_column", file=source.name, message=message, advice=advice))
    rules = Rules(phone=phones[0], columns=source.columns)
    country = columns.guess_country(source.columns, samples)
    if unknown := unknown_countries(source, samples, phones=phones, region=region):
        raise ContactsError(*unknown)
    unnamed = columns.doubtful_country(source.columns, samples) if country is None else None
    one = Numbers(columns=source.columns, phone=phones[0], region=region, country=country, unnamed=unnamed)
    numbers = FirstMobile(numbers=one, phones=phones) if len(phones) > 1 else one
    spread = Spread()

    def read() -> Iterator[Read]:
        for batch in source.batches():
            spread.see(batch)
            yield from zip(batch, numbers.read_many(batch), strict=True)

    made_up = PlaceholderNumbers(source=source.name, column=source.columns[phones[0]])

    def rows() -> Iterator[Recipient | Rejection]:
        for each in screen(read(), rules=rules):
            if isinstance(each, Recipient):
                made_up.see(each.row, each.phone)
            yield each

    def remarks() -> Sequence[Problem]:
        all_over = [row.cells for row in spread.rows]
        regions = other_region(source, all_over, phones=phones, region=region) if country is None else ()
        return [*unasked_consent(source, all_over), *regions, *made_up.problems()]

    doubts = [
        *other_phones(source, samples, phones=phones, region=region),
        *hidden_and_used(source, (*phones, country)),
        *uncomputed(source),
        *lost_letters(source, samples),
    ]
    return Checked(
        source=source.name,
        columns=source.columns,
        phones=phones,
        country=country,
        sheet=which_sheet(source),
        sheet_name=sheet_of(source),
        rows=rows,
        problems=doubts,
        remarks=remarks,
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
