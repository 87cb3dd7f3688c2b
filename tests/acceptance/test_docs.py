"""What the documents show is what the command does."""

import re
import shutil
import tomllib
from pathlib import Path

import pytest

from lecommercial_batch.core.model import Content, Phone, Recipient, Row
from lecommercial_batch.planning.campaign.campaign import load_campaign
from lecommercial_batch.planning.templates.render import Renderer, Wording
from tests.acceptance.conftest import ROOT, Desk

SHELL = re.compile(r"<!-- run: \w+ -->\n```sh\n(.*?)```", re.DOTALL)
TOML = re.compile(r"```toml\n(.*?)```", re.DOTALL)
EXAMPLE = re.compile(r"`(\{\{ \"[^`]*)`")
VERBS = [
    *["init", "check", "preview", "send", "resume", "pause", "cancel", "retry"],
    *["runs", "status", "report", "purge", "sandbox", "lists"],
    *[f"journal {verb}" for verb in ("check", "backup", "upgrade", "accept-loss")],
    *[f"contacts {verb}" for verb in ("list", "export", "add", "update", "remove", "import", "sync")],
]


def test_the_first_campaign_of_the_readme_works(desk: Desk) -> None:
    """The README's first commands, pasted in order into a folder with a spreadsheet, all succeed."""
    shutil.copy(ROOT / "samples" / "clients.xlsx", desk.folder)
    pages = [ROOT / "README.md", ROOT / "docs" / "previews-and-reports.md"]
    blocks = [block for page in pages for block in SHELL.findall(page.read_text(encoding="utf-8"))]
    lines = [line for block in blocks for line in block.splitlines()]

    assert len(lines) >= 3
    for line in lines:
        done = desk.run(*line.split()[1:])
        assert done.code == 0, (line, done.err)


def blocks() -> list[str]:
    """Return the campaign files that the documents show, whole or in part."""
    documents = (
        (ROOT / "docs" / name).read_text(encoding="utf-8")
        for name in ("campaign-file.md", "message.md", "compliance.md")
    )
    return [block for text in documents for block in TOML.findall(text) if "[senders." not in block]


@pytest.mark.parametrize("text", blocks())
def test_the_campaign_files_of_the_reference_are_read(text: str, tmp_path: Path) -> None:
    """Every key that docs/campaign-file.md and docs/message.md show is one the program knows."""
    if "[contacts]" not in text:
        text = f'name = "x"\n[contacts]\nfile = "x.csv"\n{text}'
    if "[message]" not in text:
        text = f'name = "x"\n{text}\n[message]\ntext = "x"'
    path = tmp_path / "campaign.toml"
    path.write_text(text, encoding="utf-8")

    assert load_campaign(path).name == tomllib.loads(text)["name"]


def test_filters_give_what_the_reference_says() -> None:
    """Each example of docs/message.md that has its value in it."""
    lines = (ROOT / "docs" / "message.md").read_text(encoding="utf-8").splitlines()
    tables = [[part.strip() for part in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines if line[:1] == "|"]
    shown = 0
    for row in tables:
        for example, gives in zip(EXAMPLE.findall(row[-2]), row[-1].split(" · "), strict=False):
            text = example.replace("\\|", "|")
            made = Renderer(Wording(text=text), ("x",), file="x").render(Recipient(Row(2, ("x",)), Phone("+33")))
            assert isinstance(made, Content)
            assert " ".join(made.text.split()) == gives
            shown += 1

    assert shown == 5


@pytest.mark.parametrize("verb", ["add", "remove", "import", "export", "sync", "list"])
def test_every_option_of_the_opt_outs_is_in_their_reference(verb: str, desk: Desk) -> None:
    """docs/optouts.md names every verb of `optout` with every option it has."""
    (line,) = re.findall(
        rf"^\| `optout {verb}\b.*", (ROOT / "docs" / "optouts.md").read_text("utf-8"), re.MULTILINE
    )
    options = set(re.findall(r"--[a-z][a-z-]+", desk.run("optout", verb, "--help").out)) - {"--help", "--json"}

    assert options <= set(re.findall(r"--[a-z][a-z-]+", line))


@pytest.mark.parametrize("verb", VERBS)
def test_every_option_is_in_the_reference(verb: str, desk: Desk) -> None:
    """docs/command.md names every verb with every option it has."""
    reference = (ROOT / "docs" / "command.md").read_text(encoding="utf-8")
    options = set(re.findall(r"--[a-z][a-z-]+", desk.run(*verb.split(), "--help").out)) - {"--help"}

    assert f"| `{verb}" in reference
    assert [option for option in options if option not in reference] == []


def test_links_lead_somewhere() -> None:
    """Every relative link of the documents is a file that exists."""
    for document in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]:
        for link in re.findall(r"\]\((?!http|#)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (document.parent / link).exists(), f"{document.name} links to {link}"
