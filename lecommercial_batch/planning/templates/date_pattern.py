"""How a date is to be written, as people say it: ``jj/mm/aaaa``, ``dd/mm/yyyy hh:mm``, ``EEEE d MMMM``.

Spreadsheets in French and in English know one writing, Babel another, and ``m`` is a month in the one and a minute
in the other. What is meant is told as spreadsheets do, by what stands beside it, and put into Babel's letters.
What could be either is refused.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from typing import Final

from babel.dates import format_datetime

from lecommercial_batch.core.sentence import Sentence

#: What spreadsheets put before and after a format of theirs: the language, and what becomes of a text.
_AROUND: Final = re.compile(r"^(?:\[\$[^\]]*\])+|;@$")
_TOKEN: Final = re.compile(
    r"""
      '(?P<single>(?:[^']|'')*)' | "(?P<double>[^"]*)" | \\(?P<escaped>.)
    | (?P<noon>AM/PM|A/P) | %(?P<letter>-?[A-Za-z])
    | (?P<run>([A-Za-z])\7*) | (?P<open>['"\\\[]) | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
#: The fields of `strftime` that have a name here.
_STRFTIME: Final = dict(
    zip(
        ("d", "-d", "e", "m", "-m", "Y", "y", "B", "b", "A", "a", "H", "-H", "M", "S", "I", "p"),
        ["dd", "d", "d", "MM", "M", "yyyy", "yy", "MMMM", "MMM", "EEEE", "EEE", "HH", "H", "mm", "ss", "hh", "a"],
        strict=True,
    )
)
_LONG: Final = 3  #: letters from which on a field is a name


class Field(StrEnum):
    DAY = "d"
    WEEKDAY = "E"
    MONTH = "M"
    YEAR = "y"
    HOUR = "H"
    MINUTE = "m"
    SECOND = "s"
    NOON = "a"  #: before or after it
    OTHER = "Q"  #: quarter, week and era, which Babel alone knows
    TEXT = "'"  #: what is printed as it stands


_TIMES: Final = frozenset({Field.HOUR, Field.MINUTE, Field.SECOND, Field.NOON})
_DATES: Final = frozenset({Field.DAY, Field.YEAR})


#: What a letter, in whichever case, comes to by how often it stands there; "" where it is not that many times.
_WAYS: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys("dj", ("", "d", "dd", "EEE", "EEEE")),
    "m": ("", "", "", "MMM", "MMMM", "MMMMM"),
    "y": ("", "y", "yy", "yyyy", "yyyy"),
    "a": ("", "", "yy", "yyyy", "yyyy"),
    "h": ("", "H", "HH", "HHH"),
    "s": ("", "s", "ss"),
}
#: Letters that Babel alone uses.
_OF_BABEL: Final = {
    "E": Field.WEEKDAY,
    "L": Field.MONTH,
    **dict.fromkeys("QwG", Field.OTHER),
}


@dataclass(frozen=True, slots=True)
class _Part:
    field: Field | None  #: None for a month or a minute, until it is known which
    written: str  #: in Babel's letters, or the text; the letters as they were while that is not known


@dataclass(frozen=True, slots=True, kw_only=True)
class DatePattern:
    """A pattern in Babel's letters, and what it needs to know of a moment."""

    babel: str
    of_the_first: str  #: the same for the first of a month, which the French call `1er`
    has_time: bool
    has_date: bool


class PatternError(ValueError):
    """A pattern that could mean several things, or nothing."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence

    advice: Final = Sentence(
        "Write {day}, {words} or {hour}; words go between apostrophes: {example}.",
        day='date("jj/mm/aaaa")',
        words='date("EEEE d MMMM")',
        hour='date("HH:mm")',
        example="""date("d MMMM 'à' HH'h'mm")""",
    )


_SOME_DAY: Final = datetime(2000, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=1000)
def date_pattern(written: str) -> DatePattern:
    """Understand a pattern.

    Raises:
        PatternError: it is not to be told what is meant.
    """
    parts = _decided(_literal_hours(_parts(_AROUND.sub("", written.strip()), written)), written)
    fields = [part.field for part in parts if part.field is not Field.TEXT]
    if not fields or (Field.NOON in fields and Field.HOUR not in fields):
        raise PatternError(Sentence("“{pattern}” is no way to write a date", pattern=written[:40]))
    if Field.HOUR in fields and Field.NOON in fields:  # from one to twelve only where noon is said
        parts = [_Part(part.field, part.written.lower()) if part.field is Field.HOUR else part for part in parts]
    found = DatePattern(
        babel=_babel(parts),
        of_the_first=_babel(_of_the_first(parts)),
        has_time=not _TIMES.isdisjoint(fields),
        has_date=any(field not in _TIMES for field in fields),
    )
    try:
        format_datetime(_SOME_DAY, found.babel, locale="fr_FR")
    except ValueError:  # letters in a number that Babel does not know
        raise PatternError(Sentence("“{pattern}” is no way to write a date", pattern=written[:40])) from None
    return found


def _parts(text: str, whole: str) -> list[_Part]:
    parts: list[_Part] = []
    for found in _TOKEN.finditer(text):
        if found["single"] is not None:
            parts.append(_Part(Field.TEXT, found["single"].replace("''", "'") or "'"))
        elif (literal := found["double"] or found["escaped"] or found["other"]) is not None:
            parts.append(_Part(Field.TEXT, literal))
        elif found["noon"]:
            parts.append(_Part(Field.NOON, "a"))
        elif found["letter"] and found["letter"] in _STRFTIME:
            letters = _STRFTIME[found["letter"]]
            parts.append(_Part(Field(letters[0]) if letters[0] != "h" else Field.HOUR, letters))
        elif found["run"]:
            parts += [_field(run[0], whole) for run in re.finditer(r"(.)\1*", found["run"])]
        elif found["double"] is None:
            raise PatternError(
                Sentence(
                    "“{part}” in “{pattern}” is not understood as a part of a date",
                    part=found[0],
                    pattern=whole[:40],
                )
            )
    return parts


def _field(run: str, whole: str) -> _Part:
    if run[0] in _OF_BABEL:
        return _Part(_OF_BABEL[run[0]], run)
    if run == "a":
        return _Part(Field.NOON, run)
    letter = run[0].lower()
    if len(run) < len(ways := _WAYS.get(letter, ())) and (babel := ways[len(run)]):
        return _Part(Field(babel[0]), babel)
    if letter == "m" and len(run) < _LONG:
        return _Part(None, run)
    raise PatternError(
        Sentence("“{part}” in “{pattern}” is not understood as a part of a date", part=run, pattern=whole[:40])
    )


def _literal_hours(parts: list[_Part]) -> list[_Part]:
    """Read the `h` of `HHhmm`, `hhhmm` and `HH h mm` as the letter that the French write between them."""
    read: list[_Part] = []
    for part in parts:
        before = next((each for each in reversed(read) if each.written.strip()), None)
        if part.field is Field.HOUR and len(part.written) == _LONG:
            read += (_Part(Field.HOUR, "HH"), _Part(Field.TEXT, "h"))
        elif part == _Part(Field.HOUR, "H") and before is not None and before.field is Field.HOUR:
            read.append(_Part(Field.TEXT, "h"))
        else:
            read.append(part)
    return read


def _decided(parts: list[_Part], whole: str) -> list[_Part]:
    """Tell months from minutes: after an hour or before seconds it is minutes, otherwise the month."""
    fields = [index for index, part in enumerate(parts) if part.field is not Field.TEXT]
    decided = list(parts)
    for place, index in enumerate(fields):
        if parts[index].field is not None:
            continue
        before = decided[fields[place - 1]].field if place else None
        after = parts[fields[place + 1]].field if place + 1 < len(fields) else None
        is_minute = before is Field.HOUR or after is Field.SECOND
        if is_minute and _joins_a_date(parts, index):
            raise _undecided(parts[index].written, whole)
        if not is_minute and parts[index].written.islower() and not _is_of_a_date(decided, index):
            raise _undecided(parts[index].written, whole)
        letter = Field.MINUTE if is_minute else Field.MONTH
        decided[index] = _Part(letter, letter.value * len(parts[index].written))
    return decided


def _joins_a_date(parts: list[_Part], index: int) -> bool:
    """Tell whether a date's stroke stands right after a capital M, as in `HH MM/dd`."""
    after = parts[index + 1 : index + 3]
    return (
        parts[index].written.isupper()
        and len(after) == 2  # noqa: PLR2004 - the stroke, and what follows it
        and after[0].written in {"/", "-", "."}
        and (after[1].field in _DATES)
    )


def _is_of_a_date(parts: list[_Part], index: int) -> bool:
    """Tell whether a day or a year is there, and no other month."""
    others = {part.field for place, part in enumerate(parts) if place != index}
    return not others.isdisjoint(_DATES) and Field.MONTH not in others


def _undecided(run: str, whole: str) -> PatternError:
    return PatternError(
        Sentence("“{part}” in “{pattern}” may be the month or the minutes", part=run, pattern=whole[:40])
    )


def _of_the_first(parts: list[_Part]) -> list[_Part]:
    """Write `1er` for the day where the month's name follows it."""
    named = [
        part.field is Field.DAY
        and part.written == "d"
        and len(rest := parts[index + 1 :]) > 1
        and rest[0].field is Field.TEXT
        and rest[0].written.isspace()
        and (named := next((each for each in rest if not each.written.isspace()), None)) is not None
        and named.field is Field.MONTH
        and len(named.written) >= _LONG
        for index, part in enumerate(parts)
    ]
    return [
        each
        for part, is_named in zip(parts, named, strict=True)
        for each in ((part, _Part(Field.TEXT, "er")) if is_named else (part,))
    ]


def _babel(parts: list[_Part]) -> str:
    """Write a pattern of Babel's: a letter that is printed as it stands goes between apostrophes."""
    written = ""
    for is_text, group in groupby(parts, key=lambda part: part.field is Field.TEXT):
        text = "".join(part.written for part in group)
        if is_text and re.search("[A-Za-z]", text):
            text = "'" + text.replace("'", "''") + "'"
        elif is_text:
            text = text.replace("'", "''")
        written += text
    return written
