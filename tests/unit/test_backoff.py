from hypothesis import given
from hypothesis import strategies as st

from lecommercial_batch.delivery import backoff


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_a_wait_is_bounded(attempt: int, jitter: float) -> None:
    """However often a call was not executed, the wait is between half a second and the ceiling."""
    wait = backoff.delay(attempt, retry_after=None, jitter=lambda: jitter)

    assert 0.5 <= wait <= backoff.CEILING


@given(st.integers(1, 100), st.floats(0, 3600), st.floats(0, 1, exclude_max=True))
def test_what_the_api_asked_for_is_waited(attempt: int, asked: float, jitter: float) -> None:
    """A wait is never shorter than Retry-After, even beyond the ceiling."""
    assert backoff.delay(attempt, retry_after=asked, jitter=lambda: jitter) >= asked


def test_the_width_doubles() -> None:
    """With the jitter at its widest, each wait is twice the one before, up to the ceiling."""
    waits = [backoff.delay(attempt, retry_after=None, jitter=lambda: 1.0) for attempt in range(1, 8)]

    assert waits == [2, 4, 8, 16, 32, 60, 60]
