"""Several wordings of one campaign, and who gets which."""

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from lecommercial_batch.planning.templates.render import Wording

_STEPS: Final = 1 << 64  #: of the hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One wording of a campaign, and the share of people who get it."""

    wording: Wording
    name: str = ""  #: empty where there is but one
    share: float = 1.0  #: in proportion to the others'


def sharing(variants: Sequence[Variant], *, campaign: str) -> Callable[[str], int]:
    """Return what tells the index of a number's variant.

    It hangs on the number and the campaign's name alone: a person gets the same variant however often the campaign
    is planned and whoever else is in the file, and is in another company in the next campaign.
    """
    if len(variants) == 1:
        return lambda _phone: 0
    total = sum(variant.share for variant in variants)
    bounds = [round(bound / total * _STEPS) for bound in accumulate(variant.share for variant in variants)]
    last = len(variants) - 1

    def share(phone: str) -> int:
        digest = hashlib.blake2b(f"{campaign}\0{phone}".encode(), digest_size=8).digest()
        return min(bisect_right(bounds, int.from_bytes(digest, "big")), last)

    return share
