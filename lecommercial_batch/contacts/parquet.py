"""Parquet files, read by pyarrow where it is installed: the extra `parquet`."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from lecommercial_batch.contacts.flaw import flaw
from lecommercial_batch.contacts.header import is_filled, name_columns
from lecommercial_batch.contacts.reader_process import ReaderFailedError, ReaderProcess
from lecommercial_batch.contacts.widths import see_that_it_is_no_wider, shortened
from lecommercial_batch.core.errors import ContactsError
from lecommercial_batch.core.model import Row
from lecommercial_batch.core.sentence import Sentence

_CHILD: Final = Path(__file__).with_name("parquet_child.py")
_BASE: Final = 200_000_000  #: bytes of memory for the smallest file, beyond what the library takes
_WORTH: Final = 6  #: bytes of memory that one byte of a file may take
_SPEED: Final = 2_000_000  #: bytes of a file that one second of processor time is allowed for
_SECONDS: Final = 4  #: of processor time for the smallest request
_PATIENCE: Final = 30.0  #: seconds for an answer, on a machine that is busy
_MOMENTS: Final = {"date": date.fromisoformat, "datetime": datetime.fromisoformat, "time": time.fromisoformat}


class Parquet:
    """A file of typed columns, held by a process of its own. Its rows are numbered as if its names were row 1."""

    def __init__(self, path: Path, *, file: str) -> None:
        self._file = file
        if find_spec("pyarrow") is None:
            raise self._not_installed()
        with self._translating():
            content = path.stat().st_size
            arguments = [str(path), str(_BASE + _WORTH * content), str(_SECONDS + content // _SPEED)]
            self._reader = ReaderProcess(_CHILD, arguments, patience=_PATIENCE + content / _SPEED)
            self._columns = name_columns(self._reader.ask(open=True)["columns"])
        if not self._columns:
            raise flaw(file, "empty_file", Sentence("the file has no columns"))
        see_that_it_is_no_wider(self._columns, file=file)

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
        part = 0
        while columns := (answer := self._ask(part))["columns"]:
            for index, kind in answer["kinds"].items():
                moments = columns[int(index)]
                moments[:] = [cell and _MOMENTS[kind](cell) for cell in moments]
            numbered = enumerate(zip(*columns, strict=True), start=answer["first"])
            if rows := [shortened(Row(row, cells)) for row, cells in numbered if any(map(is_filled, cells))]:
                yield rows
            part += 1

    def _ask(self, part: int) -> Mapping[str, Any]:
        with self._translating():
            return self._reader.ask(part=part)

    @contextmanager
    def _translating(self) -> Iterator[None]:
        try:
            yield
        except (ReaderFailedError, OSError) as error:
            raise self._translated(error) from error

    def _translated(self, error: ReaderFailedError | OSError) -> ContactsError:
        if isinstance(error, ReaderFailedError) and error.why == "too_much":
            message = Sentence("the Parquet file unpacks to far more than it is large")
            advice = Sentence("Have the contacts alone exported again, or save them as CSV.")
            return flaw(self._file, "damaged_file", message, advice)
        message = Sentence("the Parquet file is damaged: {error}", error=str(error))
        return flaw(self._file, "damaged_file", message, Sentence("Have it exported again."))

    def _not_installed(self) -> ContactsError:
        message = Sentence("Parquet files need a package that is not installed")
        advice = Sentence(
            "Install it: {command}. Or save the contacts as .xlsx or CSV.",
            command="pip install 'lecommercial-batch[parquet]'",
        )
        return flaw(self._file, "missing_package", message, advice)
