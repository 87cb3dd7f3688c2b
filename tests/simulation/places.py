"""Puts the simulation's clock, disk and network in the place of the machine's, in every module that names them.

What talks to the machine is few and named here; all else is the program as it is installed.
"""

import asyncio
import contextlib
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final, Self

import filelock
from sqlalchemy import Engine, create_engine

import lecommercial_batch.cli.app  # noqa: F401 - so that all verbs are there
from lecommercial_batch import report
from lecommercial_batch.cli import progress, show, signals
from lecommercial_batch.delivery import runtime
from lecommercial_batch.delivery.engine.local import Watching
from lecommercial_batch.gateway import connections, reach
from lecommercial_batch.journal import writer
from lecommercial_batch.planning import plan
from tests.simulation.disk import NoThread, SimulatedLock, SimulatedWriter
from tests.simulation.loop import running
from tests.simulation.programs import PROGRAM

#: Rows of a plan written at a time: so few that a plan of twenty can be cut short.
_CHUNK: Final = 5
_Thread: Final = threading.Thread
_real_pid: Final = os.getpid


class QuietProgress:
    """Shows nothing."""

    def __init__(self, *_: object) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def watching(self) -> Watching:
        return Watching()

    def stopping(self) -> None:
        pass


@contextmanager
def _stopping(stop: asyncio.Event, **_: object) -> Iterator[None]:
    program = PROGRAM.get()
    if program:
        program.stops.append(stop)
    try:
        yield
    finally:
        if program:
            program.stops.remove(stop)


async def _reachable(_base_url: str) -> None:
    await asyncio.sleep(0.001)


@contextlib.asynccontextmanager
async def _untuned() -> Any:
    yield


def _sharing_statements() -> Callable[..., Engine]:
    """Return what opens databases that share their compiled statements, which cost most otherwise."""
    shared: list[Engine] = []

    def create(url: Any, **named: Any) -> Engine:
        engine = create_engine(url, **named)
        if shared:
            engine.dialect = shared[0].dialect
            engine._compiled_cache = shared[0]._compiled_cache  # noqa: SLF001 - there is no public way
        else:
            shared.append(create_engine(url, **named))
            with shared[0].connect():
                pass  # which tells the dialect what this SQLite can
            shared[0].dispose()
            return create(url, **named)
        return engine

    return create


def _thread(*arguments: Any, **named: Any) -> Any:
    return (NoThread if running() or named.get("name") == "journal-writer" else _Thread)(*arguments, **named)


def _pid() -> int:
    program = PROGRAM.get()
    return program.pid if program else _real_pid()


def _monotonic() -> float:
    loop = running()
    return loop.time() if loop else time.monotonic()


@contextmanager
def put_in_place(
    connector: Callable[[], type[connections.Connector]], *, write_reports: Callable[..., object]
) -> Iterator[None]:
    """Have the program live in the simulated world as long as the block lasts."""

    def connecting(**named: Any) -> connections.Connector:
        return connector()(**named)

    others: dict[int, Any] = {
        id(each): other
        for each, other in (
            (writer.Writer, SimulatedWriter),
            (filelock.FileLock, SimulatedLock),
            (connections.Connector, connecting),
            (reach.check_reachable, _reachable),
            (signals.stopping_on_signals, _stopping),
            (runtime.rare_collections, contextlib.nullcontext),
            (runtime.make_room_for_connections, lambda: None),
            (progress.Progress, QuietProgress),
            (plan._tuned, _untuned),  # noqa: SLF001 - it turns the whole interpreter's knobs
            (show.print_json, lambda _value: None),
            (time.monotonic, _monotonic),
            (create_engine, _sharing_statements()),
            (report.write_reports, write_reports),
        )
    }
    level = logging.getLogger("lecommercial_batch").level
    with ExitStack() as stack:
        for name, module in list(sys.modules.items()):
            if name.startswith("lecommercial_batch") or name == "httpx":
                for attribute, value in list(vars(module).items()):
                    if id(value) in others:
                        stack.callback(setattr, module, attribute, value)
                        setattr(module, attribute, others[id(value)])
        for owner, attribute, other in (
            (threading, "Thread", _thread),
            (os, "getpid", _pid),
        ):
            stack.callback(setattr, owner, attribute, getattr(owner, attribute))
            setattr(owner, attribute, other)
        stack.callback(setattr, plan, "CHUNK", plan.CHUNK)
        plan.CHUNK = _CHUNK  # type: ignore[misc]  # smaller, while this lasts
        logging.getLogger("lecommercial_batch").setLevel(logging.CRITICAL + 1)
        stack.callback(logging.getLogger("lecommercial_batch").setLevel, level)
        yield
