"""The process that reads a workbook, seen from the one that asks."""

import json
import subprocess
import sys
import weakref
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer
from typing import Any, Final

CHILD: Final = Path(__file__).with_name("calamine_child.py")

_BASE: Final = 256_000_000  #: bytes of memory for the smallest file; a cell in the last row of seven columns fits
_WORTH: Final = 6  #: bytes of memory that one byte of content may take; measured: 2 to 3
_PATIENCE: Final = 30.0  #: seconds for an answer, over the processor time, where the system bounds none
_SLOWEST: Final = 1_000_000  #: bytes of content a second

_SMALL: Final = 20_000_000  #: bytes of content that no ratio makes suspicious
_RATIO: Final = 100  #: content to file; a million formatted but empty rows have 23
_MOST: Final = 4_000_000_000  #: bytes of content; a full sheet of fifty columns has less


class WorkbookFailedError(Exception):
    """The workbook cannot be read: why is a code, ``detail`` what the reader said."""

    def __init__(self, why: str, detail: str = "") -> None:
        super().__init__(detail)
        self.why = why


class CalamineProcess:
    """A child process with one workbook open, ended with this object."""

    def __init__(self, path: Path) -> None:
        content = _content(path)
        self._patience = _PATIENCE + content / _SLOWEST
        self._process = subprocess.Popen(  # noqa: S603 - our own script, by the interpreter that runs us
            [sys.executable, "-P", str(CHILD), str(path), str(_BASE + _WORTH * content), str(content)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # where panics go that are answers too
        )
        weakref.finalize(self, _end, self._process)

    def ask(self, **request: object) -> Mapping[str, Any]:
        """Return the answer to a request.

        Raises:
            WorkbookFailedError: the file is damaged, locked, or too much to read.
        """
        line = self._exchange(json.dumps(request))
        if not line.endswith(b"\n"):
            self._process.wait()
            raise WorkbookFailedError("too_much")
        answer: Mapping[str, Any] = json.loads(line)
        if "failed" in answer:
            raise WorkbookFailedError(answer["failed"], answer["why"])
        return answer

    def _exchange(self, request: str) -> bytes:
        asked, answers = self._process.stdin, self._process.stdout
        if asked is None or answers is None:  # pragma: no cover - both are pipes
            return b""
        with suppress(BrokenPipeError), self._bounded():
            asked.write(request.encode() + b"\n")
            asked.flush()
            return answers.readline()
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


def _content(path: Path) -> int:
    """Return how many bytes a workbook unpacks to, by its own word.

    Raises:
        WorkbookFailedError: that is out of all proportion to the file, as only a hostile one is.
    """
    size = path.stat().st_size
    try:
        with zipfile.ZipFile(path) as archive:
            content = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError):
        return size  # an .xls, or damaged
    if content > _MOST or (content > _SMALL and content > _RATIO * size):
        raise WorkbookFailedError("bomb")
    return content
