"""The encoding that a page says it is in."""

import codecs
import re
from pathlib import Path
from typing import Final

_HEAD: Final = 4096  #: bytes in which a page says so, four times what HTML asks for
_DECLARED: Final = re.compile(
    rb"""<meta\b[^>]*\bcharset\s*=\s*["']?\s*([\w.:-]+)|<\?xml\b[^>]*\bencoding\s*=\s*["']([\w.:-]+)""",
    re.IGNORECASE,
)
#: Whoever writes one of these has Windows' letters too; source: the Encoding Standard.
_WINDOWS: Final = frozenset({"ascii", "iso8859-1"})


def declared_encoding(path: Path) -> str:
    """Return the codec that a page names in its head; empty where it names none that there is."""
    with path.open("rb") as opened:
        found = _DECLARED.search(opened.read(_HEAD))
    if found is None:
        return ""
    try:
        codec = codecs.lookup((found[1] or found[2]).decode()).name
    except LookupError:
        return ""
    return "cp1252" if codec in _WINDOWS else codec
