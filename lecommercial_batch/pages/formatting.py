"""How WhatsApp shows a text: bold, italic, struck through, in typewriter letters, with links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Style(StrEnum):
    """How a piece of text looks."""

    BOLD = "bold"  #: *so*
    ITALIC = "italic"  #: _so_
    STRIKE = "strike"  #: ~so~
    MONO = "mono"  #: `so`, or between three of them, where lines may break
    LINK = "link"  #: http://so


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text that looks the same all along."""

    text: str
    styles: frozenset[Style] = frozenset()

    def as_json(self) -> dict[str, object]:
        """Return it as pages take it."""
        return {"text": self.text, "styles": sorted(self.styles)}


#: A mark counts at the edge of a word, on one line, with no blank inside it; within links and code none does.
_MARKED: Final = re.compile(
    r"```(?P<block>.+?)```"
    r"|`(?P<code>[^`\n]+)`"
    r"|(?P<link>https?://[^\s<>\"]*[^\s<>\".,;:!?)\]}»’'*_~])"
    r"|(?<!\w)\*(?P<bold>[^\s*](?:[^*\n]*[^\s*])?)\*(?!\w)"
    r"|(?<!\w)_(?P<italic>[^\s_](?:[^_\n]*[^\s_])?)_(?!\w)"
    r"|(?<!\w)~(?P<strike>[^\s~](?:[^~\n]*[^\s~])?)~(?!\w)",
    re.DOTALL,
)
_WHOLE: Final = {"block": Style.MONO, "code": Style.MONO, "link": Style.LINK}


def spans(text: str, styles: frozenset[Style] = frozenset()) -> Iterator[Span]:
    """Yield the text in pieces, its marks taken out; together they are all of it, in order."""
    end = 0
    for found in _MARKED.finditer(text):
        if found.start() > end:
            yield Span(text[end : found.start()], styles)
        name = found.lastgroup or ""
        if name in _WHOLE:
            yield Span(found[name], styles | {_WHOLE[name]})
        else:
            yield from spans(found[name], styles | {Style(name)})
        end = found.end()
    if end < len(text):
        yield Span(text[end:], styles)
