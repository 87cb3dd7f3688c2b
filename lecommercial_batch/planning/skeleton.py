"""The campaign that `init` writes, whose message is still to be written: nobody means to send that."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from lecommercial_batch.core.errors import CampaignError, Problem
from lecommercial_batch.core.sentence import Sentence

#: Stands in a skeleton until its message is written.
UNWRITTEN: Final = "✏️"


def see_that_it_is_written(file: Path, texts: Iterable[str]) -> None:
    """Refuse to send, or to plan for sending, the message of a skeleton; previews show it.

    Raises:
        CampaignError: one of the campaign's texts is still the one that `init` wrote.
    """
    if not any(UNWRITTEN in text for text in texts):
        return
    problem = Problem(
        code="unwritten_message",
        file=str(file),
        column="message.text",
        message=Sentence("the message is still the one that `init` wrote"),
        advice=Sentence("Write your own in place of the line with {mark}. Nothing was sent.", mark=UNWRITTEN),
    )
    raise CampaignError(problem)
