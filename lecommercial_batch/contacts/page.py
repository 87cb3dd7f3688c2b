"""A table in a web page, which many CRMs save as .xls, and Excel's XML of 2003."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Final

from lecommercial_batch.contacts.declared import declared_encoding
from lecommercial_batch.contacts.encoding import find_encoding
from lecommercial_batch.contacts.flaw import flaw
from lecommercial_batch.contacts.header import (
    LOOKED_FOR_IN,
    header_of,
    is_filled,
    name_columns,
    refuse_data,
    under_merged,
)
from lecommercial_batch.contacts.markup import OverwideError, Sheet, StuckError, TableRow, table_rows
from lecommercial_batch.contacts.sheets import choose_sheet
from lecommercial_batch.contacts.slips import Slips
from lecommercial_batch.contacts.text import open_text
from lecommercial_batch.contacts.widths import WIDEST, Fullness, see_that_it_is_no_wider, shortened
from lecommercial_batch.core.model import Row
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.planning.screening.flawed_rows import HiddenRow

_BATCH: Final = 5_000
_CELLS: Final = 500_000  #: of a batch of wide rows
_LOOKED_AT: Final = 500  #: rows that show how many columns there are


class Page:
    """The first table of a page that has several rows."""

    def __init__(self, path: Path, *, file: str, sheet: str | None = None, header: int | None = None) -> None:
        self._path = path
        self._file = file
        self._encoding = find_encoding(path, file=file, declared=declared_encoding(path))
        self._wanted = sheet
        self.sheet = ""
        self.other_sheets: tuple[str, ...] = ()
        self.uncomputed = 0
        self._unseen: Collection[int] = ()
        self._table = self._choose()
        below = (row for row in self._rows() if row.number >= (header or 1))
        first = list(islice(below, _LOOKED_AT))
        filled = {row.number: row for row in first}
        head = [filled.get(number, TableRow(self._table, number)) for number in range(1, self._last(first) + 1)]
        index = header_of([row.cells for row in head], header, file=file)
        if index is None:
            raise self._nothing()
        names, index = under_merged([row.cells for row in head], index, head[index].wide)
        refuse_data(names, file=file, row=index + 1)
        self._header = index + 1
        width = max(_width(row.cells) for row in first if row.number >= self._header)
        self._columns = name_columns([*names, *[""] * (width - len(names))][: max(width, 1)])
        see_that_it_is_no_wider(self._columns, file=file)

    @property
    def name(self) -> str:
        """The file as messages call it."""
        return self._file

    @property
    def hidden_columns(self) -> Collection[str]:
        """The columns that the XML of 2003 hides."""
        return {name for index, name in enumerate(self._columns) if index in self._unseen}

    @property
    def columns(self) -> tuple[str, ...]:
        """The names in the header."""
        return self._columns

    def batches(self) -> Iterator[Sequence[Row]]:
        """Yield the rows under the header, numbered as in the table, blank ones left out."""
        count = len(self._columns)
        slips = Slips(self._file, Sentence("Give every column a name in the header."))
        below = (row for row in self._rows() if row.number > self._header and any(map(is_filled, row.cells)))
        fullness = Fullness(count, file=self._file)
        while batch := list(islice(below, max(1, min(_BATCH, _CELLS // count)))):
            rows = [
                shortened(
                    (HiddenRow if row.hidden else Row)(
                        row.number, (*row.cells[:count], *[""] * (count - len(row.cells)))
                    )
                )
                for row in batch
            ]
            beyond = {row.number: count for row in batch if _width(row.cells) > count}
            yield fullness.see(slips.judge(rows, beyond))

    def _rows(self) -> Iterator[TableRow]:
        with self._translating(), open_text(self._path, self._encoding) as opened:
            yield from (row for row in table_rows(opened) if row.table == self._table)

    def _choose(self) -> int:
        """Return the first table of several rows and columns, else the first of several rows."""
        if sheets := self._sheets():
            return self._of_sheets(sheets)
        if self._wanted is not None:
            message = Sentence("a text file has no sheet “{sheet}”", sheet=self._wanted)
            raise flaw(self._file, "unknown_sheet", message, Sentence("Remove `sheet` from the campaign."))
        seen: dict[int, int] = {}
        with self._translating(), open_text(self._path, self._encoding) as opened:
            for row in table_rows(opened):
                if any(map(is_filled, row.cells)):
                    seen[row.table] = seen.get(row.table, 0) + 1
                if seen.get(row.table, 0) > 1 and _width(row.cells) > 1:
                    return row.table
        if not seen:
            raise self._nothing()
        return max(seen, key=lambda table: seen[table] > 1)

    def _sheets(self) -> Sequence[Sheet]:
        """Return the sheets of Excel's XML; a web page has none, and is not read to its end for that."""
        sheets: list[Sheet] = []
        with self._translating(), open_text(self._path, self._encoding) as opened:
            for _row in table_rows(opened, sheets=sheets):
                if not sheets:
                    return ()
        return [each for each in sheets if each.table is not None]

    def _of_sheets(self, sheets: Sequence[Sheet]) -> int:
        def rows(name: str) -> Sequence[Sequence[str]]:
            self._table = tables[name]
            return [row.cells for row in islice(self._rows(), LOOKED_FOR_IN)]

        tables = {each.name: each.table or 0 for each in sheets}
        chosen = choose_sheet(
            [(each.name, not each.hidden) for each in sheets], self._wanted, file=self._file, rows=rows
        )
        self.sheet, self.other_sheets = chosen, tuple(each.name for each in sheets if each.name != chosen)
        self._unseen = next(each.hidden_columns for each in sheets if each.name == chosen)
        return tables[chosen]

    @staticmethod
    def _last(rows: Sequence[TableRow]) -> int:
        """Return the number of the last row in which the header may be."""
        begin = next((row.number for row in rows if any(map(is_filled, row.cells))), 1)
        return min(begin + LOOKED_FOR_IN, max((row.number for row in rows), default=0))

    @contextmanager
    def _translating(self) -> Iterator[None]:
        try:
            yield
        except OverwideError as error:
            message = Sentence(
                "the cells of this row reach over more columns than stand in it, or than a spreadsheet’s {most}",
                most=WIDEST,
            )
            advice = Sentence("Open it in a spreadsheet and save it as .xlsx.")
            raise flaw(self._file, "too_many_columns", message, advice, row=error.row) from error
        except (StuckError, AssertionError, UnicodeError, OSError) as error:
            message = Sentence("the page is damaged, and its table cannot be read to its end")
            advice = Sentence("Open it in a spreadsheet and save it as .xlsx.")
            row = error.row if isinstance(error, StuckError) else None
            raise flaw(self._file, "damaged_file", message, advice, row=row) from error

    def _nothing(self) -> Exception:
        message = Sentence("this is a web page or XML without a table of contacts")
        return flaw(self._file, "not_a_table", message, Sentence("Open it in a spreadsheet and save it as .xlsx."))


def _width(cells: Sequence[str]) -> int:
    return max((index + 1 for index, cell in enumerate(cells) if is_filled(cell)), default=0)
