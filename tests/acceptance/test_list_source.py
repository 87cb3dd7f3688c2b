"""A list of the API as a campaign's contacts."""

import httpx

from lecommercial_batch.sandbox.book import Person
from lecommercial_batch.sandbox.people import PROSPECTS, VIP
from lecommercial_batch.sandbox.settings import AUTHKEY, Settings
from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import Desk

LIST = {"contacts": "list_id = 7", "message": 'text = "Bonjour {{ name }} {{ lastname }}"'}
ODD = (
    Person(phone="33612345678", name="Jean", lastname="Dupont", lists=(VIP,)),
    Person(phone="123", name="Court", lastname="Numéro", lists=(VIP,)),
    Person(phone="33144556677", name="Fixe", lastname="Bureau", lists=(VIP,)),
    Person(phone="33641000001", name="Zoé", lists=(VIP,)),
)
MANY = tuple(Person(phone=f"3364100{n:04d}", name=f"Nom{n}", lists=(PROSPECTS,)) for n in range(120))


def test_a_list_is_sent_to_like_a_file(desk: Desk) -> None:
    """Its rows begin at 2, its columns are phone, name, lastname and id, and all of them are in the report."""
    desk.campaign(**LIST)
    with SandboxServer(Settings(people=ODD)) as sandbox:
        desk.connect(sandbox.url)
        proof = desk.run("preview", "campaign.toml", "--json").json["proof"]
        done = desk.run("send", "campaign.toml", "--proof", proof, "--json")
        assert [message.text for message in sandbox.received()] == ["Bonjour Jean Dupont"]

    assert done.code == 0, done.err
    assert done.json["rejected"] == {"invalid_phone": 1, "missing_value": 1, "not_mobile": 1}
    report = desk.report()
    assert list(report[0])[:5] == ["phone", "name", "lastname", "id", "lc_row"]
    assert [(row["lc_row"], row["id"], row["lc_status"]) for row in report] == [
        ("2", "1", "accepted"),
        ("3", "2", "rejected"),
        ("4", "3", "rejected"),
        ("5", "4", "rejected"),
    ]


def test_every_page_is_read_and_a_changed_list_changes_the_proof(desk: Desk) -> None:
    """120 contacts come with three calls; one who joins meanwhile is not sent to unapproved."""
    desk.campaign(contacts="list_id = 3", message='text = "Bonjour {{ name }}"', rate="500/s")
    desk.write("senders.toml", 'machine_rate = "500/s"\n')
    with SandboxServer(Settings(people=MANY)) as sandbox:
        desk.connect(sandbox.url)
        preview = desk.run("preview", "campaign.toml", "--json")
        assert sandbox.stats().calls == 4  # the lists, and three pages
        with httpx.Client(trust_env=False) as client:
            fields = {"authkey": AUTHKEY, "list_id": 3, "phone": "33641999999", "name": "Zoé"}
            assert client.post(f"{sandbox.url}/add-contact", data=fields).json()["success"]
        refused = desk.run("send", "campaign.toml", "--proof", preview.json["proof"], "--json")
        assert sandbox.received() == ()
    assert preview.json["messages"]["pending"] == 120
    assert (refused.code, [problem["code"] for problem in refused.json["problems"]]) == (
        2,
        ["proof_changed", "people_added"],
    )


def test_what_is_wrong_with_a_list_is_said(desk: Desk, sandbox: SandboxServer) -> None:
    """A list that is not there, one without anybody, a key that is missing or wrong, and nobody at home."""
    assert sandbox.stats().calls == 0
    desk.campaign(**{**LIST, "contacts": "list_id = 9"})
    for verb in ("check", "preview"):
        done = desk.run(verb, "campaign.toml", "--json")
        [problem] = done.json["problems"]
        assert (done.code, problem["code"], problem["column"]) == (2, "unknown_list", "contacts.list_id")
        assert "3 (Prospects), 7 (Clients VIP)" in problem["advice"]

    desk.campaign(**LIST)
    wrong = desk.run("preview", "campaign.toml", "--json", LECOMMERCIAL_AUTHKEY="wrong")
    assert (wrong.code, wrong.json["problems"][0]["code"]) == (2, "invalid_keys")
    missing = desk.run("preview", "campaign.toml", "--json", LECOMMERCIAL_AUTHKEY="")
    assert (missing.code, missing.json["problems"][0]["code"]) == (2, "missing_key")
    away = desk.run("preview", "campaign.toml", "--json", LECOMMERCIAL_BASE_URL="http://127.0.0.1:9/api")
    assert (away.code, away.json["problems"][0]["code"]) == (2, "unreachable")
    with SandboxServer(Settings(people=())) as empty:
        desk.connect(empty.url)
        nobody = desk.run("preview", "campaign.toml", "--json")
    assert (nobody.code, nobody.json["problems"][0]["code"]) == (2, "no_rows")


def test_a_campaign_has_one_source(desk: Desk) -> None:
    """A file and a list, neither of them, a sheet of a list."""
    desk.contacts(1)
    for contacts in (
        'file = "clients.csv"\nlist_id = 7',
        'region = "FR"',
        'list_id = 7\nsheet = "A"',
        "list_id = 0",
    ):
        desk.campaign(contacts=contacts)
        done = desk.run("check", "campaign.toml", "--json")
        assert (done.code, done.json["problems"][0]["code"]) == (2, "bad_value"), contacts
