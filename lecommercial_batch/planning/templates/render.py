"""A message template and a recipient in, what that person will read out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from jinja2 import TemplateError, Undefined, UndefinedError

from lecommercial_batch.core.cell_errors import has_spoilt, is_spoilt
from lecommercial_batch.core.errors import CampaignError, Problem
from lecommercial_batch.core.model import Cell, Content, Reason, Recipient, Rejection, Row
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.planning.templates.bounds import TooMuchError
from lecommercial_batch.planning.templates.filters import BadValueError
from lecommercial_batch.planning.templates.limits import flaw_of
from lecommercial_batch.planning.templates.template import Compiler, nothing

_MOST_OUT_OF_BOUNDS: Final = 20  #: rows after which it is the campaign's fault, and no longer the rows'


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A campaign's message before any recipient's values are in it: a text, or a template's variables."""

    text: str = ""
    file: str = ""
    template_id: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    signature: str = ""  #: what every message must say of who it is from; "" where nobody looks
    allow_empty: bool = False  #: an empty cell is printed as nothing, instead of rejecting its row
    place: str = "message"  #: where it stands in the campaign file

    def parts(self) -> Mapping[str, str]:
        """Return each template by the place it stands at in the campaign file."""
        written = {f"{self.place}.text": self.text, f"{self.place}.file": self.file}
        named = {f"{self.place}.variables.{name}": text for name, text in self.variables.items()}
        return {place: text for place, text in {**written, **named}.items() if text}


class EmptyCellError(UndefinedError):
    """An empty cell was about to be printed; the message is the column's name."""


class EmptyCell(Undefined):
    """An empty cell: false, equal to "", replaceable by ``default``, but never printed in silence."""

    __slots__ = ()

    def __str__(self) -> str:
        return self._fail_with_undefined_error()

    def __eq__(self, other: object) -> bool:
        return other == ""

    def __ne__(self, other: object) -> bool:
        return other != ""

    def __hash__(self) -> int:
        return hash("")


class BlankCell(EmptyCell):
    """An empty cell that may be printed as nothing: that it was is noted."""

    __slots__ = ("_noted",)

    def __init__(self, column: str, noted: list[str]) -> None:
        super().__init__(name=column)
        self._noted = noted

    def __str__(self) -> str:
        if self._undefined_name not in self._noted:
            self._noted.append(str(self._undefined_name))
        return ""


class Renderer:
    """The compiled templates of one campaign over one file's columns.

    Raises:
        CampaignError: a template is broken, or names a variable that no column has.
    """

    def __init__(self, wording: Wording, columns: Sequence[str], *, file: str) -> None:
        compiler = Compiler(columns, file)
        parts = {place: compiler.part(place, text) for place, text in wording.parts().items()}
        if compiler.problems:
            raise CampaignError(*compiler.problems)
        self._environment = compiler.environment
        self._counts = compiler.environment.counts
        self._out_of_bounds = 0  # rows that took too many steps
        self._campaign = file
        self._place = wording.place
        self._names = tuple(compiler.used)
        self._indexes = tuple(compiler.used.values())
        self.used: Final = self._indexes  #: the columns whose values go into the message
        self.blanks: Final[list[str]] = []  #: columns whose empty cell is in the message that was rendered last
        empty = self._blank if wording.allow_empty else _empty
        self._empty = {name: empty(columns[index]) for name, index in compiler.used.items()}
        self._columns = columns
        self._text = parts.get(f"{wording.place}.text", nothing)
        self._file = parts.get(f"{wording.place}.file", nothing)
        self._template_id = wording.template_id
        self._variables = tuple(
            (name, parts.get(f"{wording.place}.variables.{name}", nothing)) for name in wording.variables
        )

    def render(self, recipient: Recipient) -> Content | Rejection:
        """Fill the message for one recipient, or say why that cannot be.

        Raises:
            CampaignError: filling it takes too long, in this row as in others before.
        """
        cells = [recipient.row.cells[index] for index in self._indexes]
        if has_spoilt(cells):
            return self._spoilt(recipient.row)
        self.blanks.clear()
        if self._counts:
            self._environment.begin()
        try:
            content = self._fill(self._values(cells))
        except EmptyCellError as error:
            column = str(error.message)
            detail = Sentence("the column “{column}” is empty here", column=column)
            return Rejection(recipient.row, Reason.MISSING_VALUE, detail, column)
        except BadValueError as error:
            return Rejection(recipient.row, Reason.BAD_VALUE, error.sentence, self._holding(error.value, cells))
        except (TooMuchError, RecursionError, MemoryError):
            return self._too_much(recipient.row)
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
            return Rejection(recipient.row, Reason.BAD_VALUE, _said(error))
        flaw = flaw_of(content)
        return content if flaw is None else Rejection(recipient.row, *flaw)

    def _values(self, cells: Sequence[Cell]) -> Mapping[str, Cell | EmptyCell]:
        bare: list[Cell]
        try:
            bare = list(map(str.strip, cells))  # type: ignore[arg-type]  # texts, in most rows
        except TypeError:
            bare = [cell.strip() if isinstance(cell, str) else cell for cell in cells]
        if all(bare):
            return dict(zip(self._names, bare, strict=True))
        return {
            name: self._empty[name] if cell == "" else cell for name, cell in zip(self._names, bare, strict=True)
        }

    def _blank(self, column: str) -> EmptyCell:
        return BlankCell(column, self.blanks)

    def _spoilt(self, row: Row) -> Rejection:
        index = next(index for index in self._indexes if is_spoilt(row.cells[index]))
        detail = Sentence("the cell holds the error {error}", error=str(row.cells[index]))
        return Rejection(row, Reason.BAD_VALUE, detail, self._columns[index])

    def _too_much(self, row: Row) -> Rejection:
        """Reject a row whose message has no end; where it is so of many, it is the template's fault."""
        self._out_of_bounds += 1
        message = Sentence("filling the message takes too many steps, or makes too long a text")
        if self._out_of_bounds > _MOST_OUT_OF_BOUNDS:
            advice = Sentence("Look for loops within loops, macros that call themselves, and multiplied texts.")
            problem = Problem(
                code="endless_template", file=self._campaign, column=self._place, message=message, advice=advice
            )
            raise CampaignError(problem)
        return Rejection(row, Reason.BAD_VALUE, message)

    def _holding(self, value: Cell, cells: Sequence[Cell]) -> str:
        """Return the one column that the message uses and that holds the value; "" where several do."""
        bare = value.strip() if isinstance(value, str) else value
        holding = {
            self._columns[index]
            for index, cell in zip(self._indexes, cells, strict=True)
            if (cell.strip() if isinstance(cell, str) else cell) == bare
        }
        return holding.pop() if len(holding) == 1 else ""

    def _fill(self, values: Mapping[str, Cell | EmptyCell]) -> Content:
        return Content(
            text=self._text(values).strip(),
            file=self._file(values).strip(),
            template_id=self._template_id,
            variables=tuple([(name, part(values).strip()) for name, part in self._variables]),
        )


def _empty(column: str) -> EmptyCell:
    return EmptyCell(hint=column, name=column, exc=EmptyCellError)


def _said(error: Exception) -> Sentence:
    """Say why a row's message cannot be made; the libraries' own words are English, and may hold a value."""
    match error:
        case TemplateError():
            return Sentence("the message asks of this row's value what it has not")
        case ZeroDivisionError():
            return Sentence("the message divides by zero in this row")
        case TypeError():
            return Sentence("the message reckons with, or compares, values that do not go together in this row")
        case _:
            return Sentence("the message cannot be made from this row's values")
