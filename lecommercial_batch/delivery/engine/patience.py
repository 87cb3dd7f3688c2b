"""How long one campaign may take of a service that sees to others as well."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


async def within(work: Coroutine[Any, Any, T], *, seconds: float, stop: asyncio.Event) -> T | None:
    """Return what work comes to; None where there was a request to stop before. It is cancelled then.

    Raises:
        TimeoutError: it took longer.
    """
    working, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({working, stopping}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        if stop.is_set():
            return None
        raise TimeoutError
    finally:
        stopping.cancel()
        if not working.done():
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working
