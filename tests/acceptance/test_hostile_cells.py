"""Cells, columns and names that were made to move a terminal: every verb shows them, and obeys none."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lecommercial_batch.core.visible import unseen
from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import Desk

#: What rich itself writes: colours, the cursor of a live line, an erased line.
_OURS = re.compile(r"\x1b\[(?:[0-9;]*m|\?25[lh]|[0-9]*[AGK]|[0-9]*[0-2]K)|\r")
_BITS = ("\x1b[2J\x1b[H", "\x1b]52;c;QQ==\x07", "\x9b31m", "\u202e", "\u200b", "\x7f")
HOSTILE = f"a [/b] [x] :smile: {''.join(_BITS)}z"
COLUMN = "No[/]te \x1b[2J [link=https://evil.test/]x[/link]"
PERSON = "+33641000001"


def at_a_terminal(desk: Desk, *arguments: str) -> tuple[int, str]:
    """Run the command at a terminal with colours, 400 columns wide; yes to every question."""
    ours, theirs = os.openpty()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("LECOMMERCIAL_")},
        "TERM": "xterm-256color",
        "COLUMNS": "400",
        "LANG": "C.UTF-8",
        **desk.environment,
    }
    command = [sys.executable, "-m", "lecommercial_batch", *arguments]
    with subprocess.Popen(
        command,
        cwd=desk.folder,
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        shown, answered = b"", 0
        while True:
            try:
                read = os.read(ours, 1 << 16)
            except OSError:  # the terminal's last user has left
                break
            shown += read
            if shown.count(b"[y/N]") > answered:
                answered += 1
                os.write(ours, b"y\n")
        os.close(ours)
    return process.returncode, shown.decode("utf-8", "surrogateescape")


def is_clean(shown: str) -> None:
    """Nothing but the command's own codes is left for the terminal to obey, and nothing unseen."""
    left = _OURS.sub("", shown)
    assert not unseen(left), (unseen(left), left)


@pytest.fixture
def hostile(desk: Desk, sandbox: SandboxServer) -> Desk:
    del sandbox
    desk.write("clients.csv", f'Prénom;Téléphone;"{COLUMN}"\n"{HOSTILE}";{PERSON};"{HOSTILE}"\n"{HOSTILE}";01;x\n')
    desk.campaign(message='text = "Bonjour {{ prenom }}. Répondez STOP."\nsignature = "Bonjour"')
    return desk


def test_before_anything_is_sent(hostile: Desk) -> None:
    """`init`, `check` and `preview`: cells and columns are shown as they are, and warned of in a message."""
    for verb in (
        ("init", "clients.csv"),
        ("check", "clients.csv"),
        ("check", "campaign.toml"),
        ("preview", "campaign.toml"),
        ("preview", "campaign.toml", "--for", PERSON),
        ("schedule", "--list"),
    ):
        code, shown = at_a_terminal(hostile, *verb)
        assert code in {0, 2}, (verb, shown)
        is_clean(shown)
        if verb[0] in {"init", "preview"}:
            assert "[/b] [x] :smile:" in shown, verb
    checked = hostile.run("check", "campaign.toml", "--json")
    assert "control_character" in [each["code"] for each in checked.json["problems"]]
    assert not unseen(checked.out)


def test_while_and_after_it_is_sent(hostile: Desk) -> None:
    """`send`, `status`, `runs`, `report`, `retry`, `purge`: no exit 70, and a clean screen."""
    for verb in (
        ("send", "campaign.toml"),
        ("status",),
        ("status", "--message", PERSON),
        ("runs",),
        ("report", "essai-ete-1"),
        ("retry", "essai-ete-1", "--failed"),
        ("cancel", "essai-ete-1"),
    ):
        code, shown = at_a_terminal(hostile, *verb)
        assert code != 70, (verb, shown)
        is_clean(shown)
    assert {"essai-ete-1.csv"} <= hostile.files()


def test_lists_and_people_of_the_server(hostile: Desk) -> None:
    """Names that strangers gave themselves in a form, and reasons that they gave."""
    assert hostile.run("contacts", "update", PERSON, "--name", HOSTILE).code in {0, 2}
    assert (
        hostile.run("contacts", "add", "7", PERSON, "--name", HOSTILE, "--lastname", "[/b] [x] :smile:").code == 0
    )
    for verb in (
        ("lists",),
        ("contacts", "list", "7"),
        ("contacts", "update", PERSON, "--name", HOSTILE),
        ("optout", "add", "+33641000009", "--source", HOSTILE, "--reason", HOSTILE),
        ("optout", "list"),
        ("optout", "import", "clients.csv"),
    ):
        code, shown = at_a_terminal(hostile, *verb)
        assert code in {0, 1, 2}, (verb, shown)
        is_clean(shown)
        if verb[0] == "contacts" or verb[1:] == ("list",):
            assert "[/b] [x] :smile:" in shown, verb


def test_what_a_person_types_by_mistake(hostile: Desk) -> None:
    """A name of a file or an option from elsewhere is shown as it is too."""
    for verb in (
        ("check", HOSTILE),
        ("runs", HOSTILE),
        (HOSTILE,),
        ("status", HOSTILE),
        ("send", f"{HOSTILE}.toml"),
    ):
        code, shown = at_a_terminal(hostile, *verb)
        assert code in {2, 64}, (verb, shown)
        is_clean(shown)


def test_a_log_of_each_step(hostile: Desk) -> None:
    """`--verbose` writes lines of its own."""
    code, shown = at_a_terminal(hostile, "--verbose", "send", "campaign.toml")
    assert code == 0
    is_clean(shown)
    assert Path(hostile.folder / "lecommercial.db").exists()
