"""How PHP and Laravel read a call: what its fields are by the time a controller sees them.

PHP has one kind of array, so lists are dicts with the keys "0", "1", … here.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeAlias
from urllib.parse import parse_qsl

Value: TypeAlias = "str | int | float | bool | dict[str, Value] | None"
Form = dict[str, Value]

#: What Laravel's TrimStrings takes off both ends: PCRE's Unicode \s, the byte order mark, the zero-width space.
BLANKS: Final = (
    "\t\n\x0b\x0c\r \x85\xa0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
)
_MUNGED: Final = str.maketrans(" .[", "___")
_NAME: Final = re.compile(rb'[;\s]name=(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))', re.IGNORECASE)
_BOUNDARY: Final = re.compile(r'boundary="?([^";,]+)', re.IGNORECASE)
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,17}")
_MOST: Final = 1000
_DEEPEST: Final = 64
_INTEGER: Final = re.compile(r"[+-]?(0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call as a controller sees it."""

    method: str
    fields: Form


def read(
    *, method: str, content_type: str, query: str, body: bytes, override: str = "", multipart_on_put: bool = False
) -> Call:
    """Read a call: body over query, strings trimmed, "" made None, ``_method`` and its header obeyed on POST.

    A multipart body is read on POST alone, as PHP does before 8.4, unless ``multipart_on_put``.
    """
    asked = nest(parse_qsl(query, keep_blank_values=True))
    multipart = method == "POST" or multipart_on_put
    sent = {} if method in {"GET", "HEAD"} else _read_body(content_type, body, multipart=multipart)
    fields = asked | sent
    if method == "POST":
        wanted = override or fields.get("_method")
        method = wanted.upper() if isinstance(wanted, str) and wanted else method
    return Call(method=method, fields={name: clean(value) for name, value in fields.items()})


class _Array(dict[str, Value]):
    """An array that knows its next free index, as PHP's do."""

    free = 0

    def put(self, key: str, value: Value) -> None:
        """Set the value of a key; "" stands for the next free index."""
        key = key or str(self.free)
        if _INDEX.fullmatch(key):
            self.free = max(self.free, int(key) + 1)
        self[key] = value


def nest(pairs: Iterable[tuple[str, str]]) -> Form:
    """Build the arrays that bracketed names stand for: ``a[b]=1`` is ``{"a": {"b": "1"}}``, ``a[]`` appends.

    As many as PHP takes (``max_input_vars``), and as deep (``max_input_nesting_level``).
    """
    form = _Array()
    for name, value in islice(pairs, _MOST):
        at = form
        *parents, last = _path(name) or [""]
        if (not parents and not last) or len(parents) > _DEEPEST:
            continue
        for key in parents:
            child = at.get(key) if key else None  # the next free index has nothing yet
            if not isinstance(child, _Array):
                child = _Array()
                at.put(key, child)
            at = child
        at.put(last, value)
    return form


def clean(value: Value) -> Value:
    """Apply TrimStrings and ConvertEmptyStringsToNull, at any depth; keys stay as they are."""
    if isinstance(value, str):
        return value.strip(BLANKS) or None
    if isinstance(value, dict):
        return {key: clean(inner) for key, inner in value.items()}
    return value


def as_text(value: Value) -> str:
    """Return a value as PHP turns it into a string; an array is nothing here."""
    match value:
        case None | False | dict():
            return ""
        case True:
            return "1"
        case float():
            return str(value).removesuffix(".0")
    return str(value)


def as_integer(value: Value) -> int | None:
    """Return the integer that PHP's FILTER_VALIDATE_INT finds, if any."""
    text = as_text(value)
    return int(text) if _INTEGER.fullmatch(text) else None


def parse_multipart(body: bytes, boundary: str) -> Iterator[tuple[str, str]]:
    """Yield the text fields of a multipart body in order; uploaded files are left out."""
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary.encode())[1:]:
        if part.startswith(b"--"):
            return
        head, _, value = part.partition(b"\r\n\r\n")
        name = _NAME.search(head)
        if name and b"filename=" not in head:
            raw = name[1].replace(b'\\"', b'"') if name[1] is not None else name[2]
            yield raw.decode(errors="replace"), value.decode(errors="replace")


def _read_body(content_type: str, body: bytes, *, multipart: bool) -> Form:
    kind = content_type.partition(";")[0].strip().lower()
    if "/json" in kind or "+json" in kind:
        return _read_json(body)
    if kind == "application/x-www-form-urlencoded":
        return nest(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    boundary = _BOUNDARY.search(content_type)
    if kind == "multipart/form-data" and multipart and boundary:
        return nest(parse_multipart(body, boundary[1]))
    return {}


def _read_json(body: bytes) -> Form:
    try:
        value = _from_json(json.loads(body))
    except (ValueError, RecursionError):  # PHP gives up on what is nested more than 512 deep
        return {}
    return value if isinstance(value, dict) else {}


def _from_json(value: object) -> Value:
    if isinstance(value, dict):
        return {str(key): _from_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return {str(index): _from_json(inner) for index, inner in enumerate(value)}
    return value if isinstance(value, str | int | float | bool) else None


def _path(name: str) -> list[str]:
    """Split a name at its brackets, as php_register_variable_ex does; "" stands for the next free index."""
    head, bracket, rest = name.lstrip(" ").partition("[")
    if not head:
        return []
    if bracket and "]" not in rest:
        return [f"{head}_{rest}".translate(_MUNGED)]
    path = [head.translate(_MUNGED)]
    while bracket and len(path) <= _DEEPEST + 1:
        key, closed, rest = rest.partition("]")
        if not closed:
            break
        path.append("" if key == " " else key)
        bracket, rest = rest[:1] if rest.startswith("[") else "", rest[1:]
    return path
