"""Names in a sentence, no more of them than anybody reads."""

from collections.abc import Sequence
from typing import Final

_MOST: Final = 20
_LONGEST: Final = 60  #: characters of a name


def enumerated(names: Sequence[str]) -> str:
    """Return names with commas between them, the first twenty and an ellipsis where there are more."""
    shown = [name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…" for name in names[:_MOST]]
    return ", ".join([*shown, "…"] if len(names) > _MOST else shown)
