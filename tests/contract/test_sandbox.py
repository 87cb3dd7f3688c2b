"""The sandbox over real sockets: what a client of the API sees, and what the sandbox remembers."""

import socket
import time
from collections.abc import Iterator

import httpx
import pytest

from lecommercial_batch.sandbox.settings import APPKEY, AUTHKEY, OTHER_APPKEY, TEMPLATE, Limit, Settings, Switches
from lecommercial_batch.testing import SandboxServer

GOOD = {"appkey": APPKEY, "authkey": AUTHKEY, "to": "33612345678", "message": "Bonjour"}
JSON = {"Accept": "application/json"}
SUCCESS = {"message_status": "Success", "data": {"from": "33700000001", "to": "33612345678", "status_code": 200}}


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer() as server:
        yield server


def post(sandbox: SandboxServer, *, accept: str = "application/json", **changes: str) -> httpx.Response:
    """Send a message as the vendor's curl sample does: one form part a field, without file names."""
    parts = {name: (None, value) for name, value in (GOOD | changes).items()}
    with httpx.Client(trust_env=False) as client:
        return client.post(f"{sandbox.url}/create-message", files=parts, headers={"Accept": accept})


def at_sandbox(sandbox: SandboxServer, path: str) -> str:
    return f"{sandbox.url.removesuffix('/api')}{path}"


def raw_post(sandbox: SandboxServer) -> socket.socket:
    """Send a message over a bare socket, and leave it open."""
    body = "&".join(f"{name}={value}" for name, value in GOOD.items())
    host, port = sandbox.url.removeprefix("http://").removesuffix("/api").split(":")
    connection = socket.create_connection((host, int(port)), timeout=10)
    connection.sendall(
        "POST /api/create-message HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
    )
    return connection


def test_a_message_is_answered_and_remembered(sandbox: SandboxServer) -> None:
    """The vendor's form, all of its fields with the optional ones blank, gives the vendor's answer."""
    before = time.time()
    reply = post(sandbox, message=" Bonjour été \n", file="", template_id="", variables="")
    assert (reply.status_code, reply.headers["content-type"]) == (200, "application/json")
    assert reply.json() == SUCCESS

    [message] = sandbox.received()
    assert (message.to, message.message, message.text) == ("33612345678", "Bonjour été", "Bonjour été")
    assert (message.file, message.template_id, message.variables, message.sender) == ("", "", None, "default")
    assert before <= message.at <= time.time()


def test_a_template_is_remembered_as_the_phone_shows_it(sandbox: SandboxServer) -> None:
    """Bracketed variables fill the template, and the sender is known by its label, not by its key."""
    variables = {"variables[{prenom}]": "Zoé", "variables[{numero}]": "D-7"}
    assert post(sandbox, appkey=OTHER_APPKEY, template_id=TEMPLATE, message="", **variables).json()["data"]["from"]

    shown = httpx.get(at_sandbox(sandbox, "/received"), trust_env=False)
    [message] = shown.json()["received"]
    assert message["text"] == "Bonjour Zoé, votre devis D-7 vous attend."
    assert message["variables"] == {"{prenom}": "Zoé", "{numero}": "D-7"}
    assert message["sender"] == "second"
    assert OTHER_APPKEY not in shown.text
    assert AUTHKEY not in shown.text


def test_what_was_received_can_be_forgotten(sandbox: SandboxServer) -> None:
    """DELETE /received clears messages and counts."""
    post(sandbox)
    assert httpx.get(at_sandbox(sandbox, "/received"), trust_env=False).json()["count"] == 1
    assert httpx.delete(at_sandbox(sandbox, "/received"), trust_env=False).status_code == 204
    assert httpx.get(at_sandbox(sandbox, "/received"), trust_env=False).json() == {"count": 0, "received": []}
    assert (sandbox.stats().calls, sandbox.stats().accepted) == (0, 0)


