"""`lists` and the verbs of single contacts."""

import csv
from collections.abc import Iterator

import pytest
from openpyxl import load_workbook

from lecommercial_batch.sandbox.book import Person
from lecommercial_batch.sandbox.people import VIP
from lecommercial_batch.sandbox.settings import Settings
from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import Desk

ZOE = "+33 6 41 00 00 01"
PEOPLE = (
    Person(phone="33612345678", name="Jean", lastname="Dupont", lists=(VIP,)),
    Person(phone="33641000002", name="=1+1", lastname="-Tiret", lists=(VIP,)),
)


@pytest.fixture
def vip(desk: Desk) -> Iterator[SandboxServer]:
    """A sandbox of two VIPs, and a desk with an auth key alone."""
    with SandboxServer(Settings(people=PEOPLE)) as sandbox:
        desk.connect(sandbox.url, appkey="")
        desk.write("senders.toml", 'machine_rate = "500/s"\n')
        yield sandbox


def test_lists_and_contacts_are_shown(desk: Desk, vip: SandboxServer) -> None:
    """For a person and for a program; no app key is needed."""
    assert desk.run("lists", "--json").json == {
        "lists": [
            {"id": 3, "name": "Prospects", "contacts_count": 0},
            {"id": 7, "name": "Clients VIP", "contacts_count": 2},
        ]
    }
    assert "Clients VIP" in desk.run("lists").out
    shown = desk.run("contacts", "list", "7", "--json").json
    assert (shown["list_id"], shown["total"]) == (7, 2)
    assert shown["contacts"][0] == {"id": 1, "phone": "33612345678", "name": "Jean", "lastname": "Dupont"}
    assert "+33612345678" in desk.run("contacts", "list", "7").out
    assert vip.stats().refused == 0


def test_one_contact_is_added_renamed_and_removed(desk: Desk, vip: SandboxServer) -> None:
    """Written as people write numbers."""
    added = desk.run("contacts", "add", "7", ZOE, "--name", "Zoé", "--json")
    assert added.json == {"contact_id": 3, "list_id": 7}
    renamed = desk.run("contacts", "update", "0641000001", "--lastname", "Petit", "--json")
    assert renamed.json == {"id": 3, "phone": "33641000001", "name": "Zoé", "lastname": "Petit"}
    assert desk.run("contacts", "remove", "7", ZOE, "--json").json == {"list_id": 7, "removed": True}
    assert len(vip.contacts(7)) == 2

    again = desk.run("contacts", "remove", "7", ZOE, "--json")
    assert (again.code, again.json["problems"][0]["code"]) == (2, "not_found")
    unnamed = desk.run("contacts", "update", ZOE, "--json")
    assert (unnamed.code, unnamed.json["problems"][0]["code"]) == (2, "no_change")
    number = desk.run("contacts", "add", "7", "bonjour", "--json")
    assert (number.code, number.json["problems"][0]["code"]) == (2, "invalid_call")


@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [
        ("401_keys", 2, "invalid_keys"),
        ("401_quota", 3, "quota_exceeded"),
        ("500", 1, "server_error"),
        ("422_validation", 2, "invalid_call"),
    ],
)
def test_exit_codes_say_what_to_do(fault: str, code: int, said: str, desk: Desk, vip: SandboxServer) -> None:
    """Fix the input, come back later, or look what became of it."""
    vip.set_faults(fault)
    done = desk.run("contacts", "add", "7", ZOE, "--json")
    assert (done.code, done.json["problems"][0]["code"]) == (code, said)


@pytest.mark.parametrize("name", ["vip.csv", "vip.xlsx"])
def test_an_export_can_be_fed_back(name: str, desk: Desk, vip: SandboxServer) -> None:
    """As it stands it asks for no change, formulas and dashes included, and it is a campaign's contacts."""
    done = desk.run("contacts", "export", "7", name, "--json")
    assert (done.code, done.json) == (0, {"list_id": 7, "total": 2, "file": name})
    path = desk.folder / name
    assert path.stat().st_mode & 0o077 == 0
    if name.endswith(".csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            assert next(csv.DictReader(file, delimiter=";"))["name"] == "Jean"
    else:
        assert [cell.data_type for cell in load_workbook(path).active[3]] == ["s", "s", "s", "n"]  # type: ignore[index]  # a worksheet

    again = desk.run("contacts", "sync", "7", name, "--remove", "--yes", "--json")
    assert (again.code, again.json["run"], again.json["rejected"]) == (0, None, {"unchanged": 2}), again.err
    over = desk.run("contacts", "list", "7", "--export", name, "--json")
    assert (over.code, over.json["problems"][0]["code"]) == (2, "file_exists")
    assert desk.run("contacts", "list", "7", "--export", "vip.pdf").code == 2
    assert vip.stats().carried_out == 1 + 2


def test_no_key_is_shown(desk: Desk, vip: SandboxServer) -> None:
    """Not in the log at DEBUG of calls whose address holds it, not of one that fails."""
    vip.set_faults("500@2")
    shown = [desk.run("--verbose", "contacts", "list", "7"), desk.run("--verbose", "contacts", "add", "7", ZOE)]
    assert "path=contacts" in shown[0].err
    for done in shown:
        assert "sandbox-authkey" not in done.out + done.err
        assert "641000001" not in done.err
