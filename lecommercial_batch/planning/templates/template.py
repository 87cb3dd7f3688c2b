"""A message template: compiled once for a file's columns, every problem with what to write instead."""

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Final

from jinja2 import Template, TemplateSyntaxError, meta, nodes

from lecommercial_batch.core.errors import Problem
from lecommercial_batch.core.sentence import NOTHING, Sentence
from lecommercial_batch.planning.screening.columns import key
from lecommercial_batch.planning.templates import placeholders
from lecommercial_batch.planning.templates.bounds import LONGEST_TEMPLATE, Environment
from lecommercial_batch.planning.templates.date_pattern import PatternError, date_pattern
from lecommercial_batch.planning.templates.filters import FILTERS
from lecommercial_batch.planning.templates.placeholders import Placeholder, variable_of
from lecommercial_batch.planning.templates.template_faults import fault_of, tag_for, unknown_filter

#: The values by their names in the template → the text.
Filler = Callable[[Mapping[str, object]], str]
_MOST: Final = 20  #: columns that are named
#: Methods of texts, and the filters that do the same.
_AS_FILTERS: Final = {
    **{name: name for name in ("upper", "lower", "title", "capitalize", "replace", "center")},
    **dict.fromkeys(("strip", "lstrip", "rstrip"), "trim"),
}
_FILES: Final = (nodes.Include, nodes.Extends, nodes.Import, nodes.FromImport, nodes.Block)


