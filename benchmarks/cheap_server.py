"""An API that costs nearly nothing: one canned success for every request, over connections that are kept.

`python -m benchmarks.cheap_server` prints its port and serves until it is killed.
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, cast

_BODY: Final = b'{"message_status":"Success","data":{"from":"33600000000","to":"33600000001","status_code":200}}'
_ANSWER: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
    len(_BODY),
    _BODY,
)
_LENGTH: Final = b"content-length:"


class Answering(asyncio.Protocol):
    """Answers each request of one connection once all of it has come."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._come = b""

    def data_received(self, data: bytes) -> None:
        self._come += data
        while (end := self._come.find(b"\r\n\r\n")) >= 0:
            head = self._come[:end].lower()
            length = int(head.partition(_LENGTH)[2].partition(b"\r\n")[0] or 0)
            if len(self._come) < end + 4 + length:
                return
            self._come = self._come[end + 4 + length :]
            self._transport.write(_ANSWER)


@contextmanager
def cheap_server() -> Iterator[str]:
    """Run it in a process of its own; yields the API's base URL."""
    command = [sys.executable, "-m", "benchmarks.cheap_server"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own command
        assert process.stdout
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/api"
        process.kill()


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(Answering, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
