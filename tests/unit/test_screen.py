"""Who of the rows may be written to."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lecommercial_batch.core.model import Cell, Phone, Reading, Reason, Recipient, Rejection, Row, Unusable
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.planning.phones import normalise, region_of
from lecommercial_batch.planning.screening.flawed_rows import FlawedRow
from lecommercial_batch.planning.screening.screen import Duplicates, Read, Rules, screen, settle
from lecommercial_batch.planning.templates.render import Renderer, Wording

COLUMNS = ("Tel", "Opt-in")
A, B = "0641700001", "0641700002"


def read(row: Row) -> Reading | Unusable:
    return normalise(row.cells[0], region="FR")


def all_read(rows: Sequence[Row]) -> list[Read]:
    return [(row, read(row)) for row in rows]


def rows(*phones: Cell, consent: Sequence[str] = ()) -> list[Row]:
    said = [*consent, *["oui"] * (len(phones) - len(consent))]
    return [Row(number, (phone, said[number - 2])) for number, phone in enumerate(phones, start=2)]


def decided(contacts: Sequence[Row], which: Duplicates, *, opted_out: frozenset[Phone] = frozenset()) -> list[str]:
    """Screen rows the way a plan does: `to`, or the reason against it."""
    rules = Rules(phone=0, columns=COLUMNS, consent=1, opted_out=opted_out)
    if which is not Duplicates.FIRST:
        settled = settle(all_read(contacts), rules=rules, which=which)
        rules = Rules(phone=0, columns=COLUMNS, consent=1, opted_out=opted_out, settled=settled)
    found = list(screen(all_read(contacts), rules=rules))
    assert [each.row for each in found] == list(contacts)
    return ["to" if isinstance(each, Recipient) else each.reason for each in found]


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        (Duplicates.FIRST, ["to", "to", "duplicate", "duplicate"]),
        (Duplicates.LAST, ["duplicate", "to", "duplicate", "to"]),
        (Duplicates.REJECT_ALL, ["duplicate", "to", "duplicate", "duplicate"]),
    ],
)
def test_one_row_a_number_at_most(which: Duplicates, expected: list[str]) -> None:
    """Which one is the campaign's choice; however the number is written."""
    assert decided(rows(A, B, "+33 6 41 70 00 01", "641700001"), which) == expected


@pytest.mark.parametrize("which", list(Duplicates))
def test_a_row_that_may_not_be_written_to_is_no_duplicate(which: Duplicates) -> None:
    """A number without consent in one row does not keep the other row from its message."""
    assert decided(rows(A, A, consent=["oui", "non"]), which) == ["to", "no_consent"]
    assert decided(rows(A, A, consent=["non", "oui"]), which) == ["no_consent", "to"]


@pytest.mark.parametrize("which", list(Duplicates))
def test_who_opted_out_is_told_so(which: Duplicates) -> None:
    """Not that the number stands twice."""
    gone = frozenset({Phone("+33641700001")})
    assert decided(rows(A, A, B), which, opted_out=gone) == ["opted_out", "opted_out", "to"]


@given(
    st.lists(st.sampled_from([A, B, "0641700003", "01 99 00 12 34", "", "33641700001"])),
    st.sampled_from(Duplicates),
)
def test_nobody_is_written_to_twice_and_no_row_is_lost(phones: list[str], which: Duplicates) -> None:
    """One result a row, and of rows with one number one message at most."""
    contacts = rows(*phones)
    sent = [read(row) for row, what in zip(contacts, decided(contacts, which), strict=True) if what == "to"]
    numbers = [reading.phone for reading in sent if isinstance(reading, Reading)]
    assert len(set(numbers)) == len(numbers) == len(sent)


def test_a_row_that_slipped_is_rejected_whatever_stands_in_it() -> None:
    """It comes before consent and number, which may be those of other columns."""
    row = FlawedRow(7, (A, "oui"), Sentence("too long"), "D")
    (found,) = screen(all_read([row]), rules=Rules(phone=0, columns=COLUMNS))
    assert found == Rejection(row, Reason.BAD_ROW, Sentence("too long"), "D")


@pytest.mark.parametrize(
    ("cell", "region"),
    [
        *[("FR", "FR"), ("fr", "FR"), (" be ", "BE"), ("France", "FR"), ("ROYAUME-UNI", "GB"), ("UK", "GB")],
        *[("Switzerland", "CH"), ("La Réunion", "RE"), ("Cote d'Ivoire", "CI"), ("+32", "BE"), ("0041", "CH")],
        *[(33, "FR"), ("XX", None), ("999", None), ("Lyon", None), ("+", None), ("²", None)],
    ],
)
def test_a_country_is_known_by_code_name_or_calling_code(cell: Cell, region: str | None) -> None:
    """In French or English, without regard to case and accents."""
    assert region_of(cell) == region


@pytest.mark.parametrize(
    ("cell", "code"), [("#N/A", "bad_value"), ("#VALEUR!", "bad_value"), ("", "missing_value")]
)
def test_an_error_in_a_cell_is_not_an_empty_cell(cell: str, code: str) -> None:
    """A message is never made with #N/A in it; an empty cell keeps its own reason."""
    renderer = Renderer(Wording(text="Bonjour {{ nom }}"), ("Nom", "Note"), file="c.toml")
    found = renderer.render(Recipient(Row(2, (cell, "#N/A")), Phone("+33641700001")))
    assert isinstance(found, Rejection)
    assert (found.reason, found.column) == (code, "Nom")
