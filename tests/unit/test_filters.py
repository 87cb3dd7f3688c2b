from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Undefined

from lecommercial_batch.core.model import Cell
from lecommercial_batch.planning.templates.filters import FILTERS, BadValueError, day, euros, phone, plain, title

NARROW, WIDE = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1234.5, f"1{NARROW}234,50{WIDE}€"),
        (12, f"12,00{WIDE}€"),
        ("1234.5", f"1{NARROW}234,50{WIDE}€"),
        ("1 234,50", f"1{NARROW}234,50{WIDE}€"),
        (f"1{NARROW}234,50{WIDE}€", f"1{NARROW}234,50{WIDE}€"),
        ("1.234.567,8", f"1{NARROW}234{NARROW}567,80{WIDE}€"),
        ("-3,5 EUR", f"-3,50{WIDE}€"),
        (0.1 + 0.2, f"0,30{WIDE}€"),
    ],
)
def test_amounts_are_written_the_french_way(value: Cell, shown: str) -> None:
    """However a file writes an amount, the reader sees thousands apart, a comma, and € after a no-break space."""
    assert euros(value) == shown


@pytest.mark.parametrize("value", ["beaucoup", "12,5,5 x", "", "NaN", "inf", True])
def test_what_is_no_amount_is_refused(value: Cell) -> None:
    """A cell that is no amount is named, never printed as one."""
    with pytest.raises(BadValueError):
        euros(value)


@pytest.mark.parametrize(
    "value",
    [
        date(2026, 12, 24),
        datetime(2026, 12, 24, 18, 0),  # noqa: DTZ001 - a cell has no zone
        "24/12/2026",
        "2026-12-24",
        "24-12-2026",
        "24.12.2026",
        "24/12/26",
        " 24/12/2026 18:00 ",
    ],
)
def test_dates_are_written_the_french_way(value: Cell) -> None:
    """Dates as cells and as people write them, day first, or in words by Babel's patterns."""
    assert day(value) == "24/12/2026"
    assert day(value, "EEEE d MMMM") == "jeudi 24 décembre"


@pytest.mark.parametrize(
    ("pattern", "shown"),
    [
        ("d MMMM", "1er mai"),
        ("EEEE d MMMM y", "vendredi 1er mai 2026"),
        ("d MMM", "1er mai"),
        ("dd/MM", "01/05"),
        ("dd MMMM", "01 mai"),
        ("d/M", "1/5"),
        ("'le' d MMMM", "le 1er mai"),
    ],
)
def test_the_first_of_a_month_is_its_first(pattern: str, shown: str) -> None:
    """The French say `1er mai`, and `2 mai`."""
    assert day(date(2026, 5, 1), pattern) == shown
    assert day(date(2026, 5, 2), "d MMMM") == "2 mai"


@pytest.mark.parametrize("value", ["24/12/2026", "2026-12-24", date(2026, 12, 24)])
@pytest.mark.parametrize("pattern", ["HH:mm", "dd/MM/yyyy HH:mm", "'le' d MMMM 'à' HH'h'", "h:mm a"])
def test_hours_that_a_date_has_not_are_not_printed(value: Cell, pattern: str) -> None:
    """« à 00:00 » would be read as midnight: the value is refused."""
    with pytest.raises(BadValueError, match="no hour"):
        day(value, pattern)


@pytest.mark.parametrize(
    "value",
    [
        datetime(2026, 12, 24, 18, 30),  # noqa: DTZ001 - a cell has no zone
        "24/12/2026 18:30",
        "24/12/2026 18:30:00",
        "24/12/2026 18h30",
        "24/12/2026 à 18h30",
        "24-12-2026 18:30",
        "2026-12-24T18:30:00",
        "2026-12-24 18:30",
    ],
)
def test_a_moment_keeps_its_hours(value: Cell) -> None:
    """However a file writes it, ours included."""
    assert day(value, "jj/mm/aaaa HH:mm") == "24/12/2026 18:30"


@pytest.mark.parametrize("value", [time(9, 5), "09:05", "9h05", "09:05:00", "24/12/2026 09:05"])
def test_hours_alone_can_be_printed(value: Cell) -> None:
    """A column of hours needs no day, as long as none is printed."""
    assert day(value, "H'h'mm") == "9h05"


