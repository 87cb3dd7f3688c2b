"""A proof as people read and write it: letters in groups, such as ``K7QF-2MXA-7B3D``."""

from typing import Final

_GROUP: Final = 4  #: letters of a proof that stand together
_WHAT: Final = 9  #: characters of a proof that tell what is sent; those after them tell how
#: What is taken for another letter when a proof is read out or copied by hand; base32 has no 0, 1 and 8.
_MISREAD: Final = str.maketrans("018", "OIB", " -‐‑–\u00a0")


def written_proof(text: str) -> str:
    """Return a proof as it is printed from how a person writes it: ``k7qf 2mxa``."""
    letters = text.strip().upper().translate(_MISREAD)
    return "-".join(letters[place : place + _GROUP] for place in range(0, len(letters), _GROUP))


def what_of(proof: str) -> str:
    """Return the part of a proof that tells what is sent: plans alike in it write the same to the same people."""
    return proof[:_WHAT]
