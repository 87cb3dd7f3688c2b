"""`optout sync`: opt-outs and a list of Le Commercial's, each with what the other has."""

from collections.abc import Iterator

import pytest

from lecommercial_batch.sandbox.book import Person
from lecommercial_batch.sandbox.people import VIP
from lecommercial_batch.sandbox.settings import Settings
from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import Desk

STOP = str(VIP)


@pytest.fixture
def stops(desk: Desk) -> Iterator[SandboxServer]:
    """A sandbox with a list of two who said stop there, of whom one cannot be called; two more are known here."""
    phones = ("33641000001", "33641000002", "12")
    people = tuple(Person(phone=phone, name="x", lastname="y", lists=(VIP,)) for phone in phones)
    with SandboxServer(Settings(people=people)) as sandbox:
        desk.connect(sandbox.url, appkey="")
        desk.write("senders.toml", 'machine_rate = "500/s"\n')
        desk.run("optout", "add", "0641000002", "0641000003", "0641000004", "--reason", "STOP")
        yield sandbox


def listed(sandbox: SandboxServer) -> set[str]:
    return {contact.phone for contact in sandbox.contacts(VIP)}


def test_each_gets_what_the_other_has(desk: Desk, stops: SandboxServer) -> None:
    """And the second time there is nothing to do; what was known of a wish stays."""
    first = desk.run("optout", "sync", STOP, "--yes", "--json")
    again = desk.run("optout", "sync", STOP, "--yes", "--json")

    assert (first.json["taken"], first.json["given"], first.json["optouts"]) == (1, 2, 4)
    assert (again.json["taken"], again.json["given"], again.json["optouts"]) == (0, 0, 4)
    assert listed(stops) == {"33641000001", "33641000002", "33641000003", "33641000004", "12"}
    newest = {each["phone"]: each for each in desk.run("optout", "list", "--json").json["newest"]}
    assert newest["+33641000001"]["source"].startswith("Le Commercial, ")
    assert newest["+33641000002"]["reason"] == "STOP"
    assert (first.code, [each["code"] for each in first.json["problems"]]) == (1, ["invalid_phone"])


def test_what_cannot_be_put_in_is_said(desk: Desk, stops: SandboxServer) -> None:
    """The others are; the next time goes on with who is missing."""
    stops.set_faults("add-contact:422_validation@1")
    first = desk.run("optout", "sync", STOP, "--yes", "--json")
    stops.set_faults()
    again = desk.run("optout", "sync", STOP, "--yes", "--json")

    assert (first.code, first.json["given"], len(first.json["problems"])) == (1, 1, 2)
    assert again.json["given"] == 1
    assert listed(stops) >= {"33641000003", "33641000004"}


def test_nobody_is_put_into_a_list_unasked(desk: Desk, stops: SandboxServer) -> None:
    done = desk.run("optout", "sync", STOP, "--json")
    assert (done.code, done.json["problems"][0]["code"]) == (2, "not_confirmed")
    assert len(listed(stops)) == 3


def test_a_list_that_is_not_there(desk: Desk, stops: SandboxServer) -> None:
    done = desk.run("optout", "sync", "99", "--yes", "--json")
    assert (done.code, done.json["problems"][0]["code"]) == (2, "unknown_list")
    assert len(listed(stops)) == 3
