"""The sandbox's lists and contacts over real sockets."""

from collections.abc import Iterator

import httpx
import pytest

from lecommercial_batch.sandbox.book import Contact, Person
from lecommercial_batch.sandbox.people import PROSPECTS, VIP, invented
from lecommercial_batch.sandbox.settings import AUTHKEY, Limit, Settings
from lecommercial_batch.testing import SandboxServer

JSON = {"Accept": "application/json"}
JEAN = "33612345678"
ZOE = "33698765432"


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer(
        Settings(people=(Person(phone=JEAN, name="Jean", lastname="Dupont", lists=(PROSPECTS,)),))
    ) as it:
        yield it


def call(sandbox: SandboxServer, method: str, path: str, **fields: object) -> httpx.Response:
    """Call an endpoint as our client does: GET by its query, the others urlencoded."""
    sent = {"authkey": AUTHKEY} | {name: str(value) for name, value in fields.items()}
    with httpx.Client(trust_env=False, headers=JSON) as client:
        way = {"params": sent} if method == "GET" else {"data": sent}
        return client.request(method, f"{sandbox.url}/{path}", **way)  # type: ignore[arg-type]  # one of two ways


def test_a_contact_is_added_renamed_and_removed(sandbox: SandboxServer) -> None:
    """Each call answers as the vendor's page shows, and the list is what they made of it."""
    added = call(sandbox, "POST", "add-contact", list_id=PROSPECTS, phone=ZOE, name=" Zoé ")
    assert added.status_code == 200
    assert added.json() == {
        "success": True,
        "message": "Contact added to list successfully",
        "data": {"contact_id": 2, "list_id": PROSPECTS},
    }
    assert call(sandbox, "PUT", "update-contact", phone=ZOE, lastname="Petit").json() == {
        "success": True,
        "message": "Contact updated successfully",
        "data": {"contact_id": 2, "phone": ZOE, "name": "Zoé", "lastname": "Petit"},
    }
    zoe = Contact(id=2, phone=ZOE, name="Zoé", lastname="Petit")
    assert sandbox.contacts(PROSPECTS)[1:] == (zoe,)
    gone = call(sandbox, "DELETE", "remove-contact", list_id=PROSPECTS, phone=ZOE)
    assert gone.json() == {"success": True, "message": "Contact removed from list successfully"}
    assert [contact.phone for contact in sandbox.contacts(PROSPECTS)] == [JEAN]
    assert sandbox.stats().carried_out == sandbox.stats().calls == 3


def test_lists_come_with_their_counts(sandbox: SandboxServer) -> None:
    """An empty list is one too."""
    assert call(sandbox, "GET", "lists").json() == {
        "success": True,
        "data": [
            {"id": PROSPECTS, "name": "Prospects", "contacts_count": 1},
            {"id": VIP, "name": "Clients VIP", "contacts_count": 0},
        ],
    }


def test_a_number_is_one_contact_whatever_the_lists(sandbox: SandboxServer) -> None:
    """Adding again is no second contact, keeps the id, and changes the names that are given; removal keeps it."""
    again = call(sandbox, "POST", "add-contact", list_id=PROSPECTS, phone=JEAN, lastname="Martin", name="")
    assert again.json()["data"] == {"contact_id": 1, "list_id": PROSPECTS}
    assert call(sandbox, "POST", "add-contact", list_id=VIP, phone=JEAN).json()["data"]["contact_id"] == 1
    martin = Contact(id=1, phone=JEAN, name="Jean", lastname="Martin")
    assert sandbox.contacts(PROSPECTS) == sandbox.contacts(VIP) == (martin,)
    call(sandbox, "DELETE", "remove-contact", list_id=PROSPECTS, phone=JEAN)
    assert (sandbox.contacts(PROSPECTS), sandbox.contacts(VIP)) == ((), (martin,))


