r"""Characters that a terminal obeys or does not show, written so that they are seen.

A cell, a column's name, a sender's answer: whatever is not ours may hold the codes by which a terminal moves its
cursor, clears its screen or writes its clipboard, and the marks that turn text around or take no room. On their
way to a terminal each becomes its number, as in ``\x1b``; letters, emoji and their joiners are left alone.
"""

import re
from typing import Final

#: Controls (C0 but tab and line feed, DEL, C1), bidirectional marks, characters without width, line and paragraph
#: separators, halves of characters; source: Unicode's categories Cc, Cf, Zl, Zp and Cs. The joiner U+200D is left
#: out, which emoji are made with.
_UNSEEN: Final = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e"
    "\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001"
    "\U000e0020-\U000e007f"
)
_CHARACTER: Final = re.compile(f"[{_UNSEEN}]")
_OF_A_LINE: Final = re.compile(f"[\t\n{_UNSEEN}]")
_NAMED: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def visible(text: str) -> str:
    """Return a text whose every character a terminal prints; its lines and tabs are left."""
    return text if text.isprintable() else _CHARACTER.sub(_written, text)


def one_line(text: str) -> str:
    """Return such a text of one line: the end of a line in it is written out too."""
    return text if text.isprintable() else _OF_A_LINE.sub(_written, text)


def unseen(text: str) -> tuple[str, ...]:
    """Return the characters that are not seen in a text, as `visible` writes them, each once."""
    if text.isprintable():
        return ()
    return tuple(dict.fromkeys(_written(found) for found in _CHARACTER.finditer(text)))


def as_json(text: str) -> str:
    """Return JSON with all of them written as JSON does: it has no names for those above 127."""
    return _CHARACTER.sub(lambda found: _in_json(found[0]), text)


def _written(found: re.Match[str]) -> str:
    character = found[0]
    code = ord(character)
    if named := _NAMED.get(character):
        return named
    if code <= 0xFF:  # noqa: PLR2004 - two digits
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - four digits


def _in_json(character: str) -> str:
    halves = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{halves[at : at + 2].hex()}" for at in range(0, len(halves), 2))
