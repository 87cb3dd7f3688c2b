"""Which journal this is and how far it has come, held against what its sentinel says."""

import secrets
from enum import StrEnum
from typing import assert_never

from sqlalchemy import Connection, insert, select, text, update

from lecommercial_batch.core.errors import JournalError, Problem
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.journal.schema import identity
from lecommercial_batch.journal.sentinel import Mark, Sentinel

_HIGHEST = text("SELECT seq FROM sqlite_sequence WHERE name = 'run'")


class Doubt(StrEnum):
    """Why a journal may not know everybody who has been written to."""

    OLDER = "older"  #: it was put back from before, or has lost its log
    OTHER = "other"  #: the sentinel is another journal's
    ALONE = "alone"  #: it has come here without its sentinel
    GONE = "gone"  #: the sentinel is here, and no journal, or an empty one


def create(connection: Connection, sentinel: Sentinel | None, *, after: Mark | None = None) -> None:
    """Give a journal its id; it goes on ``after`` one that is lost.

    The sentinel is there before the id is committed: a journal with an id and without a sentinel has come from
    elsewhere.
    """
    own = Mark(journal=after.journal, mark=after.mark + 1, runs=after.runs) if after else None
    own = own or Mark(journal=secrets.token_hex(8), mark=0, runs=0)
    said = sentinel.read() if sentinel else None
    if sentinel and (said is None or not said.mark):
        sentinel.write(own)
    connection.execute(insert(identity).values(id=own.journal, mark=own.mark))


def mark_of(connection: Connection) -> Mark:
    """Return how far the journal has come."""
    found = connection.execute(select(identity)).one()
    return Mark(journal=found.id, mark=found.mark, runs=connection.execute(_HIGHEST).scalar() or 0)


def rise(connection: Connection) -> None:
    """Raise the mark, in the transaction that it stands for."""
    connection.execute(update(identity).values(mark=identity.c.mark + 1))


def doubt_of(connection: Connection, sentinel: Sentinel) -> Doubt | None:
    """Return why the journal cannot be trusted to know everybody; None where it can."""
    said = sentinel.read()  # before the journal is: marks only rise
    own = mark_of(connection)
    if said is None:
        return Doubt.ALONE if own.mark else None
    if said.journal != own.journal:
        return Doubt.OTHER if said.mark or own.mark else None
    return Doubt.OLDER if own.mark < said.mark or own.runs < said.runs else None


def problem_of(doubt: Doubt, sentinel: Sentinel) -> Problem:
    """Return the problem with a journal that is doubted."""
    advice = Sentence(
        "Put the whole journal back: {file} with its -wal. If there is none, {command} goes on without it:"
        " what is unfinished in it counts as “may have been delivered”, and is not sent.",
        file=sentinel.path.name.removeprefix(".").removesuffix(".sentinel"),
        command="`lecommercial-batch journal accept-loss`",
    )
    message = _said(doubt, sentinel)
    return Problem(code=f"journal_{doubt}", file=str(sentinel.path), message=message, advice=advice)


def _said(doubt: Doubt, sentinel: Sentinel) -> Sentence:
    match doubt:
        case Doubt.OLDER:
            return Sentence(
                "this journal is older than what was sent with it: it was put back from a copy, or has lost a part"
            )
        case Doubt.OTHER:
            return Sentence("another journal was used here before: this one does not know whom it wrote to")
        case Doubt.ALONE:
            return Sentence(
                "this journal has come here without its file {file}: it may be older than what was sent with it",
                file=sentinel.path.name,
            )
        case Doubt.GONE:
            return Sentence("the journal that was used here is gone: nobody knows whom it wrote to")
        case _:
            assert_never(doubt)


def refuse(connection: Connection, sentinel: Sentinel) -> None:
    """Refuse to plan or send with a journal that may not know everybody.

    Raises:
        JournalError: it may not.
    """
    if doubt := doubt_of(connection, sentinel):
        raise JournalError(problem_of(doubt, sentinel))
