"""The compact set of phones."""

from hypothesis import given
from hypothesis import strategies as st

from lecommercial_batch.core.model import Phone
from lecommercial_batch.core.phone_set import NumberSet, PhoneSet

NUMBERS = st.one_of(st.integers(1, 40), st.integers(33600000000, 33600000999), st.integers(10**14, 2**64 - 1))


@given(st.lists(NUMBERS), st.lists(NUMBERS))
def test_it_is_a_set(inside: list[int], asked: list[int]) -> None:
    ours, wanted = NumberSet(iter(inside), count=len(inside)), set(inside)
    assert len(ours) == len(wanted)
    assert [ours.has(number) for number in [*inside, *asked]] == [number in wanted for number in [*inside, *asked]]


def test_numbers_that_follow_each_other_stay_apart() -> None:
    numbers = range(33600000000, 33600050000)
    phones = PhoneSet(numbers, count=len(numbers))
    assert all(Phone(f"+{number}") in phones for number in numbers)
    assert Phone("+33600050000") not in phones
    assert Phone("+33599999999") not in phones
