"""The real command in a subprocess, in a folder of its own, against real servers on loopback."""

import atexit
import csv
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lecommercial_batch.sandbox.settings import APPKEY, AUTHKEY
from lecommercial_batch.testing import SandboxServer
from tests.acceptance.forking import Forking, Started

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Done:
    """A call of the command that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found


@dataclass
class Desk:
    """A folder with an environment: what a person has in front of them."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: str, timeout: float = 60, stdin: bytes | None = None, **environment: str) -> Done:
        """Run the command to its end, in a process that is spared its imports."""
        given = self._environment(environment)
        return Done(
            *_forking().run(arguments, folder=self.folder, environment=given, timeout=timeout, stdin=stdin)
        )

    def start(self, *arguments: str, **environment: str) -> Started:
        """Start the command, in a process that is spared its imports."""
        return _forking().start(arguments, folder=self.folder, environment=self._environment(environment))

    def _environment(self, more: Mapping[str, str]) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("LECOMMERCIAL_")}
        return {**inherited, "LANG": "C.UTF-8", **self.environment, **more}

    def wait_for(self, condition: Callable[[], bool], *, timeout: float = 60) -> None:
        """Wait until something holds, which another process brings about."""
        until = time.monotonic() + timeout
        while not condition():
            assert time.monotonic() < until, "it never did"
            time.sleep(0.05)

    def connect(self, url: str, *, authkey: str = AUTHKEY, appkey: str = APPKEY) -> None:
        """Point the environment at a server."""
        self.environment |= {
            "LECOMMERCIAL_BASE_URL": url,
            "LECOMMERCIAL_AUTHKEY": authkey,
            "LECOMMERCIAL_APPKEY": appkey,
        }

    def contacts(self, count: int, *, name: str = "clients.csv") -> Path:
        """Write a contact file with so many people."""
        lines = ["Prénom;Téléphone", *(f"Nom{number};+336410{number:05d}" for number in range(count))]
        return self.write(name, "\r\n".join(lines) + "\r\n", encoding="cp1252")

    def campaign(self, *, rate: str = "200/s", extra: str = "", **tables: str) -> Path:
        """Write a campaign over the contact file."""
        message = tables.get("message", 'text = "  Bonjour {{ prenom }},\\nà bientôt.  "')
        contacts = tables.get("contacts", 'file = "clients.csv"')
        sending = f'[sending]\nrate = "{rate}"\n{extra}\n'
        text = f'name = "Essai été"\n[contacts]\n{contacts}\n[message]\n{message}\n{sending}'
        return self.write("campaign.toml", text)

    def write(self, name: str, text: str, encoding: str = "utf-8") -> Path:
        path = self.folder / name
        path.write_bytes(text.encode(encoding))
        return path

    def report(self, run: str = "essai-ete-1") -> list[Mapping[str, str]]:
        with (self.folder / "reports" / f"{run}.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file, delimiter=";"))

    def move(self) -> None:
        """Leave the journal and what stands beside it behind: the same files on another machine."""
        for path in [*self.folder.glob("lecommercial.db*"), *self.folder.glob(".lecommercial.db*")]:
            path.unlink()

    def files(self) -> set[str]:
        """Return what a person finds there; run and state stand in for folders of the machine's."""
        machines = {self.folder / "run", self.folder / "state"}
        return {path.name for path in self.folder.rglob("*") if not machines & {path, *path.parents}}


@cache
def _forking() -> Forking:
    """One for each worker of pytest, closed at its end."""
    forking = Forking()
    atexit.register(forking.close)
    return forking


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(
        tmp_path, {"LECOMMERCIAL_RUNTIME_DIR": str(tmp_path / "run"), "XDG_STATE_HOME": str(tmp_path / "state")}
    )


@pytest.fixture
def sandbox(desk: Desk) -> Iterator[SandboxServer]:
    """A sandbox that the desk's environment points at."""
    with SandboxServer() as server:
        desk.connect(server.url)
        yield server
