"""A country as people write it in a column, and what is no country."""

import pytest

from lecommercial_batch.core.model import Cell
from lecommercial_batch.planning.phones import region_of, says_nothing


@pytest.mark.parametrize(
    ("region", "writings"),
    [
        (
            "FR",
            ["FR", "fr", "FRA", "France", "FRANCE", "FR - France", "France (FR)", "France métropolitaine", "Fr."],
        ),
        ("FR", ["33", 33, 33.0, "33.0", "+33", "0033", "00 33", "(+33)", "+ 33", "France (+33)", "FR +33", "🇫🇷"]),
        ("FR", ["France - Paris", "Paris (France)", "🇫🇷 France", "Frankreich"]),
        (
            "MA",
            ["MAR", "Maroc (MA)", "Marokko", "🇲🇦", "Casablanca - Maroc", "MA", "Morocco", "المغرب", "Marruecos"],
        ),
        ("CH", ["CHE", "Schweiz", "Suisse", "Svizzera", "CH-Suisse", "Suisse/Schweiz", "+41"]),
        ("BE", ["BEL", "België", "Belgien", "Belgique/België", "Belgium"]),
        ("DE", ["DEU", "Deutschland", "Allemagne", "Germany"]),
        ("GB", ["GBR", "UK", "Grande-Bretagne", "Royaume-Uni", "Royaume Uni", "U.K.", "Angleterre"]),
        ("US", ["USA", "U.S.A.", "États-Unis", "États-Unis d'Amérique", "United States of America"]),
        ("CA", ["CAN", "Canada (+1)", "Canada"]),
        ("IT", ["Italia", "ITA"]),
        ("CD", ["RDC", "COD"]),
        ("CZ", ["République tchèque", "Česko", "Tchéquie"]),
        ("HK", ["Hong Kong", "HKG"]),
        ("PF", ["Tahiti", "Polynésie française", "PYF"]),
        ("GF", ["Guyane", "Guyane française"]),
        ("RE", ["La Réunion", "REU", "Réunion"]),
        ("GR", ["Ελλάδα", "Grèce"]),
    ],
)
def test_a_country_is_known_in_every_usual_writing(region: str, writings: list[Cell]) -> None:
    """By codes of two and three letters, names in French, English and its own language, flags, calling codes."""
    assert {str(cell): region_of(cell) for cell in writings} == dict.fromkeys(map(str, writings), region)


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "NA",
        "Boston, MA",
        "Pays basque",
        "Pays de Gex",
        "France / Suisse",
        "France (+41)",
        "XX",
        "Lyon",
        450,
        "0",
        "()",
    ],
)
def test_what_is_no_country_is_none(cell: Cell) -> None:
    """Nor what might be two of them: `NA` is Namibia, or not available."""
    assert region_of(cell) is None


def test_an_empty_cell_has_several_writings() -> None:
    """Which say nothing, unlike a word that is not understood."""
    assert all(map(says_nothing, ["", " ", "-", "n/a", "N.C.", "inconnu", "?"]))
    assert not any(map(says_nothing, ["FR", "Zürich", "NA"]))
