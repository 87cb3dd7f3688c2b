"""``make pictures``: the README's pictures, of the real command against a sandbox.

    python -m tools.pictures

Programs: chromium, soffice and pdftoppm, see `tools.programs`.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playwright.sync_api import Browser, sync_playwright
from rich.console import Console
from rich.text import Text

from lecommercial_batch.sandbox.settings import APPKEY, AUTHKEY, Settings, Switches
from lecommercial_batch.testing import SandboxServer
from tools.programs import find, install

ROOT: Final = Path(__file__).resolve().parents[1]
PICTURES: Final = ROOT / "docs" / "pictures"
LARGEST: Final = 150_000  #: bytes of a picture
_PROGRAMS: Final = ("chromium", "soffice", "pdftoppm")
_CROPPED: Final = ("-x", "60", "-y", "100", "-W", "1020", "-H", "580")  #: what is drawn on of a workbook's page
_COLUMNS: Final = 76  #: characters across the terminal
#: People of the sample who are not on WhatsApp, so that there is something to report.
_UNREGISTERED: Final = frozenset({"33641852425", "33734925859", "33738970115"})

_WAITING: Final = re.compile("[^\n]*[\u2800-\u28ff][^\n]*\n?")  #: what turns while files are read

_CAMPAIGN: Final = """
name = "Relance devis"
[contacts]
file = "clients.xlsx"
consent = "Opt-in"
[message]
signature = "Atelier Lumen"
file = "https://atelier-lumen.example/devis/{{ numero }}.pdf"
[[message.variants]]
name = "court"
text = '''
*Atelier Lumen* : {{ prenom|title }}, votre devis de *{{ montant|euros }}* vous attend.
Répondez STOP pour ne plus recevoir nos messages.'''
[[message.variants]]
name = "chaleureux"
text = '''
Bonjour {{ prenom|title }}
Votre devis {{ numero }} de *{{ montant|euros }}* vous attend _jusqu'au {{ limite|date("d MMMM") }}_.
À bientôt à {{ ville }} ! Atelier Lumen
Répondez STOP pour ne plus recevoir nos messages.'''
[sending]
rate = "9/s"
[report]
directory = "."
formats = ["xlsx", "html"]
"""


def main() -> None:
    """Make all of them."""
    for program in _PROGRAMS:
        if not find(program):
            install(program)
    PICTURES.mkdir(exist_ok=True)
    with TemporaryDirectory() as name, _chromium() as browser:
        _draw(Path(name), browser)
    for picture in sorted(PICTURES.glob("*.png")):
        size = picture.stat().st_size
        sys.stdout.write(f"{picture.relative_to(ROOT)} {size // 1000} kB\n")
        if size > LARGEST:
            sys.exit(f"{picture.name} is too large")


def _draw(folder: Path, browser: Browser) -> None:
    (folder / "relance.toml").write_text(_CAMPAIGN, encoding="utf-8")
    shutil.copy(ROOT / "samples" / "clients.xlsx", folder)
    plain = (ROOT / "campaigns" / "relance-devis.toml").read_text(encoding="utf-8")
    (folder / "relance-devis.toml").write_text(plain.replace("../samples/", ""), encoding="utf-8")
    with SandboxServer(Settings(switches=Switches(unregistered=_UNREGISTERED))) as sandbox:
        keys = {"BASE_URL": sandbox.url, "AUTHKEY": AUTHKEY, "APPKEY": APPKEY, "RUNTIME_DIR": str(folder)}
        shown = _run(folder, keys, "preview", "relance-devis.toml", "--rows", "1")
        _run(folder, keys, "preview", "relance.toml", "--html", "preview.html")
        _run(folder, keys, "send", "relance.toml", "--yes")
        _picture(browser, sandbox.url.removesuffix("api"), "sandbox")
    _picture(browser, (folder / "preview.html").as_uri(), "preview")
    _picture(browser, (folder / "relance-devis-1.html").as_uri(), "report", height=890)
    _picture(browser, (folder / "relance-devis-1.html").as_uri(), "report-dark", height=890, dark=True)
    _picture(
        browser,
        _terminal(folder, "lecommercial-batch preview relance-devis.toml --rows 1", shown).as_uri(),
        "terminal",
    )
    _workbook(folder)


def _run(folder: Path, keys: dict[str, str], *arguments: str) -> str:
    """Run the command as on a terminal, and return what it shows, colours included."""
    environment = {f"LECOMMERCIAL_{name}": value for name, value in keys.items()}
    seen = {"FORCE_COLOR": "1", "COLUMNS": str(_COLUMNS), "LANG": "C.UTF-8"}
    command = [sys.executable, "-m", "lecommercial_batch", *arguments]
    done = subprocess.run(  # noqa: S603 - our own command
        command, cwd=folder, env={**os.environ, **environment, **seen}, capture_output=True, text=True, check=False
    )
    if done.returncode > 1:
        sys.exit(done.stderr)
    return done.stdout


@contextmanager
def _chromium() -> Iterator[Browser]:
    rootless = [] if not hasattr(os, "geteuid") or os.geteuid() else ["--no-sandbox"]  # it refuses root otherwise
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=find("chromium"), args=rootless)


def _picture(browser: Browser, url: str, name: str, *, height: int = 700, dark: bool = False) -> None:
    scheme = {"color_scheme": "dark" if dark else "light"}
    context = browser.new_context(viewport={"width": 1120, "height": height}, locale="en-GB", **scheme)  # type: ignore[arg-type]  # one of two
    page = context.new_page()
    page.goto(url)
    page.wait_for_timeout(500)
    drawing = page.query_selector("body > svg")
    (drawing or page).screenshot(path=PICTURES / f"{name}.png")
    context.close()


def _terminal(folder: Path, command: str, shown: str) -> Path:
    """Return a drawing of a terminal, without the fonts that rich would fetch from elsewhere."""
    console = Console(record=True, width=_COLUMNS, file=StringIO(), force_terminal=True)
    console.print(Text(f"$ {command}", style="bold"))
    console.print(Text.from_ansi(_WAITING.sub("", shown).lstrip()))
    drawing = re.sub(r"@font-face \{.*?\}", "", console.export_svg(title=command), flags=re.DOTALL)
    page = folder / "terminal.html"
    monospace = drawing.replace("Fira Code", "DejaVu Sans Mono")
    page.write_text(f"<meta charset=utf-8><body style='margin:0;width:680px'>{monospace}", encoding="utf-8")
    return page


def _workbook(folder: Path) -> None:
    """Draw the last page of the workbook, its summary."""
    book = folder / "relance-devis-1.xlsx"
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    convert = [
        str(find("soffice")),
        profile,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(folder),
        str(book),
    ]
    subprocess.run(convert, check=True, capture_output=True)  # noqa: S603 - as installed
    draw = [
        str(find("pdftoppm")),
        "-png",
        "-r",
        "110",
        *_CROPPED,
        str(book.with_suffix(".pdf")),
        str(folder / "page"),
    ]
    subprocess.run(draw, check=True)  # noqa: S603 - as installed
    pages = sorted(folder.glob("page-*.png"))
    (PICTURES / "workbook.png").write_bytes(pages[-1].read_bytes())


if __name__ == "__main__":
    main()
