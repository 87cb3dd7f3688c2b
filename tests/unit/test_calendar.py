"""When people may be written to, against somebody who looks at the clocks of each minute."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lecommercial_batch.core.hours import Hours
from lecommercial_batch.planning.phones import zone_of, zone_of_region
from lecommercial_batch.scheduling.calendar import Calendar, Interval
from lecommercial_batch.scheduling.public_holidays import holiday_name, is_holiday_in, is_known

MINUTE = 60
#: Days around which clocks are put forth or back somewhere, and a few more.
ANCHORS = [
    date(2026, 3, 29),
    date(2026, 10, 25),
    date(2026, 4, 5),
    date(2026, 11, 1),
    date(2026, 12, 24),
    date(2026, 7, 14),
]
ZONES = [
    "",
    "Europe/Paris",
    "Indian/Reunion",
    "America/Martinique",
    "America/New_York",
    "Australia/Lord_Howe",  # half an hour of summer time
    "Asia/Kolkata",
    "Indian/Mayotte,Indian/Reunion",
    "Europe/Paris,America/New_York",
    "Pacific/Auckland,Pacific/Honolulu",  # hardly a good hour for both
    "Not/AZone",
]


def is_good(hours: Hours, zone: str, at: float) -> bool:
    """Look at the clock of one zone."""
    local = datetime.fromtimestamp(at, ZoneInfo(zone))
    minute = 60 * local.hour + local.minute
    holiday = is_holiday_in(hours.holidays)(local.date())
    return hours.opens <= minute < hours.closes and local.weekday() in hours.days and not holiday


def walk(hours: Hours, zone: str, begin: float, days: int) -> Iterator[Interval]:
    """Yield the intervals from a moment on, minute by minute; the first as if it began there."""
    names = [name for name in zone.split(",") if name and name != "Not/AZone"] or [hours.timezone]
    opened = None
    for at in range(int(begin), int(begin) + days * 86_400, MINUTE):
        good = all(is_good(hours, name, at) for name in names)
        if good and opened is None:
            opened = at
        elif not good and opened is not None:
            yield opened, at
            opened = None


def intervals(calendar: Calendar, zone: str, begin: float, end: float) -> list[Interval]:
    """Return them from a moment on, those that touch as one: a day's end may be the next one's beginning."""
    found: list[Interval] = []
    at = begin
    while (interval := calendar.interval(zone, at)) and interval[1] <= end:
        if found and found[-1][1] == interval[0]:
            found[-1] = found[-1][0], interval[1]
        else:
            found.append((max(begin, interval[0]), interval[1]))
        at = interval[1]
    return found


windows = st.tuples(st.integers(0, 23 * 60), st.integers(1, 24 * 60)).filter(lambda window: window[0] < window[1])


@settings(max_examples=60, deadline=None)
@example(
    window=(8 * 60, 20 * 60), days={0, 1, 2, 3, 4, 5}, zone="Europe/Paris", anchor=date(2026, 12, 24), minute=0
)
@example(window=(150, 480), days={6}, zone="Europe/Paris", anchor=date(2026, 3, 29), minute=0)
@example(window=(150, 170), days={6}, zone="Europe/Paris", anchor=date(2026, 10, 25), minute=0)
@given(
    window=windows,
    days=st.sets(st.integers(0, 6), min_size=1),
    zone=st.sampled_from(ZONES),
    anchor=st.sampled_from(ANCHORS),
    minute=st.integers(-2 * 1440, 1440),
)
def test_every_interval_is_what_the_clocks_say(
    window: tuple[int, int], days: set[int], zone: str, anchor: date, minute: int
) -> None:
    """Over changes of clocks, holidays and zones; where no hour is good in all zones, the campaign's counts."""
    hours = Hours(opens=window[0], closes=window[1], days=tuple(days), holidays=("FR",))
    calendar = Calendar(hours, is_holiday_in(hours.holidays))
    begin = datetime(anchor.year, anchor.month, anchor.day, tzinfo=UTC).timestamp() + MINUTE * minute
    if calendar.interval(zone, begin) == calendar.interval("", begin) and "," in zone:
        zone = ""  # as there is none in common
    walked = list(walk(hours, zone, begin, days=10))

    found = intervals(calendar, zone, begin, begin + 10 * 86_400 - MINUTE)

    if found and found[-1] not in walked:
        found.pop()  # it goes on after the walk
    assert found == walked[: len(found)]
    assert len(walked) - len(found) <= 1  # the last may go on after the walk
    assert all(before[1] < after[0] for before, after in pairwise(found))


