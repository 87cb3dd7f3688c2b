"""How exact the pace is: real campaigns through the real command, counted by the server they are sent to."""

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.counting import counting

SECONDS: Final = 30
LATENCY: Final = 2.0
#: Calls a second, and the app keys of the processes that send at once.
CASES: Final = [
    (1, ["one"]),
    (20, ["one"]),
    (80, ["one"]),
    (1000, ["one"]),
    (50, ["one", "one"]),
    (50, ["one", "two"]),
]


def main() -> None:
    """Print, for each rate, what left in 30 seconds of it and how full the busiest sliding second was."""
    print(f"{'rate':>8} {'processes':>10} {'keys':>5} {'messages':>9} {'of the rate':>12} {'busiest second':>15}")
    for rate, keys in CASES:
        measure(rate, keys)


def measure(rate: int, keys: list[str]) -> None:
    """Send for so long with one process a key, all of one machine, each in a folder of its own."""
    count = rate * SECONDS // len(keys)
    with TemporaryDirectory() as folder, counting(LATENCY) as server:
        processes = [start(Path(folder) / str(n), server.url, rate, count, key) for n, key in enumerate(keys)]
        done = [json.loads(process.communicate()[0]) for process in processes]
    assert sum(each["messages"]["accepted"] for each in done) == len(server.arrivals) == count * len(keys)
    print(
        f"{rate:>6}/s {len(keys):>10} {len(set(keys)):>5} {count * len(keys):>9} {server.used(rate):>12.2%}"
        f" {server.busiest():>15}",
        flush=True,
    )


def start(folder: Path, url: str, rate: int, count: int, appkey: str) -> "subprocess.Popen[bytes]":
    """Send so many messages in a process of their own."""
    folder.mkdir()
    rows = "".join(f"Nom{number};+336410{number:05d}\n" for number in range(count))
    (folder / "clients.csv").write_text(f"Prénom;Téléphone\n{rows}", encoding="utf-8")
    (folder / "campaign.toml").write_text(
        'name = "Pace"\n[contacts]\nfile = "clients.csv"\n[message]\ntext = "Bonjour {{ prenom }}"\n'
        f'[sending]\nrate = "{rate}/s"\n[report]\nformats = ["json"]\n',
        encoding="utf-8",
    )
    keys = {"LECOMMERCIAL_BASE_URL": url, "LECOMMERCIAL_AUTHKEY": "key", "LECOMMERCIAL_APPKEY": appkey}
    place = {"LECOMMERCIAL_RUNTIME_DIR": str(folder.parent / "run")}
    command = [sys.executable, "-m", "lecommercial_batch", "send", "campaign.toml", "--yes", "--json"]
    return subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=folder, env={**os.environ, **keys, **place}, stdout=subprocess.PIPE
    )


if __name__ == "__main__":
    main()
