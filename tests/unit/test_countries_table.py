"""The table in docs/contacts.md: what becomes of other countries' national writings in a French campaign."""

import random
from pathlib import Path

from lecommercial_batch.model import Reading
from lecommercial_batch.phones import normalise_many
from tests.unit.test_doubts import doubts, mobiles

DOCS = Path(__file__).parents[2] / "docs" / "contacts.md"
COUNTRIES = ("BE", "CH", "LU", "ES", "IT", "PT", "DE", "GB", "MA", "DZ", "TN", "SN")
COUNT = 200


def line(region: str) -> str:
    """Write the table's line of one country, from what really happens."""
    cells = mobiles(region, COUNT, random.Random(region))
    french = sum(isinstance(each, Reading) for each in normalise_many(cells, region="FR"))
    warned = f"{region} (" in doubts(cells)
    said = (
        "warned of, with the line to write" if warned else "nothing: say `region`, or name a column of countries"
    )
    return f"| {region} | `{cells[0]}` | {french / COUNT:.0%} | {said} |"


def test_the_table_says_what_happens() -> None:
    """Each line is made anew, and stands there word for word."""
    text = DOCS.read_text(encoding="utf-8")
    missing = [line(region) for region in COUNTRIES if line(region) not in text]

    assert missing == []


def test_no_file_of_another_country_is_written_to_without_a_word() -> None:
    """Where its numbers are read as French ones, the file is warned of."""
    for region in COUNTRIES:
        written = line(region)
        assert "| 0% |" in written or "warned of" in written, written
