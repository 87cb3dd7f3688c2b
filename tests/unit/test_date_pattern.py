"""How a date is to be written, as people say it."""

from datetime import datetime

import pytest
from babel.dates import format_datetime
from hypothesis import given
from hypothesis import strategies as st

from lecommercial_batch.planning.templates.date_pattern import PatternError, date_pattern
from lecommercial_batch.planning.templates.filters import day

WHEN = datetime(2026, 10, 7, 18, 5, 9)  # noqa: DTZ001 - a cell has no zone


@pytest.mark.parametrize(
    ("pattern", "shown"),
    [
        ("dd/mm/yyyy", "07/10/2026"),
        ("jj/mm/aaaa", "07/10/2026"),
        ("JJ/MM/AAAA", "07/10/2026"),
        ("DD/MM/YYYY", "07/10/2026"),
        ("dd/MM/yyyy", "07/10/2026"),
        ("j/m/aa", "7/10/26"),
        ("jj-mm", "07-10"),
        ("mm/aaaa", "10/2026"),
        ("yyyy-mm-dd hh:mm:ss", "2026-10-07 18:05:09"),
        ("%d/%m/%Y %H:%M", "07/10/2026 18:05"),
        ("j mmmm aaaa", "7 octobre 2026"),
        ("jjjj j mmmm", "mercredi 7 octobre"),
        ("dddd d mmmm yyyy", "mercredi 7 octobre 2026"),
        ("ddd d mmm", "mer. 7 oct."),
        ("EEEE d MMMM y", "mercredi 7 octobre 2026"),
        ("hh:mm", "18:05"),
        ("HH:mm", "18:05"),
        ("HH:MM", "18:05"),
        ("h:mm AM/PM", "6:05 PM"),
        ("HH\\hmm", "18h05"),
        ("HHhmm", "18h05"),
        ("hhhmm", "18h05"),
        ("H h mm", "18 h 05"),
        ("HH'h'mm", "18h05"),
        ('hh"h"mm', "18h05"),
        ("mm:ss", "05:09"),
        ("jj/mm/aaaa à hh:mm", "07/10/2026 à 18:05"),
        ("DD/MM/YYYY HH:MM", "07/10/2026 18:05"),
        ("hh:mm jj/mm", "18:05 07/10"),
        ("'le' d MMMM 'à' HH'h'mm", "le 7 octobre à 18h05"),
        ("d MMMM 'aujourd''hui'", "7 octobre aujourd'hui"),
        ("[$-40C]jj\\ mmmm\\ aaaa;@", "07 octobre 2026"),
        ("MM", "10"),
        ("mmmm", "octobre"),
    ],
)
def test_what_spreadsheets_and_babel_write_is_understood(pattern: str, shown: str) -> None:
    """French and English, capitals or not; m is the minutes after hours and before seconds, else the month."""
    assert day(WHEN, pattern) == shown


@pytest.mark.parametrize(
    "pattern",
    [
        *("mm", "m", "dd/mm/yyyy mm", "mm HH", "HH MM/dd"),  # month or minutes?
        *("jour/mois/année", "le d MMMM", "d/n/aaaa", "full", "[h]:mm", "%Q", "j/m/a", "aaaaa", "sss"),
        *("", " ", "--", "'le'", "d 'MMMM", 'd "MMMM', "d\\"),
    ],
)
def test_what_stays_unclear_is_refused(pattern: str) -> None:
    """A letter that may mean two things, or none, is not guessed at."""
    with pytest.raises(PatternError):
        date_pattern(pattern)


@given(
    st.permutations(
        [
            (("d", "j", "D", "J"), "%d"),
            (("m", "M"), "%m"),
            (("y", "a", "Y", "A"), "%Y"),
        ]
    ),
    st.tuples(*[st.integers(0, 3)] * 3),
    st.sampled_from(["/", "-", ".", " ", "\\-"]),
    st.sampled_from([("", ""), (" hh:mm", " %H:%M"), (" HH:MM", " %H:%M"), (" HH:mm:ss", " %H:%M:%S")]),
)
def test_any_order_and_language_of_a_date_is_understood(
    fields: list[tuple[tuple[str, ...], str]], choices: tuple[int, int, int], stroke: str, clock: tuple[str, str]
) -> None:
    """Days, months and years in any order, letters and case come out as they were meant."""
    letters = [names[choice % len(names)] for (names, _), choice in zip(fields, choices, strict=True)]
    pattern = stroke.join(
        letter * (4 if meant == "%Y" else 2) for letter, (_, meant) in zip(letters, fields, strict=True)
    )
    wanted = stroke.removeprefix("\\").join(meant for _, meant in fields)

    assert day(WHEN, pattern + clock[0]) == WHEN.strftime(wanted + clock[1])


@given(
    st.text(
        st.sampled_from(
            "djmyaehsMHELQ'\"\\ /:.%à[$]",
        ),
        max_size=12,
    )
)
def test_whatever_is_understood_can_be_printed(pattern: str) -> None:
    """A pattern is refused, or Babel prints it: the first of a month too."""
    try:
        understood = date_pattern(pattern)
    except PatternError:
        return

    assert format_datetime(WHEN, understood.babel, locale="fr_FR")
    assert format_datetime(WHEN.replace(day=1), understood.of_the_first, locale="fr_FR")


@given(st.text(st.characters(exclude_characters="\0"), min_size=1, max_size=10))  # NUL is a mark of Babel's
def test_words_between_apostrophes_are_printed_as_they_stand(words: str) -> None:
    """Whatever they hold."""
    quoted = words.replace("'", "''")

    assert day(WHEN, f"d '{quoted}' M") == f"7 {words} 10"
