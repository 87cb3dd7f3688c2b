"""A message template and a recipient in, what that person will read out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final

from jinja2 import (
    StrictUndefined,
    Template,
    TemplateError,
    TemplateSyntaxError,
    Undefined,
    UndefinedError,
    meta,
    nodes,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from lecommercial_batch.columns import key
from lecommercial_batch.errors import CampaignError, Problem
from lecommercial_batch.filters import FILTERS, BadValueError, plain
from lecommercial_batch.limits import flaw_of
from lecommercial_batch.model import Cell, Content, Reason, Recipient, Rejection, Row
from lecommercial_batch.sentence import Sentence
from lecommercial_batch.spoilt import has_spoilt, is_spoilt

#: The values by their names in the template → the text.
Filler = Callable[[Mapping[str, object]], str]


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
        compiler = _Compiler(columns, file)
        parts = {place: compiler.part(place, text) for place, text in wording.parts().items()}
        if compiler.problems:
            raise CampaignError(*compiler.problems)
        self._names = tuple(compiler.used)
        self._indexes = tuple(compiler.used.values())
        self.used: Final = self._indexes  #: the columns whose values go into the message
        self.blanks: Final[list[str]] = []  #: columns whose empty cell is in the message that was rendered last
        empty = self._blank if wording.allow_empty else _empty
        self._empty = {name: empty(columns[index]) for name, index in compiler.used.items()}
        self._columns = columns
        self._text = parts.get(f"{wording.place}.text", _nothing)
        self._file = parts.get(f"{wording.place}.file", _nothing)
        self._template_id = wording.template_id
        self._variables = tuple(
            (name, parts.get(f"{wording.place}.variables.{name}", _nothing)) for name in wording.variables
        )

    def render(self, recipient: Recipient) -> Content | Rejection:
        """Fill the message for one recipient, or say why that cannot be."""
        cells = [recipient.row.cells[index] for index in self._indexes]
        if has_spoilt(cells):
            return self._spoilt(recipient.row)
        self.blanks.clear()
        try:
            content = self._fill(self._values(cells))
        except EmptyCellError as error:
            column = str(error.message)
            detail = Sentence("the column “{column}” is empty here", column=column)
            return Rejection(recipient.row, Reason.MISSING_VALUE, detail, column)
        except BadValueError as error:
            return Rejection(recipient.row, Reason.BAD_VALUE, error.sentence, self._holding(error.value, cells))
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
            detail = Sentence("the message cannot be made from this row: {error}", error=str(error)[:200])
            return Rejection(recipient.row, Reason.BAD_VALUE, detail)
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


def _nothing(_values: Mapping[str, object]) -> str:
    return ""


def _filler(template: Template) -> Filler:
    """Return what `template.render` does, at half its price: the context is made once, not for every row."""
    context, root = template.new_context(), template.root_render_func

    def fill(values: Mapping[str, object]) -> str:
        context.vars.clear()
        context.exported_vars.clear()
        # Every name that the template looks up is among the values: the compiler found a column for each.
        context.resolve_or_missing = values.__getitem__  # type: ignore[assignment]
        return "".join(root(context))

    return fill


def _finalize(value: object) -> object:
    if type(value) is str:
        return value
    return plain(value) if isinstance(value, Cell) else value


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, finalize=_finalize, autoescape=False)
    environment.globals.clear()
    environment.filters.update(FILTERS)
    return environment


class _Compiler:
    """Compiles the parts of one message, collecting every problem instead of stopping at the first."""

    def __init__(self, columns: Sequence[str], file: str) -> None:
        self.problems: list[Problem] = []
        self.used: dict[str, int] = {}  #: variable as written → index of its column
        self._environment = _environment()
        self._columns = columns
        self._file = file

    def part(self, place: str, text: str) -> Filler:
        try:
            tree = self._environment.parse(text)
            template = self._environment.from_string(text)
        except TemplateSyntaxError as error:
            self._problem("broken_template", place, self._broken(error), self._filter_advice(str(error.message)))
            return _nothing
        for variable in sorted(meta.find_undeclared_variables(tree)):
            self._find(place, variable)
        if next(tree.find_all((nodes.Include, nodes.Extends, nodes.Import, nodes.FromImport, nodes.Block)), None):
            sentence = Sentence("a message is one piece: it has no blocks, and includes or extends no other file")
            self._problem("broken_template", place, sentence, Sentence("Write the whole message here."))
        return _filler(template)

    def _find(self, place: str, variable: str) -> None:
        found = [index for index, name in enumerate(self._columns) if key(name) == key(variable)]
        if len(found) == 1:
            self.used[variable] = found[0]
            return
        if found:
            names = ", ".join(self._columns[index] for index in found)
            message = Sentence("{variable} could be any of the columns {names}", variable=variable, names=names)
            self._problem("ambiguous_variable", place, message, Sentence("Rename all but one of these columns."))
            return
        message = Sentence("no column for the variable {variable}", variable=f"{{{{ {variable} }}}}")
        self._problem("unknown_variable", place, message, self._column_advice(variable))

    def _column_advice(self, variable: str) -> Sentence:
        by_key = {key(name): name for name in self._columns}
        if near := get_close_matches(key(variable), by_key, n=1, cutoff=0.5):
            return Sentence("Did you mean “{column}”?", column=by_key[near[0]])
        return Sentence("The columns are: {columns}.", columns=", ".join(self._columns))

    def _filter_advice(self, message: str) -> Sentence:
        if not message.startswith("No filter named"):
            return Sentence(
                "A variable is written {example}; each opening brace needs its closing one.",
                example="{{ prenom }}",
            )
        if near := get_close_matches(message.split("'")[1], self._environment.filters, n=1):
            return Sentence("Did you mean the filter “{filter}”?", filter=near[0])
        return Sentence("Filters for messages are: {filters}.", filters=", ".join(sorted(FILTERS)))

    @staticmethod
    def _broken(error: TemplateSyntaxError) -> Sentence:
        return Sentence(
            "the template is broken at its line {line}: {error}", line=error.lineno, error=str(error.message)
        )

    def _problem(self, code: str, place: str, message: Sentence, advice: Sentence) -> None:
        self.problems.append(Problem(code=code, message=message, advice=advice, file=self._file, column=place))