@pytest.mark.parametrize(
    ("page", "first", "count", "current"),
    [
        ("1", 1, 50, 1),
        ("3", 101, 20, 3),
        ("4", None, 0, 4),
        ("0", 1, 50, 1),
        ("-1", 1, 50, 1),
        ("x", 1, 50, 1),
        ("", 1, 50, 1),
    ],
)
def test_pages_are_laravels(page: str, first: int | None, count: int, current: int) -> None:
    """Fifty a page; a bad page is the first, one past the end is empty."""
    with SandboxServer(Settings(people=invented(120))) as sandbox:
        shown = call(sandbox, "GET", "contacts", list_id=PROSPECTS, page=page).json()
    assert [contact["id"] for contact in shown["data"][:1]] == ([first] if first else [])
    assert len(shown["data"]) == count
    assert shown["meta"] == {"total": 120, "per_page": 50, "current_page": current, "last_page": 3}


def test_an_empty_list_has_one_page(sandbox: SandboxServer) -> None:
    """`last_page` is never 0."""
    meta = call(sandbox, "GET", "contacts", list_id=VIP).json()["meta"]
    assert meta == {"total": 0, "per_page": 50, "current_page": 1, "last_page": 1}


@pytest.mark.parametrize(
    ("method", "path", "fields", "invalid"),
    [
        ("POST", "add-contact", {"authkey": ""}, ["authkey", "list_id", "phone"]),
        ("POST", "add-contact", {"list_id": "x", "phone": "+336"}, ["list_id", "phone"]),
        ("POST", "add-contact", {"list_id": "3", "phone": "1" * 16, "name": "x" * 256}, ["phone", "name"]),
        ("GET", "lists", {"authkey": ""}, ["authkey"]),
        ("GET", "contacts", {"list_id": "3.5"}, ["list_id"]),
        ("PUT", "update-contact", {}, ["phone"]),
        ("DELETE", "remove-contact", {"list_id": "03", "phone": "336"}, ["list_id"]),
    ],
)
@pytest.mark.parametrize("status", [200, 422])
def test_a_malformed_call_names_its_fields(
    method: str, path: str, fields: dict[str, str], invalid: list[str], status: int
) -> None:
    """In the family's way, and in Laravel's own; before the key is looked at."""
    settings = Settings(validation_status=200 if status == 200 else 422)
    with SandboxServer(settings) as sandbox:
        reply = call(sandbox, method, path, **fields)
        assert sandbox.stats().refused == 1
    assert reply.status_code == status
    assert list(reply.json()["data" if status == 200 else "errors"]) == invalid


def test_what_is_not_there_is_404(sandbox: SandboxServer) -> None:
    """A list, a contact, a contact of another list."""
    calls: list[tuple[str, str, dict[str, object]]] = [
        ("POST", "add-contact", {"list_id": 99, "phone": ZOE}),
        ("GET", "contacts", {"list_id": 99}),
        ("PUT", "update-contact", {"phone": ZOE}),
        ("DELETE", "remove-contact", {"list_id": PROSPECTS, "phone": ZOE}),
        ("DELETE", "remove-contact", {"list_id": VIP, "phone": JEAN}),
    ]
    replies = [call(sandbox, method, path, **fields) for method, path, fields in calls]
    assert [reply.status_code for reply in replies] == [404] * 5
    assert [reply.json()["message"] for reply in replies] == ["List not found"] * 2 + ["Contact not found"] * 3
    assert sandbox.stats().refused == 5


def test_a_wrong_key_or_an_expired_plan_opens_nothing(sandbox: SandboxServer) -> None:
    """The answer is the same, and in the style of contact calls, also by fault."""
    refusal = {"success": False, "message": "Invalid authkey"}
    assert call(sandbox, "GET", "lists", authkey="wrong").json() == refusal
    sandbox.set_faults(plan_expired=True)
    reply = call(sandbox, "POST", "add-contact", list_id=PROSPECTS, phone=ZOE)
    assert (reply.status_code, reply.json()) == (401, refusal)
    assert len(sandbox.contacts(PROSPECTS)) == 1
    sandbox.set_faults("401_keys")
    assert call(sandbox, "GET", "lists").json() == refusal


