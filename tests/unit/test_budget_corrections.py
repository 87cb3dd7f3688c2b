"""What a budget remembers of calls that left later than they were meant to."""

from hypothesis import given, settings
from hypothesis import strategies as st

from lecommercial_batch.budget import CELLS, Budget
from lecommercial_batch.model import Rate
from lecommercial_batch.shared import OwnCells

#: Twice what the ring of departures holds, less two: the next ones are written around its end.
NEAR_THE_END = 2 * 4096 - 2


@settings(max_examples=200, deadline=None)
@given(
    before=st.sampled_from([0, 3, NEAR_THE_END]),
    late=st.lists(st.floats(min_value=0, max_value=0.02), min_size=2, max_size=60),
)
def test_corrections_leave_the_times_at_which_calls_left_in_order(before: int, late: list[float]) -> None:
    """Whatever overtook what: the times that are kept are those at which calls really left, sorted."""
    cells = OwnCells(CELLS)
    budget = Budget(Rate(count=1000, period=1), cells)
    for place in range(before):
        budget.leave(1 + place / 1e6)
    meant = [2 + place / 1000 for place in range(len(late))]
    numbers = [budget.leave(time) for time in meant]
    really = [time + delay for time, delay in zip(meant, late, strict=True)]

    for time, number, at in sorted(zip(meant, numbers, really, strict=True), key=lambda each: each[2]):
        budget.correct(number, time, at)

    ring = cells.values[CELLS - 4096 :]
    assert [ring[number % 4096] for number in numbers] == sorted(really)
