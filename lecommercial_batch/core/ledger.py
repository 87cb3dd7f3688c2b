"""What all runs have sent, as a new plan and each claim look back at it: the base of frequency caps."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from lecommercial_batch.core.model import Content, NewRun, Phone, Status

#: A message somebody has had, or is about to get: to whom, what, and in which run.
Had = tuple[Phone, Content, str]
#: A message of one campaign: to whom, in which run, and where it stands.
Of = tuple[Phone, str, Status]


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """Which campaign, sent where: what runs of one have sent counts for its others.

    A campaign is known by its name and its file's name: its folder may be moved, linked or copied.
    """

    name: str
    file: Path  #: whole
    address: str  #: of the API; what went elsewhere was a rehearsal

    @classmethod
    def of(cls, new: NewRun) -> "Whose":
        return cls(name=new.campaign, file=new.campaign_file, address=new.address)

    def same_campaign(self, other: "Whose") -> bool:
        """Tell whether it is the same campaign, wherever it is sent."""
        return (self.name, self.file.name) == (other.name, other.file.name)


class Ledger(Protocol):
    """The messages of all runs that went to one address, as a new plan looks back at them.

    A message counts that was accepted, that may have been delivered, or that waits in a run which has begun and is
    not given up on; also one that was tried again when it may have been, whatever that came to. Test sends do not,
    nor do changes of lists.
    """

    def phones(self, address: str, *, since: datetime) -> Iterator[Phone]:
        """Yield the number of each message since then; a number comes as often as it has messages."""
        ...

    def messages(self, address: str, *, since: datetime) -> Iterator[Had]:
        """Yield each message since then, of the newest run first."""
        ...

    def campaign(self, whose: Whose, *, since: datetime) -> Iterator[Of]:
        """Yield each message of one campaign since then, of the newest run first."""
        ...

    def runs(self, whose: Whose) -> Collection[str]:
        """Return the runs of one campaign."""
        ...

    async def calls(self, lane: str, *, since: datetime) -> int:
        """Count the messages that have left through a sender since then, test sends and refused ones included."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A message that another run has sent to a person, or may have."""

    run: str
    at: datetime  #: of its last claim
    status: Status
    own: bool  #: of the same campaign
    same: bool = False  #: the very same message
    begun: bool = True  #: before the run that claims was planned: whoever said `--again` knew of it
