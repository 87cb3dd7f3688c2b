"""What is seen while a list is read from the API, fifty contacts a call."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from lecommercial_batch.app.sources import Told
from lecommercial_batch.cli.desk import Desk
from lecommercial_batch.cli.terminal import Text
from lecommercial_batch.core.labels import count_of
from lecommercial_batch.core.language import say
from lecommercial_batch.core.sentence import Sentence

_EVERY = 5.0  #: seconds between plain lines


@contextmanager
def reading(desk: Desk) -> Iterator[Told]:
    """Give what to tell of each page: a live line in a terminal, a plain one now and then elsewhere."""
    with desk.console.status("") as status:
        status.stop()
        told_at = monotonic()

        def told(read: int, total: int) -> None:
            nonlocal told_at
            line = say(
                Sentence(
                    "Reading the list: {read} of {total} contacts", read=count_of(read), total=count_of(total)
                )
            )
            if desk.console.is_terminal:
                status.update(Text(line))
                status.start()
            elif monotonic() - told_at >= _EVERY:
                told_at = monotonic()
                desk.console.print(line)

        yield told
