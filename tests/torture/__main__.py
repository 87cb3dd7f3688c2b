"""`make torture`: three hundred rounds or more. `python -m tests.torture [ROUNDS] [SEED]`."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.torture.storm import storm


def main(rounds: int, seed: int) -> None:
    """Strike so many times, and print what came of it."""
    with (
        TemporaryDirectory() as folder,
        storm(Path(folder), seed=seed, rows=120 * rounds, rate="400/s") as under_way,
    ):
        for number in range(1, rounds + 1):
            under_way.round()
            if number % 20 == 0:
                sys.stdout.write(f"{number} rounds, {under_way.in_flight} in flight at the blows\n")
                sys.stdout.flush()
        figures = under_way.finish().check()
        for name, figure in {"rounds": rounds, "seed": seed, **under_way.blows, **figures}.items():
            sys.stdout.write(f"{name:<30}{figure:>8}\n")


if __name__ == "__main__":
    main(*(int(each) for each in [*sys.argv[1:], *("300", "1")[len(sys.argv) - 1 :]]))
