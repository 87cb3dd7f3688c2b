"""Never twice, never lost: kills, halts and stops of the real command."""

import json
import random
import signal
from collections import Counter

import pytest

from lecommercial_batch.sandbox.settings import Limit, Settings, Switches
from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import Desk

STATUSES = {"pending", "sending", "accepted", "failed", "unknown", "cancelled"}


@pytest.mark.parametrize("seed", [1])
def test_ten_kills_and_nobody_gets_it_twice(seed: int, desk: Desk) -> None:
    """SIGKILL at random moments, each followed by a resume: at the end every row is settled, none sent twice.

    Those in doubt are unknown, and no more than were in flight at the kills.
    """
    moments = random.Random(seed)
    desk.contacts(2000)
    desk.campaign(rate="400/s")
    in_flight = 0
    with SandboxServer(Settings(switches=Switches(latency=0.05))) as sandbox:
        desk.connect(sandbox.url)
        arguments = ["send", "campaign.toml", "--yes", "--json"]
        for _ in range(10):
            target = sandbox.stats().accepted + moments.randint(20, 180)
            process = desk.start(*arguments)
            sandbox.wait_until(lambda stats, target=target: stats.accepted >= target, timeout=60)  # type: ignore[misc]  # mypy cannot infer a default
            process.send_signal(signal.SIGKILL)
            process.communicate(timeout=30)
            in_flight += desk.run("status", "--json").json["messages"]["sending"]
            arguments = ["resume", "essai-ete-1", "--yes", "--json"]

        done = desk.run(*arguments, timeout=120)
        numbers = Counter(message.to for message in sandbox.received())

    assert done.code in {0, 1}, done.err
    messages = done.json["messages"]
    assert max(numbers.values()) == 1
    assert messages["accepted"] + messages["unknown"] == done.json["rows"] == 2000
    assert messages["unknown"] <= in_flight
    reported = {row["lc_phone"][1:]: row["lc_status"] for row in desk.report()}
    assert set(numbers) >= {number for number, status in reported.items() if status == "accepted"}
    assert {reported[number] for number in numbers} <= {"accepted", "unknown"}


def test_bad_keys_stop_at_once_and_good_ones_finish(desk: Desk, sandbox: SandboxServer) -> None:
    """A 401 on the first answer: only what was in flight follows, exit 3 with the reason, resumable."""
    desk.contacts(100)
    desk.campaign(rate="50/s")
    sandbox.set_faults(latency=0.2)
    good = desk.environment["LECOMMERCIAL_APPKEY"]
    desk.environment["LECOMMERCIAL_APPKEY"] = "wrong"

    halted = desk.run("send", "campaign.toml", "--yes", "--json")
    calls = sandbox.stats().calls
    desk.environment["LECOMMERCIAL_APPKEY"] = good
    finished = desk.run("resume", halted.json["run"], "--yes", "--json")

    assert (halted.code, halted.json["halted"]) == (3, {"default": "invalid_keys"})
    assert halted.json["messages"]["pending"] == 100
    assert "keys" in halted.err
    assert f"resume {halted.json['run']}" in halted.err
    assert calls <= 50 * 0.5  # what half a second lets through, with the answers at once
    assert (finished.code, finished.json["messages"]["accepted"], finished.json["halted"]) == (0, 100, None)
    assert len({message.to for message in sandbox.received()}) == len(sandbox.received()) == 100


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_finishes_what_is_in_flight(stop: signal.Signals, desk: Desk, sandbox: SandboxServer) -> None:
    """Ctrl-C and SIGTERM: nothing is left in doubt, the command to go on is printed, exit 3."""
    desk.contacts(500)
    desk.campaign(rate="100/s")
    sandbox.set_faults(latency=0.3)
    process = desk.start("send", "campaign.toml", "--yes", "--json")
    sandbox.wait_until(lambda stats: stats.accepted >= 20, timeout=60)

    process.send_signal(stop)
    out, err = process.communicate(timeout=30)

    assert process.returncode == 3, err
    assert "lecommercial-batch resume essai-ete-1" in err
    status = desk.run("status", "--json").json
    assert status["messages"]["sending"] == status["messages"]["unknown"] == 0
    assert status["messages"]["accepted"] == len(sandbox.received())
    assert '"run": "essai-ete-1"' in out


