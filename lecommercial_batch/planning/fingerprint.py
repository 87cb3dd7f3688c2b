"""What is kept of a plan to know it again by, and to tell what has changed since: its proof is made from it."""

import hashlib
import json
import sys
from array import array
from base64 import b32encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from lecommercial_batch.core.model import Message
from lecommercial_batch.planning.manner import Manner

_DIGEST: Final = 16  #: bytes of a message's digest
_COMPARED: Final = 500_000  #: people compared at a time: bounds the memory that takes
_NAMED: Final = 5  #: rows named where many have changed


@dataclass(slots=True)
class Imprint:
    """A plan's messages in sixteen bytes each, and the wording and senders they come from.

    The order of messages makes no difference: it is nothing that anybody receives.
    """

    parts: Mapping[str, str] = field(default_factory=dict)  #: place in the campaign file → what is written there
    manner: Manner = field(default_factory=Manner)
    phones: "array[int]" = field(default_factory=lambda: array("Q"))
    digests: "array[int]" = field(default_factory=lambda: array("I"))  #: of what each would get, and through whom
    rows: "array[int]" = field(default_factory=lambda: array("I"))  #: of the file; not kept
    total: int = 0  #: of the full digests: the same in any order

    def add(self, messages: Sequence[Message]) -> None:
        """Take messages in."""
        digests = b"".join([hashlib.blake2b(_identity(each), digest_size=_DIGEST).digest() for each in messages])
        halves = _numbers("Q", digests)
        self.total += sum(halves[0::2]) + (sum(halves[1::2]) << 64)
        self.digests += _numbers("I", digests)[::4]
        self.phones.extend([int(each.phone.e164) for each in messages])
        self.rows.extend([each.row.number for each in messages])

    @property
    def proof(self) -> str:
        """Forty bits that change when, and only when, what is sent does; twenty of how: ``K7QF-2MXA-7B3D``."""
        return f"{self._what}-{self.manner.code}"

    @property
    def proof_without_keys(self) -> str:
        """Return the proof of the same plan where no key is known: not from which phone it is sent."""
        return f"{self._what}-{self.manner.code_without_keys}"

    @property
    def _what(self) -> str:
        written = f"{len(self.phones)} {self.total % (1 << 8 * _DIGEST)}"
        letters = b32encode(hashlib.sha256(written.encode()).digest()[:5]).decode()
        return f"{letters[:4]}-{letters[4:]}"

    def packed(self) -> tuple[bytes, bytes]:
        """Return phones and digests as bytes that any machine can read."""
        return _bytes(self.phones), _bytes(self.digests)

    @classmethod
    def unpacked(
        cls, parts: Mapping[str, str], phones: bytes, digests: bytes, *, manner: Mapping[str, str]
    ) -> "Imprint":
        """Return what can be compared with: its proof and rows are gone."""
        known = Manner(said=manner)
        return cls(parts=parts, manner=known, phones=_numbers("Q", phones), digests=_numbers("I", digests))


@dataclass(frozen=True, slots=True, kw_only=True)
class Among:
    """So many people, and the rows of the first of them."""

    count: int = 0
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is different between two plans."""

    parts: tuple[str, ...]  #: places of the campaign file, and of the settings
    added: Among  #: people who would be written to now and were not before
    changed: Among  #: people whose message or sender is another one now
    gone: int  #: people who would have been written to and are not now


def changes(before: Imprint, now: Imprint) -> Changes:
    """Tell what is different now."""
    places = [*now.parts, *(place for place in before.parts if place not in now.parts)]
    added, changed, kept = array("I"), array("I"), 0
    groups = len(before.phones) // _COMPARED + 1
    for group in range(groups):
        known = {
            phone: digest
            for phone, digest in zip(before.phones, before.digests, strict=True)
            if phone % groups == group
        }
        for phone, digest, row in zip(now.phones, now.digests, now.rows, strict=True):
            if phone % groups != group:
                continue
            if phone not in known:
                added.append(row)
            else:
                kept += 1
                if known[phone] != digest:
                    changed.append(row)
    return Changes(
        parts=(
            *(place for place in places if before.parts.get(place) != now.parts.get(place)),
            *_otherwise(before.manner.parts, now.manner.parts),
        ),
        added=_among(added),
        changed=_among(changed),
        gone=len(before.phones) - kept,
    )


def alike_in(before: Imprint, now: Imprint) -> int:
    """Count the people whom both write the very same message to, through the same sender."""
    found = changes(before, now)
    return len(now.phones) - found.added.count - found.changed.count


def _otherwise(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Return what is another now, of what was known then and is known now: a key may not be."""
    return [place for place in now if place in before and before[place] != now[place]]


def _identity(message: Message) -> bytes:
    """Return what changes when, and only when, what would be sent does: the lengths tell the parts apart.

    The server takes a template's variables by their names, in whatever order.
    """
    content = message.content
    sender, text, file = message.sender, content.text, content.file
    whole = f"{message.phone.e164} {len(sender)} {len(text)} {len(file)} {sender}{text}{file}{content.template_id}"
    if content.variables:
        whole += json.dumps(sorted(content.variables))
    return whole.encode("utf-8", "surrogatepass")


def _among(rows: "array[int]") -> Among:
    return Among(count=len(rows), rows=tuple(sorted(rows)[:_NAMED]))


def _numbers(kind: str, little_endian: bytes) -> "array[int]":
    numbers: array[int] = array(kind)
    numbers.frombytes(little_endian)
    return _turned(numbers)


def _bytes(numbers: "array[int]") -> bytes:
    return _turned(numbers[:]).tobytes()


def _turned(numbers: "array[int]") -> "array[int]":
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
