"""Rows whose number stands in one of several columns."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lecommercial_batch.core.model import Cell, Reading, Reason, Row, Unusable
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.planning.phones import normalise
from lecommercial_batch.planning.screening.first_mobile import FirstMobile, column_taken, was_repaired
from lecommercial_batch.planning.screening.number_column import Numbers

COLUMNS = ("Mobile", "Téléphone", "Pays")
CELLS = st.sampled_from(
    ["", " ", "0641700001", "06 41 70 00 02", "0199001234", "6 41 70 00 03", "n/a", "refus", "STOP 0641700004"]
)


def several(*, accept_any: bool = False, country: int | None = None) -> FirstMobile:
    numbers = Numbers(columns=COLUMNS, phone=0, region="FR", accept_any=accept_any, country=country)
    return FirstMobile(numbers=numbers, phones=(0, 1))


def read(*cells: Cell, accept_any: bool = False, country: int | None = None) -> Reading | Unusable:
    return several(accept_any=accept_any, country=country).read(Row(2, (*cells, "")[:3]))


def number(reading: Reading | Unusable) -> str:
    return reading.phone.e164 if isinstance(reading, Reading) else reading.reason


@pytest.mark.parametrize(
    ("mobile", "phone", "found"),
    [
        ("0641700001", "0641700002", "+33641700001"),
        ("", "0641700002", "+33641700002"),
        ("01 99 00 12 34", "0641700002", "+33641700002"),
        ("n/a", "0641700002", "+33641700002"),
        ("0641700001", "01 99 00 12 34", "+33641700001"),
        ("01 99 00 12 34", "n/a", "not_mobile"),
        ("", "01 99 00 12 34", "not_mobile"),
        ("n/a", "01 99 00 12 34", "invalid_phone"),
        ("", " ", "invalid_phone"),
    ],
)
def test_the_first_mobile_of_the_row_is_taken(mobile: str, phone: str, found: str) -> None:
    """Whatever stands before it; where there is none, the first cell that is filled says why."""
    assert number(read(mobile, phone)) == found


def test_a_rejection_names_the_column_it_is_about() -> None:
    """The first that is filled; of an empty row the first."""
    columns = [
        each.column
        for each in (read("", "0199001234"), read("n/a", ""), read("", ""))
        if isinstance(each, Unusable)
    ]

    assert columns == ["Téléphone", "Mobile", "Mobile"]
    assert isinstance(empty := read("", ""), Unusable)
    assert str(empty.detail) == "the cell is empty"


def test_a_mobile_goes_before_a_landline_where_any_kind_will_do() -> None:
    """The landline is taken where there is no mobile."""
    assert number(read("0199001234", "0641700002", accept_any=True)) == "+33641700002"
    assert number(read("0199001234", "", accept_any=True)) == "+33199001234"
    assert number(read("n/a", "0199001234", accept_any=True)) == "+33199001234"


def test_it_is_said_which_column_was_used() -> None:
    """Where it is not the first; a repair is told with it, and outlives the journal in any language."""
    first, other, repaired = read("0641700001", ""), read("", "0641700002"), read("", 641700002)
    assert isinstance(first, Reading)
    assert isinstance(other, Reading)
    assert isinstance(repaired, Reading)

    assert [column_taken(each.repair) for each in (first, other, repaired)] == ["", "Téléphone", "Téléphone"]
    assert [was_repaired(each.repair) for each in (first, other, repaired)] == [False, False, True]
    assert Sentence.load(repaired.repair.dump()) == repaired.repair
    assert "leading zero restored, in the column “Téléphone”" in str(repaired.repair)


@pytest.mark.parametrize(
    "cells", [("STOP 0641700001", "0641700002"), ("refus", "0641700002"), ("0641700001", "décédé")]
)
def test_words_that_say_not_to_call_hold_for_the_row(cells: Sequence[str]) -> None:
    """Another column is no way around them."""
    assert number(read(*cells)) == Reason.INVALID_PHONE


def test_each_column_is_read_by_the_country_of_the_row() -> None:
    """A Swiss mobile in the second column is a Swiss one."""
    assert number(read("", "079 123 45 67", country=2)) == "+33791234567"
    assert number(several(country=2).read(Row(2, ("", "079 123 45 67", "CH")))) == "+41791234567"


@given(st.lists(st.tuples(CELLS, CELLS), max_size=8), st.booleans())
def test_many_rows_are_read_as_each_is(cells: list[tuple[str, str]], accept_any: bool) -> None:
    """And what is read is what stands in one of the row's columns."""
    rows = [Row(index, (*row, "")) for index, row in enumerate(cells, start=2)]
    numbers = several(accept_any=accept_any)
    found = numbers.read_many(rows)

    assert list(found) == [numbers.read(row) for row in rows]
    for reading, row in zip(found, rows, strict=True):
        if isinstance(reading, Reading):
            read_of = [normalise(cell, region="FR", accept_any=accept_any) for cell in row.cells[:2]]
            assert reading.phone in [each.phone for each in read_of if isinstance(each, Reading)]
