"""The language of messages, bounded: no template takes longer, or gets larger, than a message has any use for.

A template comes from a colleague, or with a customer's file. What it may do is counted in steps, not in seconds: a
row comes out the same on a busy machine.
"""

from collections.abc import Callable, Iterable
from datetime import time
from functools import wraps
from itertools import islice
from typing import Any, Final, TypeVar

from jinja2 import StrictUndefined, Undefined, nodes
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from lecommercial_batch.core.model import Cell
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.planning.templates.filters import FILTERS, BadValueError, plain

LONGEST_TEMPLATE: Final = 20_000  #: characters; a message has a thousand
LONGEST_VALUE: Final = 40_000  #: characters or parts of what a template makes on its way; a cell has 32,767
STEPS: Final = 10_000  #: that one message may take
_LARGEST: Final = 1_000  #: numbers that say how wide or how exact something is to be
_MOST_BITS: Final = 10_000  #: of a whole number
_NODES: Final = 20  #: parts of a template that are a step together
_CALL: Final = 20  #: steps a call takes
_STEP: Final = 100  #: characters of a value that are a step more, where it is worked on again and again
#: Filters of Jinja's that have no use in a message, and print what is no text, by chance, or without any bound.
_WITHOUT: Final = (
    *("attr", "batch", "format", "indent", "pprint", "random", "slice", "tojson", "urlize", "wordwrap", "xmlattr"),
)
#: What a template may ask of a value.
_ASKED: Final = frozenset(
    {
        *("capitalize", "casefold", "count", "endswith", "find", "index", "isalpha", "isdigit", "isupper"),
        *("islower", "lower", "lstrip", "partition", "removeprefix", "removesuffix", "rfind", "rpartition"),
        *("rsplit", "rstrip", "split", "splitlines", "startswith", "strip", "swapcase", "title", "upper"),
        *("year", "month", "day", "hour", "minute", "second", "weekday", "isoweekday"),
    }
)
_REPEATING: Final = (nodes.For, nodes.Macro, nodes.Call, nodes.CallBlock)
_COUNTED: Final = "lecommercial counted"  # names with a space, which no template can say
_WORKED: Final = "lecommercial worked"
_JOINED: Final = "lecommercial joined"


_N = TypeVar("_N", bound=nodes.Node)


class TooMuchError(Exception):
    """A template that goes on and on, or makes something very large."""


