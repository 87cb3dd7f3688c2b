"""From each version of the journal to the next: numbered steps, all in one transaction.

A step is what its version added: statements, and tables of the schema that are made as they stand. To change the
schema, raise `schema.VERSION`, add a step, and keep statements to what both SQLite and Postgres understand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Table, inspect, select, text, update

from lecommercial_batch.core.errors import JournalError, Problem
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.journal.schema import METADATA, VERSION, identity, outbox, version


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a version added to the one before."""

    tables: Sequence[Table] = ()  #: new ones, with their indexes
    statements: Sequence[str] = ()  #: run after them, in order


#: By the version that they lead to.
STEPS: Final[Mapping[int, Step]] = {
    2: Step(
        tables=(identity, outbox),
        statements=(
            "ALTER TABLE run ADD COLUMN address VARCHAR DEFAULT '' NOT NULL",
            "ALTER TABLE run ADD COLUMN started_after INTEGER",
            "ALTER TABLE occurrence ADD COLUMN seen_at FLOAT",
            # Numbers tell what times told before.
            (
                "UPDATE run SET started_after = (SELECT max(other.number) FROM run AS other"
                " WHERE other.created_at <= run.started_at) WHERE started_at IS NOT NULL"
            ),
            # Who was written to before there was an outbox has been written to all the same.
            (
                "INSERT INTO outbox (phone, run_id, row, at)"
                " SELECT CAST(message.phone AS BIGINT), message.run_id, message.row,"
                " coalesce(message.answered_at, run.ended_at, run.started_at, run.created_at)"
                " FROM message JOIN run ON run.id = message.run_id"
                " WHERE message.status IN ('sending', 'accepted', 'unknown') AND NOT run.test AND NOT run.edits"
            ),
        ),
    ),
}


def version_of(connection: Connection) -> int:
    """Return the version of a journal's tables; 0 where there are none.

    Raises:
        JournalError: a newer version of this program made them.
    """
    if not inspect(connection).has_table(version.name):
        return 0
    found = connection.execute(select(version.c.version)).scalar_one()
    if found <= VERSION:
        return int(found)
    problem = Problem(
        code="journal_version",
        message=Sentence(
            "the journal is of version {found}; this program writes version {ours}",
            found=found,
            ours=VERSION,
        ),
        advice=Sentence("Use the version of lecommercial-batch that made it, or another folder."),
    )
    raise JournalError(problem)


def migrate(connection: Connection, *, found: int) -> None:
    """Take a journal's tables from the version that was found to ours."""
    for number in range(found + 1, VERSION + 1):
        step = STEPS[number]
        METADATA.create_all(connection, tables=list(step.tables))
        for statement in step.statements:
            connection.execute(text(statement))
    connection.execute(update(version).values(version=VERSION))
