"""Letters that were lost on their way into a file."""

from pathlib import Path

import pytest

from lecommercial_batch.core.model import Cell
from lecommercial_batch.planning.screening.garbled import is_garbled
from tests.unit.test_remarks import STOP, Desk


@pytest.mark.parametrize(
    "cell", ["HÃ©lÃ¨ne", "NÃ®mes", "lâ€™Ã©tÃ©", "12 â‚¬", "H√©l√®ne", "H├®l├¿ne", "H�lène", "H?l?ne", "Besan?on"]
)
def test_what_was_lost_is_recognised(cell: str) -> None:
    """UTF-8 that was read as Windows', a Mac's or DOS's writing, and letters that became signs."""
    assert is_garbled(cell)


@pytest.mark.parametrize(
    "cell",
    [
        *("", "Hélène", "ÂGE", "Irmã", "SÃO", "Où ?", "l’été", "12 €", "https://x.fr/p?id=1", "a@b.fr?subject=x"),
        *(
            "Quoi ? Rien.",
            "???",
            12,
            1.5,
            "Ångström",
            "Łukasz",
            "Иван",
            "«\N{NO-BREAK SPACE}oui\N{NO-BREAK SPACE}»",
        ),
    ],
)
def test_what_is_meant_so_is_left_alone(cell: Cell) -> None:
    """Letters of other languages, questions, and addresses."""
    assert not is_garbled(cell)


def test_lost_letters_are_remarked_where_a_message_prints_them(tmp_path: Path) -> None:
    """With rows and column; in columns that no message uses they do not matter."""
    people = "Zoé;Lyon", "HÃ©lÃ¨ne;Lyon", "Léo;NÃ®mes", "Andr�;Lyon"
    found = Desk(tmp_path).odd(f'text = "Bonjour {{{{ prenom|title }}}}{STOP}"', *people)

    assert list(found) == ["garbled_text"]
    assert (found["garbled_text"].column, found["garbled_text"].rows) == ("Prénom", (3, 5))
    assert "HÃ©lÃ¨ne" in str(found["garbled_text"].message)
