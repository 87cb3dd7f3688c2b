"""Stand-ins for the world, for tests of this package and of what is built on it."""

from collections.abc import Callable
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import TYPE_CHECKING, Self

from lecommercial_batch.sandbox.book import Contact
from lecommercial_batch.sandbox.received import Received
from lecommercial_batch.sandbox.settings import Settings
from lecommercial_batch.sandbox.state import State
from lecommercial_batch.sandbox.stats import Stats
from lecommercial_batch.sandbox.tape import Tape

if TYPE_CHECKING:
    from lecommercial_batch.sandbox.server import Server


class SandboxServer:
    """The sandbox, run for real on a free loopback port while the ``with`` block lasts.

    Leaving the block closes every connection, answered or not.
    """

    def __init__(self, settings: Settings | None = None, *, file: Path | None = None) -> None:
        tape = Tape(file) if file else None  # where every message and change is written down, as with --file
        self.state = State(settings or Settings(), tape)  #: safe to use from any thread
        self._server: Server | None = None
        self._thread: Thread | None = None

    def __enter__(self) -> Self:
        from lecommercial_batch.sandbox.server import Server  # noqa: PLC0415  the web server, only where it is run

        self._server = Server(self.state, host="127.0.0.1", port=0)
        self._thread = Thread(target=self._server.run, name="sandbox", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server and self._thread:
            self._server.should_exit = True
            self._thread.join()
        self.state.close()

    @property
    def url(self) -> str:
        """The API's base URL, such as ``http://127.0.0.1:40001/api``."""
        if self._server is None:
            raise RuntimeError("the sandbox is not running: use it in a with block")
        return self._server.url

    def received(self) -> tuple[Received, ...]:
        """Return the messages that were taken, in the order they were."""
        return self.state.received()

    def contacts(self, list_id: int) -> tuple[Contact, ...]:
        """Return the contacts of a list in the order of their ids."""
        return self.state.contacts(list_id)

    def stats(self) -> Stats:
        """Return the counts of calls as they are now."""
        return self.state.stats()

    def wait_until(self, condition: Callable[[Stats], bool], *, timeout: float = 10) -> Stats:
        """Block until the counts meet the condition, such as ``lambda stats: stats.accepted >= 3``.

        Raises:
            TimeoutError: they did not within so many seconds.
        """
        return self.state.wait_until(condition, timeout=timeout)

    def clear(self) -> None:
        """Forget messages and counts; switches and throttle stay."""
        self.state.clear()

    def set_faults(self, *faults: str, **switches: object) -> None:
        """Set fault rules such as ``500@3`` and switches such as ``latency=2``; all others go back to the start.

        Calls are counted anew for the rules. See ``sandbox.faults`` and ``sandbox.settings.Switches``.

        Raises:
            ValueError: there is no such fault or switch, or it cannot take the value; nothing was changed.
        """
        self.state.switch({**switches, "faults": faults})
