"""Parquet files, read by pyarrow where it is installed: the extra `parquet`."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lecommercial_batch.contacts.flaw import flaw
from lecommercial_batch.contacts.header import is_filled, name_columns
from lecommercial_batch.errors import ContactsError
from lecommercial_batch.model import Cell, Row
from lecommercial_batch.sentence import Sentence

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

_BATCH: Final = 5_000
_EXACT: Final = 1e15  #: whole numbers below it are exact in a floating-point column


class Parquet:
    """A file of typed columns. Its rows are numbered as if its column names were row 1."""

    def __init__(self, path: Path, *, file: str) -> None:
        self._path = path
        self._file = file
        with self._opened() as opened:
            self._columns = name_columns(opened.schema_arrow.names)
        if not self._columns:
            raise flaw(file, "empty_file", Sentence("the file has no columns"))

    @property
    def name(self) -> str:
        """The file as messages call it."""
        return self._file

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return self._columns

    def batches(self) -> Iterator[Sequence[Row]]:
        """Yield the rows in their order, blank ones left out."""
        number = 2
        with self._opened() as opened:
            for batch in opened.iter_batches(batch_size=_BATCH):
                columns = [list(map(_cell, column.to_pylist())) for column in batch.columns]
                numbered = enumerate(zip(*columns, strict=True), start=number)
                if rows := [Row(row, cells) for row, cells in numbered if any(map(is_filled, cells))]:
                    yield rows
                number += batch.num_rows

    @contextmanager
    def _opened(self) -> "Iterator[ParquetFile]":
        try:
            import pyarrow as pa  # noqa: PLC0415 - an extra, loaded when needed
            from pyarrow.parquet import ParquetFile  # noqa: PLC0415 - as above
        except ImportError as error:
            raise self._not_installed() from error
        try:
            with ParquetFile(self._path, memory_map=False) as opened:
                yield opened
        except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
            message = Sentence("the Parquet file is damaged: {error}", error=" ".join(str(error).split())[:200])
            raise flaw(self._file, "damaged_file", message, Sentence("Have it exported again.")) from error

    def _not_installed(self) -> ContactsError:
        message = Sentence("Parquet files need a package that is not installed")
        advice = Sentence(
            "Install it: {command}. Or save the contacts as .xlsx or CSV.",
            command="pip install 'lecommercial-batch[parquet]'",
        )
        return flaw(self._file, "missing_package", message, advice)


def _cell(value: Any) -> Cell:
    match value:
        case None:
            return ""
        case float() | Decimal():
            return _number(float(value))
        case str() | bool() | int() | datetime() | date() | time():
            return value
        case bytes():
            return value.decode("utf-8", "replace")
        case Mapping():
            return str(dict(value))
        case _:
            return str(value)


def _number(value: float) -> Cell:
    if value != value:  # noqa: PLR0124 - how NaN is told, pandas' empty cell
        return ""
    return int(value) if value.is_integer() and abs(value) < _EXACT else value
