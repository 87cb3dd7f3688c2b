"""A server that misbehaves, in a process of its own, and its record of what it really did.

`python -m tests.torture.server RECORD SEED` prints its URL. A line of the record is a call: the number, what was
done with it, and whether the message was taken. After a `POST /calm` it only behaves well.
"""

import asyncio
import json
import random
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

SUCCESS: Final = '{"message_status":"Success","data":{"from":"33700000001","to":"0","status_code":200}}'
#: What is done with a call, and how often in a thousand; the rest is taken and answered.
FATES: Final = {
    "dropped": 20,  # taken, then the connection is closed without an answer
    "throttled": 3,
    "unavailable": 3,
    "broken": 5,  # 500, not taken
    "broken_after": 5,  # taken, then 500
    "cut": 5,  # taken, then half an answer
    "refused": 10,
}
ANSWERS: Final = {
    "accepted": ("200 OK", SUCCESS),
    "throttled": ("429 Too Many Requests", '{"message":"Too Many Attempts."}'),
    "unavailable": ("503 Service Unavailable", '{"message":"Service Unavailable"}'),
    "broken": ("500 Internal Server Error", '{"message":"Server Error"}'),
    "broken_after": ("500 Internal Server Error", '{"message":"Server Error"}'),
    "cut": ("200 OK", SUCCESS),
    "refused": ("401 Unauthorized", '{"error":"Request Failed"}'),
}
TAKEN: Final = {"accepted", "dropped", "broken_after", "cut"}
SLOW: Final = 0.05  #: share of the calls that take up to a second and a half


class Server:
    """One process's worth of calls."""

    def __init__(self, record: Path, seed: int) -> None:
        self._record = record.open("a", encoding="utf-8", buffering=1)
        self._random = random.Random(seed)
        self._calm = False

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the calls of one connection until either side has had enough."""
        with suppress(OSError, asyncio.IncompleteReadError):
            while await self._call(reader, writer):
                pass
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    async def _call(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: *(\d+)", head)
        body = await reader.readexactly(int(length[1]) if length else 0)
        if head.startswith(b"POST /calm"):
            self._calm = True
            writer.write(_http("204 No Content", ""))
            return True
        number = re.search(rb'name="to"\r\n\r\n(\d+)', body)
        fate = self._fate()
        slow = 0.0 if self._calm or self._random.random() > SLOW else 1.5 * self._random.random()
        early = self._random.random() < 0.5
        if early:
            self._note(number[1].decode() if number else "?", fate)
        await asyncio.sleep(0.02 + slow)
        if not early:
            self._note(number[1].decode() if number else "?", fate)
        return await self._answer(fate, writer)

    async def _answer(self, fate: str, writer: asyncio.StreamWriter) -> bool:
        if fate == "dropped":
            return False
        answer = _http(*ANSWERS[fate])
        writer.write(answer[: len(answer) - 20] if fate == "cut" else answer)
        await writer.drain()
        return fate != "cut"

    def _fate(self) -> str:
        drawn = self._random.randrange(1000)
        for fate, share in FATES.items():
            drawn -= share
            if drawn < 0 and not self._calm:
                return fate
        return "accepted"

    def _note(self, number: str, fate: str) -> None:
        self._record.write(json.dumps({"to": number, "fate": fate, "taken": fate in TAKEN}) + "\n")


def _http(status: str, body: str) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return f"{head}Retry-After: 0\r\n\r\n{body}".encode()


async def main() -> None:
    server = Server(Path(sys.argv[1]), int(sys.argv[2]))
    listening = await asyncio.start_server(server.converse, "127.0.0.1", 0, backlog=1024)
    sys.stdout.write(f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/api\n")
    sys.stdout.flush()
    await listening.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
