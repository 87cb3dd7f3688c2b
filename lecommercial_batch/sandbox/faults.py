"""What goes wrong on purpose, and on which calls: ``500@3``, ``hang@2%``, ``lists:401_keys@10-``."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import Final

from lecommercial_batch.sandbox.endpoints import Endpoint


class Fault(StrEnum):
    """What a call meets instead of its due answer: those of ``AFTER`` when its work is done, others before."""

    KEYS = "401_keys"  #: Invalid Auth and AppKey
    QUOTA = "401_quota"  #: Maximum Monthly Messages Limit Exceeded
    TEMPLATE = "401_template"  #: Template Not Found
    FAILED = "401_failed"  #: Request Failed
    FILE = "403_file"  #: file type should be …
    VALIDATION_200 = "200_validation"  #: 200 with success false, as the family answers
    VALIDATION_422 = "422_validation"  #: Laravel's own message and errors
    DEVICE = "422_device"  #: Device not connected or unavailable
    THROTTLED = "429"  #: Too Many Attempts, with Retry-After
    ERROR = "500"  #: Server Error
    BAD_GATEWAY = "502"  #: a proxy's HTML page
    UNAVAILABLE = "503"  #: Service Unavailable, as Laravel says it in maintenance
    BARE_503 = "503_bare"  #: a proxy's HTML page, which does not say whether the call was carried out
    GATEWAY_TIMEOUT = "504"  #: a proxy's HTML page
    HTML = "html"  #: 500 with an HTML page, whatever was asked for
    HTML_200 = "200_html"  #: 200 with an HTML page, such as a login page in between
    DROP = "drop"  #: the connection is closed without an answer
    ERROR_AFTER = "500_after"  #: the work is done, then 500
    BARE_503_AFTER = "503_after"  #: the work is done, then a proxy's 503
    DROP_AFTER = "drop_after"  #: the work is done, then the connection is closed without an answer
    HANG = "hang"  #: the work is done, and no answer comes until the client gives up


#: The faults that strike once the call's work is done: the message taken, the contact added.
AFTER: Final = frozenset({Fault.ERROR_AFTER, Fault.BARE_503_AFTER, Fault.DROP_AFTER, Fault.HANG})

_RULE: Final = re.compile(
    r"(?:(?P<path>[a-z-]+):)?(?P<fault>\w+)"
    r"(?:@(?:\+(?P<to>\d+)|(?P<percent>\d+(?:\.\d+)?)%(?:/(?P<seed>\d+))?|(?P<first>\d+)(?P<dash>-)?(?P<last>\d+)?))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRule:
    """A fault and the calls it strikes: all that its conditions let through."""

    fault: Fault
    first: int = 1  #: calls are numbered from 1 since the rules were set
    last: int | None = None  #: None: no end
    share: float = 1.0  #: of the calls, drawn by number and seed: the same ones each time
    seed: int = 0
    to: str | None = None  #: only calls about this number, in bare digits
    path: str = ""  #: only calls of this endpoint, which are then numbered by themselves

    @classmethod
    def parse(cls, text: str) -> "FaultRule":
        """Read a fault, alone or with the calls it strikes: ``@n @n-m @n- @p% @p%/seed @+number``.

        An endpoint may stand before it: ``add-contact:500@3`` is the third call of add-contact.

        Raises:
            ValueError: it is none of these.
        """
        match = _RULE.fullmatch(text)
        if not match:
            raise ValueError(f"not a fault: {text!r}")
        part = match.groupdict()
        first = int(part["first"] or 1)
        alone = part["first"] and not part["dash"]
        return cls(
            fault=Fault(part["fault"]),
            first=first,
            last=first if alone else int(part["last"]) if part["last"] else None,
            share=float(part["percent"] or 100) / 100,
            seed=int(part["seed"] or 0),
            to=part["to"],
            path=Endpoint(part["path"]) if part["path"] else "",
        )

    def __str__(self) -> str:
        """Return what ``parse`` reads."""
        fault = f"{self.path}:{self.fault}" if self.path else str(self.fault)
        if self.to is not None:
            return f"{fault}@+{self.to}"
        if self.share < 1:
            return f"{fault}@{self.share * 100:g}%/{self.seed}"
        if (self.first, self.last) == (1, None):
            return fault
        return f"{fault}@{self.first}-{self.last or ''}"

    def strikes(self, call: int, *, to: str, path: str = "", of_path: int = 0) -> bool:
        """Tell whether this call is one of them: the ``of_path``-th of its endpoint, the ``call``-th of all."""
        if self.path:
            call = of_path
        return (
            self.path in {"", path}
            and self.first <= call
            and (self.last is None or call <= self.last)
            and (self.to is None or self.to == to)
            and (self.share >= 1 or _draw(self.seed, call) < self.share)
        )


def struck(rules: Sequence[FaultRule], call: int, *, to: str, path: str = "", of_path: int = 0) -> Fault | None:
    """Return what the call meets: the first rule that strikes it wins."""
    return next((rule.fault for rule in rules if rule.strikes(call, to=to, path=path, of_path=of_path)), None)


def _draw(seed: int, call: int) -> float:
    """Return a number in [0, 1) that depends on the two alone."""
    return int.from_bytes(blake2b(f"{seed}:{call}".encode(), digest_size=8).digest()) / 2**64
