"""What proofs stood for, in the journal's database."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select

from lecommercial_batch.core.ports import Clock
from lecommercial_batch.journal.schema import imprint, run
from lecommercial_batch.planning.fingerprint import Imprint

#: Runs a function over a connection, as the journal does.
Doing = Callable[[Callable[[Connection], Any]], Awaitable[Any]]

_KEPT: Final = 90 * 86_400.0  #: seconds that the imprint of a plan nobody sent is kept

#: Where among a plan's parts, which are named after places of the campaign file, it is noted how it is sent.
_MANNER: Final = "manner"


class SqlImprints:
    """What each proof stood for, so that it can be told what has changed since it was approved."""

    def __init__(self, *, read: Doing, write: Doing, clock: Clock) -> None:
        self._read = read
        self._write = write
        self._clock = clock

    async def keep(self, made: Imprint) -> None:
        """Keep it under its proof; those of plans that nobody sent are dropped after 90 days."""
        now = self._clock.now().timestamp()
        phones, digests = made.packed()
        parts = json.dumps({**made.parts, _MANNER: made.manner.parts}, ensure_ascii=False)
        values = {"proof": made.proof, "made_at": now, "parts": parts, "phones": phones, "digests": digests}

        def write(connection: Connection) -> None:
            sent = select(run.c.proof)
            old = (imprint.c.made_at < now - _KEPT) & imprint.c.proof.not_in(sent)
            connection.execute(delete(imprint).where(old | (imprint.c.proof == made.proof)))
            connection.execute(insert(imprint).values(values))

        await self._write(write)

    async def find(self, proof: str) -> Imprint | None:
        """Return what a proof stood for, or None where that is not known here."""
        wanted = select(imprint).where(imprint.c.proof == proof)
        found = await self._read(lambda connection: connection.execute(wanted).one_or_none())
        if found is None:
            return None
        parts = json.loads(found.parts)
        manner = parts.pop(_MANNER, {})  # an earlier version noted none
        return Imprint.unpacked(parts, found.phones, found.digests, manner=manner)
