"""Whether the API answers at all."""

import asyncio
import ssl
from contextlib import suppress
from urllib.parse import urlsplit

from lecommercial_batch.errors import Problem, UnreachableError
from lecommercial_batch.gateway.wire import TIMEOUT, proxy_of, words_of
from lecommercial_batch.language import why
from lecommercial_batch.sentence import Sentence


async def check_reachable(base_url: str) -> None:
    """Open a connection to the API, or to the proxy on the way, and close it: no request is made.

    Raises:
        UnreachableError: nothing answers there.
    """
    url = urlsplit(base_url)
    proxy = proxy_of(base_url)
    target = urlsplit(proxy) if proxy else url
    secure = target.scheme == "https"
    port = target.port or (443 if secure else 80)
    try:
        context = ssl.create_default_context() if secure else None
        opening = asyncio.open_connection(target.hostname, port, ssl=context)
        _, writer = await asyncio.wait_for(opening, TIMEOUT["connect"])
    except (OSError, TimeoutError, ValueError) as error:
        problem = Problem(
            code="unreachable",
            message=Sentence("nothing answers at {address}: {reason}", address=base_url, reason=_cause(error)),
            advice=Sentence("Check the network, the proxy and LECOMMERCIAL_BASE_URL. Nothing was sent."),
        )
        raise UnreachableError(problem) from error
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


def _cause(error: OSError | ValueError) -> str:
    if isinstance(error, ssl.SSLError):  # its number is none of the system's
        return str(getattr(error, "verify_message", "") or words_of(error))
    return (why(error) if isinstance(error, OSError) else "") or words_of(error)
