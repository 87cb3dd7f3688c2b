"""What create-message answers, and in which order it looks."""

import pytest

from lecommercial_batch.sandbox import replies, rules
from lecommercial_batch.sandbox.faults import Fault
from lecommercial_batch.sandbox.php import Form, Value
from lecommercial_batch.sandbox.replies import Reply
from lecommercial_batch.sandbox.rules import Draft
from lecommercial_batch.sandbox.settings import APPKEY, AUTHKEY, DEVICE_DOWN, TEMPLATE, Settings, Switches

GOOD: Form = {"appkey": APPKEY, "authkey": AUTHKEY, "to": "33612345678", "message": "Bonjour"}
SETTINGS = Settings(templates={TEMPLATE: "Bonjour {prenom}, devis {numero}. Votre prenom: {prenom}"})


def examine(changes: Form, *, quota: int | None = None, taken: int = 0) -> Draft | Reply:
    return rules.examine(GOOD | changes, settings=SETTINGS, switches=Switches(quota=quota), taken=taken)


def errors(changes: Form) -> object:
    reply = examine(changes)
    assert isinstance(reply, Reply)
    assert isinstance(reply.body, dict)
    assert (reply.status, reply.body["success"], reply.body["message"]) == (200, False, "Validation errors")
    return reply.body["data"]


def text(changes: Form) -> str:
    draft = examine(changes)
    assert isinstance(draft, Draft), draft
    return draft.text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"to": None}, "to"),
        ({"to": "+33612345678"}, "to"),
        ({"to": "33612345678901"}, "to"),
        ({"to": {"0": "336"}}, "to"),
        ({"message": None}, "message"),
        ({"message": "é" * 1001}, "message"),
        ({"message": "é" * 1001, "template_id": TEMPLATE}, "message"),
        ({"file": "ftp://a/b.pdf"}, "file"),
        ({"file": "https://a/" + "b" * 187 + ".pdf"}, "file"),
        ({"appkey": None}, "appkey"),
        ({"authkey": None, "appkey": "wrong"}, "authkey"),
    ],
)
def test_a_malformed_call_names_its_field(changes: Form, field: str) -> None:
    """Status 200, success false, and the one field at fault; before the keys are looked at."""
    assert list(errors(changes)) == [field]  # type: ignore[call-overload]  # checked by the assertion


@pytest.mark.parametrize(
    "changes",
    [
        {"to": "3361234567890"},
        {"to": 33612345678},
        {"message": "é" * 1000},
        {"message": None, "template_id": TEMPLATE},
        {"file": "https://a/" + "b" * 186 + ".pdf"},
    ],
)
def test_a_call_at_its_limits_passes(changes: Form) -> None:
    """13 digits, 1,000 code points, 200 characters of URL."""
    assert isinstance(examine(changes), Draft)


def test_laravels_own_validation_answer() -> None:
    """With the switch, a malformed call is a 422 with message and errors."""
    settings = Settings(validation_status=422)
    reply = rules.examine({}, settings=settings, switches=Switches(), taken=0)
    assert isinstance(reply, Reply)
    assert isinstance(reply.body, dict)
    assert reply.status == 422
    assert reply.body["message"] == "The appkey field is required. (and 3 more errors)"
    assert set(reply.body["errors"]) == {"appkey", "authkey", "to", "message"}


def test_the_checks_come_in_the_servers_order() -> None:
    """Of several things wrong, the first of keys, quota, template and file type is answered."""
    wrong: Form = {"appkey": "wrong", "template_id": "none", "file": "https://a/b.exe"}
    assert examine(wrong, quota=0) is replies.KEYS
    assert examine(wrong | {"appkey": APPKEY, "authkey": "wrong"}, quota=0) is replies.KEYS
    assert examine(wrong | {"appkey": APPKEY}, quota=0) is replies.QUOTA
    assert examine(wrong | {"appkey": APPKEY}) is replies.TEMPLATE
    assert examine(wrong | {"appkey": APPKEY, "template_id": None}) is replies.FILE


def test_the_quota_is_of_messages_taken() -> None:
    """The last one within it passes."""
    assert isinstance(examine({}, quota=2, taken=1), Draft)
    assert examine({}, quota=2, taken=2) is replies.QUOTA


@pytest.mark.parametrize(
    ("file", "fits"),
    [("a.pdf", True), ("a.PDF", True), ("a.pdf?x=1", False), ("a.gif", False), ("a", False), ("a.pdf.zip", False)],
)
def test_a_file_is_judged_by_what_follows_its_last_dot(file: str, fits: bool) -> None:
    """A query string breaks it."""
    assert (examine({"file": f"https://example.fr/{file}"}) is not replies.FILE) == fits


def test_a_template_replaces_message_and_file() -> None:
    """With a template, the message is not shown and a bad file does not matter."""
    variables: Value = {"{prenom}": "Jean", "{numero}": 7}
    changes: Form = {"template_id": TEMPLATE, "file": "https://a/b.exe", "variables": variables}
    assert text(changes) == "Bonjour Jean, devis 7. Votre prenom: Jean"
    assert text({"variables": variables}) == "Bonjour"


@pytest.mark.parametrize(
    ("variables", "shown"),
    [
        ({"{a}": "{b}", "{b}": "x"}, "x x 10"),
        ({"{b}": "x", "{a}": "{b}"}, "{b} x 10"),
        ({"0": "Jean"}, "{a} {b} 1Jean"),
        ({"a": "x"}, "{x} {b} 10"),
        ({"{a}": None, "": "y"}, " {b} 10"),
        (None, "{a} {b} 10"),
        ("Jean", None),
        ({"{a}": {"0": "x"}}, None),
    ],
)
def test_substitution_is_literal_and_one_after_the_other(variables: Value, shown: str | None) -> None:
    """As str_replace in a loop: order matters, bare keys hit anywhere, scalars and nested arrays fail."""
    assert rules.substitute("{a} {b} 10", variables) == shown


def test_a_template_with_scalar_variables_is_a_server_error() -> None:
    """The documented sample, `variables="…"`, breaks the server."""
    assert examine({"template_id": TEMPLATE, "variables": "Jean"}) is replies.ERROR


def test_a_phone_that_is_down_shows_in_three_forms() -> None:
    """As keys that open nothing, as a send that fails, or said outright; an expired plan is the first of them."""
    keys, failed, said = (Switches(device_down=fault) for fault in DEVICE_DOWN)
    for switches in (keys, Switches(plan_expired=True)):
        assert rules.examine(GOOD, settings=SETTINGS, switches=switches, taken=0) is replies.KEYS
    draft = rules.examine(GOOD, settings=SETTINGS, switches=failed, taken=0)
    assert isinstance(draft, Draft)
    assert rules.refuse(draft, failed) is replies.FAILED
    assert rules.refuse(draft, said) is replies.DEVICE


def test_the_device_is_looked_at_before_the_number() -> None:
    """Both come last, and what passes is answered with both numbers."""
    draft = examine({})
    assert isinstance(draft, Draft)
    absent = frozenset({"33612345678"})
    assert rules.refuse(draft, Switches(device_down=Fault.DEVICE, unregistered=absent)) is replies.DEVICE
    assert rules.refuse(draft, Switches(unregistered=absent)) is replies.FAILED
    assert rules.refuse(draft, Switches()) is None
    assert rules.success(draft).body == {
        "message_status": "Success",
        "data": {"from": "33700000001", "to": "33612345678", "status_code": 200},
    }
