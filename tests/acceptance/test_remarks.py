"""What is odd about messages is said before they are sent, with its rows."""

import re
import sys

import pytest

from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import ROOT, Desk
from tests.acceptance.terminal import at_a_terminal

CODES = {
    *("leftover_brace", "lone_mark", "placeholder_in_value", "no_opt_out", "no_signature", "empty_value"),
    *("control_character", "garbled_text"),
}


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


def test_preview_says_it_too(odd: Desk) -> None:
    """To the person who approves."""
    done = odd.run("preview", "campaign.toml")

    assert done.code == 0, done.err
    assert "row 4, “Ville”: a * stands alone" in done.out
    assert "does not say how to get no more" in done.out


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_send_says_it_before_it_asks(odd: Desk, sandbox: SandboxServer) -> None:
    """And who says no then has sent nothing."""
    code, shown = at_a_terminal(odd, "n")

    before, _, after = shown.partition("a * stands alone")
    assert "Send 4 messages?" not in before
    assert "Send 4 messages?" in after
    assert (code, sandbox.stats().calls) == (2, 0)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_a_long_sentence_is_broken_between_words_at_a_terminal_alone(desk: Desk) -> None:
    """Nowhere in a pipe, where a line may be searched for."""
    name = "clients-de-la-boutique-en-ligne.csv"
    desk.write(name, "Prénom;Téléphone\nLéa;0145678910\n")
    desk.campaign(contacts=f'file = "{name}"')
    piped = desk.run("check", "campaign.toml").out.splitlines()
    _, shown = at_a_terminal(desk, arguments=("check", "campaign.toml"))

    lines = [line.rstrip() for line in shown.splitlines()]
    assert any(len(line) > 80 for line in piped)
    assert max(map(len, lines)) <= 80
    assert set(" ".join(piped).split()) <= set(" ".join(lines).split())


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
    templates = ROOT / "lecommercial_batch" / "planning" / "templates"
    source = (templates / "message_warnings.py").read_text(encoding="utf-8")
    codes = set(re.findall(r'_note\(\s*row, "(\w+)"', source))

    assert codes == CODES
    assert all(f"`{code}`" in (ROOT / "docs" / "message.md").read_text(encoding="utf-8") for code in codes)
