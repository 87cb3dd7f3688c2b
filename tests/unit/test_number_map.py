"""The compact map from numbers to rows."""

from hypothesis import given
from hypothesis import strategies as st

from lecommercial_batch.planning.phones.number_map import NumberMap

NUMBERS = st.one_of(st.integers(1, 40), st.integers(33600000000, 33600000999), st.integers(10**14, 10**15 - 1))


@given(st.lists(st.tuples(st.sampled_from(["setdefault", "set"]), NUMBERS, st.integers(0, 2**32 - 1))))
def test_it_is_a_dictionary(steps: list[tuple[str, int, int]]) -> None:
    """Whatever is put in comes out, for every number its own row, 0 included."""
    ours, wanted = NumberMap(), dict[int, int]()
    for step, number, row in steps:
        assert (number in ours) == (number in wanted)
        if step == "set":
            ours[number] = wanted[number] = row
        else:
            assert ours.setdefault(number, row) == wanted.setdefault(number, row)
    for number, row in wanted.items():
        assert ours.get(number, -1) == row


def test_it_grows_and_forgets_nothing() -> None:
    """Numbers that follow each other, as those of a company do, and numbers far apart."""
    rows = NumberMap()
    numbers = [*range(33600000000, 33600020000), *range(10**13, 10**15, 10**11)]
    assert [rows.setdefault(number, row) for row, number in enumerate(numbers)] == [*range(len(numbers))]
    assert [rows.get(number, -1) for number in numbers] == [*range(len(numbers))]
    assert 33600020000 not in rows
