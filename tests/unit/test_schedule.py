"""[schedule] as people write it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from lecommercial_batch.core.errors import CampaignError
from lecommercial_batch.core.hours import Hours
from lecommercial_batch.core.language import say
from lecommercial_batch.planning.campaign.campaign import Campaign, load_campaign
from lecommercial_batch.scheduling.cron import times_after
from lecommercial_batch.scheduling.schedule import Schedule

CAMPAIGN = 'name = "A"\n[contacts]\nfile = "c.csv"\n[message]\ntext = "x"\n'


def load(folder: Path, schedule: str) -> Campaign:
    path = folder / "a.toml"
    path.write_text(f"{CAMPAIGN}[schedule]\n{schedule}\n", encoding="utf-8")
    return load_campaign(path)


def test_a_schedule_has_the_hours_of_france(tmp_path: Path) -> None:
    """Monday to Saturday, 08:00 to 20:00, no public holidays, unless it says otherwise."""
    campaign = load(tmp_path, "")

    assert campaign.options.hours == Hours()
    assert campaign.schedule == Schedule()
    assert load_without(tmp_path).options.hours is None


def load_without(folder: Path) -> Campaign:
    path = folder / "b.toml"
    path.write_text(CAMPAIGN, encoding="utf-8")
    return load_campaign(path)


def test_every_key_is_read(tmp_path: Path) -> None:
    campaign = load(
        tmp_path,
        'start = 2026-12-24T10:00:00\ntimezone = "Indian/Reunion"\nwindow = "9:30-12:00"\ndays = "mon-tue, Fri"\n'
        'holidays = ["FR", "FR-974"]\nif_late = "send"\ngrace = "2 hours"\nplan = "at_start"',
    )

    assert campaign.options.hours == Hours(
        timezone="Indian/Reunion", opens=570, closes=720, days=(0, 1, 4), holidays=("FR", "FR-974")
    )
    start = datetime(2026, 12, 24, 10, tzinfo=ZoneInfo("Indian/Reunion"))
    assert campaign.options.not_before == start
    assert campaign.schedule == Schedule(
        start=start, timezone="Indian/Reunion", if_late="send", grace=timedelta(hours=2), plan="at_start"
    )


def test_days_go_round_the_week(tmp_path: Path) -> None:
    hours = load(tmp_path, 'days = "Sat-Mon"\nholidays = []').options.hours

    assert hours
    assert (hours.days, hours.holidays) == ((0, 5, 6), ())


def test_a_cron_line_is_planned_at_each_start(tmp_path: Path) -> None:
    schedule = load(tmp_path, 'cron = " 0 10 * *   MON"').schedule

    assert schedule
    assert (schedule.cron, schedule.plan) == ("0 10 * * MON", "at_start")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('window = "20:00-08:00"', "“20:00-08:00” is not a part of a day"),
        ('window = "8h-20h"', "“8h-20h” is not a part of a day"),
        ('window = "08:60-20:00"', "is not a part of a day"),
        ('days = "lundi"', "“lundi” is not a list of days"),
        ('holidays = "XX"', "the public holidays of “XX” are not known"),
        ('holidays = ["FR", "FR-99"]', "the public holidays of “FR-99” are not known"),
        ('timezone = "Paris"', "“Paris” is not a time zone"),
        ('cron = "0 25 * * *"', "“0 25 * * *” is not a time as cron writes it"),
        ('cron = "0 0 30 2 *"', "is not a time as cron writes it"),
        ('cron = "0 9 * * *"\nstart = 2026-12-24T10:00:00', "not both"),
        ('cron = "0 9 * * *"\nplan = "now"', "is planned at each start"),
        ("start = 2026-12-24T10:00:00+01:00", "“start” is written without an offset"),
        ('grace = "soon"', "“soon” is not"),
        ('if_late = "maybe"', "if_late"),
        ('fenetre = "08:00-20:00"', "fenetre"),
    ],
)
def test_what_cannot_be_is_said(tmp_path: Path, written: str, said: str) -> None:
    """With its key and what to write instead."""
    with pytest.raises(CampaignError) as caught:
        load(tmp_path, written)

    [problem] = caught.value.problems
    assert said in say(problem.message) + problem.column
    assert say(problem.advice)


def test_cron_keeps_the_clocks_of_its_zone() -> None:
    """Ten o'clock in Paris is nine or eight; an hour that is skipped or shown twice counts once."""
    friday = datetime(2026, 3, 27, 12, tzinfo=UTC)
    ten = times_after("0 10 * * *", friday, "Europe/Paris")
    skipped = times_after("30 2 * * *", friday, "Europe/Paris")
    repeated = times_after("30 2 * * *", datetime(2026, 10, 24, 12, tzinfo=UTC), "Europe/Paris")

    assert [next(ten).hour for _ in range(3)] == [9, 8, 8]
    assert [next(skipped).isoformat() for _ in range(3)] == [
        "2026-03-28T01:30:00+00:00",
        "2026-03-29T01:00:00+00:00",
        "2026-03-30T00:30:00+00:00",
    ]
    assert [next(repeated).isoformat() for _ in range(2)] == [
        "2026-10-25T00:30:00+00:00",
        "2026-10-26T01:30:00+00:00",
    ]
