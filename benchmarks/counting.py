"""A server that answers after a while, costs next to nothing, and counts when calls arrived: a process of its own.

`python -m benchmarks.counting LATENCY` prints its URL, and at the end of its input the arrivals, as JSON.
"""

import asyncio
import gc
import json
import re
import subprocess
import sys
import time
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from lecommercial_batch.delivery.runtime import make_room_for_connections

_BODY: Final = b'{"message_status":"Success","data":{"from":"1","to":"2","status_code":200}}'
_ANSWER: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
    len(_BODY),
    _BODY,
)
_LENGTH: Final = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


@dataclass
class Counting:
    """The server of a ``with`` block, and what it saw once the block is left."""

    url: str
    arrivals: list[float] = field(default_factory=list)  #: seconds, in order

    def busiest(self, period: float = 1.0) -> int:
        """Return the most calls that any window (t, t + period] held."""
        return max(bisect_right(self.arrivals, at + period) - index for index, at in enumerate(self.arrivals))

    def used(self, rate: float) -> float:
        """Return the share of the rate that was used from the first call to the last."""
        return (len(self.arrivals) - 1) / (self.arrivals[-1] - self.arrivals[0]) / rate


@contextmanager
def counting(latency: float) -> Iterator[Counting]:
    """Run the server."""
    command = [sys.executable, "-m", "benchmarks.counting", str(latency)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        assert process.stdin
        assert process.stdout
        counted = Counting(process.stdout.readline().strip())
        yield counted
        process.stdin.close()
        counted.arrivals = sorted(json.loads(process.stdout.read()))


class _Call(asyncio.Protocol):
    def __init__(self, latency: float, arrivals: list[float]) -> None:
        self._latency = latency
        self._arrivals = arrivals
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if not self._read:
            self._arrivals.append(time.monotonic())
        self._read += data
        head = self._read.find(b"\r\n\r\n")
        if head >= 0 and (length := _LENGTH.search(self._read)) and len(self._read) >= head + 4 + int(length[1]):
            self._read = b""
            asyncio.get_running_loop().call_later(self._latency, self._transport.write, _ANSWER)


async def _serve(latency: float) -> Sequence[float]:
    loop, arrivals = asyncio.get_running_loop(), list[float]()
    listening = await loop.create_server(lambda: _Call(latency, arrivals), "127.0.0.1", 0, backlog=4096)
    print(f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/api", flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    return arrivals


if __name__ == "__main__":
    gc.disable()  # a pause of the server's would look like a burst of the client's
    make_room_for_connections()
    print(json.dumps(asyncio.run(_serve(float(sys.argv[1])))))
