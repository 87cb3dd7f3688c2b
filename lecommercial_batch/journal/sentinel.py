"""How far a journal has come, noted beside it: by this an older copy of it is known.

The mark in the journal rises in the transactions that matter, and its new value is written here once it is
committed and before anything of that transaction leaves. So the journal is never behind its sentinel, whatever
kills us and whenever: one that is behind was put back from before, has lost its log, or is another.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from lecommercial_batch.core.durable import replacing

#: What stands for a sentinel that cannot be read: that of some other journal.
_UNREADABLE = "?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How far a journal has come."""

    journal: str  #: its id
    mark: int  #: 0: nothing has ever been planned or sent with it
    runs: int  #: the highest number of a run


class Sentinel:
    """A small file beside the journal, hidden: who removes or copies `lecommercial.db*` does not take it along."""

    def __init__(self, journal: Path) -> None:
        self.path = journal.with_name(f".{journal.name}.sentinel")

    def read(self) -> Mark | None:
        """Return what it says, or None where there is none."""
        try:
            written = self.path.read_text(encoding="utf-8")
        except (FileNotFoundError, PermissionError):  # another user's: they may look, and not send
            return None
        try:
            found = json.loads(written)
            return Mark(journal=str(found["journal"]), mark=int(found["mark"]), runs=int(found["runs"]))
        except (ValueError, KeyError, TypeError):
            return Mark(journal=_UNREADABLE, mark=1, runs=0)

    def write(self, mark: Mark) -> None:
        """Write it, whole and on the disk."""
        with replacing(self.path) as file:
            file.write_text(json.dumps(asdict(mark)) + "\n", encoding="utf-8")
