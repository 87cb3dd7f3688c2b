"""Whether a database is damaged: looked at quickly after an unclean end, and thoroughly when asked."""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError

from lecommercial_batch.core.errors import JournalError, Problem
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.journal.schema import METADATA, event, row

#: What is large and decides nothing: a damaged text or history ends the claim that needs it.
_LARGE: Final = (row, event)


def see_that_it_is_sound(engine: Engine, path: Path) -> None:
    """Look through the tables that decide who is written to.

    Raises:
        JournalError: something in them is damaged.
    """
    with engine.execution_options(writes=False).connect() as connection:
        tables = [table.name for table in METADATA.sorted_tables if table not in _LARGE]
        found = [line for table in tables for line in faults(connection, table)]
    if found:
        raise JournalError(damaged(path))


def faults(connection: Connection, table: str, *, thoroughly: bool = False) -> list[str]:
    """Return what SQLite finds wrong with a table, in its words."""
    look = "integrity_check" if thoroughly else "quick_check"
    try:
        lines = connection.exec_driver_sql(f"PRAGMA {look}('{table}')").scalars().all()
    except DatabaseError as error:
        return [str(getattr(error, "orig", None) or type(error).__name__)]
    return [line for line in map(str, lines) if line != "ok"]


def damaged(path: Path) -> Problem:
    """Return the problem with a journal that is damaged."""
    return Problem(
        code="journal_damaged",
        file=str(path),
        message=Sentence("the journal’s file is damaged: it does not know for sure who has been written to"),
        advice=Sentence(
            "Nothing was sent. `lecommercial-batch journal check` says what is wrong; put back a copy of it, made"
            " with `lecommercial-batch journal backup`."
        ),
    )
