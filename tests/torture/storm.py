"""A campaign that is killed, stopped and frozen at random moments, against a server that misbehaves."""

import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.acceptance.conftest import ROOT, Desk
from tests.acceptance.forking import Started
from tests.torture.scenes import Scene, looking, play

RUN: Final = "essai-ete-1"
STRANGERS: Final = 20_000  #: who have opted out, and are in no file
#: What is done to the process, and how often.
BLOWS: Final = {"kill": 5, "term": 2, "freeze": 2, "leave": 1, "rival": 2, "beside": 3, "watched": 2}
#: ... and what is done to campaigns of their own meanwhile.
ALL_BLOWS: Final = {**BLOWS, "two_journals": 1, "serving": 1, "planning": 1, "losing": 2}
#: What is done beside a run, and killed before it may have come to its end.
BESIDE: Final[Mapping[str, tuple[str, ...]]] = {
    "previewing": ("preview", "campaign.toml", "--json"),
    "reporting": ("report", RUN, "--json"),
    "purging": ("purge", "--older-than", "1 day", "--yes", "--json"),
    "importing": ("optout", "import", "optouts.csv", "--json"),
}


@dataclass
class Storm:
    """What was done and what was in flight meanwhile."""

    desk: Desk
    url: str
    record: Path
    moments: random.Random
    rows: int
    choice: Mapping[str, int]  #: blows, and how often each
    blows: Counter[str] = field(default_factory=Counter)
    in_flight: int = 0  #: claims that were open when a process died, over all rounds
    scenes: list[Scene] = field(default_factory=list)

    def round(self) -> None:
        """Strike once: the long run, or a campaign of its own."""
        blow = self.moments.choices([*self.choice], [*self.choice.values()])[0]
        self.blows[blow] += 1
        if blow in BLOWS:
            with ExitStack() as beside:
                looks = beside.enter_context(looking(self.desk, rows=self.rows)) if blow == "watched" else []
                self._strike(blow)
            self.blows.update(looks)
            self.in_flight += self._open()
            return
        number = len(self.scenes)
        environment = {
            **self.desk.environment,
            "LECOMMERCIAL_RUNTIME_DIR": str(self.desk.folder / f"run-{number}"),
        }
        desk = Desk(self.desk.folder.parent / f"scene-{number}", environment)  # no campaign above it is known
        scene = Scene(desk, self.record, self.moments, number)
        self.scenes.append(scene)
        play(blow, scene)
        self.blows.update(scene.blows)
        self.in_flight += scene.in_doubt

    def _strike(self, blow: str) -> None:
        """Start or resume the run, and strike it at a random moment."""
        processes = [self._start() for _ in range(2 if blow == "rival" else 1)]
        self._wait(processes[0])
        if blow == "beside":
            self._strike_beside()
        if blow == "freeze":
            processes[0].send_signal(signal.SIGSTOP)
            time.sleep(self.moments.uniform(0, 1))
            processes[0].send_signal(signal.SIGCONT)
            time.sleep(self.moments.uniform(0, 0.3))
        for process in processes:
            process.send_signal(signal.SIGTERM if blow in {"term", "leave"} else signal.SIGKILL)
            if blow == "leave":
                time.sleep(self.moments.uniform(0, 0.1))
                process.send_signal(signal.SIGTERM)
        for process in processes:
            process.communicate(timeout=60)

    def _strike_beside(self) -> None:
        """Look at the run again and again while it is sent, and kill another verb amid its work."""
        kind = self.moments.choice([*BESIDE])
        other = self.desk.start(*BESIDE[kind])
        looked = self.desk.run("status", RUN, "--json")
        # A run that is being planned yet is none, or not whole.
        if looked.code == 0 and looked.json["rows"]:
            assert looked.json["rows"] == self.rows, looked.out
        time.sleep(self.moments.uniform(0, 0.8))
        other.kill()
        other.communicate(timeout=60)
        self.blows[f"killed while {kind}"] += 1

    def finish(self) -> "Verdict":
        """Let the server behave, send what is left, and compare its record with the report."""
        urllib.request.urlopen(  # noqa: S310 - our own server
            urllib.request.Request(f"{self.url.removesuffix('/api')}/calm", method="POST")  # noqa: S310 - as above
        ).close()
        done = self.desk.run("resume", RUN, "--yes", "--json", timeout=300)
        assert done.code in {0, 1}, done.err
        assert done.json["messages"]["pending"] == done.json["messages"]["sending"] == 0
        assert self.desk.run("optout", "import", "optouts.csv", "--json").code == 0
        assert self._count("1 = 1", "optout") == STRANGERS
        reported = {row["lc_phone"][1:]: row["lc_status"] for row in self.desk.report(RUN)}
        assert len(reported) == self.rows
        for scene in self.scenes:
            reported |= scene.reported
        lines = self.record.read_text(encoding="utf-8").splitlines()
        return Verdict(reported, [json.loads(line) for line in lines], self.in_flight)

    def _start(self) -> Started:
        planned = (self.desk.folder / "lecommercial.db").exists() and self._count("1 = 1") > 0
        verb = ["resume", RUN] if planned else ["send", "campaign.toml"]
        return self.desk.start(*verb, "--yes", "--json")

    def _wait(self, process: Started) -> None:
        """Until a random moment: before its first call now and then, else among its calls."""
        if self.moments.random() < 0.2 and self.blows:
            time.sleep(self.moments.uniform(0, 1))
            return
        before = self.record.stat().st_size
        while self.record.stat().st_size == before and process.poll() is None:
            time.sleep(0.005)
        time.sleep(self.moments.uniform(0, 0.8))

    def _open(self) -> int:
        return self._count("status = 'sending'")

    def _count(self, condition: str, table: str = "message") -> int:
        with closing(sqlite3.connect(self.desk.folder / "lecommercial.db", timeout=30)) as database:
            try:
                found = database.execute(f"SELECT count(*) FROM {table} WHERE {condition}")  # noqa: S608 - our own
                return int(found.fetchone()[0])
            except sqlite3.OperationalError:  # killed before the tables were made
                return 0


