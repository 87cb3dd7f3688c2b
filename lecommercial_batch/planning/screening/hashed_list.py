"""Phone numbers as keyed hashes: two who share a key can compare lists, and nobody else can read them.

A hash without a key would hide nothing: all numbers of a country are tried in minutes. Whoever has the key can do
that too: the hashes are pseudonyms, and still personal data.
"""

import hmac
import re
import secrets
from collections.abc import Iterable, Iterator
from typing import Final

from lecommercial_batch.core.errors import ContactsError, Problem
from lecommercial_batch.core.model import Phone
from lecommercial_batch.core.phone_set import NumberSet, People
from lecommercial_batch.core.sender import Secret
from lecommercial_batch.core.sentence import Sentence

_HEADER: Final = "hmac_sha256_"
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_KEY_OF: Final = b"lecommercial-batch"


def new_key() -> str:
    """Make a key: 32 random bytes, as text."""
    return secrets.token_urlsafe(32)


class Keyed:
    """HMAC-SHA256, in hexadecimal digits, of a number in E.164 with its plus."""

    def __init__(self, key: Secret) -> None:
        self._key = key.reveal().encode()

    @property
    def header(self) -> str:
        """How a column of such hashes is called: it tells whether two keys are one, and nothing of the key."""
        return _HEADER + hmac.digest(self._key, _KEY_OF, "sha256").hex()[:8]

    def hash(self, phone: Phone) -> str:
        return self.digest(phone).hex()

    def digest(self, phone: Phone) -> bytes:
        return hmac.digest(self._key, phone.e164.encode(), "sha256")


class HashedPhones:
    """The people of a list of hashes. 64 bits of each are kept: that is enough never to take one for another."""

    def __init__(self, keyed: Keyed, hashes: Iterable[str], *, count: int) -> None:
        self._keyed = keyed
        self._numbers = NumberSet((int(each[:16], 16) for each in hashes), count=count)

    def __contains__(self, phone: Phone) -> bool:
        return self._numbers.has(int.from_bytes(self._keyed.digest(phone)[:8]))


class AnyOf:
    """Whoever is in one of several lists."""

    def __init__(self, *lists: People) -> None:
        self._lists = lists

    def __contains__(self, phone: Phone) -> bool:
        return any(phone in each for each in self._lists)


def read_hashes(keyed: Keyed, *, file: str, header: str, cells: Iterator[tuple[int, str]]) -> HashedPhones:
    """Make the list of a file's only column; ``cells`` come with the numbers of their rows.

    Raises:
        ContactsError: they are no hashes, or made with another key.
    """
    if header != keyed.header:
        raise _other_key(file, header)
    hashes = []
    for row, cell in cells:
        if not _HASH.fullmatch(cell):
            message = Sentence("“{value}” is no keyed hash", value=cell[:20])
            advice = Sentence("`optout export --hashed` writes such files. Nobody was screened by this one.")
            raise ContactsError(
                Problem(code="bad_hash", file=file, row=row, column=header, message=message, advice=advice)
            )
        hashes.append(cell)
    return HashedPhones(keyed, hashes, count=len(hashes))


def _other_key(file: str, header: str) -> ContactsError:
    if not header.startswith(_HEADER):
        message = Sentence("this is no file of keyed hashes")
        advice = Sentence("`optout export --hashed` writes them; a list of numbers is for `optout import`.")
        return ContactsError(Problem(code="not_hashes", file=file, message=message, advice=advice))
    message = Sentence("these hashes were made with another key")
    advice = Sentence("LECOMMERCIAL_OPTOUT_KEY must be the key that your partner used.")
    return ContactsError(Problem(code="other_key", file=file, message=message, advice=advice))
