"""The lines of contact cards as properties: vCard 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350) alike."""

import quopri
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Final

_LONGEST: Final = 1 << 16  #: characters of a property; what goes beyond them is a picture, or no text for anybody
_WANTED: Final = re.compile(
    r"(?:[\w-]+\.)?(?:BEGIN|END|AGENT|N|FN|ORG|TEL|EMAIL|ADR|CATEGORIES|NOTE|X-ABLABEL)[;:]", re.IGNORECASE
)
_HEAD: Final = re.compile(r'((?:[\w-]+\.)?)([\w-]+)((?:;(?:[^":;]|"[^"]*")*)*):', re.ASCII)
_PARAMETER: Final = re.compile(r';((?:[^";]|"[^"]*")*)')
_ESCAPED: Final = re.compile(r"\\([\\;,:nN])")
_QUOTED: Final = re.compile(r";(?:ENCODING=)?QUOTED-PRINTABLE[;:]", re.IGNORECASE)
_UNLIKELY: Final = 1000  #: the rank of what nobody prefers


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """One property of a card: `item1.TEL;TYPE=CELL:+33 6…`."""

    group: str  #: `item1`, by which a label belongs to it
    name: str  #: in capitals
    parameters: Sequence[tuple[str, str]]  #: names and values in capitals; version 2.1 writes values alone
    value: str  #: as written, but for its encoding

    @property
    def types(self) -> frozenset[str]:
        """The kinds that it is said to be of: CELL, HOME."""
        written = (value for name, value in self.parameters if name in {"TYPE", ""})
        return frozenset(kind.strip() for value in written for kind in value.split(","))

    @property
    def rank(self) -> int:
        """Its place among others of its name: the lowest goes first."""
        told = next((value for name, value in self.parameters if name == "PREF"), "")
        return int(told) if told.isdecimal() and len(told) < 4 else 1 if "PREF" in self.types else _UNLIKELY  # noqa: PLR2004 - 1 to 100

    @property
    def text(self) -> str:
        """Its value as a text."""
        return _unescaped(self.value)

    def parts(self, separator: str) -> list[str]:
        """Return the texts that its value is made of."""
        return [_unescaped(part) for part in re.split(rf"(?<!\\){re.escape(separator)}", self.value)]


def properties(opened: IO[str]) -> Iterator[Property]:
    """Yield the properties that a row is made of, lines that were folded put together again."""
    for line in _unfolded(opened):
        if head := _HEAD.match(line):
            written = [each.partition("=") for each in _PARAMETER.findall(head[3])]
            parameters = [
                (name.strip().upper(), value.replace('"', "").upper()) if equals else ("", name.strip().upper())
                for name, equals, value in written
            ]
            value = line[head.end() :]
            if _QUOTED.search(line[: head.end()]):
                value = _decoded(value, dict(parameters).get("CHARSET", "utf-8"))
            yield Property(group=head[1].lower(), name=head[2].upper(), parameters=parameters, value=value)


def _unfolded(opened: IO[str]) -> Iterator[str]:
    """Yield whole lines, and of those that nobody wants as little as possible."""
    parts: list[str] = []
    length, goes_on = 0, False
    for line in _lines(opened):
        folded = line[:1] in {" ", "\t"}
        if (folded or goes_on) and parts:
            line = line[1:] if folded and not goes_on else line  # noqa: PLW2901 - the rest of the same line
            if goes_on:
                parts[-1] = parts[-1].removesuffix("=")
        else:
            if parts:
                yield "".join(parts)
            parts, length = [], 0
        if parts or _WANTED.match(line):
            if length < _LONGEST:
                parts.append(line)
            length += len(line)
        goes_on = bool(parts) and line.endswith("=") and bool(_QUOTED.search(parts[0]))
    if parts:
        yield "".join(parts)


def _lines(opened: IO[str]) -> Iterator[str]:
    """Yield lines without their ends; of a line that has none, the beginning."""
    while line := opened.readline(_LONGEST):
        yield line.rstrip("\r\n")
        while line and line[-1] not in "\r\n":
            line = opened.readline(_LONGEST)


def _decoded(value: str, charset: str) -> str:
    """Decode a value, in which letters may stand as they are beside those that are written in ASCII."""
    for codec in (charset, "utf-8"):
        with suppress(UnicodeError, LookupError):
            return quopri.decodestring(value.encode(codec)).decode(codec).replace("\r\n", "\n")
    return quopri.decodestring(value.encode()).decode("cp1252", "replace")


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], text)
