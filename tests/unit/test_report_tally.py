"""A run counted in one pass, and how its shares are written."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lecommercial_batch.core import language
from lecommercial_batch.core.model import Reason, Status
from lecommercial_batch.report.share import percent
from lecommercial_batch.report.tally import Course, tally
from tests.unit.report_rows import STARTED, a_rejected_row, a_sent_row


def test_every_row_is_counted_once() -> None:
    """By outcome, reason, sender and variant: each adds up to all."""
    rows = [
        a_sent_row(2, sender="lyon", variant="A"),
        a_sent_row(3, status=Status.FAILED, reason="request_failed", sender="paris", variant="B"),
        a_sent_row(4, status=Status.UNKNOWN, reason="no_answer", sender="lyon", variant="A"),
        a_sent_row(5, status=Status.PENDING, answered_at=None, sender="lyon", variant="A"),
        a_rejected_row(6),
        a_rejected_row(7, reason=Reason.DUPLICATE),
    ]
    counted = tally(rows)

    assert counted.rows == 6
    assert counted.messages.total() == 4
    assert counted.rejected == {"invalid_phone": 1, "duplicate": 1}
    assert counted.troubles == {"request_failed": 1, "no_answer": 1}
    assert counted.senders["lyon"] == {"accepted": 1, "unknown": 1, "pending": 1}
    assert sum(counted.variants.values(), Counter()).total() == 4
    assert counted.course.points()[-1][1] == 1


@given(st.lists(st.integers(-(10**6), 10**8), min_size=1, max_size=60))
def test_the_course_is_true_however_long_it_takes(seconds: list[int]) -> None:
    """It rises to all messages in bounded memory, and at each of its times it is what it was."""
    course = Course()
    for each in seconds:
        course.see(STARTED + timedelta(seconds=each))
    points = course.points()

    times, counts = zip(*points, strict=True)
    assert (counts[0], counts[-1]) == (0, len(seconds))
    assert list(times) == sorted(times)
    assert list(counts) == sorted(counts)
    assert len(points) <= 2 * 602
    for time, count in points:
        assert count == sum(STARTED.timestamp() + each < time for each in seconds)


@pytest.mark.parametrize(
    ("share", "english", "french"),
    [
        (0, "0%", "0\u00a0%"),
        (1, "100%", "100\u00a0%"),
        (0.92345, "92%", "92\u00a0%"),
        (0.99999, "99.9%", "99,9\u00a0%"),
        (0.00001, "0.1%", "0,1\u00a0%"),
        (0.0314, "3.1%", "3,1\u00a0%"),
    ],
)
def test_shares_are_written_as_each_language_does(share: float, english: str, french: str) -> None:
    """What is little is not nothing, and what is nearly all is not all."""
    assert percent(share) == english
    language.use("fr")
    try:
        assert percent(share) == french
    finally:
        language.use("en")