@pytest.mark.parametrize(
    ("method", "path", "supported"),
    [("POST", "lists", "GET, HEAD"), ("POST", "update-contact", "PUT"), ("GET", "add-contact", "POST")],
)
def test_each_endpoint_has_its_method(sandbox: SandboxServer, method: str, path: str, supported: str) -> None:
    """Any other is 405, and is told which."""
    reply = call(sandbox, method, path, list_id=PROSPECTS, phone=JEAN)
    assert (reply.status_code, reply.headers["allow"]) == (405, supported)
    assert f"Supported methods: {supported}." in reply.json()["message"]


def test_put_and_delete_can_be_said_by_post(sandbox: SandboxServer) -> None:
    """`_method`, for proxies that drop bodies."""
    assert call(sandbox, "POST", "update-contact", _method="PUT", phone=JEAN, name="J").json()["success"]
    assert call(sandbox, "POST", "remove-contact", _method="DELETE", list_id=PROSPECTS, phone=JEAN).json()[
        "success"
    ]


def test_multipart_is_nothing_on_put_and_delete_unless_switched() -> None:
    """As PHP before 8.4 has it: the fields never arrive."""
    parts = {"authkey": (None, AUTHKEY), "phone": (None, JEAN), "name": (None, "J")}
    for switch, success in ((False, False), (True, True)):
        with SandboxServer(Settings(multipart_on_put=switch)) as sandbox, httpx.Client(trust_env=False) as client:
            reply = client.put(f"{sandbox.url}/update-contact", files=parts, headers=JSON)
            assert reply.json()["success"] is success


def test_all_calls_share_one_throttle() -> None:
    """Messages, contacts, lists and what is no endpoint at all."""
    with SandboxServer(Settings(limit=Limit(count=3, period=60))) as sandbox:
        calls = [("GET", "lists"), ("POST", "create-message"), ("GET", "nothing"), ("GET", "contacts")]
        assert [call(sandbox, *it).headers["X-RateLimit-Remaining"] for it in calls] == ["2", "1", "0", "0"]
        assert call(sandbox, "GET", "lists").status_code == 429
        assert (sandbox.stats().calls, sandbox.stats().throttled) == (5, 2)


def test_faults_strike_contact_calls_too(sandbox: SandboxServer) -> None:
    """Of all calls, or of one endpoint's; those "after" when the work is done."""
    sandbox.set_faults("lists:500@2", "add-contact:500_after", f"503@+{JEAN}")
    assert [call(sandbox, "GET", "lists").status_code for _ in range(3)] == [200, 500, 200]
    assert call(sandbox, "PUT", "update-contact", phone=JEAN).status_code == 503
    assert call(sandbox, "POST", "add-contact", list_id=VIP, phone=ZOE).status_code == 500
    assert [contact.phone for contact in sandbox.contacts(VIP)] == [ZOE]


def test_a_dropped_contact_call_may_have_been_carried_out(sandbox: SandboxServer) -> None:
    """Only the sandbox knows."""
    sandbox.set_faults("drop_after")
    with pytest.raises(httpx.RemoteProtocolError):
        call(sandbox, "DELETE", "remove-contact", list_id=PROSPECTS, phone=JEAN)
    assert sandbox.contacts(PROSPECTS) == ()
    stats = sandbox.wait_until(lambda stats: stats.in_flight == 0)
    assert (stats.carried_out, stats.unanswered, stats.dropped) == (1, 1, 0)


def test_the_lists_at_the_start_are_the_vendors() -> None:
    """One contact short of the page's, whose sample adds number 42."""
    with SandboxServer() as sandbox:
        counts = [each["contacts_count"] for each in call(sandbox, "GET", "lists").json()["data"]]
        added = call(sandbox, "POST", "add-contact", list_id=PROSPECTS, phone=ZOE).json()
    assert counts == [41, 15]
    assert added["data"]["contact_id"] == 42
