"""The command in a process of its own whose imports have been made: forked from one that waits with them done.

Half of a command's time is its imports, and the tests run it some 700 times. What depends on the environment, the
door, is imported in the forked process, after it has been given its own.
"""

import gc
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Any, Final, Self

_ROOT: Final = Path(__file__).resolve().parents[2]
_LONGEST: Final = 1_000_000  #: bytes of a call
_FOR_EVER: Final = 600.0  #: seconds
_PRELOADED: Final = (
    "aiohttp",
    "httpx_aiohttp",
    "openpyxl",
    "pandas",
    "pygal",
    "rich.live",
    "rich.progress",
    "typer",
    "lecommercial_batch.planning.campaign.campaign",
    "lecommercial_batch.cli.after",
    "lecommercial_batch.cli.check",
    "lecommercial_batch.cli.control",
    "lecommercial_batch.cli.journal",
    "lecommercial_batch.cli.listing",
    "lecommercial_batch.cli.look",
    "lecommercial_batch.cli.optout",
    "lecommercial_batch.cli.schedule",
    "lecommercial_batch.cli.usage",
    "lecommercial_batch.contacts",
    "lecommercial_batch.delivery.engine.local",
    "lecommercial_batch.gateway",
    "lecommercial_batch.journal",
    "lecommercial_batch.planning.plan",
    "lecommercial_batch.report",
    "lecommercial_batch.app.settings",
    "lecommercial_batch.planning.pipeline",
)


class Started:
    """A command that was started: of `subprocess.Popen` what tests use."""

    def __init__(self, forking: "Forking", pid: int, out: int, err: int) -> None:
        self.pid = pid
        self.returncode: int | Any = None
        self.stdout, self.stderr = (os.fdopen(each, encoding="utf-8") for each in (out, err))
        self._forking = forking
        self._end = os.pidfd_open(pid)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stdout.close()
        self.stderr.close()
        self.wait()

    def poll(self) -> int | None:
        """Return the code with which it ended, or None where it has not."""
        with suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it ends, and return its code.

        Raises:
            TimeoutExpired: it has not ended by then.
        """
        if self.returncode is None:
            if not select.select([self._end], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            os.close(self._end)
            self.returncode = self._forking.reap(self.pid)
        return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Return what it writes to its two outputs until it ends, past what was read from them before."""
        until = time.monotonic() + (timeout or _FOR_EVER)
        read = {self.stdout: b"", self.stderr: b""}
        left = list(read)
        while left:
            ready, _, _ = select.select(left, [], [], until - time.monotonic())
            if not ready:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            for stream in ready:
                if part := os.read(stream.fileno(), 65536):
                    read[stream] += part
                else:
                    left.remove(stream)
        self.__exit__()
        out, err = (each.decode().replace("\r\n", "\n") for each in read.values())
        return out, err

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it is known to have ended."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Send SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Send SIGTERM."""
        self.send_signal(signal.SIGTERM)


class Forking:
    """Starts commands: each a process as any other, but for its parent."""

    def __init__(self) -> None:
        self._end, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._asking = Lock()
        with theirs:
            theirs.set_inheritable(True)
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.acceptance.forking", str(theirs.fileno())],
                cwd=_ROOT,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )

    def run(
        self,
        arguments: Sequence[str],
        *,
        folder: Path,
        environment: Mapping[str, str],
        timeout: float,
        stdin: bytes | None = None,
    ) -> tuple[int, str, str]:
        """Run the command to its end, and return its exit code and what it wrote to its two outputs.

        ``stdin`` is piped into it, as much as a pipe holds; without it standard input is empty.

        Raises:
            TimeoutExpired: it took longer, and was killed.
        """
        started = self.start(arguments, folder=folder, environment=environment, stdin=stdin)
        try:
            out, err = started.communicate(timeout)
        except subprocess.TimeoutExpired:
            started.kill()
            raise
        return started.wait(), out, err

    def start(
        self,
        arguments: Sequence[str],
        *,
        folder: Path,
        environment: Mapping[str, str],
        stdin: bytes | None = None,
    ) -> Started:
        """Start the command."""
        (out, written_out), (err, written_err) = os.pipe(), os.pipe()
        theirs = [written_out, written_err]
        if stdin is not None:
            read, written = os.pipe()
            os.write(written, stdin)
            os.close(written)
            theirs.append(read)
        asked = json.dumps([list(arguments), str(folder), dict(environment)]).encode()
        with self._asking:
            socket.send_fds(self._end, [asked], theirs)
            pid = int(self._end.recv(_LONGEST))
        for each in theirs:
            os.close(each)
        return Started(self, pid, out, err)

    def reap(self, pid: int) -> int:
        """Return the code with which a command has ended."""
        with self._asking:
            self._end.send(json.dumps(pid).encode())
            return int(self._end.recv(_LONGEST))

    def close(self) -> None:
        self._end.close()
        self._process.wait()


def _serve(end: socket.socket) -> list[str]:
    """Fork for each call, and tell how each ended; returns in a forked process alone, with its arguments."""
    while True:
        message, outputs, _, _ = socket.recv_fds(end, _LONGEST, 3)
        if not message:
            sys.exit()
        asked = json.loads(message)
        if isinstance(asked, int):
            _, status = os.waitpid(asked, 0)
            end.send(str(os.waitstatus_to_exitcode(status)).encode())
            continue
        child = os.fork()
        if not child:
            arguments, folder, environment = asked
            for given, standard in zip(outputs, (1, 2, 0), strict=False):
                os.dup2(given, standard)
                os.close(given)
            end.close()
            os.chdir(folder)
            os.environ.clear()
            os.environ.update(environment)
            time.tzset()
            # Opened over what the waiting process has, which can be sought in: a pipe cannot.
            sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - as below
            sys.stdout = open(1, "w", encoding=sys.stdout.encoding, closefd=False)  # noqa: SIM115 - a number
            sys.stderr = open(  # noqa: SIM115 - as above
                2, "w", buffering=1, encoding=sys.stderr.encoding, errors="backslashreplace", closefd=False
            )
            return [str(each) for each in arguments]
        for given in outputs:
            os.close(given)
        end.send(str(child).encode())


if __name__ == "__main__":
    for name in _PRELOADED:
        import_module(name)
    gc.collect()
    gc.freeze()
    sys.argv[1:] = _serve(socket.socket(fileno=int(sys.argv[1])))
    runpy.run_module("lecommercial_batch", run_name="__main__", alter_sys=True)
