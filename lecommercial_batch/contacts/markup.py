"""The rows of tables in a web page, or in the XML that Excel wrote in 2003."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import IO, Final

from lecommercial_batch.contacts.number_formats import SHOWN_WITH_CODE, shown
from lecommercial_batch.contacts.xml_styles import Formats

_BLOCK: Final = 1 << 14
_STUCK: Final = 1 << 17  #: characters that no tag closes
_WIDEST: Final = 16_384  #: columns of a spreadsheet
_TALLEST: Final = 1_048_576  #: its rows
_LONGEST: Final = 1 << 20  #: characters of markup that one row may take
_DEEPEST: Final = 100  #: tables within each other
_BLANKS: Final = 1_000_000  #: cells without markup of their own that a file may have anyway, made by spans
_SHARE: Final = 16  #: and to each that has
_SILENT: Final = frozenset({"script", "style", "comment"})


class StuckError(Exception):
    """The markup breaks off, or is none; ``row`` is the one that goes on and on, where it is a row that does."""

    def __init__(self, row: int | None = None) -> None:
        super().__init__(row)
        self.row = row


class OverwideError(Exception):
    """A row has more cells than any table, or spans that make cells out of nothing."""

    def __init__(self, row: int) -> None:
        super().__init__(row)
        self.row = row


@dataclass(slots=True)
class TableRow:
    """One row of a table."""

    table: int  #: which of the tables in the file, counted from 0
    number: int  #: in its table, counted from 1
    cells: list[str] = field(default_factory=list)
    hidden: bool = False  #: not shown, by a filter or by hand
    wide: list[tuple[int, int]] = field(default_factory=list)  #: first and last index of each cell over several


@dataclass(slots=True)
class Sheet:
    """What the XML of 2003 says of a sheet, the table of which is in it."""

    name: str
    table: int | None = None
    hidden: bool = False  #: known once the rows have gone by
    hidden_columns: set[int] = field(default_factory=set)  #: by index, likewise


def table_rows(opened: IO[str], *, sheets: list[Sheet] | None = None) -> Iterator[TableRow]:
    """Yield the rows of all tables in a text, never more of it in memory than a block.

    ``sheets`` takes the sheets that they stand in, where there are any.

    Raises:
        StuckError: a tag goes on and on, or a row does.
        OverwideError: a row is wider than any table.
    """
    parser = _Tables(sheets if sheets is not None else [])
    read = 0
    while block := opened.read(_BLOCK):
        parser.feed(block)
        done = parser.taken()
        read = 0 if done or parser.row is None else read + len(block)
        yield from done
        if len(parser.rawdata) > _STUCK or read > _LONGEST:
            raise StuckError(parser.row)
    parser.close()
    yield from parser.taken()


@dataclass(slots=True)
class _Table:
    """One table while it is read."""

    index: int
    rows: int = 0
    row: TableRow | None = None
    seen: int = 0  #: rows that have ended
    held: dict[int, int] = field(default_factory=dict)  #: column → how many will have when a cell above ends too
    cell: int | None = None  #: index of the one that is open
    exact: str = ""  #: its whole number, where the text may be 3,36E+10
    style: str = ""  #: the style of the cell that is open
    number_format: str = ""  #: how its number is shown
    row_style: str = ""
    column_styles: dict[int, str] = field(default_factory=dict)
    columns: int = 0  #: those that have been described so far
    texts: list[str] = field(default_factory=list)  #: what has been read of it

    def end_cell(self) -> None:
        """Put its text where it belongs: a number whole, and with the country code that its format adds."""
        if self.row is not None and self.cell is not None:
            text = "".join(self.texts)
            if self.exact and not SHOWN_WITH_CODE.match(text):
                text = self.exact
            elif self.number_format:
                text = shown(text.strip(), self.number_format) or text
            self.row.cells[self.cell] = text
        self.cell, self.texts = None, []
        self.exact, self.number_format = "", ""


class _Tables(HTMLParser):
    """Takes `tr` and `Row`, `td`, `th` and `Cell` alike; where they are never closed, the next one closes them."""

    rawdata: str

    def __init__(self, sheets: list[Sheet]) -> None:
        super().__init__(convert_charrefs=True)
        self._sheets = sheets
        self._formats = Formats()
        self._visible = False  # whether what is read is the text of that element
        self._done: list[TableRow] = []
        self._open: list[_Table] = []
        self._count = 0
        self._silent = 0
        self._cells = 0
        self._blanks = 0

    @property
    def row(self) -> int | None:
        """The number of the row that is open, where one is."""
        return self._open[-1].row.number if self._open and self._open[-1].row else None

    def taken(self) -> list[TableRow]:
        """Return the rows that are complete, once."""
        done, self._done = self._done, []
        return done

    def close(self) -> None:
        super().close()
        while self._open:
            self._end_row(self._open.pop())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _SILENT:
            self._silent += 1
            self._formats.begin(given.get("ss:id", ""))
        elif tag == "table":
            self._begin_table()
        elif tag == "worksheet":
            self._sheets.append(Sheet(given.get("ss:name", "")))
        elif tag == "visible":
            self._visible = True
        elif self._open:
            self._begin_in(self._open[-1], tag, given)

    def _begin_in(self, table: _Table, tag: str, given: Mapping[str, str]) -> None:
        if tag in {"tr", "row"}:
            self._begin_row(table, given)
        elif tag in {"td", "th", "cell"}:
            self._begin_cell(table, given)
        elif tag == "column":
            self._describe(table, given)
        elif tag == "data" and given.get("ss:type") == "Number":
            table.number_format = self._formats.of(table.style)
        elif tag == "br":
            self._add("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
            self._formats.end()
        elif tag == "visible":
            self._visible = False
        elif not self._open:
            return
        elif tag == "table":
            self._end_row(self._open.pop())
        elif tag in {"tr", "row"}:
            self._end_row(self._open[-1])
        elif tag in {"td", "th", "cell"}:
            self._open[-1].end_cell()

    def handle_data(self, data: str) -> None:
        if self._visible and self._sheets:
            self._sheets[-1].hidden |= data.strip().lower() in {"sheethidden", "sheetveryhidden"}
        elif not self._silent:
            self._add(" " + " ".join(data.split()) + " " if data[:1].isspace() else data)
        else:
            self._formats.read(data)

    def _add(self, text: str) -> None:
        table = self._open[-1] if self._open else None
        if table and table.row and table.cell is not None:
            table.texts.append(text)

    def _begin_table(self) -> None:
        if len(self._open) == _DEEPEST:
            raise StuckError(self.row)
        self._open.append(_Table(self._count))
        if self._sheets and self._sheets[-1].table is None:
            self._sheets[-1].table = self._count
        self._count += 1

    def _begin_row(self, table: _Table, given: Mapping[str, str]) -> None:
        self._end_row(table)
        table.rows = max(table.rows + 1, _number(given.get("ss:index"), most=_TALLEST))
        style = given.get("style", "").replace(" ", "").lower()
        hidden = given.get("ss:hidden") == "1" or "hidden" in given or "display:none" in style
        table.row = TableRow(table.index, table.rows, hidden=hidden)
        table.row_style = given.get("ss:styleid", "")

    def _begin_cell(self, table: _Table, given: Mapping[str, str]) -> None:
        if table.row is None:
            self._begin_row(table, {})
        row = table.row
        if row is None:  # pragma: no cover - begun above
            return
        table.end_cell()
        self._cells += 1
        self._widen(row, _number(given.get("ss:index"), most=_WIDEST) - 1 - len(row.cells))
        self._pass_held(table, row)
        first = len(row.cells)
        across = max(
            _number(given.get("colspan"), most=_WIDEST), 1 + _number(given.get("ss:mergeacross"), most=_WIDEST)
        )
        down = max(
            _number(given.get("rowspan"), most=_TALLEST), 1 + _number(given.get("ss:mergedown"), most=_TALLEST)
        )
        across = min(across, _WIDEST - min(first, _WIDEST - 1))
        self._widen(row, across)
        self._blanks -= 1
        table.cell, table.exact = first, given.get("x:num", "")
        table.style = given.get("ss:styleid") or table.row_style or table.column_styles.get(first, "")
        if across > 1:
            row.wide.append((first, first + across - 1))
        if down > 1 and "ss:mergedown" not in given:
            table.held |= dict.fromkeys(range(first, first + across), table.seen + down)

    def _describe(self, table: _Table, given: Mapping[str, str]) -> None:
        """Take in what the XML of 2003 says of columns."""
        first = min(max(table.columns + 1, _number(given.get("ss:index"), most=_WIDEST)), _WIDEST) - 1
        table.columns = min(first + 1 + _number(given.get("ss:span"), most=_WIDEST), _WIDEST)
        those = range(first, table.columns)
        if style := given.get("ss:styleid"):
            table.column_styles |= dict.fromkeys(those, style)
        if given.get("ss:hidden") == "1" and self._sheets:
            self._sheets[-1].hidden_columns.update(those)

    def _widen(self, row: TableRow, by: int) -> None:
        """Add cells without a text of their own to a row: spans may make very many in very few characters."""
        if by <= 0:
            return
        self._blanks += by
        if len(row.cells) + by > _WIDEST or self._blanks > _BLANKS + _SHARE * self._cells:
            raise OverwideError(row.number)
        row.cells += [""] * by

    def _pass_held(self, table: _Table, row: TableRow) -> None:
        while table.held.get(len(row.cells), 0) > table.seen:
            self._widen(row, 1)

    def _end_row(self, table: _Table) -> None:
        if table.row is None:
            return
        table.end_cell()
        self._pass_held(table, table.row)
        table.row.cells = [cell and _tidy(cell) for cell in table.row.cells]
        self._done.append(table.row)
        table.seen += 1
        table.row = None


def _tidy(cell: str) -> str:
    return "\n".join(" ".join(line.split()) for line in cell.strip().split("\n"))


def _number(text: str | None, *, most: int) -> int:
    return min(int(text), most) if text and text.isdecimal() and len(text) < 9 else 0  # noqa: PLR2004 - digits enough