def test_a_second_signal_leaves_at_once(desk: Desk, sandbox: SandboxServer) -> None:
    """Twice Ctrl-C does not wait for answers: what was in flight is unknown at the next start, never resent."""
    desk.contacts(30)
    desk.campaign(rate="100/s")
    sandbox.set_faults("hang@3-")
    process = desk.start("send", "campaign.toml", "--yes", "--json")
    sandbox.wait_until(lambda stats: stats.accepted >= 10, timeout=60)

    process.send_signal(signal.SIGINT)
    stopping = any("Stopping" in line for line in process.stderr)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    sandbox.set_faults()
    done = desk.run("resume", "essai-ete-1", "--yes", "--json")

    assert stopping
    assert process.returncode == 3
    assert done.code == 1
    assert done.json["messages"]["unknown"] >= 8
    assert max(Counter(message.to for message in sandbox.received()).values()) == 1


def test_a_throttled_run_slows_down_and_loses_nobody(desk: Desk) -> None:
    """Where the API allows less than the campaign asks for, 429s are waited out and every row is accepted."""
    desk.contacts(60)
    desk.campaign(rate="100/s")
    with SandboxServer(Settings(limit=Limit(count=20, period=1, sliding=True))) as sandbox:
        desk.connect(sandbox.url)

        done = desk.run("send", "campaign.toml", "--yes", "--json")

        assert (done.code, done.json["messages"]["accepted"]) == (0, 60)
        assert len({message.to for message in sandbox.received()}) == len(sandbox.received()) == 60


def test_send_where_resume_was_meant_is_refused(desk: Desk, sandbox: SandboxServer) -> None:
    """The same campaign is not sent beside its unfinished run; once that is finished nobody is left to send to.

    Whoever means it says so: then all get it again, with a word that they do.
    """
    desk.contacts(10)
    desk.campaign()
    desk.run("send", "campaign.toml", "--yes", "--json", "--limit", "4")

    refused = desk.run("send", "campaign.toml", "--yes", "--json")
    desk.run("resume", "essai-ete-1", "--yes", "--json")
    once_more = desk.run("send", "campaign.toml", "--yes", "--json")
    before = sandbox.stats().accepted
    again = desk.run("send", "campaign.toml", "--yes", "--json", "--again")

    assert (once_more.code, once_more.json["rejected"], before) == (0, {"already_messaged": 10}, 10)
    assert "--again" in once_more.err
    assert (refused.code, refused.json["problems"][0]["code"]) == (2, "already_under_way")
    assert "resume essai-ete-1" in refused.err
    assert (again.code, sandbox.stats().accepted) == (0, 20)
    assert "essai-ete-1" in again.err
    assert "10 of these people have had a message of this campaign already" in again.err


def test_of_those_who_send_the_same_at_once_one_does(desk: Desk, sandbox: SandboxServer) -> None:
    """Each has planned and looked around before the others began: who is first sends, the others do not."""
    desk.contacts(40)
    desk.campaign(rate="40/s")

    all_three = [desk.start("send", "campaign.toml", "--yes", "--json") for _ in range(3)]
    ends = [process.communicate(timeout=60) for process in all_three]

    assert sorted(process.returncode for process in all_three) == [0, 2, 2], ends
    assert max(Counter(message.to for message in sandbox.received()).values()) == 1
    refused = [json.loads(out)["problems"][0]["code"] for out, _ in ends if "problems" in json.loads(out)]
    assert len(refused) == 2
    assert set(refused) <= {"already_under_way", "already_sent"}
    assert len(desk.run("runs", "--json").json["runs"]) == 1


def test_two_terminals_with_one_sender_take_turns(desk: Desk, sandbox: SandboxServer) -> None:
    """A sender in use elsewhere is waited for: the rate holds, nothing becomes unknown, both finish."""
    desk.contacts(40)
    for number in (1, 2):
        path = desk.campaign(rate="40/s", message=f'text = "Bonjour {{{{ prenom }}}} {number}"')
        path.rename(desk.folder / f"{number}.toml")
    sandbox.set_faults(latency=0.1)

    both = [desk.start("send", f"{number}.toml", "--yes", "--json") for number in (1, 2)]
    ends = [process.communicate(timeout=60) for process in both]

    assert [process.returncode for process in both] == [0, 0], ends
    times = sorted(message.at for message in sandbox.received())
    assert len(times) == 80
    assert times[-1] - times[0] >= 0.9 * 79 / 40  # the first may be late; side by side they would take half


def test_a_strict_server_never_has_to_throttle(desk: Desk) -> None:
    """At 20 a second a server that counts in sliding windows sees no burst, the first second included.

    Its windows are shorter, so that a busy machine cannot fail this; `make bench` measures whole ones.
    """
    desk.contacts(100)
    desk.campaign(rate="20/s")
    with SandboxServer(Settings(limit=Limit(count=20, period=0.7, sliding=True))) as sandbox:
        desk.connect(sandbox.url)

        done = desk.run("send", "campaign.toml", "--yes", "--json")

        assert (done.code, sandbox.stats().throttled) == (0, 0)
        assert len(sandbox.received()) == 100
