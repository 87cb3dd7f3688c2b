"""Looking through a whole journal: is the file sound, and does every run add up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Engine, func, select

from lecommercial_batch.core.model import Status
from lecommercial_batch.journal import migrations, tallies
from lecommercial_batch.journal.schema import METADATA, message, rejection, row, run
from lecommercial_batch.journal.wholeness import faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was found."""

    version: int  #: of its tables
    runs: int
    faults: Sequence[str]  #: of the file, in SQLite's words
    orphans: int  #: messages and rejections of rows that are not there
    uneven: Mapping[str, int]  #: run → rows that are not exactly one message or rejection
    odd: Mapping[str, int]  #: status that means nothing → messages that have it

    @property
    def is_sound(self) -> bool:
        return not (self.faults or self.orphans or self.uneven or self.odd)


_of_message = select(message.c.row).where(message.c.run_id == row.c.run_id, message.c.row == row.c.number).exists()
_of_rejection = (
    select(rejection.c.row).where(rejection.c.run_id == row.c.run_id, rejection.c.row == row.c.number).exists()
)
_UNEVEN: Final = select(row.c.run_id, func.count()).where(_of_message == _of_rejection).group_by(row.c.run_id)
_ODD: Final = (
    select(message.c.status, func.count()).where(message.c.status.not_in(list(Status))).group_by(message.c.status)
)
_RUNS: Final = select(func.count()).select_from(run)


def check(reading: Engine) -> Checked:
    """Look through a journal; sums are made only where the file is sound."""
    with reading.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        tables = [table.name for table in METADATA.sorted_tables]
        found = (
            [line for name in tables for line in faults(connection, name, thoroughly=True)] if is_sqlite else []
        )
        if found:
            return Checked(version=0, runs=0, faults=found, orphans=0, uneven={}, odd={})
        return Checked(
            version=migrations.version_of(connection),
            runs=connection.execute(_RUNS).scalar_one(),
            faults=(),
            orphans=_orphans(connection) if is_sqlite else 0,
            uneven=tallies.numbers(connection, _UNEVEN, {}),
            odd=tallies.numbers(connection, _ODD, {}),
        )


def _orphans(connection: Connection) -> int:
    return len(connection.exec_driver_sql("PRAGMA foreign_key_check").all())
