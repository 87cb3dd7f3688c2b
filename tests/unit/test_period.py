"""How periods and frequencies are written."""

from datetime import timedelta

import pytest

from lecommercial_batch.core.durations import parse_frequency, parse_period
from lecommercial_batch.core.guards import Frequency


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("30 days", timedelta(days=30)),
        ("90d", timedelta(days=90)),
        ("1 jour", timedelta(days=1)),
        ("12 Hours", timedelta(hours=12)),
        (" 2 semaines ", timedelta(weeks=2)),
    ],
)
def test_a_period_is_read(text: str, period: timedelta) -> None:
    assert parse_period(text) == period


@pytest.mark.parametrize("text", ["", "30", "0 days", "-1 days", "30 months", "days", "1.5 days", "٣ days", 30])
def test_anything_else_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="is not a number of days"):
        parse_period(text)


def test_a_frequency_is_read() -> None:
    assert parse_frequency("2 per 7 days") == Frequency(count=2, period=timedelta(days=7))
    assert parse_frequency("1 par 24 heures") == Frequency(count=1, period=timedelta(hours=24))
    assert parse_frequency("3/1week") == Frequency(count=3, period=timedelta(weeks=1))


@pytest.mark.parametrize("text", ["2", "2 per", "0 per 7 days", "2 per 0 days", "two per week", "2 per week"])
def test_no_frequency(text: str) -> None:
    with pytest.raises(ValueError, match=r"does not say how often|is not a number of days"):
        parse_frequency(text)
