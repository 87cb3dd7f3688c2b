"""The files that pages are made of, and a page that has all of its own inside."""

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from functools import cached_property
from hashlib import sha256
from importlib.resources import files
from typing import Final
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

SHARED: Final = "lecommercial_batch.pages"

_IMPORT: Final = re.compile(r"^import .*;\n", re.MULTILINE)
_EXPORT: Final = re.compile(r"^export ", re.MULTILINE)


def read_part(name: str, *packages: str) -> bytes | None:
    """Return a file of the first of the packages that has it, or else of the shared ones."""
    for package in (*packages, SHARED):
        file = files(package) / "static" / name
        if "/" not in name and file.is_file():
            return file.read_bytes()
    return None


class SinglePage:
    """A page in one file that asks no network: scripts and styles stand in it, allowed by their hashes.

    A page's own parts stand in ``static/`` of its package, beside which the shared ones are found.
    """

    def __init__(self, package: str, name: str, *, styles: tuple[str, ...], scripts: tuple[str, ...] = ()) -> None:
        self._package = package
        self._name = name
        self._styles = styles
        self._scripts = scripts

    @cached_property
    def style(self) -> Markup:
        return Markup(self._joined(self._styles))  # noqa: S704 - our own files

    @cached_property
    def script(self) -> Markup:
        """The modules in one: each after those that it imports."""
        joined = self._joined(self._scripts)
        return Markup(_EXPORT.sub("", _IMPORT.sub("", joined)))  # noqa: S704 - our own files

    @property
    def icon(self) -> str:
        return f"data:image/svg+xml,{quote(self._part('icon.svg'))}"

    @property
    def policy(self) -> str:
        """Nothing from anywhere; of scripts and styles ours alone, so that what a message holds is never run."""
        script = f"script-src {_hash(self.script)}; " if self._scripts else ""
        return (
            f"default-src 'none'; {script}style-src {_hash(self.style)}; img-src data:; "
            "base-uri 'none'; form-action 'none'"
        )

    def render(self, **values: object) -> Iterator[str]:
        """Yield the page piece by piece; values that are iterators are read as they are needed."""
        loader = PackageLoader(self._package, "static")
        environment = Environment(autoescape=True, loader=loader, undefined=StrictUndefined, trim_blocks=True)
        environment.filters["json"] = as_json
        return environment.get_template(self._name).generate(page=self, **values)

    def _joined(self, names: tuple[str, ...]) -> str:
        return "\n".join(map(self._part, names))

    def _part(self, name: str) -> str:
        part = read_part(name, self._package)
        if part is None:
            raise FileNotFoundError(name)
        return part.decode()


def as_json(value: object) -> Markup:
    """Return JSON that can stand in a page's script: no text in it can end the script or begin another."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - escaped for where it stands


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
