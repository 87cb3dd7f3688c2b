"""Where numbers stand in several columns, which is taken is said before anything is sent."""

import pytest

from tests.acceptance.conftest import Desk


@pytest.fixture
def parents(desk: Desk) -> Desk:
    """A school's file, with two mobiles a row."""
    desk.write("clients.csv", "Prénom;Portable mère;Portable père\nZoé;0641700001;0641700011\n")
    return desk


@pytest.mark.parametrize("verb", ["init", "check"])
def test_a_file_with_two_mobiles_a_row_is_remarked_on(parents: Desk, verb: str) -> None:
    """Whoever meant the other one sees it at once."""
    assert "mobiles stand in Portable père too" in parents.run(verb, "clients.csv").out


def test_a_campaign_that_names_the_column_is_clear(parents: Desk) -> None:
    """One that leaves it to its header is remarked on, and sends to the one it names."""
    parents.campaign()
    guessed = parents.run("preview", "campaign.toml")
    parents.campaign(contacts='file = "clients.csv"\nphone = "Portable père"')
    named = parents.run("preview", "campaign.toml")

    assert "mobiles stand in Portable père too" in guessed.out
    assert "+33641700011" in named.out
    assert "mobiles stand in" not in named.out
