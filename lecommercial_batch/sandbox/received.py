"""Messages that were taken, and how they are shown and found."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Final

from lecommercial_batch.pages.attachment import attachment
from lecommercial_batch.pages.formatting import spans
from lecommercial_batch.pages.number import written
from lecommercial_batch.sandbox.php import Value

_NATIONAL: Final = re.compile(r"^0(?!0)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A message that was taken. No key is kept: the sender is the label of its app key."""

    to: str
    message: str
    file: str
    template_id: str
    variables: Value
    sender: str
    text: str  #: as the phone shows it
    at: float  #: when the call arrived, in seconds since 1970

    def as_json(self) -> dict[str, object]:
        """Return it as GET /received shows it."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    def as_bubble(self, number: int) -> dict[str, object]:
        """Return it as a phone shows it; ``number`` is its place among all."""
        return {
            "id": number,
            "to": self.to,
            "number": written(self.to),
            "sender": self.sender,
            "at": self.at,
            "spans": [span.as_json() for span in spans(self.text)],
            "file": attachment(self.file) if self.file and not self.template_id else None,
            "template_id": self.template_id,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Which messages to show: the newest of those between two places whose number holds some digits."""

    number: str = ""  #: as a person types it
    after: int = 0
    before: int | None = None
    limit: int = 50

    def look(self, received: Sequence[Received]) -> Iterator[tuple[int, Received]]:
        """Yield all that match, with their places, counted from 1; newest first."""
        wanted = digits(self.number)
        last = len(received) if self.before is None else min(self.before - 1, len(received))
        for place in range(last, self.after, -1):
            message = received[place - 1]
            if wanted in message.to:
                yield place, message


def digits(number: str) -> str:
    """Return the digits to look for: ``06 12`` and ``+33 6 12`` find 33612345678."""
    bare = "".join(letter for letter in number if letter.isascii() and letter.isdigit())
    return _NATIONAL.sub("", bare.removeprefix("00"))
