"""Small campaigns, each in a folder of its own, for blows that a long one does not survive or seldom meets."""

import csv
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Final

from tests.acceptance.conftest import ROOT, Desk
from tests.acceptance.forking import Started
from tests.acceptance.test_schedule import soon

Process = Started | subprocess.Popen[bytes]
PEOPLE: Final = 60
RATE: Final = "20/s"
_WAITING: Final = 6_000  #: rows without a number: so many take a while to plan and to report, and no call
_TAKES: Final = 60.0  #: seconds that nothing here takes
_SLOWEST: Final = 1.6  #: seconds until the server has noted each call of a process that is no more
_LEFT: Final = (
    "message JOIN run ON run.id = run_id"
    " WHERE status IN ('pending', 'sending') AND state NOT IN ('planning', 'planned', 'cancelled')"
)
#: A program of the library: two campaigns at once, and the journal opened and closed all the while.
TWO_JOURNALS: Final = """
import asyncio, os, lecommercial_batch as lc
from lecommercial_batch.core.clock import SystemClock
from lecommercial_batch.journal import open_journal

async def look():
    while True:
        open_journal("sqlite:///lecommercial.db", clock=SystemClock()).close()
        await asyncio.sleep(0.02)

async def main():
    first, second = await lc.plan("campaign.toml"), await lc.plan("other.toml")
    looking = asyncio.create_task(look())
    await asyncio.gather(lc.send(first), lc.send(second))
    looking.cancel()

asyncio.run(main())
"""
#: How a journal loses what it knew, and how it is refused then.
LOSSES: Final[Mapping[str, str]] = {
    "an older copy": "journal_older",
    "its log removed": "journal_older",
    "another journal": "journal_other",
    "no sentinel": "journal_alone",
    "no journal": "journal_gone",
}
_MAY_PLAN: Final = {"an older copy", "its log removed", "no sentinel"}  # these still know who is in the campaign


