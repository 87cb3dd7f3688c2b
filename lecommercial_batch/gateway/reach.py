"""Whether the API answers at all."""

import asyncio
import ssl
from contextlib import suppress
from urllib.parse import urlsplit

from lecommercial_batch.core.errors import Problem, UnreachableError
from lecommercial_batch.core.language import why
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.gateway.wire import TIMEOUT, proxy_of, tls, words_of


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
        context = tls() if secure else None
        opening = asyncio.open_connection(target.hostname, port, ssl=context)
        _, writer = await asyncio.wait_for(opening, TIMEOUT["connect"])
    except (OSError, TimeoutError, ValueError) as error:
        raise UnreachableError(_problem(base_url, error)) from error
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


def _problem(base_url: str, error: OSError | ValueError) -> Problem:
    if isinstance(error, ssl.SSLCertVerificationError):
        return Problem(
            code="unreachable",
            message=Sentence(
                "the certificate of {address} is not trusted: {reason}",
                address=base_url,
                reason=error.verify_message or words_of(error),
            ),
            advice=Sentence(
                "Check LECOMMERCIAL_BASE_URL and the date of this computer. Where your network has an authority of"
                " its own, let SSL_CERT_FILE name its file. Nothing was sent."
            ),
        )
    reason = (why(error) if isinstance(error, OSError) else "") or words_of(error)
    return Problem(
        code="unreachable",
        message=Sentence("nothing answers at {address}: {reason}", address=base_url, reason=reason),
        advice=Sentence("Check the network, the proxy and LECOMMERCIAL_BASE_URL. Nothing was sent."),
    )
