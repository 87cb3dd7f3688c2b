"""Standard output and error that never end a run: what they cannot show is replaced, and a gone reader is fine."""

import errno
import io
import os
import sys
from typing import Any, Final, TextIO

#: What writing to a terminal says that was closed, and to a pipe that nobody reads.
_GONE: Final = frozenset({errno.EIO, errno.EPIPE, errno.EBADF, errno.ENXIO})


class _Outlasting(io.FileIO):
    """A file that takes what it is given also when whoever read it is gone."""

    def write(self, data: Any, /) -> int:
        """Write, or drop it where nobody reads any more."""
        try:
            return super().write(data)
        except OSError as error:
            if error.errno not in _GONE:
                raise
            return memoryview(data).nbytes


def harden() -> None:
    """Have letters that an encoding lacks printed as `?`, and a closed terminal or pipe be passed over.

    What was sent is recorded and reported in any case: that it cannot be told is no reason to fail.
    """
    sys.stdout, sys.stderr = _hardened(sys.stdout), _hardened(sys.stderr)


def _hardened(stream: TextIO | None) -> Any:
    if stream is None:  # closed before we began
        return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - for as long as the process lasts
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    stream.reconfigure(errors="replace")
    try:
        raw = _Outlasting(stream.fileno(), "wb", closefd=False)
    except (OSError, ValueError):
        return stream
    if sys.platform == "win32" and stream.isatty():
        return stream  # its console is no file
    stream.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=stream.encoding,
        errors="replace",
        newline="" if sys.platform != "win32" else None,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )
