"""The files that lanes are locked by."""

from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from lecommercial_batch.delivery.engine.lane_locks import lane_lock

NAMES = st.text(max_size=12) | st.text(st.sampled_from("aA_ %-é"), max_size=6)


@example("a b", "a_b")
@example("Paris", "paris")
@example("a%20%b", "a b")
@example("x" * 500, "x" * 501)
@given(NAMES, NAMES)
def test_each_lane_has_a_file_of_its_own(one: str, other: str) -> None:
    """Two senders never wait for each other, whatever they are called, also where capitals are no letters."""
    paths = [lane_lock(Path("folder"), lane) for lane in (one, other)]

    assert (paths[0].name.casefold() == paths[1].name.casefold()) == (one == other)
    assert all(len(path.name.encode()) < 200 and path.parent == Path("folder") for path in paths)