@dataclass
class Scene:
    """One campaign of people whom no other one writes to."""

    desk: Desk
    record: Path
    moments: random.Random
    number: int
    blows: list[str] = field(default_factory=list)
    reported: dict[str, str] = field(default_factory=dict)
    in_doubt: int = 0  #: messages that may be unknown because of what was done here
    begins_at: int = 0  #: where the server's record of this scene begins
    said: list[str] = field(default_factory=list)  #: by what was done to go on

    def two_journals(self) -> None:
        """Kill a program that has its journal open several times, with `status` beside it in a loop."""
        self._write("campaign.toml", "clients.csv", PEOPLE // 2)
        self._write("other.toml", "others.csv", PEOPLE // 2, first=PEOPLE // 2, name="Autre")
        self.desk.write("senders.toml", f'machine_rate = "{RATE}"\n')
        with looking(self.desk) as looks:
            program = subprocess.Popen(
                [sys.executable, "-c", TWO_JOURNALS],
                cwd=self.desk.folder,
                env={"PATH": "", "PYTHONPATH": str(ROOT), **self.desk.environment},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            self._wait_for_calls(program)
            self._sleep(1.0)
            program.kill()
            program.wait()
        self.blows += ["two journals in a process", *looks]
        self._count_open()
        self._go_on("campaign.toml", "other.toml")
        self._tell({f"+{self._phone(number)}" for number in range(PEOPLE)})

    def serving(self) -> None:
        """Kill a service that plans at the campaign's hour, with `status` beside it in a loop."""
        schedule = soon(4).replace("[schedule]", '[schedule]\nplan = "at_start"')
        self._write("campaign.toml", "clients.csv", PEOPLE, more=schedule)
        assert self.desk.run("schedule", "campaign.toml").code == 0
        with looking(self.desk) as looks:
            for _ in range(2):
                process = self.desk.start("serve")
                self._wait_for_calls(process, longest=10)
                self._sleep(0.5)
                process.kill()
                process.communicate()
                self._count_open()
        self.blows += ["serve planning at start", *looks]
        self._go_on("campaign.toml")
        self._tell({f"+{self._phone(number)}" for number in range(PEOPLE)})

    def planning(self) -> None:
        """Kill `send` while it plans, then while it reports; have `purge` killed, too."""
        self._write("campaign.toml", "clients.csv", PEOPLE, waiting=_WAITING)
        taken = self._kill_send(lambda states: "planning" in states, "planning", longest=0.6)
        for run, state in self._runs():
            if state == "planning" and not taken:
                assert self.desk.run("resume", run, "--yes").code != 0
                assert not self._calls(), "an unfinished plan was sent"
        self._kill_send(lambda states: "ended" in states, "reporting", longest=0.5)
        self._go_on("campaign.toml")
        self._tell({f"+{self._phone(number)}" for number in range(PEOPLE)}, rows=PEOPLE + _WAITING)
        with self._database() as database:  # as if it were long ago
            database.execute("UPDATE run SET ended_at = ended_at - 1000000")
            database.commit()
        purging = self.desk.start("purge", "--older-than", "1 day", "--yes")
        self._wait(lambda: self._count("run WHERE purged") > 0, purging, longest=1.2)
        self._sleep(0.2)
        self.blows.append("killed while purging" if purging.poll() is None else "purged before the kill")
        purging.kill()
        purging.communicate()
        purged = self.desk.run("purge", "--older-than", "1 day", "--yes", "--json")
        assert purged.code in {0, 1}, purged  # 1: a plan that was killed is named, and left alone
        assert not self._count("message JOIN run ON run.id = run_id WHERE state = 'ended'"), (
            "people are left in it"
        )
        assert self.desk.run("journal", "check").code == 0

    def losing(self) -> None:
        """Take away what the journal knew: the next verb refuses, then all goes on as it advises."""
        how = self.moments.choice([*LOSSES])
        self._write("campaign.toml", "clients.csv", PEOPLE)
        process = self.desk.start("send", "campaign.toml", "--yes", "--json")
        self._wait_for_calls(process)
        self._sleep(0.3)
        assert self.desk.run("journal", "backup", "kept.db").code == 0
        # What is younger than the sentinel's last word, five seconds at most, escapes it.
        sentinel = self.desk.folder / ".lecommercial.db.sentinel"
        told = sentinel.read_bytes()
        self._wait(lambda: sentinel.read_bytes() != told, process)
        self._sleep(0.3)
        if sentinel.read_bytes() == told:
            process.communicate()
            self.blows.append("over before the kill")
            self._tell({f"+{self._phone(number)}" for number in range(PEOPLE)})
            return
        process.kill()
        process.communicate()
        self._lose(how)
        time.sleep(_SLOWEST)
        before = self.record.stat().st_size
        run = "essai-ete-1"
        verb = ("resume", run) if self.moments.random() < 0.5 else ("send", "campaign.toml")
        refused = self.desk.run(*verb, "--yes", "--json")
        assert refused.code == 3, (how, refused)
        assert LOSSES[how] in refused.out + refused.err, (how, refused)
        assert self.record.stat().st_size == before, f"{how}: sent all the same"
        accepted = self.desk.run("journal", "accept-loss", "--yes", "--json")
        assert accepted.code == 0, (how, accepted)
        assert accepted.json["doubt"], (how, accepted)
        self.in_doubt += sum(accepted.json["unknown"].values())
        self.blows.append(f"lost: {how}")
        people = {f"+{self._phone(number)}" for number in range(PEOPLE)}
        if how not in _MAY_PLAN:  # whom the lost one wrote to nobody knows: others are written to
            self._write("campaign.toml", "clients.csv", 10, first=PEOPLE)
            people = {f"+{self._phone(PEOPLE + number)}" for number in range(10)}
        self._go_on("campaign.toml")
        self._tell(people)

    def _lose(self, how: str) -> None:
        folder = self.desk.folder
        if how == "its log removed":
            (folder / "lecommercial.db-wal").unlink()
            return
        if how == "no sentinel":  # the whole journal in another folder, as when people copy what they see
            moved = folder.with_name(f"{folder.name}-moved")
            shutil.copytree(folder, moved, ignore=shutil.ignore_patterns(".*", "reports", "run"))
            self.desk.folder = moved
            return
        for path in folder.glob("lecommercial.db*"):
            path.unlink()
        if how == "an older copy":
            (folder / "kept.db").rename(folder / "lecommercial.db")
        elif how == "another journal":
            other = Scene(
                Desk(folder / "other", dict(self.desk.environment)), self.record, self.moments, self.number
            )
            other.desk.folder.mkdir()
            other._write("campaign.toml", "clients.csv", 5, first=PEOPLE + 20)
            other._go_on("campaign.toml")
            for path in other.desk.folder.glob("lecommercial.db*"):
                shutil.copy(path, folder)

    # What is done again and again.

    def _write(
        self,
        file: str,
        contacts: str,
        people: int,
        *,
        first: int = 0,
        name: str = "Essai été",
        waiting: int = 0,
        more: str = "",
    ) -> None:
        lines = [f"Nom{number};+{self._phone(first + number)}" for number in range(people)]
        self.desk.write(contacts, "\n".join(["Prénom;Téléphone", *lines, *["Personne;"] * waiting]) + "\n")
        message = '[message]\ntext = "Bonjour {{ prenom }}"'
        head = f'name = "{name}"\n[contacts]\nfile = "{contacts}"'
        self.desk.write(
            file, f'{head}\n{message}\n[sending]\nrate = "{RATE}"\n[report]\nformats = ["csv"]\n{more}\n'
        )

    def _phone(self, number: int) -> str:
        return f"33643{self.number:03}{number:03}"

    def _calls(self) -> list[str]:
        with self.record.open(encoding="utf-8") as record:
            record.seek(self.begins_at)
            return [line for line in record if f'"to": "33643{self.number:03}' in line]

    def _kill_send(self, comes: Callable[[list[str]], bool], what: str, *, longest: float) -> int:
        """Kill `send` a moment after its run has come so far; return how many calls there were."""
        process = self.desk.start("send", "campaign.toml", "--yes", "--json")
        self._wait(lambda: comes([state for _, state in self._runs()]), process)
        self._sleep(longest)
        self.blows.append(f"killed while {what}" if process.poll() is None else f"{what} was over before the kill")
        process.kill()
        process.communicate()
        self._count_open()
        return len(self._calls())

    def _go_on(self, *campaigns: str) -> None:
        """Do what people do: resume what is unfinished, and send again."""
        for _ in range(5):
            for run, state in self._runs():
                if state not in {"planning", "ended", "cancelled"}:
                    self.said.append(self.desk.run("resume", run, "--yes", "--json", timeout=_TAKES).err)
            for campaign in campaigns:
                self.said.append(self.desk.run("send", campaign, "--yes", "--json", timeout=_TAKES).err)
            if not self._count(_LEFT):
                return
        raise AssertionError(f"it never came to its end: {self._runs()}, {self.said[-6:]}")

    def _tell(self, people: Iterable[str], *, rows: int = 0) -> None:
        """Read the reports, and see that everybody has a status and each row its place."""
        for run, state in self._runs():
            if state in {"planning", "planned"}:  # killed then; the next one planned anew, and refuses its twin
                continue
            done = self.desk.run("report", run, "--json", timeout=_TAKES)
            assert done.code == 0, (run, done)
            lines = _lines(Path(done.json["reports"][0]))
            assert not rows or len(lines) == rows, (run, len(lines))
            told = {line["lc_phone"]: line["lc_status"] for line in lines if line["lc_status"] != "rejected"}
            self.reported |= {phone.removeprefix("+"): status for phone, status in told.items()}
        lost = {phone.removeprefix("+") for phone in people} - {*self.reported}
        assert not lost, f"lost: {sorted(lost)}, {self._runs()}"

    def _runs(self) -> list[tuple[str, str]]:
        return self._ask("SELECT id, state FROM run ORDER BY number")

    def _count(self, what: str) -> int:
        return sum(count for (count,) in self._ask(f"SELECT count(*) FROM {what}"))  # type: ignore[misc]  # noqa: S608 - our own

    def _count_open(self) -> None:
        self.in_doubt += self._count("message WHERE status = 'sending'")

    def _ask(self, query: str) -> "list[tuple[str, str]]":
        if not (self.desk.folder / "lecommercial.db").exists():
            return []
        with self._database() as database:
            try:
                return database.execute(query).fetchall()
            except sqlite3.OperationalError:  # the tables are not made yet
                return []

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.desk.folder / "lecommercial.db", timeout=30)) as database:
            yield database

    def _wait_for_calls(self, process: Process, longest: float = _TAKES) -> None:
        before = len(self._calls())
        self._wait(lambda: len(self._calls()) > before, process, longest=longest)

    def _wait(
        self,
        condition: Callable[[], bool],
        process: Process,
        longest: float = _TAKES,
    ) -> None:
        until = time.monotonic() + longest
        while not condition() and process.poll() is None and time.monotonic() < until:
            time.sleep(0.005)

    def _sleep(self, longest: float) -> None:
        time.sleep(self.moments.uniform(0, longest))


def _lines(report: Path) -> list[Mapping[str, str]]:
    with report.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@contextmanager
def looking(desk: Desk, *, rows: int = 0) -> Iterator[list[str]]:
    """Look at the newest run without a pause meanwhile; every look is in the list."""
    looks: list[str] = []
    wrong: list[str] = []
    over = Event()

    def look() -> None:
        while not over.is_set():
            found = desk.run("status", "--json")
            looks.append("looked at meanwhile")
            if rows and found.code == 0 and found.json["rows"] not in {0, rows}:  # 0: it is being planned
                wrong.append(found.out)

    thread = Thread(target=look)
    thread.start()
    try:
        yield looks
    finally:
        over.set()
        thread.join()
    assert not wrong, wrong[0]


SCENES: Final[Mapping[str, Callable[[Scene], None]]] = {
    "two_journals": Scene.two_journals,
    "serving": Scene.serving,
    "planning": Scene.planning,
    "losing": Scene.losing,
}


def play(kind: str, scene: Scene) -> None:
    """Have one scene happen; its folder goes with it."""
    scene.desk.folder.mkdir()
    scene.begins_at = scene.record.stat().st_size
    SCENES[kind](scene)
    shutil.rmtree(scene.desk.folder, ignore_errors=True)
