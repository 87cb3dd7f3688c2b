"""The programs that tests drive, installed where they are missing.

    python -m tools.programs curl chromium soffice

As root on Debian and its kin they come from apt; elsewhere Chromium is Playwright's own.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

#: What Debian calls the package of a program, where it is not called as the program.
PACKAGES = {"soffice": "libreoffice-calc-nogui", "pdftoppm": "poppler-utils"}
REMEDY = "install it by other means, then try again"


def find(name: str) -> Path | None:
    """Return where a program is, if it is."""
    found = shutil.which(name)
    return Path(found) if found else _playwrights() if name == "chromium" else None


def install(name: str) -> None:
    """Install a program, or end with what to do instead."""
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "-y", "--no-install-recommends", PACKAGES.get(name, name)]):
            subprocess.run(["apt-get", "-q", *command], check=True, env=environment)  # noqa: S603, S607 - apt's place is its own
    elif name == "chromium":
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)
    if not find(name):
        sys.exit(f"{name} is missing, and could not be installed from here: {REMEDY}")


def _playwrights() -> Path | None:
    """Return the Chromium that Playwright has fetched."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - starts a process: only where there is no other

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.exists() else None


if __name__ == "__main__":
    for program in sys.argv[1:]:
        if not find(program):
            install(program)
