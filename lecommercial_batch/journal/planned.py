"""A plan's rows on their way into the journal: in few, large statements.

A statement of a thousand rows costs half of what a thousand statements do. And while it runs other Python threads
do too: with one statement a row the thread that writes would wait its turn a thousand times.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from sqlalchemy import Connection, Dialect, Table

from lecommercial_batch.core.model import Content, Message, Rejection, Status
from lecommercial_batch.journal import codec
from lecommercial_batch.journal.schema import message, rejection, row

_LARGEST: Final = (
    2000  #: rows a statement: times eight values under the bounds of SQLite (32,766) and Postgres (65,535)
)
_NO_CONTENT: Final = ("", "", "", "", "")

_ROW: Final = ("run_id", "number", "cells", "text", "file", "template_id", "variables", "variant")
_MESSAGE: Final = ("run_id", "row", "lane", "phone", "zone", "repair")
_REJECTION: Final = ("run_id", "row", "reason", "column", "detail")
#: What every message begins with.
_NEW: Final = (
    ("status", f"'{Status.PENDING}'"),
    ("due_at", "0"),
    ("token", "0"),
    ("attempts", "0"),
    ("reason", "''"),
    ("detail", "''"),
)

Values = list[str | int]


class Planned:
    """Rows of one run, made ready to be written."""

    def __init__(self, run: str, planned: Sequence[Message | Rejection]) -> None:
        self._rows: Values = []
        self._messages: Values = []
        self._rejections: Values = []
        for each in planned:
            number, content = each.row.number, _NO_CONTENT
            if isinstance(each, Message):
                content = _content(each.content, each.variant)
                repair = each.repair.dump() if each.repair.template else ""
                self._messages += (run, number, each.sender, each.phone.e164, each.zone, repair)
            else:
                self._rejections += (run, number, each.reason, each.column, each.detail.dump())
            self._rows += (run, number, codec.dump_cells(each.row.cells), *content)

    def write(self, connection: Connection) -> None:
        """Insert them."""
        _insert(connection, row, _ROW, self._rows)
        _insert(connection, message, _MESSAGE, self._messages, _NEW)
        _insert(connection, rejection, _REJECTION, self._rejections)


def _content(content: Content, variant: str) -> tuple[str, str, str, str, str]:
    return content.text, content.file, content.template_id, codec.dump_variables(content), variant


def _insert(
    connection: Connection,
    table: Table,
    columns: tuple[str, ...],
    values: Values,
    fixed: tuple[tuple[str, str], ...] = (),
) -> None:
    size = _LARGEST * len(columns)
    for start in range(0, len(values), size):
        block = tuple(values[start : start + size])
        statement = _statement(connection.dialect, table, columns, fixed, len(block) // len(columns))
        connection.exec_driver_sql(statement, block)


@lru_cache(maxsize=16)
def _statement(
    dialect: Dialect, table: Table, columns: tuple[str, ...], fixed: tuple[tuple[str, str], ...], count: int
) -> str:
    quote = dialect.identifier_preparer.quote
    names = ", ".join(map(quote, [*columns, *(name for name, _ in fixed)]))
    sign = "?" if dialect.paramstyle == "qmark" else "%s"
    group = ", ".join([*[sign] * len(columns), *(literal for _, literal in fixed)])
    groups = ", ".join([f"({group})"] * count)
    return f"INSERT INTO {quote(table.name)} ({names}) VALUES {groups}"  # noqa: S608 - names and literals of our own
