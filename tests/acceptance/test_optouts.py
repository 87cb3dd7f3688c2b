"""Who asked for no more messages gets none: the real command, before and while a campaign is sent."""

import pytest

from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import Desk

RUN = "essai-ete-1"
KEY = "a long random text, 0123456789"


def sent(sandbox: SandboxServer) -> set[str]:
    return {message.to for message in sandbox.received()}


def test_an_optout_added_under_way_is_obeyed(desk: Desk, sandbox: SandboxServer) -> None:
    """That person's pending message becomes a rejection; every other row goes its way, and none is lost."""
    desk.contacts(120)
    desk.campaign(rate="20/s")
    process = desk.start("send", "campaign.toml", "--yes", "--json")
    sandbox.wait_until(lambda stats: stats.accepted >= 5, timeout=60)

    added = desk.run("optout", "add", "06 41 00 01 19", "--reason", "STOP", "--json")
    before = len(sandbox.received())
    _, err = process.communicate(timeout=60)

    assert (added.code, added.json) == (0, {"added": 1, "known": 0, "optouts": 1})
    assert before < 120  # else nothing was shown
    assert process.returncode == 0, err
    status = desk.run("status", RUN, "--json").json
    assert status["rejected"] == {"opted_out": 1}
    assert (status["rows"], status["messages"]["accepted"], status["messages"]["pending"]) == (120, 119, 0)
    assert "33641000119" not in sent(sandbox)
    row = desk.report()[-1]
    assert (row["Téléphone"].strip(), row["lc_status"], row["lc_reason"]) == (
        "+33641000119",
        "rejected",
        "opted_out",
    )


def test_an_optout_is_obeyed_by_every_plan(desk: Desk, sandbox: SandboxServer) -> None:
    """Neither consent in the file nor another import of the list takes it back; `remove` does."""
    desk.write("clients.csv", "Téléphone;Accord\n0641000001;oui\n0641000002;oui\n")
    desk.campaign(contacts='file = "clients.csv"\nconsent = "Accord"', message='text = "Bonjour"')
    desk.run("optout", "add", "+33 6 41 00 00 01", "--date", "03/03/2020", "--source", "accueil")
    desk.write("again.csv", "Téléphone\n0641000001\n")
    desk.run("optout", "import", "again.csv")
    (kept,) = desk.run("optout", "list", "--json").json["newest"]
    checked = desk.run("check", "campaign.toml", "--json").json
    done = desk.run("send", "campaign.toml", "--yes", "--json")

    assert (kept["source"], kept["date"][:10]) == ("accueil", "2020-03-03")
    assert [each["code"] for each in checked["problems"] if each["row"]] == ["opted_out"]
    assert done.json["rejected"] == {"opted_out": 1}
    assert sent(sandbox) == {"33641000002"}
    assert desk.run("optout", "remove", "0641000001", "--json").json == {"removed": 1, "optouts": 0}
    assert desk.run("preview", "campaign.toml", "--json", "--again").json["rejected"] == {}


def test_replies_that_say_stop_are_imported(desk: Desk) -> None:
    """The others are not; a number that cannot be read is told, and makes the exit code 1."""
    desk.write(
        "replies.csv",
        "De;Reçu le;Texte\n+33641000001;02/03/2026;STOP merci\n0641000002;02/03/2026;Oui, à mardi\n"
        "?;02/03/2026;Désabonner\n0641000003;jamais;ARRÊT\n",
    )
    done = desk.run(
        "optout", "import", "replies.csv", "--replies", "texte", "--phone", "De", "--date", "Reçu le", "--json"
    )

    assert done.code == 1
    assert (done.json["rows"], done.json["others"], done.json["added"]) == (4, 1, 2)
    told = [(each["code"], each["row"], each["column"]) for each in done.json["problems"]]
    assert told == [("invalid_phone", 4, "De"), ("no_stop", 3, "Texte")]
    newest = desk.run("optout", "list", "--json").json["newest"]
    assert [(each["phone"], each["reason"]) for each in newest] == [
        ("+33641000003", "ARRÊT"),
        ("+33641000001", "STOP merci"),
    ]
    assert newest[1]["date"].startswith("2026-03-02")


def test_a_list_that_was_exported_comes_back_whole(desk: Desk) -> None:
    desk.run("optout", "add", "0641000001", "--reason", "=1+1", "--source", "+33 1", "--date", "2024-02-29")
    before = desk.run("optout", "list", "--json").json
    desk.run("optout", "export", "list.csv")
    desk.move()

    assert desk.run("optout", "import", "list.csv").code == 0
    assert desk.run("optout", "list", "--json").json == before
    assert (desk.folder / "list.csv").stat().st_mode & 0o077 == 0
    assert desk.run("optout", "export", "list.csv").code == 2  # it is there already


