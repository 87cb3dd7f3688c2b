"""What a campaign must not add to what people have had: frequency caps, as its file says them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

#: Within it nobody gets a second message of one campaign, where the campaign does not say otherwise.
ONCE_WITHIN: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequency:
    """So many times within a period, at most."""

    count: int
    period: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Guards:
    """What other runs may have sent to a person whom this one writes to."""

    once_within: timedelta | None = None  #: no message of this campaign; None: it comes again and again
    not_again_within: timedelta | None = None  #: not the very same message, whichever campaign it is of
    per_person: Frequency | None = None  #: messages to one number, whichever campaign they are of
    again: bool = False  #: what this campaign itself had begun to send does not count: its operator said so

    @property
    def widest(self) -> timedelta | None:
        """How far they look back; None where they do not."""
        capped = self.per_person.period if self.per_person else None
        return max(filter(None, (self.once_within, self.not_again_within, capped)), default=None)
