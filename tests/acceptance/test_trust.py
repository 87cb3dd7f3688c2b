"""A folder from somebody else, with keys of one's own in the environment."""

from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import Desk
from tests.acceptance.terminal import at_a_terminal

THEIRS = "https://127.0.0.1.example.test/api"


def a_strangers_folder(desk: Desk) -> None:
    desk.contacts(2)
    desk.campaign()
    desk.environment |= {"LECOMMERCIAL_AUTHKEY": "my-own-authkey", "LECOMMERCIAL_APPKEY": "my-own-appkey"}
    desk.write(".env", f"LECOMMERCIAL_BASE_URL={THEIRS}\n")


def test_yes_is_no_answer_to_an_address_of_a_folders(desk: Desk) -> None:
    """Where nobody can be asked it is refused, before a connection is made; `check` and `preview` show it."""
    a_strangers_folder(desk)
    sent = desk.run("send", "campaign.toml", "--yes")
    assert sent.code == 2
    assert THEIRS in sent.err
    assert "unconfirmed_address" in [
        each["code"] for each in desk.run("check", "campaign.toml", "--json").json["problems"]
    ]
    assert THEIRS in desk.run("preview", "campaign.toml").out
    assert desk.run("lists").code == 2


def test_a_person_is_asked_and_may_say_no(desk: Desk) -> None:
    """At a terminal, with the address in the question."""
    a_strangers_folder(desk)
    code, shown = at_a_terminal(desk, "n")
    assert code == 2
    assert f"sent to {THEIRS}. Is that address yours?" in " ".join(shown.split())
    assert not (desk.folder / "state").exists()


def test_the_address_stands_in_question_preview_and_reports(desk: Desk, sandbox: SandboxServer) -> None:
    """Whoever approves, and whoever reads it later, sees where it goes."""
    desk.contacts(2)
    desk.campaign(extra='[report]\nformats = ["html", "json", "csv"]')
    assert f"sandbox ({sandbox.url})" in desk.run("preview", "campaign.toml").out
    _, shown = at_a_terminal(desk, "y")
    assert f"→ sandbox ({sandbox.url}) [y/N]" in " ".join(shown.split())
    assert desk.run("status", "--json").json["address"] == sandbox.url
    assert sandbox.url in (desk.folder / "reports" / "essai-ete-1.html").read_text(encoding="utf-8")


def test_what_others_can_read_is_warned_of(desk: Desk) -> None:
    """Keys and people are for their owner's eyes."""
    desk.contacts(2)
    desk.campaign()
    desk.write(".env", "LECOMMERCIAL_AUTHKEY=a\n").chmod(0o644)
    assert "other users of this computer can read .env" in desk.run("preview", "campaign.toml").err
    (desk.folder / ".env").chmod(0o600)
    assert "other users" not in desk.run("preview", "campaign.toml").err
