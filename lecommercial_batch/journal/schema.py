"""The journal's tables, and its version.

What changes while a run is sent (`message`) is kept apart from what never does (`row`): a claim or a record
then rewrites some eighty bytes, and counting a million messages reads a hundred megabytes less.
"""

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    false,
    func,
    literal,
    or_,
)

VERSION: Final = 2

METADATA: Final = MetaData()

version = Table("journal_version", METADATA, Column("version", Integer, nullable=False))

#: Which journal this is, and how far it has come: one row; see `journal.sentinel`.
identity = Table(
    "journal_identity",
    METADATA,
    Column("id", String, primary_key=True),
    Column("mark", Integer, nullable=False),
)

run = Table(
    "run",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("campaign", String, nullable=False),
    Column("campaign_file", String, nullable=False),
    Column("source", String, nullable=False),
    Column("columns", Text, nullable=False),  # JSON
    Column("phone_column", String, nullable=False),
    Column("options", Text, nullable=False),  # JSON
    Column("test", Boolean, nullable=False),
    Column("variants", Text, nullable=False),  # JSON
    Column("consent", Text, nullable=False),  # JSON
    Column("purged", Boolean, nullable=False, server_default=false()),  # its people are forgotten
    Column("edits", Boolean, nullable=False),
    Column("parent", String, nullable=False),  # another run's id, or empty
    Column("address", String, nullable=False, server_default=""),  # of the API it is meant for
    Column("state", String, nullable=False),
    Column("proof", String, nullable=False),
    Column("wish", String, nullable=False, server_default=""),  # what was asked since it was started
    Column("created_at", Float, nullable=False),  # seconds since 1970, as all times here
    Column("started_at", Float),
    Column("started_after", Integer),  # the number of the newest run when it was started for the first time
    Column("ended_at", Float),
    sqlite_autoincrement=True,  # the number of a discarded run is not given again
)

halt = Table(
    "halt",
    METADATA,
    Column("run_id", String, nullable=False),
    Column("lane", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("at", Float, nullable=False),
    PrimaryKeyConstraint("run_id", "lane"),
)

#: The fencing token of each lane.
lane = Table(
    "lane",
    METADATA,
    Column("name", String, primary_key=True),
    Column("token", Integer, nullable=False),
)

#: A row of the input as it was read, and what its person would read: never changes.
row = Table(
    "row",
    METADATA,
    Column("run_id", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("cells", Text, nullable=False),  # JSON
    Column("text", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("template_id", String, nullable=False),
    Column("variables", Text, nullable=False),  # JSON
    Column("variant", String, nullable=False),  # empty without any
    PrimaryKeyConstraint("run_id", "number"),
    sqlite_with_rowid=False,
)

#: What is left of a run whose people are forgotten: how many rows came to what.
tally = Table(
    "tally",
    METADATA,
    Column("run_id", String, nullable=False),
    Column("kind", String, nullable=False),  # rejected, messages, or variant: messages of one
    Column("name", String, nullable=False),  # the reason or status
    Column("variant", String, nullable=False),
    Column("rows", Integer, nullable=False),
    PrimaryKeyConstraint("run_id", "kind", "name", "variant"),
)

#: Where one message stands.
message = Table(
    "message",
    METADATA,
    Column("run_id", String, nullable=False),
    Column("row", Integer, nullable=False),
    Column("lane", String, nullable=False),
    Column("phone", String, nullable=False),
    Column("zone", String, nullable=False),  # time zones of its reader, empty where the hour does not matter
    Column("status", String, nullable=False),
    Column("due_at", Float, nullable=False),
    Column("token", Integer, nullable=False),  # the one its last claim was made under
    Column("attempts", Integer, nullable=False),
    Column("answered_at", Float),
    Column("reason", String, nullable=False),
    Column("detail", Text, nullable=False),
    Column("repair", Text, nullable=False),  # a Sentence, or empty
    PrimaryKeyConstraint("run_id", "row"),
    ForeignKeyConstraint(["run_id", "row"], ["row.run_id", "row.number"]),
    sqlite_with_rowid=False,
)

_pending = message.c.status == "pending"
Index(
    "message_pending",
    message.c.run_id,
    message.c.lane,
    message.c.zone,
    message.c.due_at,
    message.c.row,
    sqlite_where=_pending,
    postgresql_where=_pending,
)
_sending = message.c.status == "sending"
Index("message_sending", message.c.lane, sqlite_where=_sending, postgresql_where=_sending)

#: Who was written to by which runs, or may have been: one row a person and message, written with its claim.
#: Whether it counts is for the message to say, by its status.
outbox = Table(
    "outbox",
    METADATA,
    Column("phone", BigInteger, nullable=False),  # its digits, as in optout
    Column("run_id", String, nullable=False),
    Column("row", Integer, nullable=False),
    Column("at", Float, nullable=False),  # of the last claim
    PrimaryKeyConstraint("phone", "run_id", "row"),
    sqlite_with_rowid=False,
)

rejection = Table(
    "rejection",
    METADATA,
    Column("run_id", String, nullable=False),
    Column("row", Integer, nullable=False),
    Column("reason", String, nullable=False),
    Column("column", String, nullable=False),
    Column("detail", Text, nullable=False),  # a Sentence
    PrimaryKeyConstraint("run_id", "row"),
    ForeignKeyConstraint(["run_id", "row"], ["row.run_id", "row.number"]),
    sqlite_with_rowid=False,
)

#: What a proof stood for, to tell what has changed since: of previews and of runs.
imprint = Table(
    "imprint",
    METADATA,
    Column("proof", String, primary_key=True),
    Column("made_at", Float, nullable=False),
    Column("parts", Text, nullable=False),  # JSON
    Column("phones", LargeBinary, nullable=False),
    Column("digests", LargeBinary, nullable=False),
)

#: What happened to messages: one row a change of status, never changed.
event = Table(
    "event",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run_id", String, nullable=False),
    Column("row", Integer, nullable=False),
    Column("at", Float, nullable=False),
    Column("status", String, nullable=False),  # the new one
    Column("attempts", Integer, nullable=False),
    Column("reason", String, nullable=False),
    Column("detail", Text, nullable=False),
    Index("event_message", "run_id", "row"),
)

#: Who asked not to be written to. Nothing but `optout remove` deletes from it.
optout = Table(
    "optout",
    METADATA,
    Column("phone", BigInteger, primary_key=True, autoincrement=False),  # its digits: a million are read at once
    Column("at", Float, nullable=False),
    Column("source", String, nullable=False),
    Column("reason", Text, nullable=False),
    sqlite_with_rowid=False,
)

#: The campaigns whose [schedule] is in force.
scheduled = Table(
    "scheduled",
    METADATA,
    Column("file", String, primary_key=True),
    Column("campaign", String, nullable=False),
    Column("schedule", Text, nullable=False),  # JSON
    Column("run_id", String, nullable=False),  # where it was planned beforehand, or empty
    Column("next_at", Float),
)

#: Each time at which one of them was due: whoever inserts it sees to it.
occurrence = Table(
    "occurrence",
    METADATA,
    Column("file", String, nullable=False),
    Column("due_at", Float, nullable=False),
    Column("turnout", String, nullable=False),
    Column("run_id", String, nullable=False),
    Column("seen_at", Float),  # when somebody saw to it last
    PrimaryKeyConstraint("file", "due_at"),
)


def is_of_file(name: Any) -> ColumnElement[bool]:
    """Return the condition that a run's campaign file has this name, in whatever folder it was."""
    folded = func.replace(run.c.campaign_file, "\\", "/")
    return or_(folded == name, folded.like(literal("%/").concat(name)))