@dataclass
class Verdict:
    """The report beside the server's own record."""

    reported: Mapping[str, str]
    calls: list[dict[str, str]]
    in_flight: int

    def check(self) -> dict[str, int]:
        """Hold one against the other; return the figures."""
        taken = Counter(call["to"] for call in self.calls if call["taken"])
        executed = {
            call["to"]: call["fate"] for call in self.calls if call["fate"] not in {"throttled", "unavailable"}
        }
        told = {"accepted": {"accepted"}, "refused": {"failed"}}
        twice = [number for number, count in taken.items() if count > 1]
        statuses = Counter(self.reported.values())
        # Whoever was in a journal that is gone is in no report, and taken once all the same.
        doubtful = {number for number, fate in executed.items() if fate not in told and number in self.reported}
        assert not twice, twice
        assert set(statuses) <= {"accepted", "failed", "unknown"}, statuses
        for number, status in self.reported.items():
            fate = executed.get(number)
            assert status == "unknown" or (fate in told and status in told[fate]), (number, status, fate)
            assert fate in told or status == "unknown", (number, status, fate)
        assert len(doubtful) <= statuses["unknown"] <= len(doubtful) + self.in_flight
        return {
            "rows": len(self.reported),
            "calls": len(self.calls),
            **{status: statuses[status] for status in ("accepted", "failed", "unknown")},
            "taken by the server": len(taken),
            "taken twice": len(twice),
            "without a status": 0,  # whoever has none was found above
            "left in doubt by the server": len(doubtful),
            "in flight at the blows": self.in_flight,
        }


@contextmanager
def storm(
    folder: Path, *, seed: int, rows: int, rate: str, choice: Mapping[str, int] = ALL_BLOWS
) -> Iterator[Storm]:
    """Have a campaign and its server ready."""
    record = folder / "record.jsonl"
    record.touch()
    desk = Desk(folder / "storm", {"LECOMMERCIAL_RUNTIME_DIR": str(folder / "run")})
    desk.folder.mkdir()
    desk.contacts(rows)
    desk.campaign(rate=rate)
    strangers = [f"+336420{number:05d}" for number in range(STRANGERS)]  # whose wish costs nobody a message
    desk.write("optouts.csv", "phone\n" + "\n".join(strangers) + "\n")
    command = [sys.executable, "-m", "tests.torture.server", str(record), str(seed)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        desk.connect(server.stdout.readline().strip())
        try:
            yield Storm(desk, desk.environment["LECOMMERCIAL_BASE_URL"], record, random.Random(seed), rows, choice)
        finally:
            server.kill()
