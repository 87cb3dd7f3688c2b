"""The vendor's own curl samples, run as they stand: only the address and the YOUR_… words are filled in."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from lecommercial_batch import Contact
from lecommercial_batch.sandbox.settings import APPKEY, AUTHKEY, TEMPLATE, Settings
from lecommercial_batch.testing import SandboxServer
from tests.contract.conftest import Connecting
from tools.programs import REMEDY, find

PAGE = Path(__file__).with_name("vendor_samples.sh").read_text(encoding="utf-8")
SAMPLES = {re.findall(r"/api/([a-z-]+)", sample)[0]: sample for sample in PAGE.strip().split("\n\n")[1:]}
BASE_URL = "https://lecommercial.app/api"
FILLED = {
    "YOUR_APPKEY": APPKEY,
    "YOUR_AUTHKEY": AUTHKEY,
    "YOUR_TO": "33612345678",
    "YOUR_MESSAGE": "Bonjour",
    "YOUR_FILE": "https://example.fr/devis.pdf",
    "YOUR_TEMPLATE_ID": "",
    "YOUR_VARIABLES": "",
    "YOUR_LIST_ID": "3",
    "YOUR_PHONE": "33698765432",
    "YOUR_PAGE": "1",
    "YOUR_NAME": "Jean",
    "YOUR_LASTNAME": "Martin",
}


@pytest.fixture(scope="module", autouse=True)
def _curl() -> None:
    if not find("curl"):
        pytest.fail(f"curl is missing: {REMEDY}")


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer() as server:
        yield server


def run(sandbox: SandboxServer, name: str, **changes: str) -> str:
    """Run a sample in a shell, as a reader would after filling it in; return what it prints."""
    sample = SAMPLES[name].replace(BASE_URL, sandbox.url)
    for word, value in sorted(
        (FILLED | changes).items(), reverse=True
    ):  # YOUR_TO is in YOUR_TOKEN, were there one
        sample = re.sub(rf"\b{word}\b", value, sample)
    assert "YOUR_" not in sample
    environment = {"PATH": os.environ["PATH"], "NO_PROXY": "*", "CURL_HOME": "/nowhere"}
    done = subprocess.run(["/bin/sh", "-c", sample], check=True, capture_output=True, text=True, env=environment)
    return done.stdout


def test_the_page_has_six_samples() -> None:
    """None is lost on the way here."""
    names = ["create-message", "add-contact", "lists", "contacts", "update-contact", "remove-contact"]
    assert list(SAMPLES) == names
    assert all(sample.startswith("curl --location --request ") for sample in SAMPLES.values())


def test_posts_and_gets_give_the_bodies_of_the_page(sandbox: SandboxServer) -> None:
    """In the page's order, down to contact 42 and the lists of 42 and 15."""
    assert json.loads(run(sandbox, "create-message")) == {
        "message_status": "Success",
        "data": {"from": "33700000001", "to": "33612345678", "status_code": 200},
    }
    assert json.loads(run(sandbox, "add-contact")) == {
        "success": True,
        "message": "Contact added to list successfully",
        "data": {"contact_id": 42, "list_id": 3},
    }
    assert json.loads(run(sandbox, "lists")) == {
        "success": True,
        "data": [
            {"id": 3, "name": "Prospects", "contacts_count": 42},
            {"id": 7, "name": "Clients VIP", "contacts_count": 15},
        ],
    }
    shown = json.loads(run(sandbox, "contacts"))
    assert shown["data"][0] == {"id": 1, "phone": "33612345678", "name": "Jean", "lastname": "Dupont"}
    assert shown["meta"] == {"total": 42, "per_page": 50, "current_page": 1, "last_page": 1}
    assert len(shown["data"]) == 42
    [message] = sandbox.received()
    assert (message.text, message.file) == ("Bonjour", "https://example.fr/devis.pdf")


def test_put_and_delete_fail_as_php_makes_them_fail(sandbox: SandboxServer) -> None:
    """Their form is multipart, which PHP before 8.4 reads on POST alone: no field arrives."""
    required = {name: [f"The {name} field is required."] for name in ("authkey", "phone")}
    assert json.loads(run(sandbox, "update-contact", YOUR_PHONE="33612345678")) == {
        "success": False,
        "message": "Validation errors",
        "data": required,
    }
    removed = json.loads(run(sandbox, "remove-contact", YOUR_PHONE="33612345678"))
    assert removed["data"] == required | {"list_id": ["The list id field is required."]}
    assert sandbox.contacts(3)[0].lastname == "Dupont"
    assert sandbox.stats().refused == 2


def test_put_and_delete_succeed_with_the_switch() -> None:
    """As the page shows, word for word."""
    with SandboxServer(Settings(multipart_on_put=True)) as sandbox:
        assert json.loads(run(sandbox, "update-contact", YOUR_PHONE="33612345678")) == {
            "success": True,
            "message": "Contact updated successfully",
            "data": {"contact_id": 1, "phone": "33612345678", "name": "Jean", "lastname": "Martin"},
        }
        assert json.loads(run(sandbox, "remove-contact", YOUR_PHONE="33612345678")) == {
            "success": True,
            "message": "Contact removed from list successfully",
        }
        assert sandbox.contacts(3)[0].id == 2


@pytest.mark.parametrize("switch", [False, True])
async def test_our_client_succeeds_in_both(switch: bool, connect: Connecting) -> None:
    """What the PUT and DELETE samples ask for, done whether the server reads multipart there or not."""
    with SandboxServer(Settings(multipart_on_put=switch)) as sandbox:
        async with connect(sandbox.url) as api:
            changed = await api.update_contact("33612345678", name="Jean", lastname="Martin")
            assert changed == Contact(id=1, phone="33612345678", name="Jean", lastname="Martin")
            await api.remove_contact(3, "33612345678")
        assert sandbox.contacts(3)[0].id == 2


def test_a_template_with_the_samples_scalar_variables_breaks_the_server(sandbox: SandboxServer) -> None:
    """`variables="…"` is no array, and without `Accept: application/json` the error is a page."""
    shown = run(sandbox, "create-message", YOUR_TEMPLATE_ID=TEMPLATE, YOUR_VARIABLES="Jean")
    assert "<h1>Server Error</h1>" in shown
    assert sandbox.received() == ()
