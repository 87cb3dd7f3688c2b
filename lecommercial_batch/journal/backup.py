"""Copies of a journal that are whole, also while messages are sent with it."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import cast

from sqlalchemy import Engine

from lecommercial_batch.core.durable import replacing
from lecommercial_batch.core.errors import InputError, Problem
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.journal.presence import BESIDE


def copy(engine: Engine, target: Path) -> None:
    """Write what is committed into a file of its own: one file, whole or not there, readable by its owner alone.

    Through a connection of the engine, so that nothing of the journal is opened by hand.

    Raises:
        InputError: the file is there already.
        OSError, sqlite3.Error: it cannot be written.
    """
    if any(Path(f"{target}{end}").exists() for end in ("", *BESIDE)):
        problem = Problem(
            code="file_exists",
            file=str(target),
            message=Sentence("this file is there already"),
            advice=Sentence("Name another: a copy is never written over."),
        )
        raise InputError(problem)
    with replacing(target) as unfinished:
        with closing(engine.raw_connection()) as source, closing(sqlite3.connect(unfinished)) as copied:
            driver = cast("sqlite3.Connection", source.driver_connection)
            driver.backup(copied)
            copied.execute("PRAGMA journal_mode=DELETE")  # it is one file, and stays one
        for end in BESIDE:
            Path(f"{unfinished}{end}").unlink(missing_ok=True)


def free_name(path: Path, end: str) -> Path:
    """Return a name beside the journal that nothing has yet."""
    names = (path.with_name(f"{path.name}{end}{number}") for number in ("", *(f"-{n}" for n in range(2, 1000))))
    return next(name for name in names if not name.exists())
