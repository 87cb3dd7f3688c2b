"""Words and signs beside a number that say something else than whose it is."""

import pytest

from lecommercial_batch.core.model import Cell, Reading, Reason, Row, Unusable
from lecommercial_batch.planning.phones import normalise, normalise_many
from lecommercial_batch.planning.screening.number_column import Numbers

NUMBERS = Numbers(columns=("Tel",), phone=0, region="FR")


def read(cell: Cell) -> Reading | Unusable:
    """Read a cell by itself and among others, to the same result."""
    row = Row(2, (cell,))
    one, (many,) = NUMBERS.read(row), NUMBERS.read_many([row])
    assert one == many
    return one


@pytest.mark.parametrize("cell", ["#31#0612345678", "*31#0612345678", "#31# 06 12 34 56 78", "*31#+33612345678"])
def test_the_code_that_hides_ones_own_number_is_none_of_the_number(cell: str) -> None:
    """`#31#` is dialled before it, and 31 is no country's code there."""
    found = read(cell)
    assert isinstance(found, Reading)
    assert found.phone.e164 == "+33612345678"
    assert "dropped" in found.repair.template


@pytest.mark.parametrize(
    "cell",
    ["*310612345678", "#310612345678", "*31*0612345678", "#31612345678", "06*12*34*56*78", "*31#*31#0612345678#1"],
)
def test_keys_are_no_separators(cell: str) -> None:
    """What stands before a `*` or a `#` is not taken for a country code."""
    found = normalise(cell, region="FR")
    assert isinstance(found, Unusable)
    assert "before the number" in found.detail.template
    assert [found] == list(normalise_many([cell], region="FR"))


@pytest.mark.parametrize(
    "words",
    [
        *(
            "NE PLUS APPELER",
            "ne pas contacter",
            "Ne plus l’appeler",
            "STOP",
            "stop !",
            "désinscrit",
            "Désinscrite",
        ),
        *(
            "refus",
            "a refusé",
            "décédé",
            "DÉCÉDÉE",
            "faux",
            "HS",
            "H.S.",
            "hors service",
            "ancien",
            "Ancienne ligne",
        ),
        *("n’existe plus", "plus attribué", "opposition", "résilié", "erroné", "do not call", "wrong", "opt-out"),
    ],
)
@pytest.mark.parametrize("cell", ["{} 06 12 34 56 78", "06 12 34 56 78 ({})", "{} : +33612345678"])
def test_words_that_say_not_to_call_reject_the_row(words: str, cell: str) -> None:
    """Whoever wrote them beside the number did not mean it to be called."""
    found = read(cell.format(words))
    assert isinstance(found, Unusable)
    assert found.reason is Reason.INVALID_PHONE
    assert "nobody is written to" in found.detail.template


@pytest.mark.parametrize(
    "cell",
    [
        "ancien : 06 12 34 56 78, nouveau : 06 98 76 54 32",
        "06 12 34 56 78 nouveau 06 98 76 54 32",
        "06 12 34 56 78 / new: 06 98 76 54 32",
    ],
)
def test_of_an_old_and_a_new_number_none_is_guessed(cell: str) -> None:
    """The first of them is mostly the old one."""
    assert isinstance(read(cell), Unusable)


@pytest.mark.parametrize(
    "cell",
    [
        "nouveau 06 12 34 56 78",
        "Portable 06 12 34 56 78",
        "Mme Mortier 06 12 34 56 78",
        "Stopfer 0612345678",
        "ma mère 06 12 34 56 78",
    ],
)
def test_other_words_do_no_harm(cell: str) -> None:
    """Names that only begin like one of them among these."""
    assert isinstance(read(cell), Reading)
