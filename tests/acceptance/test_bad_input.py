"""Bad input: one screen that names the place and the remedy, exit code 2, nothing sent, nothing written."""

import socket

import pytest

from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import Desk

TEXT = 'text = "Bonjour {{ prenom }}"'

CASES = {
    "no such contact file": ({"contacts": 'file = "client.csv"'}, "file_not_found", "clients.csv"),
    "wrong extension": ({"contacts": 'file = "campaign.toml"'}, "unsupported_file", ".xlsx"),
    "no such column": ({"contacts": 'file = "clients.csv"\nphone = "Telefone"'}, "unknown_column", "Téléphone"),
    "unknown variable": ({"message": 'text = "Bonjour {{ prenon }}"'}, "unknown_variable", "Prénom"),
    "broken template": ({"message": 'text = "Bonjour {{ prenom"'}, "broken_template", "brace"),
    "unknown filter": ({"message": 'text = "{{ prenom|titel }}"'}, "broken_template", "title"),
    "misspelt key": ({"message": 'texte = "Bonjour"'}, "unknown_key", "text"),
    "text and template": (
        {"message": f'{TEXT}\ntemplate_id = "8d1f6a4e-0000-4000-8000-000000000001"'},
        "bad_value",
        "template_id",
    ),
    "not a pace": ({"rate": "fast"}, "bad_value", "55/min"),
    "unknown sender": ({"extra": 'senders = ["boutique"]'}, "unknown_sender", "default"),
    "broken TOML": ({"message": "text = Bonjour"}, "broken_toml", "quotation marks"),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_input_is_named_with_its_remedy(case: str, desk: Desk, sandbox: SandboxServer) -> None:
    """Each mistake exits 2 with its code and a hint at the right spelling, before anything is sent or written."""
    tables, code, hint = CASES[case]
    desk.contacts(3)
    desk.campaign(**tables)
    before = desk.files()

    done = desk.run("send", "campaign.toml", "--yes", "--json")

    assert done.code == 2, done.err
    problems = done.json["problems"]
    assert code in {problem["code"] for problem in problems}
    assert hint in " ".join(problem["message"] + problem["advice"] for problem in problems)
    assert all(problem["file"] or problem["code"] == "unknown_sender" for problem in problems)
    assert len(done.err.splitlines()) <= 24
    assert "Traceback" not in done.err
    assert desk.files() == before
    assert sandbox.stats().calls == 0


def test_a_missing_campaign_suggests_its_neighbour(desk: Desk) -> None:
    """A misspelt campaign file is answered by the name of the one beside it."""
    desk.contacts(1)
    desk.campaign()

    done = desk.run("check", "campain.toml")

    assert done.code == 2
    assert "campaign.toml" in done.out + done.err


def test_a_file_without_rows_is_refused(desk: Desk, sandbox: SandboxServer) -> None:
    """A header alone is no campaign."""
    desk.contacts(0)
    desk.campaign()

    done = desk.run("send", "campaign.toml", "--yes", "--json")

    assert (done.code, done.json["problems"][0]["code"]) == (2, "no_rows")
    assert sandbox.stats().calls == 0


def test_a_file_without_a_phone_column_is_refused(desk: Desk) -> None:
    """Where no header speaks of a phone, the columns are listed."""
    desk.write("clients.csv", "Prénom;Ville\r\nJean;Lyon\r\n", "cp1252")
    desk.campaign()

    done = desk.run("preview", "campaign.toml", "--json")

    assert (done.code, done.json["problems"][0]["code"]) == (2, "no_phone_column")
    assert "Ville" in done.json["problems"][0]["advice"]


def test_missing_keys_are_named_before_anything_is_written(desk: Desk) -> None:
    """Without keys `send` names the variables to set; the journal is not even made."""
    desk.contacts(3)
    desk.campaign()
    before = desk.files()

    done = desk.run("send", "campaign.toml", "--yes", "--json")

    assert done.code == 2
    assert {problem["code"] for problem in done.json["problems"]} == {"missing_key"}
    assert "LECOMMERCIAL_AUTHKEY" in done.err
    assert "LECOMMERCIAL_APPKEY" in done.err
    assert desk.files() == before


def test_keys_may_stand_in_a_dot_env_file(desk: Desk, sandbox: SandboxServer) -> None:
    """A `.env` file in the folder serves as the environment."""
    desk.contacts(1)
    desk.campaign()
    lines = [f"{name}={desk.environment.pop(name)}" for name in list(desk.environment)]
    desk.write(".env", "\n".join(lines))

    assert desk.run("send", "campaign.toml", "--yes", "--json").code == 0
    assert len(sandbox.received()) == 1


def test_an_unreachable_api_is_found_before_planning(desk: Desk) -> None:
    """Where nothing listens, `send` says so at once and leaves no run behind."""
    desk.contacts(3)
    desk.campaign()
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        desk.connect(f"http://127.0.0.1:{unused.getsockname()[1]}/api")
        before = desk.files()

        done = desk.run("send", "campaign.toml", "--yes", "--json")

    assert (done.code, done.json["problems"][0]["code"]) == (2, "unreachable")
    assert desk.files() == before


def test_nobody_to_ask_means_nothing_is_sent(desk: Desk, sandbox: SandboxServer) -> None:
    """Without a terminal, `send` needs --yes or --proof."""
    desk.contacts(3)
    desk.campaign()

    done = desk.run("send", "campaign.toml")

    assert done.code == 2
    assert "--yes" in done.err
    assert sandbox.stats().calls == 0


@pytest.mark.parametrize("arguments", [["sned"], ["send"], ["preview", "x.toml", "--rows", "many"], []])
def test_wrong_usage_exits_64(arguments: list[str], desk: Desk) -> None:
    """A verb or option that does not exist is wrong usage, not bad input."""
    assert desk.run(*arguments).code == 64


def test_an_unknown_run_is_named(desk: Desk) -> None:
    """A run that is not there is answered by where to look, and no journal is made."""
    done = desk.run("status", "relance-7", "--json")

    assert (done.code, done.json["problems"][0]["code"]) == (2, "run_not_found")
    assert desk.files() == set()
    assert desk.run("runs", "--json").json == {"runs": []}
