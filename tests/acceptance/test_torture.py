"""Never twice, never lost, whatever strikes; `make torture` does it three hundred times, and more."""

from pathlib import Path

from tests.torture.storm import BLOWS, storm


def test_a_storm_leaves_nobody_twice_and_nobody_lost(tmp_path: Path) -> None:
    """Five kills, stops and freezes against a server that drops, throttles and breaks.

    At the end each row is settled, nobody was written to twice, what is in doubt is unknown and no more than was
    in flight, and the report says what the server's own record says.
    """
    with storm(tmp_path, seed=7, rows=500, rate="400/s", choice=BLOWS) as under_way:
        for _ in range(5):
            under_way.round()

        figures = under_way.finish().check()

    assert figures["rows"] == 500
    assert figures["accepted"] >= 250
