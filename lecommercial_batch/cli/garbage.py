"""Python's collector of cyclic garbage, kept from stopping the world while messages leave at an exact pace."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

#: Objects that must have piled up before it looks. Two thousand calls under way are some 200,000, and what they
#: leave behind is no garbage of this kind: only a connection that ends is, with nine objects.
_PILE: Final = 500_000


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
