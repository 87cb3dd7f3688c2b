"""What could stop the program for a moment while messages leave at their pace, done beforehand or kept quiet."""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

#: Objects that must have piled up before it looks. Two thousand calls under way are some 200,000, and what they
#: leave behind is no garbage of this kind: only a connection that ends is, with nine objects.
_PILE: Final = 500_000

#: Open files that may be needed: a connection for each call under way, and what else there is.
_FILES: Final = 4000


@contextmanager
def rare_collections() -> Iterator[None]:
    """Look for garbage only where it piles up, and never again at what is there by now.

    A full look takes a fifth of a second with a thousand calls a second under way, and comes every other second.
    """
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_PILE, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def make_room_for_connections() -> None:
    """Allow as many open files as there may be connections, and have the system make room for them now.

    Many systems allow 1,024 until asked for more. Linux enlarges a process's table of them when it has 256, 512
    and 1,024, and stops all its threads for some 20 ms each time: on the way to 2,000 calls a second, a burst.
    """
    if sys.platform == "win32":
        return
    import fcntl  # noqa: PLC0415 - not there on Windows
    import resource  # noqa: PLC0415 - as above

    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if most == resource.RLIM_INFINITY else min(_FILES, most)
    with suppress(OSError, ValueError):  # less room is less speed, no more
        if allowed != resource.RLIM_INFINITY and allowed < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
        with open(os.devnull, "rb") as file:  # noqa: PTH123 - for its number
            os.close(fcntl.fcntl(file, fcntl.F_DUPFD_CLOEXEC, wanted - 1))