def test_a_refused_message_is_not_remembered(sandbox: SandboxServer) -> None:
    """Each refusal is answered and counted."""
    sandbox.set_faults(unregistered=["33700000000"])
    assert post(sandbox, authkey="wrong").json() == {"error": "Invalid Auth and AppKey"}
    assert post(sandbox, to="33700000000").json() == {"error": "Request Failed"}
    assert post(sandbox, to="").json()["success"] is False
    assert sandbox.received() == ()
    assert (sandbox.stats().calls, sandbox.stats().refused) == (3, 3)


@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [
        ("401_keys", 401, {"error": "Invalid Auth and AppKey"}),
        ("401_quota", 401, {"message": "Maximum Monthly Messages Limit Exceeded"}),
        ("401_template", 401, {"error": "Template Not Found"}),
        ("401_failed", 401, {"error": "Request Failed"}),
        ("403_file", 403, {"error": "file type should be jpg,jpeg,png,webp,pdf,docx,xlsx,csv,txt"}),
        ("422_device", 422, {"error": "Device not connected or unavailable"}),
        ("429", 429, {"message": "Too Many Attempts."}),
        ("500", 500, {"message": "Server Error"}),
        ("503", 503, {"message": "Service Unavailable"}),
    ],
)
def test_a_fault_gives_its_answer_and_takes_nothing(
    sandbox: SandboxServer, fault: str, status: int, body: dict[str, str]
) -> None:
    """The answers are those of servers of the API's family."""
    sandbox.set_faults(f"{fault}@2")
    replies = [post(sandbox) for _ in range(3)]
    assert [reply.status_code for reply in replies] == [200, status, 200]
    assert replies[1].json() == body
    assert sandbox.stats().accepted == len(sandbox.received()) == 2


