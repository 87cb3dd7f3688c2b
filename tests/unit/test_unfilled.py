"""Fields of another tool that are left in a message, where no column is called so."""

import pytest

from lecommercial_batch.planning.templates.placeholders import unfilled


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Bonjour [Nom]", ["[Nom]"]),
        ("Chez «Société», le %DATE%", ["«Société»", "%DATE%"]),
        ("<<Prénom client>>, bonjour", ["<<Prénom client>>"]),
        ("Bonjour {nom}", ["{nom}"]),
    ],
)
def test_a_field_without_a_column_is_seen(text: str, left: list[str]) -> None:
    """It would be sent as it is."""
    assert list(unfilled(text)) == left


@pytest.mark.parametrize(
    "text",
    [
        "Le mot « Bonjour » [infos] 20 % de remise, 30 % en plus",
        "Bonjour {{ nom }} {% if date %}le {{ date }}{% endif %}",
        "Rendez-vous <https://exemple.fr>, #promo #soldes",
        "",
    ],
)
def test_what_people_write_is_none(text: str) -> None:
    """Quoted words, percentages, links and variables."""
    assert list(unfilled(text)) == []
