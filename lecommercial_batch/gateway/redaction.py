"""Texts from outside made fit to keep: no keys in any form, nothing that controls a terminal, not too long."""

import re
from collections.abc import Iterable, Iterator, Sequence
from html import unescape
from typing import Final
from urllib.parse import unquote

LONGEST_DETAIL: Final = 500  #: characters of an error body that are kept; it may be a debug trace
REDACTED: Final = "•••"
#: Characters of a long text that are looked at: room for keys before what is kept.
_LOOKED_AT: Final = 4000
#: A part of a key that is as long gives too much away: traces cut what they show.
_RUN: Final = 8

#: One character of a text, in whatever way it may be escaped there: by JSON, HTML or an address, also twice.
_UNIT: Final = re.compile(
    r"(?P<json>\\+u[0-9a-fA-F]{4})|(?P<html>&(?:amp;)*(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,20});?)"
    r"|(?P<percent>(?:%(?:25)*[0-9a-fA-F]{2})+)|(?P<blank>\\+[nrt]|[\s\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e"
    r"\u2060-\u206f\ufeff\ud800-\udfff\ufffd])|\\*(?P<plain>.)",
    re.DOTALL,
)
#: What may not stand in a text that is kept: control characters, lone surrogates, what turns the direction of
#: writing, and what is no character at all.
_UNFIT: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


#: What a text stands for, and where each of its characters stands in it.
_Span = tuple[int, int]
_Reading = tuple[str, Sequence[_Span]]


class Redactor:
    """Takes keys out of texts, in whatever way they are escaped or cut up there."""

    def __init__(self, secrets: Iterable[str]) -> None:
        keys = {read(secret)[0] for secret in secrets for read in (_literally, _unescaped)}
        self._runs = frozenset(run for key in keys if key for run in _runs(key))
        self._lengths = sorted({len(run) for run in self._runs})

    def detail(self, text: str) -> str:
        """Return what of a text is kept: redacted first, so that no cut leaves half a key, then cut."""
        return self.redact(" ".join(text.split())[:_LOOKED_AT])[:LONGEST_DETAIL]

    def redact(self, text: str) -> str:
        """Return a valid text on one line, with every key in it, and every long part of one, replaced."""
        found = [span for read in (_literally, _unescaped, _of_a_form) for span in self._found(*read(text))]
        for begin, end in reversed(_joined(sorted(found))):
            text = f"{text[:begin]}{REDACTED}{text[end:]}"
        return " ".join(_UNFIT.sub(lambda found: " " if found[0].isspace() else "\ufffd", text).split())

    def _found(self, said: str, spans: Sequence[_Span]) -> Iterator[_Span]:
        """Yield where the parts of keys stand in the text that was read."""
        for length in self._lengths:
            for begin in range(len(said) - length + 1):
                if said[begin : begin + length] in self._runs:
                    yield spans[begin][0], spans[begin + length - 1][1]


def _joined(spans: Iterable[_Span]) -> Sequence[_Span]:
    """Return spans that overlap or touch as one."""
    joined: list[_Span] = []
    for begin, end in spans:
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return joined


def _runs(key: str) -> Iterable[str]:
    """Return all parts of a key that are long enough to be kept from view; a short one is its only part."""
    length = min(len(key), _RUN)
    return (key[begin : begin + length] for begin in range(len(key) - length + 1))


def _literally(text: str) -> _Reading:
    found = [(each, (at, at + 1)) for at, each in enumerate(text) if not each.isspace()]
    return "".join(each for each, _ in found), [span for _, span in found]


def _of_a_form(text: str) -> _Reading:
    return _unescaped(text, blank="+")


def _unescaped(text: str, blank: str = "") -> _Reading:
    """Read a text whatever it is escaped by, passing over what is blank."""
    characters: list[str] = []
    spans: list[_Span] = []
    for unit in _UNIT.finditer(text):
        meant = "" if unit["plain"] == blank else "".join(_meant(unit).split())
        characters += meant
        spans += [unit.span()] * len(meant)
    return "".join(characters), spans


def _meant(unit: re.Match[str]) -> str:
    match unit.lastgroup:
        case "json":
            return chr(int(unit[0][-4:], 16))
        case "html":
            return unescape(re.sub("&(?:amp;)+", "&", unit[0]))
        case "percent":
            return unquote(re.sub("%(?:25)+", "%", unit[0]), errors="replace")
        case "blank":
            return ""
        case _:
            return unit["plain"]
