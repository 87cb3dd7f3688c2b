"""`[after]`: who was reached goes into a list, who could not be goes out of one, as part of the run."""

import json
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from lecommercial_batch.sandbox.book import Person
from lecommercial_batch.sandbox.people import PROSPECTS, VIP
from lecommercial_batch.sandbox.settings import Settings
from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import Desk

AFTER = "[after]\nadd_to_list = 7\nremove_failed_from_list = 3\n"
FAILING = ("33641000003", "33641000005")


def people(count: int) -> tuple[Person, ...]:
    """Return prospects with the numbers of `desk.contacts`, of whom the first is a VIP already."""
    return tuple(
        Person(phone=f"336410{n:05d}", name=f"Ancien{n}", lists=(PROSPECTS, VIP) if n == 0 else (PROSPECTS,))
        for n in range(count)
    )


@pytest.fixture
def tape(tmp_path: Path) -> Path:
    return tmp_path / "tape"


@pytest.fixture
def after(desk: Desk, tape: Path) -> Iterator[SandboxServer]:
    """A sandbox in which two of ten prospects have no WhatsApp."""
    with SandboxServer(Settings(people=people(10)), file=tape) as sandbox:
        sandbox.set_faults(unregistered=list(FAILING))
        desk.connect(sandbox.url)
        desk.contacts(10)
        desk.write("senders.toml", 'machine_rate = "500/s"\n')
        desk.campaign(extra=AFTER, rate="500/s")
        yield sandbox


def phones(sandbox: SandboxServer, list_id: int) -> set[str]:
    return {contact.phone for contact in sandbox.contacts(list_id)}


def changes(tape: Path) -> Counter[tuple[str, str]]:
    lines = [json.loads(line) for line in tape.read_text(encoding="utf-8").splitlines()]
    return Counter((line["call"], line["fields"]["phone"]) for line in lines if "call" in line)


def test_results_are_put_into_lists(desk: Desk, after: SandboxServer) -> None:
    """Accepted ones into the one, failed ones out of the other; seen in the report and in the status."""
    done = desk.run("send", "campaign.toml", "--yes", "--json")

    assert done.code == 1, done.err
    assert done.json["messages"] | {"accepted": 8, "failed": 2} == done.json["messages"]
    assert {kind: by["accepted"] for kind, by in done.json["after"].items()} == {"add": 7, "remove": 2}
    everybody = {f"336410{n:05d}" for n in range(10)}
    assert phones(after, VIP) == everybody - set(FAILING)
    assert phones(after, PROSPECTS) == everybody - set(FAILING)
    assert {each.name for each in after.contacts(VIP)} == {"Ancien0", *(f"Nom{n}" for n in (1, 2, 4, 6, 7, 8, 9))}
    assert desk.run("status", "--json").json["after"] == done.json["after"]
    assert [run["run"] for run in desk.run("runs", "--json").json["runs"]] == ["essai-ete-1"]
    assert "7" in desk.run("status").out

    calls = after.stats().calls
    assert desk.run("resume", "essai-ete-1", "--yes").code == 1
    assert after.stats().calls == calls, "what is done is not looked at again"


def test_who_is_reached_later_is_put_into_the_list_then(desk: Desk, after: SandboxServer, tape: Path) -> None:
    """A retry ends the run anew; nobody is added twice."""
    desk.run("send", "campaign.toml", "--yes", "--json")
    after.set_faults()

    done = desk.run("retry", "essai-ete-1", "--failed", "--yes", "--json")

    assert done.code == 0, done.err
    assert phones(after, VIP) >= set(FAILING)
    assert max(changes(tape).values()) == 1


def test_lists_are_changed_after_a_kill(desk: Desk, tape: Path) -> None:
    """Killed while the lists are changed, `resume` goes on, and no change is made twice."""
    with SandboxServer(Settings(people=people(300)), file=tape) as sandbox:
        desk.connect(sandbox.url)
        desk.contacts(300)
        desk.write("senders.toml", 'machine_rate = "100/s"\n')
        desk.campaign(extra=AFTER, rate="100/s")
        process = desk.start("send", "campaign.toml", "--yes", "--json")
        sandbox.wait_until(lambda stats: stats.carried_out >= 80, timeout=60)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        before = desk.run("status", "--json").json
        assert before["messages"]["accepted"] == 300

        done = desk.run("resume", "essai-ete-1", "--yes", "--json")

        assert done.code == 0, done.err
        assert len(phones(sandbox, VIP)) == 300
        assert len(sandbox.received()) == 300
    assert set(changes(tape).values()) == {1}
    assert done.json["after"]["add"]["accepted"] == 299


def test_what_goes_wrong_afterwards_is_resumable(desk: Desk, after: SandboxServer) -> None:
    """The messages are sent and reported; the lists follow once the API lets them."""
    after.set_faults("contacts:401_keys")
    done = desk.run("send", "campaign.toml", "--yes", "--json")
    assert (done.code, done.json["messages"]["accepted"], done.json["after"]) == (3, 10, {})
    assert "lecommercial-batch resume essai-ete-1" in done.err
    after.set_faults("add-contact:401_keys")
    halted = desk.run("resume", "essai-ete-1", "--yes", "--json")
    assert (halted.code, halted.json["after"]["add"]["pending"]) == (3, 9)
    assert "refuses the keys" in halted.err
    after.set_faults()
    assert desk.run("resume", "essai-ete-1", "--yes").code == 0
    assert len(phones(after, VIP)) == 10
    assert len(after.received()) == 10


def test_a_list_that_is_not_there_is_seen_before_anything_is_sent(desk: Desk, after: SandboxServer) -> None:
    desk.campaign(extra="[after]\nadd_to_list = 9\n")
    done = desk.run("send", "campaign.toml", "--yes", "--json")
    [problem] = done.json["problems"]
    assert (done.code, problem["code"], problem["column"]) == (2, "unknown_list", "after.add_to_list")
    assert after.received() == ()
