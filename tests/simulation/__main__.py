"""`make simulate`: two thousand worlds. `python -m tests.simulation --help` says what else there is."""

import argparse
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence

from tests.simulation.life import KINDS, Verdict, live, simulated
from tests.simulation.mutants import MUTANTS

_BATCH = 25  #: worlds lived in one go by one processor


def main() -> int:
    given = _given()
    if given.trace is not None:
        with simulated():
            verdict = live(given.trace, without=frozenset(given.without))
        _say(*verdict.trace, *_broken(verdict))
        return bool(verdict.broken)
    if given.mutants:
        return _find_mutants(range(given.first, given.first + given.seeds), given.processes)
    began, seeds = time.monotonic(), range(given.first, given.first + given.seeds)
    figures = Figures()
    for verdict in lived(seeds, without=given.without, processes=given.processes):
        figures.count(verdict)
    figures.tell(time.monotonic() - began)
    return bool(figures.broken)


class Figures:
    """What came of many worlds."""

    def __init__(self) -> None:
        self.totals: Counter[str] = Counter()
        self.broken: dict[str, list[int]] = {}
        self._first: dict[str, str] = {}

    def count(self, verdict: Verdict) -> None:
        self.totals.update({"worlds": 1, "calls": verdict.calls, "messages executed": verdict.executed})
        self.totals.update({"steps": verdict.steps, "faults": sum(verdict.blows.values()) + verdict.odd_answers})
        self.totals.update({f"  {blow}": count for blow, count in verdict.blows.items()})
        for promise, seen in verdict.broken.items():
            self.broken.setdefault(promise, []).append(verdict.seed)
            self._first.setdefault(promise, f"seed {verdict.seed}: {seen}")

    def tell(self, seconds: float) -> None:
        _say(*(f"{name:<32}{count:>12,}" for name, count in self.totals.items()))
        _say(f"{'seconds':<32}{seconds:>12.1f}")
        for promise, seeds in sorted(self.broken.items(), key=lambda each: -len(each[1])):
            _say(f"BROKEN {promise}: {len(seeds)} worlds, the first with {self._first[promise]}")
            _say(f"       python -m tests.simulation --trace {min(seeds)}")


def lived(seeds: Sequence[int], *, without: Sequence[str] = (), processes: int = 0) -> Iterator[Verdict]:
    """Live many worlds on all processors, in the order of their seeds."""
    batches = [(seeds[start : start + _BATCH], tuple(without)) for start in range(0, len(seeds), _BATCH)]
    with multiprocessing.get_context("fork").Pool(processes or os.cpu_count(), maxtasksperchild=8) as pool:
        for verdicts in pool.imap(_live, batches):
            yield from verdicts


def _live(batch: tuple[Sequence[int], tuple[str, ...]]) -> list[Verdict]:
    seeds, without = batch
    with simulated():
        return [live(seed, without=frozenset(without)) for seed in seeds]


def _find_mutants(seeds: range, processes: int) -> int:
    """Live worlds with each defect until it shows, and say in which world it first did."""
    missed = 0
    for name, mutant in MUTANTS.items():
        found = ""
        with mutant.alive():
            for verdict in lived(seeds, processes=processes):
                if broken := [promise for promise in verdict.broken if promise.startswith(mutant.breaks)]:
                    found = f"seed {verdict.seed}: {broken[0]}, {verdict.broken[broken[0]]}"
                    break
        missed += not found
        _say(f"{name:<46}{found or 'NOT FOUND'}")
    return bool(missed)


def _broken(verdict: Verdict) -> list[str]:
    return [f"BROKEN {promise}: {seen}" for promise, seen in verdict.broken.items()]


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def _given() -> argparse.Namespace:
    asking = argparse.ArgumentParser(prog="python -m tests.simulation")
    asking.add_argument("--seeds", type=int, default=2000)
    asking.add_argument("--from", type=int, default=1, dest="first")
    asking.add_argument("--trace", type=int, help="live this one world, and say what happens in it")
    asking.add_argument("--without", action="append", default=[], choices=KINDS)
    asking.add_argument("--mutants", action="store_true", help="put defects back, one at a time, and find them")
    asking.add_argument("--processes", type=int, default=0)
    return asking.parse_args()


if __name__ == "__main__":
    sys.exit(main())