@pytest.mark.parametrize("at", ["2026-12-24T19:59:59+01:00", "2026-12-24T08:00:00+01:00"])
def test_it_is_open_until_the_last_second(at: str) -> None:
    hours = Hours()
    calendar = Calendar(hours, is_holiday_in(hours.holidays))
    moment = datetime.fromisoformat(at).timestamp()

    assert calendar.is_open("Europe/Paris", moment)


def test_a_long_weekend_is_waited_out() -> None:
    """From Friday evening over Easter to Tuesday morning, in each person's own zone."""
    hours = Hours()
    calendar = Calendar(hours, is_holiday_in(hours.holidays))
    saturday_night = datetime(2026, 4, 4, 20, 0, tzinfo=ZoneInfo("Europe/Paris")).timestamp()

    opens = [calendar.interval(zone, saturday_night) for zone in ("Europe/Paris", "Indian/Reunion")]

    assert [datetime.fromtimestamp(each[0], ZoneInfo("Europe/Paris")).isoformat() for each in opens if each] == [
        "2026-04-07T08:00:00+02:00",
        "2026-04-07T06:00:00+02:00",
    ]


def test_hours_that_never_come_are_told() -> None:
    """Rather than looked for without an end."""
    calendar = Calendar(Hours(days=(6,)), lambda day: day.weekday() == 6)

    assert calendar.interval("Europe/Paris", 1.8e9) is None
    assert not calendar.is_open("Europe/Paris", 1.8e9)


@pytest.mark.parametrize(
    ("number", "zone"),
    [
        ("33612345678", "Europe/Paris"),
        ("262692123456", "Indian/Reunion"),
        ("262639123456", "Indian/Mayotte"),
        ("590690123456", "America/Guadeloupe"),
        ("596696123456", "America/Martinique"),
        ("32470123456", "Europe/Brussels"),
        ("12125550123", "America/New_York"),
        ("999", ""),
    ],
)
def test_a_number_tells_where_its_people_live(number: str, zone: str) -> None:
    assert zone_of(number) == zone


def test_a_country_tells_its_zone() -> None:
    assert zone_of_region("FR") == "Europe/Paris"
    assert zone_of_region("RE") == "Indian/Mayotte,Indian/Reunion"


def test_holidays_of_regions_are_known() -> None:
    """Good Friday in Alsace, the end of slavery in Réunion; a misspelt region is not known."""
    good_friday, abolition = date(2026, 4, 3), date(2026, 12, 20)

    assert [is_holiday_in([region])(good_friday) for region in ("FR", "FR-57", "FR-6AE")] == [False, True, True]
    assert [is_holiday_in([region])(abolition) for region in ("FR", "FR-974", "FR-RE")] == [False, True, True]
    assert is_holiday_in(["FR", "FR-57"])(good_friday)
    assert [is_known(region) for region in ("FR", "FR-57", "BE", "XX", "FR-99")] == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert holiday_name(["FR"], date(2026, 7, 14), language="fr") == "Fête nationale"
    assert holiday_name(["FR"], date(2026, 7, 15), language="fr") == ""


def test_a_day_of_the_calendar_is_no_instant() -> None:
    """Every midnight of a year begins a day of its own, also where clocks are put forth at midnight."""
    hours = Hours(timezone="Africa/Cairo", opens=0, closes=24 * 60, days=tuple(range(7)), holidays=())
    calendar = Calendar(hours, is_holiday_in(()))
    begin = datetime(2026, 4, 20, tzinfo=UTC)

    assert all(calendar.is_open("", (begin + timedelta(minutes=30 * n)).timestamp()) for n in range(48 * 10))
