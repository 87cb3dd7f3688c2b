"""Reads one Parquet file in a process of its own: some hundred bytes of one may unpack to gigabytes.

Run as a script with a path, a bound on memory and one on processor time. Every line on standard input is a request
and every line on standard output its answer, both JSON: ``{"open": true}`` → the names of the columns,
``{"part": 0}`` → the first of the rows, column by column, with the number of the first; no columns after the end.
It imports nothing of the package.
"""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, time
from decimal import Decimal
from itertools import islice
from pathlib import Path
from types import NoneType
from typing import Any, Final

_ROWS: Final = 5_000  #: of a batch at most
_CELLS: Final = 500_000  #: of one of many columns
_PIECE: Final = 256  #: rows that are made values at a time
_CHARACTERS: Final = 1_000_000  #: of a column's values, where all of a batch is
_LONGEST: Final = 40_000  #: characters of a value that are handed over; that it is too long is seen by fewer
_HANDED_OVER: Final = 10_000_000  #: characters of answers, whatever the file; cells without any have four each
_RATIO: Final = 50  #: characters of answers that one byte of a file is good for; contacts have ten
_EXACT: Final = 1e15  #: whole numbers below it are exact in a floating-point column


class Reader:
    """One file, and where it has been read to."""

    def __init__(self, path: Path) -> None:
        import pyarrow as pa  # noqa: PLC0415 - its memory is settled before
        from pyarrow.parquet import ParquetFile  # noqa: PLC0415 - as above

        pa.set_cpu_count(1)
        pa.set_io_thread_count(1)
        self._file = ParquetFile(path, memory_map=False)
        # A struct without fields is a column of the schema alone.
        first = next(self._file.iter_batches(batch_size=1), None)
        self._names: list[str] = self._file.schema_arrow.names if first is None else first.schema.names
        self._parts = self._read()
        self._at = 0

    def answer(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Do what one request asks."""
        if "open" in request:
            return {"columns": self._names}
        part = request["part"]
        if part != self._at:
            self._parts = self._read()
            for _ in islice(self._parts, part):
                pass
        self._at = part + 1
        return next(self._parts, {"columns": []})

    def _read(self) -> Iterator[Mapping[str, Any]]:
        """Yield parts of as many rows as are not too much at once."""
        number = 2
        size = max(1, min(_ROWS, _CELLS // max(1, len(self._names))))
        for batch in self._file.iter_batches(batch_size=size):
            step = size if all(map(_is_small, batch.columns)) else _PIECE
            for start in range(0, batch.num_rows, step):
                columns = [_cells(column.slice(start, step).to_pylist()) for column in batch.columns]
                kinds = {index: kind for index, column in enumerate(columns) if (kind := _as_text(column))}
                yield {"columns": columns, "kinds": kinds, "first": number}
                number += len(columns[0])


def _is_small(column: Any) -> bool:
    """Tell whether a column is a plain one whose values are as large as what they take in memory here."""
    types = column.type
    return types.num_fields == 0 and not hasattr(types, "index_type") and bool(column.nbytes < _CHARACTERS)


def _as_text(column: list[Any]) -> str:
    """Write a column's dates out, and return their kind; empty where they are none."""
    kind = next((type(cell).__name__ for cell in column if isinstance(cell, _MOMENTS)), "")
    if kind:
        column[:] = [cell.isoformat() if isinstance(cell, _MOMENTS) else cell for cell in column]
    return kind


_MOMENTS: Final = (date, time)  # a datetime is a date too


def _cells(values: list[Any]) -> list[Any]:
    kinds = set(map(type, values))
    if kinds <= {str, NoneType} and max((len(value) for value in values if value), default=0) <= _LONGEST:
        return [value or "" for value in values] if NoneType in kinds else values
    return list(map(_cell, values))


def _cell(value: Any) -> Any:
    match value:
        case None:
            return ""
        case float() | Decimal():
            return _number(float(value))
        case str():
            return value[:_LONGEST]
        case bool() | int() | date() | time():
            return value
        case bytes():
            return value[:_LONGEST].decode("utf-8", "replace")
        case Mapping():
            return str(dict(value))[:_LONGEST]
        case _:
            return str(value)[:_LONGEST]


def _number(value: float) -> Any:
    if value != value:  # noqa: PLR0124 - how NaN is told, pandas' empty cell
        return ""
    return int(value) if value.is_integer() and abs(value) < _EXACT else value


def _bound(memory: int) -> None:
    """Have memory refused beyond so many bytes more than the library has reserved."""
    if sys.platform == "win32":
        return
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - not on Windows

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        limit = pages * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _allow_time(seconds: int) -> None:
    """Allow the next request so much more processor time."""
    if sys.platform == "win32":
        return
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - not on Windows

        spent = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(spent.ru_utime + spent.ru_stime) + 1 + seconds
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))


class Child:
    """Answers requests, and has the answer to the one that most likely follows ready meanwhile."""

    def __init__(self, path: Path, seconds: int) -> None:
        self._path = path
        self._seconds = seconds
        self._most = _HANDED_OVER + _RATIO * path.stat().st_size
        self._given = 0
        self._reader: Reader | None = None
        self._ready: dict[int, str] = {}

    def answer(self, request: Mapping[str, Any]) -> str:
        """Return the answer to a request, as JSON."""
        return self._ready.pop(request.get("part", -1), "") or self._made(request)

    def prepare(self, request: Mapping[str, Any], answer: str) -> None:
        """Read the part after one that has been asked for."""
        self._ready.clear()
        if "part" in request and answer.startswith('{"columns": [['):
            part = request["part"] + 1
            self._ready[part] = self._made({"part": part})

    def _made(self, request: Mapping[str, Any]) -> str:
        _allow_time(self._seconds)
        try:
            self._reader = self._reader or Reader(self._path)
            answer = json.dumps(self._reader.answer(request))
            self._given = len(answer) + (self._given if request.get("part") else 0)  # from the first part on
            if self._given > self._most:
                raise MemoryError  # noqa: TRY301 - it is too much, as where memory ends
        except Exception as error:  # noqa: BLE001 - of a library, by a damaged file: the other process says so
            too_much = isinstance(error, MemoryError) or isinstance(
                error.__cause__ or error.__context__, MemoryError
            )
            why = " ".join(str(error).split())[:200]
            return json.dumps({"failed": "too_much" if too_much else "damaged", "why": why})
        return answer


def main(path: str, memory: str, seconds: str) -> None:
    """Answer requests until there are no more."""
    os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"  # which asks for what it needs, and no more
    import pyarrow.parquet  # noqa: F401, PLC0415 - before memory is bounded: it reserves more than it uses

    _bound(int(memory))
    child = Child(Path(path), int(seconds))
    for line in sys.stdin:
        request = json.loads(line)
        answer = child.answer(request)
        sys.stdout.write(answer + "\n")
        sys.stdout.flush()
        child.prepare(request, answer)


if __name__ == "__main__":
    main(*sys.argv[1:])