class Compiler:
    """Compiles the parts of one message, collecting every problem instead of stopping at the first."""

    def __init__(self, columns: Sequence[str], file: str) -> None:
        self.problems: list[Problem] = []
        self.used: dict[str, int] = {}  #: variable as written → index of its column
        self.environment: Final = Environment()
        self._columns = columns
        self._file = file

    def part(self, place: str, text: str) -> Filler:
        """Compile the template that stands at a place of the campaign file."""
        if len(text) > LONGEST_TEMPLATE:
            message = Sentence(
                "the message has {length} characters before anything is filled in; {most} are allowed",
                length=len(text),
                most=LONGEST_TEMPLATE,
            )
            self._problem("broken_template", place, message, Sentence("Is it the right file?"))
            return nothing
        try:
            tree = self.environment.parse(text)
            self._look(place, text, tree)
            template = self.environment.from_string(self.environment.bound(tree))
        except TemplateSyntaxError as error:
            self._broken(place, text, error)
            return nothing
        except (SyntaxError, RecursionError, MemoryError, ValueError, OverflowError):
            message = Sentence("the message has too many conditions or brackets within each other")
            self._problem("broken_template", place, message, Sentence("Write it simpler."))
            return nothing
        return _filler(template)

    def _look(self, place: str, text: str, tree: nodes.Template) -> None:
        variables = meta.find_undeclared_variables(tree)
        miswritten = [
            each for each in placeholders.in_braces(text, self._columns) if self._unknown(variables, each.name)
        ]
        for each in miswritten:
            self._miswritten(place, each)
        for variable in sorted(variables):
            if not any(variable in each.name for each in miswritten):
                self._find(place, variable)
        if next(tree.find_all(_FILES), None):
            sentence = Sentence("a message is one piece: it has no blocks, and includes or extends no other file")
            self._problem("broken_template", place, sentence, Sentence("Write the whole message here."))
        self._look_at_texts(place, tree)
        self._look_at_dates(place, tree)
        self._look_at_methods(place, tree, variables)
        if any(loop.recursive for loop in tree.find_all(nodes.For)):
            message = Sentence("a loop of a message does not call itself")
            self._problem("broken_template", place, message, Sentence("Remove: {keys}.", keys="recursive"))

    def _unknown(self, variables: set[str], name: str) -> bool:
        """Tell whether a name holds a variable that no column has, so that it was meant as a whole."""
        return any(variable in name and not self._columns_of(variable) for variable in variables)

    def _look_at_texts(self, place: str, tree: nodes.Template) -> None:
        for data in tree.find_all(nodes.TemplateData):
            for each in placeholders.in_text(data.data, self._columns):
                self._miswritten(place, each)
        keys = {key(column): column for column in self._columns}
        for output in tree.find_all(nodes.Output):
            for printed in output.nodes:
                value = _innermost(printed)
                if isinstance(value, nodes.Const) and isinstance(value.value, str):
                    column = keys.get(key(value.value), "")
                    if column and value.value[:1].isalnum() and value.value[-1:].isalnum():
                        self._miswritten(place, Placeholder(f'{{{{ "{value.value}" }}}}', value.value, column))

    def _look_at_dates(self, place: str, tree: nodes.Template) -> None:
        for filter_ in tree.find_all(nodes.Filter):
            given = [*filter_.args, *(each.value for each in filter_.kwargs)]
            if filter_.name == "date" and given and isinstance(given[0], nodes.Const):
                try:
                    date_pattern(str(given[0].value))
                except PatternError as error:
                    self._problem("bad_date_pattern", place, error.sentence, error.advice)

    def _look_at_methods(self, place: str, tree: nodes.Template, variables: set[str]) -> None:
        called = {id(call.node) for call in tree.find_all(nodes.Call)}
        for asked in tree.find_all(nodes.Getattr):
            name = asked.node.name if isinstance(asked.node, nodes.Name) else ""
            if name not in variables or not hasattr(str, asked.attr):
                continue
            written = f"{name}.{asked.attr}"
            if filter_ := _AS_FILTERS.get(asked.attr):
                message = Sentence("{written} is Python; a message has filters", written=written)
                self._problem("broken_template", place, message, _write(f"{name}|{filter_}"))
            elif id(asked) not in called:
                message = Sentence("{written} is no value that can be printed", written=written)
                self._problem("broken_template", place, message, _write(name))

    def _columns_of(self, variable: str) -> list[int]:
        return [index for index, name in enumerate(self._columns) if key(name) == key(variable)]

    def _find(self, place: str, variable: str) -> None:
        found = self._columns_of(variable)
        if len(found) == 1:
            self.used[variable] = found[0]
            return
        if found:
            names = ", ".join(self._columns[index] for index in found[:_MOST])
            message = Sentence("{variable} could be any of the columns {names}", variable=variable, names=names)
            self._problem("ambiguous_variable", place, message, Sentence("Rename all but one of these columns."))
            return
        message = Sentence("no column for the variable {variable}", variable=f"{{{{ {variable} }}}}")
        self._problem("unknown_variable", place, message, self._column_advice(variable))

    def _column_advice(self, variable: str) -> Sentence:
        by_key = {key(name): name for name in self._columns}
        if near := get_close_matches(key(variable), by_key, n=1, cutoff=0.5):
            column = by_key[near[0]]
            return Sentence(
                "Did you mean {variable}, the column “{column}”?",
                variable=f"{{{{ {variable_of(column)} }}}}",
                column=column,
            )
        return Sentence("The columns are: {columns}.", columns=", ".join(self._columns[:_MOST]))

    def _broken(self, place: str, text: str, error: TemplateSyntaxError) -> None:
        if miswritten := list(placeholders.in_braces(text, self._columns)):
            for each in miswritten:
                self._miswritten(place, each)
            return
        self._problem("broken_template", place, fault_of(error, text), self._advice(error))

    def _advice(self, error: TemplateSyntaxError) -> Sentence:
        if (name := unknown_filter(error)) and (near := get_close_matches(name, self._filters(), n=1)):
            return Sentence("Did you mean the filter “{filter}”?", filter=near[0])
        if name:
            return Sentence("Filters for messages are: {filters}.", filters=", ".join(sorted(FILTERS)))
        if tag := tag_for(error):
            return Sentence("Did you mean {tag}?", tag=f"{{% {tag} %}}")
        return Sentence(
            "A variable is written {example}; each opening brace needs its closing one.", example="{{ prenom }}"
        )

    def _filters(self) -> list[str]:
        return [name for name in self.environment.filters if name.isidentifier()]

    def _miswritten(self, place: str, found: Placeholder) -> None:
        message = Sentence(
            "{placeholder} is not how the column “{column}” is written in a message",
            placeholder=found.shown[:60],
            column=found.column,
        )
        advice = NOTHING
        variable = variable_of(found.column)
        if variable and found.shown.startswith("{{"):  # which no text holds unless it is quoted
            advice = _write(variable)
        elif variable:
            advice = Sentence(
                "Write {variable}; if it is meant as a text: {text}.",
                variable=f"{{{{ {variable} }}}}",
                text=f'{{{{ "{found.shown[:60]}" }}}}',
            )
        self._problem("other_placeholder", place, message, advice)

    def _problem(self, code: str, place: str, message: Sentence, advice: Sentence) -> None:
        self.problems.append(Problem(code=code, message=message, advice=advice, file=self._file, column=place))


def nothing(_values: Mapping[str, object]) -> str:
    """Fill a part that a message has not."""
    return ""


def _write(expression: str) -> Sentence:
    return Sentence("Write {variable}.", variable=f"{{{{ {expression} }}}}")


def _innermost(node: nodes.Node) -> nodes.Node:
    """Return what the filters of an expression are applied to."""
    while isinstance(node, nodes.Filter) and node.node is not None:
        node = node.node
    return node


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
