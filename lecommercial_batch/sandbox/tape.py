"""A sandbox's file: what happened in it, line after line, played again when it is opened."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from lecommercial_batch.sandbox.book import Person

_MARK: Final = "lecommercial-batch sandbox"


class TapeError(ValueError):
    """The file is not one of a sandbox."""


class Tape:
    """A file of JSON lines, which grows; each line is on its way to the disk when a call is answered."""

    def __init__(self, path: Path) -> None:
        """Open the file or make it, for its owner alone.

        Raises:
            OSError: it cannot be read or written.
            TapeError: it is something else.
        """
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self._file = os.fdopen(descriptor, "r+b")
        self.is_new = os.fstat(descriptor).st_size == 0

    def begin(self, lists: Mapping[int, str], people: tuple[Person, ...]) -> None:
        """Write what a new sandbox starts with."""
        start = [[person.phone, person.name, person.lastname, person.lists] for person in people]
        self.write(
            {"file": _MARK, "lists": {str(number): name for number, name in lists.items()}, "people": start}
        )

    def play(self) -> Iterator[dict[str, object]]:
        """Yield what was written, and cut off a line that a crash left half written."""
        self._file.seek(0)
        whole = 0
        for number, line in enumerate(self._file, start=1):
            if not line.endswith(b"\n") and number > 1:
                break
            yield _read(line, first=number == 1)
            whole += len(line)
        self._file.seek(whole)
        self._file.truncate()

    def write(self, line: Mapping[str, object]) -> None:
        """Add a line."""
        self._file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def people(start: Mapping[str, object]) -> tuple[dict[int, str], tuple[Person, ...]]:
    """Return the lists and people that ``begin`` wrote."""
    lists, rows = start.get("lists"), start.get("people")
    if not isinstance(lists, dict) or not isinstance(rows, list):
        raise TapeError("its first line has no lists")
    found = (
        Person(phone=phone, name=name, lastname=lastname, lists=tuple(numbers))
        for phone, name, lastname, numbers in rows
    )
    return {int(number): str(name) for number, name in lists.items()}, tuple(found)


def _read(line: bytes, *, first: bool) -> dict[str, object]:
    try:
        found = json.loads(line)
    except ValueError as error:
        raise TapeError("a line is not JSON") from error
    if not isinstance(found, dict) or (first and found.get("file") != _MARK):
        raise TapeError("its first line is not a sandbox's")
    return found
