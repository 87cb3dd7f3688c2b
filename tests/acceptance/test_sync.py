"""`contacts import` and `contacts sync`: a list brought in line with a file, as a run that survives anything."""

import json
import signal
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from lecommercial_batch.sandbox.book import Person
from lecommercial_batch.sandbox.people import PROSPECTS, VIP
from lecommercial_batch.sandbox.settings import Limit, Settings
from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import Desk

MANY = 5_000


def a_person(number: int, *, name: str = "", lists: tuple[int, ...] = (PROSPECTS,)) -> Person:
    return Person(phone=f"3364100{number:04d}", name=name or f"Nom{number}", lastname="Petit", lists=lists)


def write_file(desk: Desk, people: Mapping[str, str], *, name: str = "clients.csv") -> Path:
    """Write a contact file: phone and first name of each."""
    lines = ["Prénom;Nom;Téléphone", *(f"{first};Petit;{phone}" for phone, first in people.items())]
    return desk.write(name, "\n".join(lines) + "\n")


def listed(sandbox: SandboxServer, list_id: int = PROSPECTS) -> dict[str, str]:
    return {contact.phone: contact.name or "" for contact in sandbox.contacts(list_id)}


@pytest.fixture
def fast(desk: Desk) -> Iterator[SandboxServer]:
    """A sandbox with twenty prospects, and a desk that may call it 500 times a second."""
    with SandboxServer(Settings(people=tuple(a_person(n, lists=(PROSPECTS, VIP)) for n in range(20)))) as sandbox:
        desk.connect(sandbox.url, appkey="")
        desk.write("senders.toml", 'machine_rate = "500/s"\n')
        yield sandbox


def a_file(desk: Desk) -> dict[str, str]:
    """Twelve contacts of the list as they are, three with another name, ten who are not in it."""
    people = {f"3364100{n:04d}": f"Nom{n}" for n in range(12)}
    people |= {f"3364100{n:04d}": f"Autre{n}" for n in range(12, 15)}
    people |= {f"3364100{n:04d}": f"Neuf{n}" for n in range(30, 40)}
    write_file(desk, people)
    return people


def test_a_list_is_brought_in_line_with_a_file(desk: Desk, fast: SandboxServer) -> None:
    """What is missing is added, what differs renamed, who is not in the file removed; then nothing is to do."""
    people = a_file(desk)

    done = desk.run("contacts", "sync", "3", "clients.csv", "--remove", "--yes", "--json")

    assert done.code == 0, done.err
    assert "Add 10, update 3, remove 5." in done.err
    assert listed(fast) == people
    assert {kind: by["accepted"] for kind, by in done.json["changes"].items()} == {
        "add": 10,
        "update": 3,
        "remove": 5,
    }
    assert done.json["rejected"] == {"unchanged": 12}
    assert done.json["rows"] == 30
    assert fast.stats().calls == 2 + 18

    again = desk.run("contacts", "sync", "3", "clients.csv", "--remove", "--yes", "--json")
    assert (again.code, again.json["run"], again.json["rejected"]) == (0, None, {"unchanged": 25})
    assert fast.stats().calls == 20 + 2
    assert [run["run"] for run in desk.run("runs", "--json").json["runs"]] == ["contacts-prospects-1"]


def test_an_import_takes_nobody_out(desk: Desk, fast: SandboxServer) -> None:
    """Nor does a sync without --remove."""
    a_file(desk)
    assert desk.run("contacts", "import", "3", "clients.csv", "--yes").code == 0
    assert len(listed(fast)) == 30
    assert desk.run("contacts", "sync", "3", "clients.csv", "--yes", "--json").json["run"] is None


def test_the_report_says_what_became_of_each_row(desk: Desk, fast: SandboxServer) -> None:
    """Rows that cannot be used are rejected as a campaign's are; removals stand below the file's rows."""
    write_file(
        desk, {"06 41 00 00 00": "Nom0", "3364100": "Court", "33641000050": "Zoé", "+33641000050": "Double"}
    )
    fast.set_faults("422_validation@+33641000050")

    done = desk.run("contacts", "sync", "3", "clients.csv", "--remove", "--yes", "--json")

    assert done.code == 1
    rows = desk.report("contacts-prospects-1")
    assert [(row["lc_row"], row["lc_status"], row["lc_reason"], row["lc_change"]) for row in rows[:5]] == [
        ("2", "rejected", "unchanged", ""),
        ("3", "rejected", "invalid_phone", ""),
        ("4", "failed", "invalid_call", "add"),
        ("5", "rejected", "duplicate", ""),
        ("6", "accepted", "", "remove"),
    ]
    assert rows[4]["Téléphone"].strip() == rows[4]["lc_phone"] == "+33641000001"
    assert "The to field" in rows[2]["lc_detail"]
    assert rows[2]["lc_message"] == "kind=add, list_id=3, name=Zoé, lastname=Petit"
    fast.set_faults()
    assert desk.run("retry", "contacts-prospects-1", "--failed", "--yes").code == 0
    assert listed(fast) == {"33641000000": "Nom0", "33641000050": "Zoé"}


@pytest.mark.parametrize("fault", ["add-contact:500@2", "add-contact:500_after@2", "add-contact:drop_after@2"])
def test_what_is_unknown_is_looked_up(fault: str, desk: Desk, fast: SandboxServer) -> None:
    """Without an answer the list is read again: what was done is not done twice, what was not is made anew."""
    people = a_file(desk)
    fast.set_faults(fault)

    done = desk.run("contacts", "sync", "3", "clients.csv", "--remove", "--yes", "--json")

    assert done.code == 0, done.err
    assert listed(fast) == people
    assert done.json["messages"]["unknown"] == 0
    made = fast.stats().calls - 3  # the lists, the list and the list again
    assert made == (19 if fault.endswith("500@2") else 18)