@pytest.mark.parametrize(
    ("fault", "status"), [("html", 500), ("502", 502), ("503_bare", 503), ("504", 504), ("200_html", 200)]
)
def test_some_answers_are_pages_whatever_was_asked_for(sandbox: SandboxServer, fault: str, status: int) -> None:
    """A client that asks for JSON may still get HTML, from a proxy for one."""
    sandbox.set_faults(fault)
    reply = post(sandbox)
    assert (reply.status_code, reply.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert sandbox.received() == ()


def test_validation_by_fault_comes_in_both_shapes(sandbox: SandboxServer) -> None:
    """200 with success false, and Laravel's own 422."""
    sandbox.set_faults("200_validation@1", "422_validation@2")
    family, laravel = post(sandbox), post(sandbox)
    assert (family.status_code, family.json()["success"], set(family.json()["data"])) == (200, False, {"to"})
    assert (laravel.status_code, set(laravel.json())) == (422, {"message", "errors"})


@pytest.mark.parametrize(
    ("fault", "taken"), [("drop", 0), ("drop_after", 1)], ids=["before the message is taken", "after it was taken"]
)
def test_a_dropped_connection_closes_after_zero_bytes(sandbox: SandboxServer, fault: str, taken: int) -> None:
    """The client sees a plain end of file, and only the sandbox knows whether the message was taken."""
    sandbox.set_faults(fault)
    with raw_post(sandbox) as connection:
        assert connection.recv(1) == b""
    stats = sandbox.wait_until(lambda stats: stats.in_flight == 0)
    assert len(sandbox.received()) == stats.accepted == stats.unanswered == taken
    assert stats.dropped == 1 - taken
    assert stats.refused == 0


def test_a_hanging_call_has_its_message_taken_and_no_answer(sandbox: SandboxServer) -> None:
    """Nothing comes for as long as the client waits, and its leaving ends the call."""
    sandbox.set_faults("hang")
    with raw_post(sandbox) as connection:
        stats = sandbox.wait_until(lambda stats: stats.unanswered == 1)
        assert (stats.accepted, stats.in_flight) == (1, 1)
        connection.settimeout(0.05)
        with pytest.raises(TimeoutError):
            connection.recv(1)
    assert sandbox.wait_until(lambda stats: stats.in_flight == 0).accepted == 1


@pytest.mark.parametrize("status", [500, 503])
def test_an_error_may_come_after_the_message_was_taken(sandbox: SandboxServer, status: int) -> None:
    """A 500 tells nothing about the message, nor does the 503 of a proxy."""
    sandbox.set_faults(f"{status}_after")
    assert post(sandbox).status_code == status
    assert len(sandbox.received()) == 1
    assert (sandbox.stats().accepted, sandbox.stats().refused) == (1, 0)


def test_a_client_that_leaves_during_the_delay_does_not_stop_its_message(sandbox: SandboxServer) -> None:
    """As with PHP, the message goes out with nobody there to be told."""
    sandbox.set_faults(latency=0.1)
    with raw_post(sandbox):
        sandbox.wait_until(lambda stats: stats.in_flight == 1)
    stats = sandbox.wait_until(lambda stats: stats.in_flight == 0)
    assert (stats.accepted, stats.unanswered) == (1, 1)


def test_calls_wait_side_by_side(sandbox: SandboxServer) -> None:
    """The latency is each call's own, and the peak of calls in flight is seen."""
    sandbox.set_faults(latency=0.1)
    connections = [raw_post(sandbox) for _ in range(5)]
    for connection in connections:
        with connection:
            assert connection.recv(12) == b"HTTP/1.1 200"
    stats = sandbox.stats()
    assert (stats.in_flight_peak, stats.busiest_second, stats.busiest_minute) == (5, 5, 5)


def test_latency_is_at_least_what_was_asked(sandbox: SandboxServer) -> None:
    """A refusal comes before the delay, a message after it."""
    sandbox.set_faults(latency=60)
    assert post(sandbox, authkey="wrong").status_code == 401
    sandbox.set_faults(latency=0.2)
    start = time.monotonic()
    assert post(sandbox).status_code == 200
    assert time.monotonic() - start >= 0.2


def test_the_throttle_says_when_to_come_back() -> None:
    """Every answer carries the limit; the one over it says how long to wait, and is no message."""
    with SandboxServer(Settings(limit=Limit(count=2, period=60))) as sandbox:
        replies = [post(sandbox, authkey="wrong"), post(sandbox), post(sandbox)]
        assert [reply.status_code for reply in replies] == [401, 200, 429]
        assert [reply.headers["X-RateLimit-Limit"] for reply in replies] == ["2", "2", "2"]
        assert [reply.headers["X-RateLimit-Remaining"] for reply in replies] == ["1", "0", "0"]
        assert "Retry-After" not in replies[1].headers
        assert 30 <= int(replies[2].headers["Retry-After"]) <= 60
        assert 30 <= int(replies[2].headers["X-RateLimit-Reset"]) - time.time() <= 61
        assert (sandbox.stats().calls, sandbox.stats().throttled, sandbox.stats().accepted) == (3, 1, 1)


def test_a_429_by_fault_looks_like_one_of_the_throttle(sandbox: SandboxServer) -> None:
    """It counts as throttled, and asks for the wait that the switch says."""
    sandbox.set_faults("429", retry_after=7)
    reply = post(sandbox)
    assert (reply.headers["Retry-After"], reply.headers["X-RateLimit-Remaining"]) == ("7", "0")
    assert sandbox.stats().throttled == 1
    assert "X-RateLimit-Limit" not in httpx.get(at_sandbox(sandbox, "/received"), trust_env=False).headers


def test_frameworks_errors_are_pages_where_json_is_not_asked_for(sandbox: SandboxServer) -> None:
    """The API's own answers stay JSON; its framework's are HTML, and a validation error sends the browser back."""
    sandbox.set_faults("500@1", "429@2", "422_validation@3", "401_keys@4")
    replies = [post(sandbox, accept="*/*") for _ in range(5)]
    assert [reply.status_code for reply in replies] == [500, 429, 302, 401, 200]
    pages = [reply.headers["content-type"].startswith("text/html") for reply in replies]
    assert pages == [True, True, True, False, False]


def test_json_and_query_are_read_too(sandbox: SandboxServer) -> None:
    """Laravel takes its input from wherever it comes."""
    with httpx.Client(trust_env=False, headers=JSON) as client:
        url = f"{sandbox.url}/create-message"
        keys = {"appkey": APPKEY, "authkey": AUTHKEY}
        assert client.post(url, params=keys, json={"to": 33612345678, "message": "Bonjour"}).json() == SUCCESS
        assert client.post(url, params=GOOD).json() == SUCCESS


def test_create_message_is_for_post_alone(sandbox: SandboxServer) -> None:
    """Another method is 405, by `_method` too; another path is 404."""
    with httpx.Client(trust_env=False, headers=JSON) as client:
        assert client.get(f"{sandbox.url}/create-message", params=GOOD).status_code == 405
        assert client.post(f"{sandbox.url}/nothing").json() == {
            "message": "The route api/nothing could not be found."
        }
    reply = post(sandbox, _method="PUT")
    assert reply.status_code == 405
    assert "Supported methods: POST" in reply.json()["message"]
    assert sandbox.received() == ()


def test_switches_are_set_while_it_runs(sandbox: SandboxServer) -> None:
    """PUT sets what it names and puts the rest back; a misspelt switch changes nothing."""
    url = at_sandbox(sandbox, "/sandbox/faults")
    with httpx.Client(trust_env=False) as client:
        shown = client.put(url, json={"faults": ["500@2"], "latency": 0.01}).json()
        assert client.get(url).json() == shown
        assert (shown["faults"], shown["latency"], shown["quota"]) == (["500@2-2"], 0.01, None)
        assert client.put(url, json={"fautls": []}).status_code == 422
        assert client.put(url, content="[]").status_code == 422
        assert client.get(url).json() == shown
        assert [post(sandbox).status_code for _ in range(3)] == [200, 500, 200]
        assert client.put(url, json={"device_down": True}).json()["faults"] == []
    assert post(sandbox).json() == {"error": "Device not connected or unavailable"}


def test_rules_count_calls_from_when_they_were_set(sandbox: SandboxServer) -> None:
    """The first call after a change is call 1 again."""
    post(sandbox)
    sandbox.set_faults("500@1")
    assert [post(sandbox).status_code for _ in range(2)] == [500, 200]


def test_a_reset_goes_back_to_the_settings() -> None:
    """What a sandbox was started with is what an empty PUT gives."""
    with SandboxServer(Settings(switches=Switches(quota=1))) as sandbox:
        assert [post(sandbox).status_code for _ in range(2)] == [200, 401]
        sandbox.set_faults(quota=None)
        assert post(sandbox).status_code == 200
        sandbox.set_faults()
        assert post(sandbox).status_code == 401


def test_it_stops_with_calls_still_open(caplog: pytest.LogCaptureFixture) -> None:
    """A hanging call and a long delay do not hold it up: their connections close, and nobody complains."""
    start = time.monotonic()
    with SandboxServer() as sandbox:
        sandbox.set_faults("hang@1", latency=0)
        hanging = raw_post(sandbox)
        sandbox.wait_until(lambda stats: stats.unanswered == 1)
        sandbox.set_faults(latency=60)
        waiting = raw_post(sandbox)
        sandbox.wait_until(lambda stats: stats.in_flight == 2)
    assert time.monotonic() - start < 45  # they would hold it up for a minute
    for connection in (hanging, waiting):
        with connection:
            assert connection.recv(1) == b""
    assert (sandbox.stats().in_flight, sandbox.stats().accepted) == (0, 1)
    assert caplog.records == []
