"""Whatever a server writes, a wait is finite and no longer than anybody waits."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lecommercial_batch.delivery.backoff import TOO_LONG
from lecommercial_batch.gateway.waits import pause_asked, wait_asked

NOW = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
SECONDS = int(NOW.timestamp())


@pytest.mark.parametrize(
    ("name", "written", "wait"),
    [
        ("retry-after", "0", 0),
        ("retry-after", " 30 ", 30),
        ("retry-after", "1.5", 1.5),
        ("retry-after", "3600", 3600),
        ("retry-after", "86400", TOO_LONG),
        ("retry-after", "999999999999", TOO_LONG),
        ("retry-after", "9" * 400, TOO_LONG),
        ("retry-after", "9" * 5000, TOO_LONG),
        ("retry-after", "0" * 5000 + "7", 7),
        ("retry-after", "Tue, 03 Mar 2026 10:00:20 GMT", 20),
        ("retry-after", "Tue, 03 Mar 2026 10:00:20 -0000", 20),
        ("retry-after", "Wed, 01 Jan 2020 00:00:00 GMT", 0),
        ("retry-after", "Fri, 31 Dec 9999 23:59:59 GMT", TOO_LONG),
        ("retry-after", "-5", None),
        ("retry-after", "in a while", None),
        ("retry-after", "nan", None),
        ("retry-after", "inf", None),
        ("retry-after", "1e400", None),
        ("retry-after", "٣٠", None),
        ("x-ratelimit-reset", "45", 45),
        ("x-ratelimit-reset", str(SECONDS + 45), 45),
        ("x-ratelimit-reset", str((SECONDS + 45) * 1000), 45),
        ("x-ratelimit-reset", str((SECONDS + 45) * 10**6), 45),
        ("x-ratelimit-reset", str((SECONDS + 45) * 10**9), 45),
        ("x-ratelimit-reset", str(SECONDS - 45), 0),
        ("x-ratelimit-reset", str((SECONDS + 7200) * 1000), TOO_LONG),
        ("x-ratelimit-reset", "9" * 5000, TOO_LONG),
        ("x-ratelimit-reset", "-1", None),
    ],
)
def test_what_is_asked_for(name: str, written: str, wait: float | None) -> None:
    """Seconds, dates and moments in any unit are read; what is absurd is too long, or nothing."""
    asked = wait_asked({name: written}, NOW)

    assert asked == (wait if wait is None else pytest.approx(wait, abs=1e-3))


@given(st.text(), st.text(), st.datetimes(timezones=st.just(UTC)))
def test_a_wait_is_finite(retry_after: str, reset: str, now: datetime) -> None:
    """No text in a header, and no clock, makes a wait that is not between nothing and too long."""
    asked = wait_asked({"retry-after": retry_after, "x-ratelimit-reset": reset}, now)

    assert asked is None or 0 <= asked <= TOO_LONG


@given(st.integers(min_value=0), st.sampled_from(["retry-after", "x-ratelimit-reset"]))
def test_a_number_of_any_size_is_a_wait(number: int, name: str) -> None:
    """A number is never passed over: a server that writes one wants to be left alone."""
    asked = wait_asked({name: str(number)}, NOW)

    assert asked is not None
    assert math.isfinite(asked)
    assert 0 <= asked <= TOO_LONG


@pytest.mark.parametrize(("remaining", "pause"), [("0", 7), (" 0 ", 7), ("1", None), ("", None)])
def test_only_the_last_call_of_a_window_asks_for_a_pause(remaining: str, pause: float | None) -> None:
    """What is said on every answer holds nobody up."""
    assert pause_asked({"x-ratelimit-remaining": remaining, "retry-after": "7"}, NOW) == pause


def test_a_reset_without_a_zone_is_read_as_utc() -> None:
    """A date of `-0000` has no zone of ours: this machine's is not asked."""
    later = NOW + timedelta(minutes=5)
    written = later.strftime("%a, %d %b %Y %H:%M:%S -0000")

    assert wait_asked({"retry-after": written}, NOW) == 300
