"""The command starts fast."""

import subprocess
import sys
from importlib.metadata import version

from tests.acceptance.conftest import Desk

HEAVY = {
    "pandas",
    "numpy",
    "sqlalchemy",
    "openpyxl",
    "httpx",
    "aiohttp",
    "phonenumbers",
    "jinja2",
    "starlette",
    "pydantic",
}


def test_help_imports_nothing_heavy(desk: Desk) -> None:
    """`--help` answers without importing what only the verbs need."""
    command = [sys.executable, "-X", "importtime", "-m", "lecommercial_batch", "--help"]
    done = subprocess.run(command, cwd=desk.folder, capture_output=True, text=True, check=True)

    imported = {line.rpartition("|")[2].strip().split(".")[0] for line in done.stderr.splitlines()}
    assert "typer" in imported
    assert not HEAVY & imported


def test_importing_the_package_imports_nothing_heavy(desk: Desk) -> None:
    """`import lecommercial_batch` costs next to nothing until a name is used."""
    code = "import lecommercial_batch, sys; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=desk.folder, capture_output=True, text=True, check=True
    )

    assert not HEAVY & set(done.stdout.split())


def test_the_version_is_told(desk: Desk) -> None:
    """`--version` needs no verb beside it."""
    told = desk.run("--version")
    assert (told.code, told.out) == (0, f"{version('lecommercial-batch')}\n")


def test_every_verb_has_help(desk: Desk) -> None:
    """Each verb of the interface is there and explains itself."""
    shown = desk.run("--help").out
    for verb in ("init", "check", "preview", "send", "resume", "runs", "status", "report", "sandbox"):
        assert verb in shown
        assert desk.run(verb, "--help").code == 0
