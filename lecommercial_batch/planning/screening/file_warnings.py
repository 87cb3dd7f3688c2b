"""What in a contact file looks as if something else was meant. Nothing is refused for it."""

from collections.abc import Sequence
from typing import Final

from lecommercial_batch.core.enumeration import enumerated
from lecommercial_batch.core.errors import Problem, Severity
from lecommercial_batch.core.model import Cell, Reading
from lecommercial_batch.core.ports import Sheeted, Source
from lecommercial_batch.core.sentence import NOTHING, Sentence
from lecommercial_batch.planning.phones import normalise, region_of, says_nothing
from lecommercial_batch.planning.screening import columns, phone_columns
from lecommercial_batch.planning.screening.garbled import is_garbled
from lecommercial_batch.planning.screening.header_words import YES_OR_NO
from lecommercial_batch.planning.screening.likely_regions import as_good_as, better_than, share_of
from lecommercial_batch.planning.screening.number_column import is_international
from lecommercial_batch.planning.screening.screen import says_yes

_SHEETS: Final = 10  #: named at most
_SHOWN: Final = 30  #: characters of a cell that are quoted
_TOLD: Final = 3  #: cells that are quoted


def other_phones(
    source: Source, samples: Sequence[Sequence[Cell]], *, phones: Sequence[int], region: str
) -> Sequence[Problem]:
    """Return warnings of the columns that are not written to, though they might have been meant."""
    others = phone_columns.other_phones(source.columns, samples, phones=phones, region=region)
    message = Sentence(
        "numbers are read from “{phone}”; mobiles stand in {others} too, and nobody is written to at those",
        phone=names_of(source, phones),
        others=enumerated(others),
    )
    advice = Sentence(
        "Name the column that is meant in the campaign: [contacts] phone = “…”; of several the first mobile of"
        " each row is taken: phone = [“…”, “…”]."
    )
    problem = Problem(
        code="other_phone_column", file=source.name, message=message, advice=advice, severity=Severity.WARNING
    )
    return [problem] if others else []


def other_region(
    source: Source, samples: Sequence[Sequence[Cell]], *, phones: Sequence[int], region: str
) -> Sequence[Problem]:
    """Return a warning where another region reads more of the numbers, naming all that do, the best first."""
    rows = ([row[phone] for phone in phones if str(row[phone]).strip()] for row in samples)
    national = [cells for cells in rows if cells and not any(map(_has_code, cells))]
    if not national:
        return []
    own = share_of(national, region)
    better = better_than(national, region, own)
    fitting = better or as_good_as(national, region)
    told = {
        "phone": names_of(source, phones),
        "region": region,
        "others": ", ".join(f"{each} ({share:.0%})" for each, share in fitting.items()),
    }
    message = (
        Sentence(
            "of the numbers of “{phone}” without a country code {share} are mobiles of {region};"
            " more would be of: {others}",
            **told,
            share=f"{own:.0%}",
        )
        if better
        else Sentence(
            "the numbers of “{phone}” without a country code could all be of another country than {region},"
            " which is hardly by chance: {others}",
            **told,
        )
    )
    advice = Sentence(
        "If they are of one of these, say so in the campaign: [contacts] region = “{other}”.",
        other=next(iter(fitting), ""),
    )
    problem = Problem(
        code="other_region", file=source.name, message=message, advice=advice, severity=Severity.WARNING
    )
    return [problem] if fitting else []


def names_of(source: Source, phones: Sequence[int]) -> str:
    """Return the names of columns in one line."""
    return ", ".join(source.columns[phone] for phone in phones)


def unasked_consent(source: Source, samples: Sequence[Sequence[Cell]]) -> Sequence[Problem]:
    """Return a warning of a column in which people say no, where the campaign does not ask it."""
    column = columns.doubtful_consent(source.columns, samples)
    if column is None or not any(_says_no(row[column]) for row in samples):
        return []
    message = Sentence(
        "the column “{column}” says no for some people, and the campaign does not ask it",
        column=source.columns[column],
    )
    advice = Sentence("To leave them out: [contacts] consent = “{column}”.", column=source.columns[column])
    problem = Problem(
        code="unasked_consent", file=source.name, message=message, advice=advice, severity=Severity.WARNING
    )
    return [problem]


