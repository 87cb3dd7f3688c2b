"""The translations: find every string to say, bring the catalogues up to date, compile them.

    python -m tools.catalogues

New strings come out untranslated in each ``.po``; those that are gone are dropped.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE: Final = Path(__file__).parent.parent / "lecommercial_batch"
LOCALE: Final = PACKAGE / "core" / "locale"
DOMAIN: Final = "lecommercial_batch"
LANGUAGES: Final = ("fr",)

#: What is called with a string to translate, and how many of its first arguments are one.
KEYWORDS: Final = {"Sentence": 1, "_": 1, "N_": 1, "say_many": 2}
#: The history has the dates; one in the files would differ at every run.
_UNDATED: Final = datetime(2000, 1, 1, tzinfo=UTC)
_PROJECT: Final = "lecommercial-batch"


@dataclass(frozen=True, slots=True)
class Call:
    """A place where a string is said: the strings it may be, or (one, many) where it is counted."""

    file: str
    line: int
    argument: str  #: as it is written
    strings: tuple[str, ...]  #: empty where the argument is no string but, say, a constant's name
    counted: bool = False


def calls(package: Path = PACKAGE) -> Iterator[Call]:
    """Yield every call of a keyword, in the order of files and lines."""
    for file in sorted(package.rglob("*.py")):
        name = file.relative_to(package.parent).as_posix()
        nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        found = [node for node in nodes if isinstance(node, ast.Call) and _keyword(node) in KEYWORDS and node.args]
        for node in sorted(found, key=lambda node: (node.lineno, node.col_offset)):
            count = KEYWORDS[_keyword(node)]
            strings = tuple(string for argument in node.args[:count] for string in _strings(argument))
            yield Call(name, node.lineno, ast.unparse(node.args[0]), strings, counted=count > 1)


def template() -> Catalog:
    """Return a catalogue of all strings, none translated."""
    catalogue = _empty(None)
    for call in calls():
        for string in [call.strings] if call.counted else call.strings:
            if string:
                catalogue.add(string, locations=[(call.file, call.line)])
    return catalogue


def read(language: str) -> Catalog:
    """Return a language's catalogue as it stands; an empty one for a language that has none yet."""
    if not _po(language).exists():
        return _empty(language)
    with _po(language).open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def compiled(catalogue: Catalog) -> bytes:
    """Return a catalogue as gettext reads it."""
    _undate(catalogue)
    file = BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def mo(language: str) -> Path:
    """Return where a language's compiled catalogue stands."""
    return _po(language).with_suffix(".mo")


def update() -> int:
    """Bring every catalogue up to date and return how many translations are missing."""
    found = template()
    _write(LOCALE / f"{DOMAIN}.pot", found)
    missing = 0
    for language in LANGUAGES:
        catalogue = read(language)
        catalogue.update(found, no_fuzzy_matching=True)
        _write(_po(language), catalogue)
        mo(language).write_bytes(compiled(catalogue))
        missing += sum(not is_translated(message) for message in catalogue if message.id)
    return missing


def is_translated(message: Message) -> bool:
    """Tell whether a message is translated, in all its numbers, and nobody marked it as doubtful."""
    strings = message.string if isinstance(message.string, tuple | list) else [message.string]
    return all(strings) and not message.fuzzy


def _keyword(node: ast.Call) -> str:
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _strings(node: ast.expr) -> Iterator[str]:
    """Yield the strings an expression may be, as far as they are written out in it."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from _strings(body)
            yield from _strings(orelse)


def _empty(language: str | None) -> Catalog:
    return Catalog(
        locale=language,
        domain=DOMAIN,
        project=_PROJECT,
        version="any",
        header_comment=f"# Translations of {_PROJECT}.",
        fuzzy=False,
    )


def _undate(catalogue: Catalog) -> None:
    """Take out what differs from one day, or one person, to the next."""
    catalogue.creation_date = catalogue.revision_date = _UNDATED
    catalogue.last_translator = catalogue.language_team = catalogue.msgid_bugs_address = ""


def _po(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def _write(path: Path, catalogue: Catalog) -> None:
    """Write without line numbers, which change with every edit of the code."""
    _undate(catalogue)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=115, ignore_obsolete=True, include_lineno=False)


if __name__ == "__main__":
    sys.stdout.write(f"{update()} translations are missing\n")