def test_a_halt_is_resumable(desk: Desk, fast: SandboxServer) -> None:
    """A key that is refused stops the run, which goes on once it is not."""
    people = a_file(desk)
    fast.set_faults("401_keys@6-")
    done = desk.run("contacts", "sync", "3", "clients.csv", "--remove", "--yes", "--json")
    assert (done.code, done.json["halted"]) == (3, {"default (contacts)": "invalid_keys"})
    assert "lecommercial-batch resume contacts-prospects-1" in done.err
    status = desk.run("status", "--json").json
    assert status["messages"]["accepted"] == 3  # the calls 3 to 5, whichever came first

    fast.set_faults()
    assert desk.run("resume", "contacts-prospects-1", "--yes").code == 0
    assert listed(fast) == people
    assert fast.received() == ()


def test_ctrl_c_finishes_what_is_on_its_way(desk: Desk, fast: SandboxServer) -> None:
    """Nothing is left in doubt, and `resume` makes the others."""
    people = {f"3364100{n:04d}": f"Nom{n}" for n in range(400)}
    write_file(desk, people)
    fast.set_faults(latency=0.2)
    desk.write("senders.toml", 'machine_rate = "50/s"\n')  # so that some are left when the signal comes
    process = desk.start("contacts", "import", "3", "clients.csv", "--yes", "--json")
    fast.wait_until(lambda stats: stats.carried_out >= 30, timeout=60)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)

    assert process.returncode == 3, err
    stopped = json.loads(out)["messages"]
    assert stopped["unknown"] == stopped["sending"] == 0
    assert stopped["pending"] > 0
    fast.set_faults()
    desk.write("senders.toml", 'machine_rate = "500/s"\n')
    assert desk.run("resume", "contacts-prospects-1", "--yes").code == 0
    assert listed(fast) == people


def test_nothing_is_changed_unasked(desk: Desk, fast: SandboxServer) -> None:
    """Without a person or --yes, nor with a file of nobody, nor where a list or a column is not there."""
    a_file(desk)
    asked = desk.run("contacts", "sync", "3", "clients.csv", "--json")
    assert (asked.code, asked.json["problems"][0]["code"]) == (2, "not_confirmed")
    unknown = desk.run("contacts", "import", "9", "clients.csv", "--yes", "--json")
    assert (unknown.code, unknown.json["problems"][0]["code"]) == (2, "unknown_list")
    column = desk.run("contacts", "import", "3", "clients.csv", "--name", "Surnom", "--yes", "--json")
    assert (column.code, column.json["problems"][0]["code"]) == (2, "unknown_column")
    write_file(desk, {"123": "Court"})
    nobody = desk.run("contacts", "sync", "3", "clients.csv", "--remove", "--yes", "--json")
    assert (nobody.code, nobody.json["problems"][0]["code"]) == (2, "nobody_left")
    assert desk.run("contacts", "sync", "3", "none.csv", "--yes").code == 2
    assert desk.run("contacts", "sync", "trois", "clients.csv").code == 64
    assert len(listed(fast)) == 20
    assert desk.run("runs", "--json").json["runs"] == []


def test_five_thousand_rows_with_kills(desk: Desk) -> None:
    """Killed twice on the way, the list is the file in the end; no call was made twice, and all kept the pace."""
    people = {f"3364100{n:04d}": f"Nom{n}" for n in range(MANY)}
    write_file(desk, people)
    desk.write("senders.toml", 'machine_rate = "600/s"\n')
    known = [a_person(n, name="" if n % 2 else "Avant") for n in range(400)]
    gone = [a_person(n) for n in range(MANY, MANY + 200)]
    limit = Limit(count=600, period=0.6, sliding=True)  # a busy machine brings calls closer together on their way
    tape = desk.folder / "tape"
    with SandboxServer(Settings(people=(*known, *gone), limit=limit), file=tape) as sandbox:
        desk.connect(sandbox.url, appkey="")
        command = ["contacts", "sync", "3", "clients.csv", "--remove", "--yes", "--json"]
        for kill_at in (1_000, 2_500):
            process = desk.start(*command)
            sandbox.wait_until(lambda stats, at=kill_at: stats.carried_out >= at, timeout=120)  # type: ignore[misc]  # mypy does not see the default
            process.send_signal(signal.SIGKILL)
            process.communicate()
            command = ["resume", "contacts-prospects-1", "--yes", "--json"]
        done = desk.run(*command, timeout=240)
        stats = sandbox.stats()

        assert done.code == 0, done.err
        assert listed(sandbox) == people
    assert done.json["rows"] == MANY + 200
    assert done.json["messages"]["accepted"] == 4_600 + 200 + 200
    assert done.json["rejected"] == {"unchanged": 200}
    assert stats.throttled == 0
    lines = [json.loads(line) for line in tape.read_text(encoding="utf-8").splitlines()]
    calls = Counter((line["call"], line["fields"]["phone"]) for line in lines if "call" in line)
    assert Counter(call for call, _ in calls) == {
        "add-contact": 4_600,
        "update-contact": 200,
        "remove-contact": 200,
    }
    assert [call for call, times in calls.items() if times > 1] == []
