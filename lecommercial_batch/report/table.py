"""The rows of one table of a workbook, written to the disk as they come."""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Final, Self

from openpyxl.utils import get_column_letter

MOST_ROWS: Final = 1_048_576  #: on a sheet, the header included; source: Excel's limits
_LINE: Final = 15  #: points a line of text takes
_NARROWER: Final = 4  #: characters by which a wrapped line may end early


class Table:
    """Rows as XML in files without a name, one a sheet: past a sheet's last row it goes on in another.

    The files stand beside the report: the folder of the reports is where its owner expects personal data.
    """

    def __init__(
        self, folder: Path, heading: Sequence[str], *, heading_lines: int = 1, most_rows: int = MOST_ROWS
    ) -> None:
        self._folder = folder
        self._heading = heading
        self._heading_lines = heading_lines
        self._most = most_rows
        self._letters = [get_column_letter(index) for index in range(1, len(heading) + 1)]
        self._open_files = ExitStack()
        self._last_row = 0
        self.sheets: list[IO[bytes]] = []  #: one file a sheet
        self._begin_sheet()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open_files.close()

    def append(self, cells: Iterable[str], *, lines: int = 1) -> int:
        """Add a row of cells, see `cells`, one for each heading; return its number on its sheet.

        It is as high as so many lines: not every spreadsheet looks for itself how high a row should be.
        """
        if self._last_row == self._most:
            self._begin_sheet()
        self._write(cells, lines)
        return self._last_row

    def range(self, sheet: int) -> str:
        """Return what the cells of a sheet span, such as ``A1:Q101``."""
        last = self._last_row if sheet == len(self.sheets) - 1 else self._most
        return f"A1:{self._letters[-1]}{last}"

    def _begin_sheet(self) -> None:
        file = TemporaryFile(dir=self._folder)  # noqa: SIM115 - closed with the others
        self.sheets.append(self._open_files.enter_context(file))
        self._last_row = 0
        self._write(self._heading, self._heading_lines)

    def _write(self, cells: Iterable[str], lines: int) -> None:
        self._last_row = number = self._last_row + 1
        placed = zip(self._letters, cells, strict=True)
        filled = "".join([f'<c r="{letter}{number}"{cell}</c>' for letter, cell in placed if cell])
        row = f'<row r="{number}" ht="{lines * _LINE}" customHeight="1">{filled}</row>'
        self.sheets[-1].write(row.encode())


def lines_of(sentence: str, width: int) -> int:
    """Return how many lines a text takes in a column, or one too many."""
    return max(1, sum(max(1, -(-len(part) // (width - _NARROWER))) for part in sentence.splitlines()))
