"""Which of several senders writes to a person: always the same one."""

import hashlib
from collections.abc import Callable, Sequence


def shared_out(senders: Sequence[str]) -> Callable[[str], str]:
    """Share recipients out between senders by rendezvous hashing.

    A person keeps their sender from one campaign to the next, and when a sender is added only those it takes
    over change theirs.
    """
    if len(senders) == 1:
        return lambda _phone: senders[0]

    def share(phone: str) -> str:
        return max(senders, key=lambda sender: hashlib.blake2b(f"{sender}\0{phone}".encode()).digest())

    return share
