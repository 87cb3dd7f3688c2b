"""The real program in small worlds of one seed each; `make simulate` lives two thousand of them."""

from collections.abc import Iterator

import pytest

from tests.simulation.life import live, simulated
from tests.simulation.mutants import MUTANTS


@pytest.fixture(scope="module", autouse=True)
def _simulated() -> Iterator[None]:
    with simulated():
        yield


@pytest.mark.parametrize("first", [1, 13, 25])
def test_every_promise_is_kept_in_every_world(first: int) -> None:
    """Whatever strikes at whatever await: nobody twice, no row lost, nothing after a stop, never too fast."""
    for seed in range(first, first + 12):
        broken = live(seed).broken
        assert not broken, f"{broken}: python -m tests.simulation --trace {seed}"


def test_a_seed_is_one_world() -> None:
    """The same seed lives the same world to the letter, whatever was lived before it."""
    first = live(7)
    live(8)

    assert live(7) == first


@pytest.mark.parametrize(
    ("name", "seed"),
    [
        ("claims of the dead go back to pending", 3),
        ("opt-outs are looked at when planning alone", 5),
        ("the pace has no guard", 5),
        ("some results get lost", 1),
        ("some rows get lost", 1),
    ],
)
def test_a_defect_put_back_is_found(name: str, seed: int) -> None:
    """What the worlds are for: with a defect in the program, the promise that it breaks is seen to break."""
    mutant = MUTANTS[name]
    with mutant.alive():
        broken = live(seed).broken

    assert any(promise.startswith(mutant.breaks) for promise in broken), broken
