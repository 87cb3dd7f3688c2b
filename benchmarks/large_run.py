"""Looking at a run of a million messages, and going on with it.

`python -m benchmarks.large_run [rows] [repeats]`
"""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.cheap_server import cheap_server
from benchmarks.contacts import write_csv
from benchmarks.plan import plan

_FAST: Final = '[sending]\nrate = "1000000/s"\n'
_SENT: Final = 20_000  #: messages after which the memory is looked at


def main(rows: int = 1_000_000, repeats: int = 3) -> None:
    """Print the seconds from the start of each command to its answer, or to its first message."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_csv(folder / "clients.csv", rows)
        plan(name, _FAST)
        print(f"a run of {rows:,} rows, a journal of {(folder / 'journal.db').stat().st_size / 1e6:,.0f} MB")
        for command in (["status", "--json"], ["runs", "--json"]):
            print(f"{' '.join(command):>16} {median(_answered(folder, command) for _ in range(repeats)):>6.2f} s")
        first = median(_first_message(folder) for _ in range(repeats))
        print(f"{'resume':>16} {first:>6.2f} s to the first message")
        print(f"{'resume':>16} {_memory(folder):>6.0f} MB of memory after {_SENT:,} messages")


def _start(folder: Path, command: list[str], url: str = "") -> subprocess.Popen[str]:
    settings = {
        "LECOMMERCIAL_DATABASE_URL": f"sqlite:///{folder}/journal.db",
        "LECOMMERCIAL_BASE_URL": url,
        "LECOMMERCIAL_AUTHKEY": "b" * 60,
        "LECOMMERCIAL_APPKEY": "a" * 36,
    }
    return subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "lecommercial_batch", *command],
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def _answered(folder: Path, command: list[str]) -> float:
    begun = time.perf_counter()
    out, _ = _start(folder, command).communicate()
    assert json.loads(out)
    return time.perf_counter() - begun


def _first_message(folder: Path) -> float:
    """Wait for the first byte of a request; a connection without one only asks whether anybody is there."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        begun = time.perf_counter()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/api"
        with _start(folder, ["resume", "bench-1", "--yes"], url) as process:
            while True:
                connection, _ = server.accept()
                if connection.recv(1):
                    break
            took = time.perf_counter() - begun
            process.kill()
    return took


def _memory(folder: Path) -> float:
    import psutil  # noqa: PLC0415 - for this alone

    with cheap_server() as url, _start(folder, ["resume", "bench-1", "--yes"], url) as process:
        peak = 0.0
        while _accepted(folder) < _SENT:
            peak = max(peak, psutil.Process(process.pid).memory_info().rss / 1e6)
        process.kill()
    return peak


def _accepted(folder: Path) -> int:
    out, _ = _start(folder, ["status", "--json"]).communicate()
    accepted: int = json.loads(out)["messages"]["accepted"]
    return accepted


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