def unclear_consent(source: Source, samples: Sequence[Sequence[Cell]]) -> Sequence[Problem]:
    """Return what is to be settled before a campaign is made: who agreed, where a column says no and other things.

    One that says yes and no is asked, and needs no question.
    """
    column = columns.doubtful_consent(source.columns, samples)
    if column is None or columns.guess_consent(source.columns, samples) is not None:
        return []
    cells = [str(row[column]).strip() for row in samples]
    if not any(map(_says_no, cells)):
        return []
    others = list(dict.fromkeys(cell[:_SHOWN] for cell in cells if cell and cell.casefold() not in YES_OR_NO))
    message = Sentence(
        "who agreed? The column “{column}” says no for some people, and also {values}",
        column=source.columns[column],
        values=", ".join(f"“{value}”" for value in others[:_TOLD]),
    )
    advice = Sentence("Write oui or non in each of its cells, or give the column another name if it says nothing.")
    return [Problem(code="unclear_consent", file=source.name, message=message, advice=advice)]


def _says_no(cell: Cell) -> bool:
    return str(cell).strip().casefold() in YES_OR_NO and not says_yes(cell)


def lost_letters(source: Source, samples: Sequence[Sequence[Cell]]) -> Sequence[Problem]:
    """Return a warning where letters were lost in the header, or in the names that people are greeted by."""
    name = columns.guess_name(source.columns)
    cells = [*source.columns, *(row[name] for row in samples if name is not None)]
    garbled = next(filter(is_garbled, cells), "")
    message = Sentence("letters were lost on their way into the file: “{value}”", value=str(garbled)[:_SHOWN])
    advice = Sentence("Have it exported again as CSV UTF-8 or .xlsx, or correct the cells.")
    problem = Problem(
        code="garbled_text", file=source.name, message=message, advice=advice, severity=Severity.WARNING
    )
    return [problem] if garbled else []


def sheet_of(source: Source) -> str:
    """Return the name of the sheet that is read; empty where there are none."""
    return source.sheet if isinstance(source, Sheeted) else ""


def which_sheet(source: Source) -> Sentence:
    """Say which sheet of a workbook was read, and which were not; nothing where there is only one."""
    if not isinstance(source, Sheeted) or not source.other_sheets:
        return NOTHING
    others = ", ".join(f"“{name}”" for name in source.other_sheets[:_SHEETS])
    others += "…" if len(source.other_sheets) > _SHEETS else ""
    return Sentence("The sheet “{sheet}” was read; not read: {others}.", sheet=source.sheet, others=others)


def unknown_countries(
    source: Source, samples: Sequence[Sequence[Cell]], *, phones: Sequence[int], region: str
) -> Sequence[Problem]:
    """Return what is to be settled before anybody is written to: a column of countries that is not understood.

    Only where that makes a difference: some number beside such a word has no country code of its own.
    """
    column = columns.doubtful_country(source.columns, samples)
    if column is None or columns.guess_country(source.columns, samples) is not None:
        return []
    doubtful = [
        str(row[column]).strip()[:_SHOWN]
        for row in samples
        if not says_nothing(row[column]) and region_of(row[column]) is None
        if any(_is_national(row[phone], region) for phone in phones)
    ]
    message = Sentence(
        "are these countries? The column “{column}” says {values}, and the numbers beside would be read as ones of"
        " {region}",
        column=source.columns[column],
        values=", ".join(f"“{value}”" for value in list(dict.fromkeys(doubtful))[:_TOLD]),
        region=region,
    )
    advice = Sentence(
        "If they are, write their names or codes (Maroc, MA, +212). If not, give the column another name."
    )
    problem = Problem(code="unknown_country", file=source.name, message=message, advice=advice)
    return [problem] if doubtful else []


def _is_national(cell: Cell, region: str) -> bool:
    return not is_international(cell) and isinstance(normalise(cell, region=region), Reading)


def _has_code(cell: Cell) -> bool:
    return str(cell).lstrip(" ('\u2019=\"").startswith(("+", "00"))
