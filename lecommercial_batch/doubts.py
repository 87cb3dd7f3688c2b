"""What in a contact file looks as if something else was meant. Nothing is refused for it."""

from collections.abc import Sequence
from typing import Final

from lecommercial_batch import columns
from lecommercial_batch.errors import Problem, Severity
from lecommercial_batch.model import Cell, Reading
from lecommercial_batch.phones import normalise
from lecommercial_batch.ports import Source
from lecommercial_batch.sentence import Sentence

#: Where else the files come from that people in France have, the likeliest first.
_NEIGHBOURS: Final = ("FR", "BE", "CH", "LU", "MA", "DZ", "TN", "CA", "SN", "CI", "ES", "IT", "DE", "GB", "PT")
_MOST: Final = 0.5  #: of the filled cells


def other_phones(
    source: Source, samples: Sequence[Sequence[Cell]], *, phone: int, region: str
) -> Sequence[Problem]:
    """Return warnings of the columns that are not written to, though they might have been meant."""
    others = columns.other_phones(source.columns, samples, phone=phone, region=region)
    message = Sentence(
        "numbers are read from “{phone}”; mobiles stand in {others} too, and nobody is written to at those",
        phone=source.columns[phone],
        others=", ".join(others),
    )
    advice = Sentence("Name the column that is meant in the campaign: [contacts] phone = “…”.")
    problem = Problem(
        code="other_phone_column", file=source.name, message=message, advice=advice, severity=Severity.WARNING
    )
    return [problem] if others else []


def other_region(
    source: Source, samples: Sequence[Sequence[Cell]], *, phone: int, region: str
) -> Sequence[Problem]:
    """Return a warning where most numbers are no mobiles of the region, and would be of another."""
    filled = [row[phone] for row in samples if str(row[phone]).strip()]
    if not filled or _share(filled, region) > _MOST:
        return []
    other = next((each for each in _NEIGHBOURS if _share(filled, each) > _MOST), None)
    message = Sentence(
        "most numbers of “{phone}” are no mobiles of {region}, but would be of {other}",
        phone=source.columns[phone],
        region=region,
        other=other or "",
    )
    advice = Sentence("If they are, say so in the campaign: [contacts] region = “{other}”.", other=other or "")
    problem = Problem(
        code="other_region", file=source.name, message=message, advice=advice, severity=Severity.WARNING
    )
    return [problem] if other else []


def _share(cells: Sequence[Cell], region: str) -> float:
    return sum(isinstance(normalise(cell, region=region), Reading) for cell in cells) / len(cells)
