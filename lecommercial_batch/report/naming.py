"""What a run's reports are called in a folder that other journals' runs may write to as well.

Two journals count their runs each from one, so that two runs of a name can have reports in one folder. A small
hidden file there says whose a name is, first come, first served: a report is never written over by another run's.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import count
from pathlib import Path
from typing import Final

from lecommercial_batch.core.model import Run

FORMATS: Final = ("xlsx", "csv", "html", "json")
#: Lines of a name and the sign of its run.
_OWNERS: Final = ".lecommercial-batch"


def claim_stem(directory: Path, run: Run) -> str:
    """Return the name of a run's reports in a folder, without their endings: its own, or one beside it.

    Raises:
        OSError: the folder cannot be written to.
    """
    for stem in _stems(run):
        owner = _owners(directory).get(stem)
        if owner is None and not any(_is_older(path, run) for path in _files(directory, stem)):
            _sign_for(directory, stem, run)
            owner = _owners(directory).get(stem)
        if owner == _sign(run):
            return stem
    raise AssertionError  # there is always another number


def reports_of(directory: Path, run: Run) -> Sequence[Path]:
    """Return the reports that a run has in a folder; one of an earlier version is not signed for."""
    owners = _owners(directory)
    for stem in _stems(run):
        if owners.get(stem) in {_sign(run), None}:
            return [path for path in _files(directory, stem) if path.exists() and not _is_older(path, run)]
    raise AssertionError  # as above


def _stems(run: Run) -> Iterator[str]:
    yield run.id
    yield from (f"{run.id}_{number}" for number in count(2))


def _files(directory: Path, stem: str) -> Sequence[Path]:
    return [directory / f"{stem}.{name}" for name in FORMATS]


def _sign(run: Run) -> str:
    return blake2b(f"{run.id} {run.created_at.timestamp()} {run.proof}".encode(), digest_size=16).hexdigest()


def _owners(directory: Path) -> Mapping[str, str]:
    """Return whose each name is: the first that has signed for it."""
    try:
        lines = (directory / _OWNERS).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return {}
    found: dict[str, str] = {}
    for line in lines:
        stem, _, sign = line.partition("\t")
        found.setdefault(stem, sign)
    return found


def _sign_for(directory: Path, stem: str, run: Run) -> None:
    file = os.open(directory / _OWNERS, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, f"{stem}\t{_sign(run)}\n".encode())
    finally:
        os.close(file)


def _is_older(report: Path, run: Run) -> bool:
    """Tell whether a report was there before the run was: it is another's, whoever did not sign for it."""
    try:
        return report.stat().st_mtime < run.created_at.timestamp() - 1
    except OSError:
        return False