def test_a_partner_screens_by_hashes_alone(desk: Desk) -> None:
    """The file says nobody's number; with its key they are left out, with another it is refused."""
    desk.contacts(3)
    desk.campaign(contacts='file = "clients.csv"\nsuppressed = ["partner.csv"]')
    desk.run("optout", "add", "+33641000001")
    desk.run("optout", "export", "partner.csv", "--hashed", LECOMMERCIAL_OPTOUT_KEY=KEY)
    desk.move()

    screened = desk.run("preview", "campaign.toml", "--json", LECOMMERCIAL_OPTOUT_KEY=KEY)
    other = desk.run("preview", "campaign.toml", "--json", LECOMMERCIAL_OPTOUT_KEY=KEY[::-1])
    without = desk.run("preview", "campaign.toml", "--json")

    assert "41000001" not in (desk.folder / "partner.csv").read_text(encoding="utf-8")
    assert screened.json["rejected"] == {"opted_out": 1}
    assert (other.code, other.json["problems"][0]["code"]) == (2, "other_key")
    assert (without.code, without.json["problems"][0]["code"]) == (2, "missing_key")


@pytest.mark.parametrize(
    ("content", "code"), [("Téléphone\n0641000001\n", "not_hashes"), ("{header}\nabc\n", "bad_hash")]
)
def test_a_file_of_no_hashes_is_refused(content: str, code: str, desk: Desk) -> None:
    """A list that would screen nobody is not taken for one that does."""
    desk.contacts(3)
    desk.campaign(contacts='file = "clients.csv"\nsuppressed = ["partner.csv"]')
    desk.run("optout", "add", "0641000009")
    desk.run("optout", "export", "hashes.csv", "--hashed", LECOMMERCIAL_OPTOUT_KEY=KEY)
    header = (desk.folder / "hashes.csv").read_text(encoding="utf-8-sig").split()[0]
    desk.write("partner.csv", content.format(header=header))

    done = desk.run("preview", "campaign.toml", "--json", LECOMMERCIAL_OPTOUT_KEY=KEY)
    assert (done.code, done.json["problems"][0]["code"]) == (2, code)


def test_a_list_is_not_looked_for_in_the_wrong_folder(desk: Desk) -> None:
    """A partner would screen by an empty file, and whoever removes a number would think it gone."""
    for done in (
        desk.run("optout", "export", "list.csv", "--json"),
        desk.run("optout", "remove", "0641000001", "--json"),
    ):
        assert (done.code, done.json["problems"][0]["code"]) == (2, "no_journal")
    assert desk.files() == set()


def test_a_number_that_cannot_be_read_changes_nothing(desk: Desk) -> None:
    done = desk.run("optout", "add", "0641000001", "mardi", "--json")
    assert (done.code, done.json["problems"][0]["code"]) == (2, "invalid_phone")
    assert desk.run("optout", "list", "--json").json == {"optouts": 0, "newest": []}


def test_a_key_is_made_and_can_be_changed(desk: Desk) -> None:
    """A file of the key before is read still; one of no key that is known is not."""
    keys = [desk.run("optout", "key", "--json").json["key"] for _ in range(3)]
    assert len(set(keys)) == 3
    assert all(len(key) == 43 for key in keys)
    assert "still personal data" in desk.run("optout", "key").out
    desk.contacts(2)
    desk.run("optout", "add", "+33641000000")
    exported = desk.run("optout", "export", "partner.csv", "--hashed", LECOMMERCIAL_OPTOUT_KEY=keys[0])
    assert "still personal data" in exported.out
    desk.move()
    desk.campaign(contacts='file = "clients.csv"\nsuppressed = ["partner.csv"]')
    changed = {"LECOMMERCIAL_OPTOUT_KEY": keys[1], "LECOMMERCIAL_DATABASE_URL": "sqlite:///other.db"}
    read = desk.run("preview", "campaign.toml", "--json", **changed, LECOMMERCIAL_OPTOUT_KEY_BEFORE=keys[0])
    assert read.json["rejected"] == {"opted_out": 1}
    other = desk.run("preview", "campaign.toml", **changed, LECOMMERCIAL_OPTOUT_KEY_BEFORE=keys[2])
    assert other.code == 2
