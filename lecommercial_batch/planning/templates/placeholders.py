"""Placeholders as other tools write them, such as ``«Prénom»``, ``[Nom]`` or ``%PRENOM%``, and what they mean."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from typing import Final

from lecommercial_batch.planning.screening.columns import key

_LONGEST: Final = 60  #: characters of a name
_MOST: Final = 200  #: looked at in one message
_FEW: Final = 3  #: words of a name
_NEAR: Final = 0.8
_NAME: Final = rf"[^\[\]{{}}<>«»‹›%#|\n]{{1,{_LONGEST}}}"
#: Each pair of signs, and whether a name that is nearly a column's is meant to be one: people quote words in «».
_PAIRS: Final = tuple(
    (re.compile(f"(?={left}({_NAME}){right})"), near)
    for left, right, near in (
        (r"(?:«|‹)\s*", r"\s*(?:»|›)", False),
        (r"\[{1,2}", r"\]{1,2}", False),
        (r"<{1,2}", r">{1,2}", False),
        (r"%{1,2}", r"%{1,2}", True),
        (r"\$?\{{1,2}\s*", r"\s*\}{1,2}", True),
        (r"\*\|", r"\|\*", True),
        (r"#{1,2}", r"#{1,2}", True),
    )
)
#: What other tools' fields are called: such a word alone between signs waits for a value that never comes.
_FIELDS: Final = frozenset(
    {
        *("nom", "prenom", "civilite", "titre", "name", "firstname", "lastname", "fullname", "surname"),
        *("societe", "entreprise", "company", "adresse", "address", "ville", "city", "codepostal", "zip", "pays"),
        *("email", "mail", "telephone", "tel", "phone", "mobile", "date", "heure", "jour", "montant", "prix"),
        *("total", "numero", "reference", "lien", "link", "url", "client", "contact", "produit", "product"),
        *("champ", "field"),
    }
)
_TEMPLATE: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_BRACED: Final = re.compile(r"(\{+)-?\s*([^{}|%\n]{1,60}?)\s*(?:\|[^{}\n]*)?-?(\}+)")
_IDENTIFIER: Final = re.compile(r"[^\W\d]\w*")
_RESERVED: Final = frozenset(
    {
        *("and", "or", "not", "in", "is", "if", "else", "elif", "true", "false", "none", "True", "False", "None"),
        *("self", "loop", "caller", "varargs", "kwargs"),
    }
)


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A placeholder that is printed as it stands, or that breaks the template."""

    shown: str  #: as it is written
    name: str  #: what is in it
    column: str  #: that it means


def variable_of(column: str) -> str:
    """Return what is written for a column: `Montant TTC` is `montant_ttc`; "" where nothing can be."""
    words = [bare for word in re.findall(r"\w+", column) if (bare := key(word))]
    name = "_".join(words)
    if not name:
        return ""
    return name if _IDENTIFIER.fullmatch(name) and name not in _RESERVED else f"_{name}"


def in_text(text: str, columns: Sequence[str]) -> Iterator[Placeholder]:
    """Yield what stands in the text of a message as another tool's placeholder for a column."""
    by_key = {key(column): column for column in columns if key(column)}
    seen: set[str] = set()
    for pair, near in _PAIRS:
        for found in pair.finditer(text):
            if len(seen) >= _MOST:
                return
            name = found[1].strip()
            if not name or name in seen:
                continue
            seen.add(name)
            if column := _column(name, by_key, near=near):
                yield Placeholder(_shown(text, found), name, column)


def unfilled(text: str) -> Iterator[str]:
    """Yield what in a message's text looks like a placeholder, though no column is called like it."""
    plain, ends = _TEMPLATE.sub("\n", text), set[int]()
    for pair, _ in _PAIRS:
        for found in islice(pair.finditer(plain), _MOST):
            words = [key(word) for word in found[1].split()]
            if found.end(1) not in ends and words and words[0] in _FIELDS and len(words) <= _FEW:
                ends.add(found.end(1))  # <<nom>> holds <nom>
                yield _shown(plain, found)


def in_braces(text: str, columns: Sequence[str]) -> Iterator[Placeholder]:
    """Yield the columns that are between braces by their own names, or with a brace too few or too many."""
    by_key = {key(column): column for column in columns if key(column)}
    for found in _BRACED.finditer(text):
        name = found[2]
        whole = len(found[1]) == len(found[3]) == 2  # noqa: PLR2004 - the braces of a variable
        if (whole and _IDENTIFIER.fullmatch(name)) or name[:1] in "\"'":
            continue
        column = _column(name, by_key, near=True) or _column(name.rpartition(".")[2], by_key, near=False)
        if column:
            yield Placeholder(found[0], name, column)


def _column(name: str, by_key: Mapping[str, str], *, near: bool) -> str:
    wanted = key(name)
    if not wanted:
        return ""
    if wanted in by_key or not near:
        return by_key.get(wanted, "")
    return next((by_key[each] for each in get_close_matches(wanted, by_key, n=1, cutoff=_NEAR)), "")


def _shown(text: str, found: re.Match[str]) -> str:
    """Return the placeholder with its signs, which the name alone is looked for between."""
    end = found.end(1)
    closing = re.match(r"\s*[\]}>»›%#|*]{1,2}", text[end : end + 8])
    return text[found.start() : end + (closing.end() if closing else 0)]
