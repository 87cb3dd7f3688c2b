"""The command in a process of its own whose imports have been made: forked from one that waits with them done.

Half of a command's time is its imports, and the tests run it some 700 times. What depends on the environment, the
door, is imported in the forked process, after it has been given its own.
"""

import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

_ROOT: Final = Path(__file__).resolve().parents[2]
_LONGEST: Final = 1_000_000  #: bytes of a call
_PRELOADED: Final = (
    "aiohttp",
    "httpx_aiohttp",
    "openpyxl",
    "pandas",
    "pygal",
    "rich.live",
    "rich.progress",
    "typer",
    "lecommercial_batch.campaign",
    "lecommercial_batch.contacts",
    "lecommercial_batch.engine.local",
    "lecommercial_batch.gateway",
    "lecommercial_batch.journal",
    "lecommercial_batch.planning",
    "lecommercial_batch.report",
    "lecommercial_batch.settings",
    "lecommercial_batch.way",
)


class Forking:
    """Runs commands, one after the other."""

    def __init__(self) -> None:
        self._end, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
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
        self, arguments: Sequence[str], *, folder: Path, environment: Mapping[str, str], timeout: float
    ) -> tuple[int, str, str]:
        """Run the command to its end, and return its exit code and what it wrote to its two outputs.

        Raises:
            TimeoutError: it took longer, and was killed.
        """
        with TemporaryFile() as out, TemporaryFile() as err:
            asked = json.dumps([list(arguments), str(folder), dict(environment)]).encode()
            socket.send_fds(self._end, [asked], [out.fileno(), err.fileno()])
            self._end.settimeout(None)
            pid = int(self._end.recv(_LONGEST))
            self._end.settimeout(timeout)
            try:
                code = int(self._end.recv(_LONGEST))
            except TimeoutError:
                os.kill(pid, signal.SIGKILL)
                self._end.settimeout(None)
                self._end.recv(_LONGEST)
                raise
            return code, _text_of(out.fileno()), _text_of(err.fileno())

    def close(self) -> None:
        self._end.close()
        self._process.wait()


def _text_of(file: int) -> str:
    size = os.fstat(file).st_size
    return os.pread(file, size, 0).decode().replace("\r\n", "\n")


def _serve(end: socket.socket) -> list[str]:
    """Fork for each call, and tell how it ended; returns in the forked process alone, with its arguments."""
    while True:
        asked, outputs, _, _ = socket.recv_fds(end, _LONGEST, 2)
        if not asked:
            sys.exit()
        child = os.fork()
        if not child:
            arguments, folder, environment = json.loads(asked)
            for given, standard in zip(outputs, (1, 2), strict=True):
                os.dup2(given, standard)
                os.close(given)
            end.close()
            os.chdir(folder)
            os.environ.clear()
            os.environ.update(environment)
            time.tzset()
            return [str(each) for each in arguments]
        for given in outputs:
            os.close(given)
        end.send(str(child).encode())
        _, status = os.waitpid(child, 0)
        with suppress(BrokenPipeError):  # nobody waits any more
            end.send(str(os.waitstatus_to_exitcode(status)).encode())


if __name__ == "__main__":
    for name in _PRELOADED:
        import_module(name)
    gc.collect()
    gc.freeze()
    sys.argv[1:] = _serve(socket.socket(fileno=int(sys.argv[1])))
    runpy.run_module("lecommercial_batch", run_name="__main__", alter_sys=True)
