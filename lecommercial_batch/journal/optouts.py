"""The Optouts port over a database, and which claims it stops."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, bindparam, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from lecommercial_batch.core.contact_edits import EditKind
from lecommercial_batch.core.model import Phone, Reason
from lecommercial_batch.core.optouts import Optout, said_since
from lecommercial_batch.core.phone_set import PhoneSet
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.journal import codec
from lecommercial_batch.journal.engine import making_journal_errors
from lecommercial_batch.journal.imprints import Doing
from lecommercial_batch.journal.schema import optout, row

_BLOCK: Final = 2000  #: rows written or read at a time

_NUMBERS: Final = "SELECT phone FROM optout"
_AMONG: Final = select(optout.c.phone).where(optout.c.phone.in_(bindparam("phones", expanding=True)))
_REMOVALS: Final = select(row.c.number).where(
    row.c.run_id == bindparam("run"),
    row.c.number.in_(bindparam("rows", expanding=True)),
    row.c.variant == EditKind.REMOVE,
)


class SqlOptouts:
    """Opt-outs in a table of their own."""

    def __init__(self, reading: Engine, *, read: Doing, write: Doing) -> None:
        self._reading = reading
        self._read = read
        self._write = write

    async def add(self, optouts: Sequence[Optout]) -> int:
        values = [
            {"phone": _number(each.phone), "at": each.at.timestamp(), "source": each.source, "reason": each.reason}
            for each in optouts
        ]
        blocks = [values[start : start + _BLOCK] for start in range(0, len(values), _BLOCK)]
        return sum([await self._write(partial(_insert, values=block)) for block in blocks])

    async def remove(self, phones: Sequence[Phone]) -> int:
        named = delete(optout).where(optout.c.phone.in_([_number(phone) for phone in phones]))
        count: int = await self._write(lambda connection: connection.execute(named).rowcount)
        return count

    async def count(self) -> int:
        counting = select(func.count()).select_from(optout)
        count: int = await self._read(lambda connection: connection.execute(counting).scalar_one())
        return count

    def phones(self) -> PhoneSet:
        with making_journal_errors(), self._reading.connect() as connection:
            return _load(connection)

    def all(self) -> Iterator[Optout]:
        chosen = select(optout).order_by(optout.c.at.desc(), optout.c.phone)
        with making_journal_errors(), self._reading.connect() as connection:
            for each in connection.execution_options(yield_per=_BLOCK).execute(chosen):
                yield Optout(
                    phone=Phone(f"+{each.phone}"), at=codec.moment(each.at), source=each.source, reason=each.reason
                )


def opted_out_among(
    connection: Connection, of: Row[Any], claims: Sequence[Any]
) -> dict[int, tuple[Reason, Sentence]]:
    """Return the claims of people who have opted out since the plan was made, by their rows."""
    found = connection.execute(_AMONG, {"phones": [int(each.phone) for each in claims]}).scalars().all()
    gone = {f"+{number}" for number in found}
    theirs = [each for each in claims if each.phone in gone]
    if of.edits and theirs:  # whoever is to be taken out of a list is taken out, as they wish
        removals = set(
            connection.execute(_REMOVALS, {"run": of.id, "rows": [each.row for each in theirs]}).scalars()
        )
        theirs = [each for each in theirs if each.row not in removals]
    # The claim that is undone here has counted itself.
    return {each.row: (Reason.OPTED_OUT, said_since(each.attempts - 1)) for each in theirs}


def _insert(connection: Connection, values: Sequence[dict[str, Any]]) -> int:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return connection.execute(dialect.insert(optout).on_conflict_do_nothing(), values).rowcount


def _load(connection: Connection) -> PhoneSet:
    count = connection.execute(select(func.count()).select_from(optout)).scalar_one()
    with closing(
        connection.connection.cursor()
    ) as cursor:  # the driver's own: SQLAlchemy's rows take as long again
        cursor.execute(_NUMBERS)
        blocks = iter(partial(cursor.fetchmany, _BLOCK), [])
        return PhoneSet((number for block in blocks for (number,) in block), count=count)


def _number(phone: Phone) -> int:
    return int(phone.e164)
