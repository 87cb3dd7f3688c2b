"""A process that reads a file, seen from the one that asks: a hostile file ends that one, and is an error here."""

import json
import os
import subprocess
import sys
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer
from typing import Any, Final

_LONGEST: Final = 64_000_000  #: bytes of an answer; five thousand rows have a hundredth
#: What a reader needs of the environment. Keys are not among it: whatever a file makes of it, it has none.
_NEEDED: Final = frozenset(
    {
        *("PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP"),
        *("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "VIRTUAL_ENV"),
    }
)
_KINDS: Final = ("LC_", "PYTHON")


def bare_environment(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the environment of a process that reads a file of somebody else's."""
    return {name: text for name, text in environment.items() if name in _NEEDED or name.startswith(_KINDS)}


class ReaderFailedError(Exception):
    """The file cannot be read: why is a code, ``detail`` what the reader said."""

    def __init__(self, why: str, detail: str = "") -> None:
        super().__init__(detail)
        self.why = why


class ReaderProcess:
    """A child process with one file open, ended with this object.

    ``script`` is run with ``arguments``; each line that is asked gets a line as its answer, both JSON, within
    ``patience`` seconds.
    """

    def __init__(self, script: Path, arguments: Sequence[str], *, patience: float) -> None:
        self._patience = patience
        self._process = subprocess.Popen(  # noqa: S603 - our own script, by the interpreter that runs us
            [sys.executable, "-P", str(script), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # where panics go that are answers too
            env=bare_environment(),
        )
        weakref.finalize(self, _end, self._process)

    def ask(self, **request: object) -> Mapping[str, Any]:
        """Return the answer to a request.

        Raises:
            ReaderFailedError: the file is damaged, locked, or too much to read.
        """
        line = self._exchange(json.dumps(request))
        if not line.endswith(b"\n"):
            self._process.kill()  # where it has not ended: who says more than that goes on for ever
            self._process.wait()
            raise ReaderFailedError("too_much")
        answer: Mapping[str, Any] = json.loads(line)
        if "failed" in answer:
            raise ReaderFailedError(answer["failed"], answer["why"])
        return answer

    def _exchange(self, request: str) -> bytes:
        asked, answers = self._process.stdin, self._process.stdout
        if asked is None or answers is None:  # pragma: no cover - both are pipes
            return b""
        with suppress(BrokenPipeError), self._bounded():
            asked.write(request.encode() + b"\n")
            asked.flush()
            return answers.readline(_LONGEST)
        return b""

    @contextmanager
    def _bounded(self) -> Iterator[None]:
        timer = Timer(self._patience, self._process.kill)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            with suppress(OSError):
                pipe.close()
    process.wait()
