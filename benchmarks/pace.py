"""How exact the pace is: a real campaign through the real command, measured by the server it is sent to."""

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from lecommercial_batch.sandbox.settings import APPKEY, AUTHKEY, Limit, Settings, Switches
from lecommercial_batch.testing import SandboxServer

SECONDS = 30
#: (calls a second, latency in seconds)
CASES = [(1, 0.0), (20, 0.0), (20, 2.0), (80, 2.0)]


def main() -> None:
    """Print, for each rate, what left in 30 seconds of it and how full the busiest sliding second was."""
    print(f"{'rate':>8} {'latency':>8} {'messages':>9} {'of the rate':>12} {'busiest second':>15} {'429':>5}")
    for rate, latency in CASES:
        measure(rate, latency)


def measure(rate: int, latency: float) -> None:
    count = rate * SECONDS
    settings = Settings(limit=Limit(count=rate, period=1, sliding=True), switches=Switches(latency=latency))
    with TemporaryDirectory() as folder, SandboxServer(settings) as sandbox:
        done = send(Path(folder), sandbox.url, rate, count)
        times = sorted(message.at for message in sandbox.received())
        stats = sandbox.stats()
    assert done["messages"]["accepted"] == len(times) == count
    used = (count - 1) / (times[-1] - times[0]) / rate
    print(f"{rate:>6}/s {latency:>7.1f}s {count:>9} {used:>12.2%} {stats.busiest_second:>15} {stats.throttled:>5}")


def send(folder: Path, url: str, rate: int, count: int) -> dict[str, dict[str, int]]:
    """Send so many messages in a process of their own, and return the command's summary."""
    rows = "".join(f"Nom{number};+336410{number:05d}\n" for number in range(count))
    (folder / "clients.csv").write_text(f"Prénom;Téléphone\n{rows}", encoding="utf-8")
    (folder / "campaign.toml").write_text(
        'name = "Pace"\n[contacts]\nfile = "clients.csv"\n[message]\ntext = "Bonjour {{ prenom }}"\n'
        f'[sending]\nrate = "{rate}/s"\n',
        encoding="utf-8",
    )
    keys = {"LECOMMERCIAL_BASE_URL": url, "LECOMMERCIAL_AUTHKEY": AUTHKEY, "LECOMMERCIAL_APPKEY": APPKEY}
    command = [sys.executable, "-m", "lecommercial_batch", "send", "campaign.toml", "--yes", "--json"]
    done = subprocess.run(  # noqa: S603 - our own command
        command, cwd=folder, env={**os.environ, **keys}, check=True, stdout=subprocess.PIPE
    )
    summary: dict[str, dict[str, int]] = json.loads(done.stdout)
    return summary


if __name__ == "__main__":
    main()
