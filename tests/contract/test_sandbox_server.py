"""The sandbox as a server: how it starts, answers and stops."""

import json
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta

import httpx
import pytest

from lecommercial_batch.sandbox.server import ProtocolWithTransport, serve
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
        "from lecommercial_batch.sandbox.server import ProtocolWithTransport, serve\n"
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


def test_the_api_answers_to_the_names_of_this_computer_alone() -> None:
    """A website that has its own name lead here could send with the keys that everybody knows."""
    with SandboxServer() as sandbox, httpx.Client(trust_env=False) as client:
        url = f"{sandbox.url}/create-message"
        assert client.post(url, data=GOOD, headers={"Host": "evil.example"}).status_code == 400
        assert client.post(url, data=GOOD).json()["message_status"] == "Success"
        assert len(sandbox.received()) == 1


def test_a_body_of_a_megabyte_is_refused() -> None:
    """Announced or not, to the API and to the switches; the next call is answered as ever."""
    large = b"a" * 1_000_001
    with SandboxServer() as sandbox, httpx.Client(trust_env=False) as client:
        page = sandbox.url.removesuffix("/api")
        answers = [
            client.post(f"{sandbox.url}/create-message", content=large),
            client.post(f"{sandbox.url}/create-message", content=(large[:500_001] for _ in range(2))),
            client.put(f"{page}/sandbox/faults", content=(large[:500_001] for _ in range(2))),
        ]
        assert [answer.status_code for answer in answers] == [413] * 3
        assert client.post(f"{sandbox.url}/create-message", data=GOOD).status_code == 200


@pytest.mark.parametrize(
    "half",
    [
        b"",
        b"POST /api/create-message HTTP/1.1\r\nHost: localhost\r\n",
        b"POST /api/create-message HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf",
    ],
)
def test_half_a_request_is_not_waited_for_without_end(half: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection on which nothing more comes is closed; calls beside it, also slow ones, are not."""
    monkeypatch.setattr(ProtocolWithTransport, "patience", 0.3)
    with SandboxServer() as sandbox, httpx.Client(trust_env=False) as client:
        sandbox.set_faults(latency=0.6)
        port = httpx.URL(sandbox.url).port
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            connection.sendall(half)
            assert client.post(f"{sandbox.url}/create-message", data=GOOD).status_code == 200
            with suppress(ConnectionResetError):
                assert connection.recv(100) == b""
        assert sandbox.stats().in_flight == 0


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.test", "::"])  # noqa: S104 - which are refused
def test_it_is_for_this_computer_alone(host: str) -> None:
    """Everybody knows its keys."""
    with pytest.raises(ValueError, match="this computer alone"):
        serve(State(Settings()), host=host)
