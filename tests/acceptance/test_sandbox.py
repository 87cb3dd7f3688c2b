"""`sandbox` as people start it: its options, its file, what it says when it cannot."""

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from lecommercial_batch.sandbox.settings import APPKEY, AUTHKEY
from tests.acceptance.conftest import Desk

JSON = {"Accept": "application/json"}


@contextmanager
def rehearsal(desk: Desk, *options: str, stop: signal.Signals = signal.SIGINT) -> Iterator[httpx.Client]:
    """Start the command, wait for its address, and stop it in the end."""
    with desk.start("sandbox", "--port", "0", *options, PYTHONUNBUFFERED="1") as process:
        try:
            found = re.search(r"http://\S+?/api", process.stdout.readline())
            assert found
            with httpx.Client(base_url=found[0], headers=JSON, trust_env=False) as client:
                yield client
        except BaseException:
            process.kill()  # or the with statement would wait for it for ever
            raise
        process.send_signal(stop)
        out, err = process.stdout.read(), process.stderr.read()  # communicate() would pass over what is buffered
        process.wait(timeout=20)
        assert err == ""
        if stop is signal.SIGINT:
            assert process.returncode == 0
            assert f"export LECOMMERCIAL_APPKEY={APPKEY}" in out


def send(client: httpx.Client, to: str = "33612345678") -> httpx.Response:
    fields = {"authkey": AUTHKEY, "appkey": APPKEY, "to": to, "message": "Bonjour"}
    return client.post("/create-message", data=fields)


def test_it_rehearses_the_limit_and_the_lists_of_the_vendor(desk: Desk) -> None:
    """Sixty calls a minute, forty-one prospects, and no fault, unless asked otherwise."""
    with rehearsal(desk) as client:
        lists = client.get("/lists", params={"authkey": AUTHKEY})
    assert lists.headers["X-RateLimit-Limit"] == "60"
    assert [each["contacts_count"] for each in lists.json()["data"]] == [41, 15]


def test_every_switch_is_an_option(desk: Desk) -> None:
    """What the command line sets is what an empty PUT goes back to."""
    options = [
        *("--limit-per-minute", "0", "--latency", "0.01", "--contacts", "2", "--quota", "1", "--malformed", "422"),
        *("--fault", "503@1", "--fault", "lists:500", "--unregistered", "33600000000", "--multipart-on-put"),
    ]
    with rehearsal(desk, *options) as client:
        answers = [send(client), send(client, "33600000000"), send(client), send(client), send(client, "x")]
        assert [answer.status_code for answer in answers] == [503, 401, 200, 401, 422]
        assert "X-RateLimit-Limit" not in answers[0].headers
        assert client.get("/lists", params={"authkey": AUTHKEY}).status_code == 500
        parts = {"authkey": (None, AUTHKEY), "phone": (None, "33612345678")}
        assert client.put("/update-contact", files=parts).json()["success"] is True
        url = str(client.base_url).replace("/api/", "/sandbox/faults")
        assert client.put(url, json={"faults": []}).json()["quota"] == 1


@pytest.mark.parametrize(
    ("options", "answer"),
    [
        (["--plan-expired"], {"error": "Invalid Auth and AppKey"}),
        (["--device-down", "401_keys"], {"error": "Invalid Auth and AppKey"}),
        (["--device-down", "401_failed"], {"error": "Request Failed"}),
        (["--device-down", "422_device"], {"error": "Device not connected or unavailable"}),
    ],
)
def test_a_phone_or_a_plan_can_be_gone(desk: Desk, options: list[str], answer: dict[str, str]) -> None:
    """In each of the forms it shows."""
    with rehearsal(desk, *options) as client:
        assert send(client).json() == answer


def test_a_file_outlives_a_kill(desk: Desk) -> None:
    """What was answered is there again; the contacts of a new sandbox are not added a second time."""
    with rehearsal(desk, "--file", "kept.jsonl", "--contacts", "1", stop=signal.SIGKILL) as client:
        assert send(client).status_code == 200
        fields = {"authkey": AUTHKEY, "list_id": "7", "phone": "33698765432"}
        assert client.post("/add-contact", data=fields).json()["data"]["contact_id"] == 2
    with rehearsal(desk, "--file", "kept.jsonl") as client:
        received = client.get(str(client.base_url).replace("/api/", "/received")).json()
        lists = client.get("/lists", params={"authkey": AUTHKEY}).json()["data"]
    assert [message["to"] for message in received["received"]] == ["33612345678"]
    assert [each["contacts_count"] for each in lists] == [1, 2]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--fault", "600"], "600 is not a fault"),
        (["--file", "clients.csv"], "clients.csv: is not a file of a sandbox"),
        (["--file", "no/where"], "no/where: cannot be opened: No such file or directory"),
    ],
)
def test_what_cannot_be_is_said(desk: Desk, options: list[str], said: str) -> None:
    """Before anything starts, with what to do; somebody's file stays as it is."""
    before = desk.contacts(1).read_bytes()
    done = desk.run("sandbox", "--port", "0", *options)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert (desk.folder / "clients.csv").read_bytes() == before
