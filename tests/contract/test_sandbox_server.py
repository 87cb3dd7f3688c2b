"""The sandbox as a server: how it starts, answers and stops."""

import json
import signal
import subprocess
import sys
from datetime import timedelta

import httpx
import pytest

from lecommercial_batch.sandbox.server import serve
from lecommercial_batch.sandbox.settings import APPKEY, AUTHKEY, Settings
from lecommercial_batch.sandbox.state import State
from lecommercial_batch.testing import SandboxServer

GOOD = {"appkey": APPKEY, "authkey": AUTHKEY, "to": "33612345678", "message": "Bonjour"}


def test_the_counts_are_shown() -> None:
    """GET /sandbox/stats has them all."""
    with SandboxServer() as sandbox, httpx.Client(trust_env=False) as client:
        client.post(f"{sandbox.url}/create-message", data=GOOD)
        shown = client.get(f"{sandbox.url.removesuffix('/api')}/sandbox/stats").json()
    assert shown == {
        "calls": 1, "accepted": 1, "carried_out": 0, "refused": 0, "throttled": 0, "dropped": 0, "unanswered": 0,
        "in_flight": 0, "in_flight_peak": 1, "busiest_second": 1, "busiest_minute": 1,
    }  # fmt: skip


def test_small_answers_are_not_held_back() -> None:
    """On one connection, call after call is answered without the 40 ms of a delayed acknowledgement."""
    with SandboxServer() as sandbox, httpx.Client(trust_env=False) as client:
        waits = [client.post(f"{sandbox.url}/create-message", data=GOOD).elapsed for _ in range(20)]
    assert sorted(waits)[10] < timedelta(milliseconds=30)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_the_command_serves_until_it_is_told_to_stop(stop: signal.Signals) -> None:
    """It says where it listens, keeps quiet about calls, and leaves no traceback."""
    code = (
        "from lecommercial_batch.sandbox.server import serve\n"
        "from lecommercial_batch.sandbox.settings import Settings\n"
        "from lecommercial_batch.sandbox.state import State\n"
        "serve(State(Settings()), port=0, ready=lambda url: print(url, flush=True))"
    )
    command = [sys.executable, "-W", "error", "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        url = process.stdout.readline().strip()
        reply = httpx.post(
            f"{url}/create-message", data=GOOD, headers={"Accept": "application/json"}, trust_env=False
        )
        assert reply.json()["message_status"] == "Success"
        process.send_signal(stop)
        assert process.communicate(timeout=10) == ("", "")
        assert process.returncode == (0 if stop is signal.SIGINT else -signal.SIGTERM)


def test_a_port_in_use_is_an_error_before_anything_starts() -> None:
    """Whoever asked for the port hears of it."""
    with SandboxServer() as sandbox, pytest.raises(OSError, match="in use"):
        serve(State(Settings()), port=int(sandbox.url.split(":")[2].split("/")[0]))


def test_importing_the_fakes_does_not_load_the_web_server() -> None:
    """Tests that need no sandbox do not pay for one."""
    code = "import json, sys, lecommercial_batch.testing; print(json.dumps(list(sys.modules)))"
    command = [sys.executable, "-c", code]
    loaded = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert not {"uvicorn", "starlette"} & set(json.loads(loaded))
