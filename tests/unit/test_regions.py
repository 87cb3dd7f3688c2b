"""Whose mobiles a column seems to hold."""

import random
from itertools import pairwise

import pytest

from lecommercial_batch.core.model import Cell, Reading, Row
from lecommercial_batch.planning.phones import normalise
from lecommercial_batch.planning.screening.likely_regions import as_good_as, better_than, share_of
from lecommercial_batch.planning.screening.spread import MOST, Spread
from tests.unit.national_writings import numbers


def french(chance: random.Random, beginnings: str) -> str:
    while True:
        text = f"0{chance.choice(beginnings)}{chance.randrange(10**8):08}"
        if isinstance(normalise(text, region="FR"), Reading):
            return text


@pytest.mark.parametrize("beginnings", ["67", "6", "7"])
@pytest.mark.parametrize("seed", range(5))
def test_french_columns_are_nobody_elses(beginnings: str, seed: int) -> None:
    """Old ones of 06 alone, new ones, as texts and as numbers; those of overseas are French too."""
    chance = random.Random(seed)
    texts = [french(chance, beginnings) for _ in range(chance.choice([10, 100, 400]))]
    for cells in (texts, [int(text) for text in texts]):
        rows: list[list[Cell]] = [[cell] for cell in cells]
        assert share_of(rows, "FR") == 1
        assert not better_than(rows, "FR", 1.0)
        assert not as_good_as(rows, "FR")


def test_a_fleets_numbers_are_nobody_elses() -> None:
    """A company's block of numbers fits other countries by one coincidence, not by hundreds."""
    assert not as_good_as([[f"062030{number:04}"] for number in range(300)], "FR")


@pytest.mark.parametrize("region", ["NL", "GN"])
def test_a_column_that_fits_another_country_too_well_is_told(region: str) -> None:
    """All Dutch mobiles could be French, but no French file has them alone; a dozen may be chance."""
    found = list(numbers(region, 200, random.Random(1)))

    assert region in as_good_as([[number] for number in found], "FR")
    assert not as_good_as([[number] for number in found[:12]], "FR")


@pytest.mark.parametrize("count", [0, 1, 500, 5_000, 123_457])
def test_a_spread_is_even_and_bounded(count: int) -> None:
    """Whatever the batches are, so that the end of a file counts like its beginning."""
    spread, rows = Spread(), [Row(number, ()) for number in range(count)]
    for start in range(0, count, 1_999):
        spread.see(rows[start : start + 1_999])
    kept = [row.number for row in spread.rows]

    assert min(count, MOST) <= len(kept) <= 2 * MOST
    assert len({after - before for before, after in pairwise(kept)}) <= 1
    assert not kept or count - kept[-1] <= count // MOST + 1
