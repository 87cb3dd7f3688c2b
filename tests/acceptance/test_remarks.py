"""What is odd about messages is said before they are sent, with its rows."""

import re

import pytest

from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import ROOT, Desk

CODES = {"leftover_brace", "lone_mark", "placeholder_in_value", "no_opt_out", "no_signature", "empty_value"}


@pytest.fixture
def odd(desk: Desk) -> Desk:
    """A campaign that all may be said of."""
    people = ["Léa;Lyon", "{nom};Lyon", "Max;*Nice", "Zoé;"]
    lines = "".join(f"{person};06410000{number:02d}\r\n" for number, person in enumerate(people))
    desk.write("clients.csv", f"Prénom;Ville;Téléphone\r\n{lines}")
    desk.campaign(
        message='text = "Bonjour {{ prenom }} de {{ ville }}"\nsignature = "Garage Martin"\non_empty = "allow"'
    )
    return desk


def test_check_lists_what_is_odd(odd: Desk) -> None:
    """As warnings with column and rows; nothing is refused for them."""
    done = odd.run("check", "campaign.toml", "--json")

    found = {each["code"]: each for each in done.json["problems"] if each["code"] in CODES}
    assert done.code == 0
    assert {code: (each["column"], each["row"]) for code, each in found.items()} == {
        "no_opt_out": ("message.text", None),
        "no_signature": ("message.text", None),
        "placeholder_in_value": ("Prénom", 3),
        "lone_mark": ("Ville", 4),
        "empty_value": ("Ville", 5),
    }
    assert {each["severity"] for each in found.values()} == {"warning"}
    assert found["lone_mark"]["rows"] == [4]
    assert found["lone_mark"]["count"] == 1


@pytest.mark.parametrize("verb", [["preview", "campaign.toml"], ["send", "campaign.toml", "--yes"]])
def test_preview_and_send_say_it_too(odd: Desk, sandbox: SandboxServer, verb: list[str]) -> None:
    """To the person who approves; sending goes on."""
    done = odd.run(*verb)

    assert done.code == 0, done.err
    assert "row 4, “Ville”: a * stands alone" in done.out
    assert "does not say how to get no more" in done.out
    assert len(sandbox.received()) == (4 if "send" in verb else 0)


def test_a_message_that_is_too_long_is_rejected_with_its_length(desk: Desk) -> None:
    """Over 1,000 code points, an emoji being one: the row is rejected, with how many it has."""
    desk.write("clients.csv", f"Prénom;Tel\r\n{'🙂' * 1000};0641000001\r\n{'🙂' * 1001};0641000002\r\n")
    desk.campaign(message='text = " {{ prenom }} "')

    found = desk.run("check", "campaign.toml", "--json").json["problems"]

    assert [(each["row"], "1001" in each["message"]) for each in found if each["code"] == "too_long"] == [
        (3, True)
    ]


def test_every_warning_is_in_the_reference() -> None:
    """docs/message.md names each code."""
    source = (ROOT / "lecommercial_batch" / "remarks.py").read_text(encoding="utf-8")
    codes = set(re.findall(r'_note\(\s*row, "(\w+)"', source))

    assert codes == CODES
    assert all(f"`{code}`" in (ROOT / "docs" / "message.md").read_text(encoding="utf-8") for code in codes)