class Environment(ImmutableSandboxedEnvironment):
    """Jinja's language without what reaches out, prints what is no text, or has no end."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, finalize=_finalize, autoescape=False)
        self.left = STEPS
        self.call_cost = _CALL
        self.counts = False  #: whether any template has what takes steps
        self.globals.clear()
        for name in _WITHOUT:
            del self.filters[name]
        self.filters.update(FILTERS)
        self.filters.update(
            {
                "center": _narrow(self.filters["center"]),
                "round": _narrow(self.filters["round"]),
                "replace": _replace,
                "join": _join,
                _COUNTED: self._counted,
                _WORKED: self._worked,
                _JOINED: _joined,
            }
        )

    def begin(self) -> None:
        """Count the steps of another message."""
        self.left = STEPS

    def bound(self, tree: nodes.Template) -> nodes.Template:
        """Have a template count what it does again and again; others cost nothing more than before."""
        self.call_cost = _CALL + _size(tree) // _NODES
        self.counts = self.counts or next(tree.find_all(_REPEATING), None) is not None
        _Bounding().visit(tree)
        tree.set_environment(self)
        return tree

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, Cell | time):
            return attr in _ASKED
        return super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:  # noqa: ARG002 - as Jinja's
        return None  # so that `format`, which makes texts of any length, is an attribute like others

    def call(self, context: Context, obj: Any, *args: Any, **kwargs: Any) -> Any:
        self._charge(self.call_cost)
        owner = getattr(obj, "__self__", None)
        if isinstance(owner, str):
            self._charge(len(owner) // _STEP)
        return super().call(context, obj, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if _bits(operator, left, right) > _MOST_BITS or (operator == "%" and isinstance(left, str)):
            raise TooMuchError
        if operator == "*" and _length(left) * _count(right) + _length(right) * _count(left) > LONGEST_VALUE:
            raise TooMuchError
        return _small(super().call_binop(context, operator, left, right))

    def _charge(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise TooMuchError

    def _counted(self, values: Iterable[object], cost: int) -> list[object]:
        """Return what a loop goes through, paid for before it begins."""
        found = list(islice(values, STEPS + 1))
        self._charge(len(found) * cost)
        return found

    def _worked(self, value: object) -> object:
        """Let a value through to a filter that may come again and again."""
        self._charge(1 + _length(value) // _STEP)
        return value


class _Bounding(NodeTransformer):
    """Wraps what can be repeated, and what gets longer."""

    def __init__(self) -> None:
        self._repeated = 0

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - as Jinja calls it
        cost = 1 + _size(node) // _NODES
        self._within(node)
        node.iter = _filter(_COUNTED, node.iter, nodes.Const(cost))
        return node

    def visit_Macro(self, node: nodes.Macro) -> nodes.Node:  # noqa: N802 - as above
        return self._within(node)

    def visit_CallBlock(self, node: nodes.CallBlock) -> nodes.Node:  # noqa: N802 - as above
        return self._within(node)

    def visit_Filter(self, node: nodes.Filter) -> nodes.Node:  # noqa: N802 - as above
        self.generic_visit(node)
        if self._repeated and node.node is not None:
            node.node = _filter(_WORKED, node.node)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802 - as above
        self.generic_visit(node)
        return _filter(_JOINED, nodes.List(node.nodes, lineno=node.lineno))

    def _within(self, node: _N) -> _N:
        self._repeated += 1
        self.generic_visit(node)
        self._repeated -= 1
        return node


def _filter(name: str, value: nodes.Node, *arguments: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(value, name, list(arguments), [], None, None, lineno=value.lineno)


def _size(node: nodes.Node) -> int:
    return 1 + sum(map(_size, node.iter_child_nodes()))


def _finalize(value: object) -> object:
    if type(value) is str:
        return value
    if isinstance(value, Cell):
        return plain(value)
    if isinstance(value, Undefined):
        return value
    raise BadValueError(Sentence("the message would print something that is no text, number or date"), "")


def _narrow(filter_: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(filter_)
    def narrow(*arguments: Any, **named: Any) -> Any:
        if any(isinstance(each, int) and abs(each) > _LARGEST for each in (*arguments[1:], *named.values())):
            raise TooMuchError
        return filter_(*arguments, **named)

    return narrow


def _replace(value: object, old: object, new: object, count: int = -1) -> str:
    """Put one text in the place of another, everywhere or `count` times."""
    text, what, by = str(value), str(old), str(new)
    if len(text) + text.count(what) * len(by) > LONGEST_VALUE:
        raise TooMuchError
    return text.replace(what, by, count)


def _join(values: Iterable[object], d: object = "") -> str:
    """Write values after one another, with `d` between them."""
    texts, between = [str(value) for value in islice(values, LONGEST_VALUE)], str(d)
    if sum(map(len, texts)) + len(texts) * len(between) > LONGEST_VALUE:
        raise TooMuchError
    return between.join(texts)


def _joined(values: Iterable[object]) -> str:
    text: str = _small("".join(map(str, values)))
    return text


def _small(value: Any) -> Any:
    if _length(value) > LONGEST_VALUE:
        raise TooMuchError
    return value


def _length(value: object) -> int:
    return len(value) if isinstance(value, str | list | tuple) else 0


def _count(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0


def _bits(sign: str, left: object, right: object) -> int:
    """Return how many bits a whole number takes that a sign would make, or as many as are too many."""
    if not isinstance(left, int) or not isinstance(right, int):
        return 0
    if sign == "**":
        return int(left).bit_length() * max(0, right)
    return int(left).bit_length() + int(right).bit_length() if sign == "*" else 0