def test_a_long_name_is_capitalised_in_no_time() -> None:
    """The price of a name grows with its length, and not with its square."""
    assert title("DE LA TOUR " * 40_000).startswith("de la Tour de la Tour")


@pytest.mark.parametrize("value", ["bientôt", "31/02/2026", "12/24/2026", "", 42])
def test_what_is_no_date_is_refused(value: Cell) -> None:
    """A date that does not exist is not guessed at."""
    with pytest.raises(BadValueError):
        day(value)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("JEAN-LUC", "Jean-Luc"),
        ("élodie", "Élodie"),
        ("JEAN-luc", "Jean-Luc"),
        ("de la tour", "de la Tour"),
        ("DE L’ESTOILE", "de l’Estoile"),
        ("DE SOUSA", "De Sousa"),
        ("georges de la tour", "Georges de la Tour"),
        ("ANNE DU BELLAY", "Anne du Bellay"),
        ("JEAN LE GOFF", "Jean Le Goff"),
        ("LA ROCHELLE", "La Rochelle"),
        ("SAINT-JEAN-DE-LUZ", "Saint-Jean-de-Luz"),
        ("AIX-EN-PROVENCE", "Aix-en-Provence"),
        ("VILLENEUVE-D'ASCQ", "Villeneuve-d'Ascq"),
        ("L'HAŸ-LES-ROSES", "L'Haÿ-les-Roses"),
        ("MCDONALD", "McDonald"),
        ("mcdonald", "McDonald"),
        ("McDonald", "McDonald"),
        ("Ronald MACDONALD", "Ronald Macdonald"),
        ("DuPont", "DuPont"),
        ("éLODIE", "Élodie"),
        ("E\u0301LODIE", "Élodie"),
        ("O'CONNOR", "O'Connor"),
        ("O’CONNOR", "O’Connor"),
        ("n'diaye", "N'Diaye"),
        ("VAN DER BERG", "Van der Berg"),
        ("JOHN D. SMITH", "John D. Smith"),
        ("MARIE DE", "Marie De"),
        ("محمد", "محمد"),
        ("🙂 léa", "🙂 Léa"),
        ("JEAN-LUC DE LA TOUR", "Jean-Luc de la Tour"),
        ("o'connor", "O'Connor"),
        ("  ngọc ", "Ngọc"),
        ("marie d'orléans", "Marie d'Orléans"),
        ("", ""),
    ],
)
def test_names_are_capitalised(value: str, shown: str) -> None:
    """Names get their capitals, hyphens and particles as the French write them."""
    assert title(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("+33612345678", "06 12 34 56 78"),
        ("0612345678", "06 12 34 56 78"),
        ("06 12 34 56 78", "06 12 34 56 78"),
        (33612345678, "06 12 34 56 78"),
        ("+32470123456", "+32 470 12 34 56"),
    ],
)
def test_numbers_are_written_for_reading(value: Cell, shown: str) -> None:
    """A French number is shown nationally, in pairs; another country's with its code."""
    assert phone(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Léa", "Léa"),
        (12, "12"),
        (12.5, "12,5"),
        (True, "oui"),
        (date(2026, 3, 1), "01/03/2026"),
        (datetime(2026, 3, 1, 9, 30), "01/03/2026 09:30"),  # noqa: DTZ001 - a cell has no zone
        (datetime(2026, 3, 1), "01/03/2026"),  # noqa: DTZ001 - as above
    ],
)
def test_a_cell_is_printed_for_a_french_reader(value: Cell, shown: str) -> None:
    """Without a filter, numbers get their comma and dates their order; a whole number stays as it is."""
    assert plain(value) == shown


@pytest.mark.parametrize("name", FILTERS)
def test_an_empty_cell_goes_through_every_filter(name: str) -> None:
    """So that a default can still be given after it."""
    empty = Undefined(name="x")

    assert FILTERS[name](empty) is empty


@given(st.floats(-1e9, 1e9).map(lambda amount: round(amount, 2)))
def test_an_amount_survives_its_own_writing(amount: float) -> None:
    """What `euros` writes, `euros` reads as the same amount."""
    assert euros(euros(amount)) == euros(amount)
