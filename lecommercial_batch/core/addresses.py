"""Addresses that keys may be sent to: whose word they stand on, and which this user has confirmed.

A folder from somebody else can hold a `.env` that names an address. What the environment names is the user's own
word; what only the folder names is asked about once, and remembered among this user's own files.
"""

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from lecommercial_batch.core.language import _

_FILE: Final = "addresses"
_PORTS: Final = {"http": 80, "https": 443}


def canonical(address: str) -> str:
    """Return the one writing of an address: people's messages to one server must not count as two servers'.

    Scheme and host in small letters, without the port that goes without saying and the slashes at its end.
    """
    bare = address.strip().rstrip("/")
    with suppress(ValueError):
        parts = urlsplit(bare)
        if parts.scheme and parts.hostname:
            user, at, _host = parts.netloc.rpartition("@")
            host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname.removesuffix(".")
            port = "" if parts.port in {None, _PORTS.get(parts.scheme)} else f":{parts.port}"
            return urlunsplit(parts._replace(netloc=f"{user}{at}{host}{port}"))
    return bare


def is_loopback(address: str) -> bool:
    """Tell whether an address is on this machine, as a sandbox's is."""
    host = _host(address)
    if host == "localhost":
        return True
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return False


def is_safe(address: str) -> bool:
    """Tell whether nobody on the way can read what is sent there."""
    with suppress(ValueError):
        return urlsplit(address).scheme == "https" or is_loopback(address)
    return False


def shown(address: str) -> str:
    """Return what to call an address in a question or a report."""
    if is_loopback(address):
        return f"{_('sandbox')} ({address})"
    return address or "—"


class Confirmed:
    """The addresses that this user has confirmed, in a file of theirs: one a line."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / _FILE

    def __contains__(self, address: str) -> bool:
        with suppress(OSError, UnicodeDecodeError):
            return address in self._file.read_text(encoding="utf-8").splitlines()
        return False

    def add(self, address: str) -> None:
        """Remember one."""
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        opened = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with open(opened, "a", encoding="utf-8") as file:  # noqa: PTH123 - of a descriptor
            file.write(f"{address}\n")


def state_folder(environment: Mapping[str, str]) -> Path:
    """Return the folder of what this user's programs remember; ``environment`` is the user's, never a folder's."""
    if sys.platform == "win32":
        return Path(environment.get("LOCALAPPDATA") or Path.home()) / "lecommercial-batch"
    named = environment.get("XDG_STATE_HOME") or str(Path(environment.get("HOME") or Path.home()) / ".local/state")
    return Path(named) / "lecommercial-batch"


def _host(address: str) -> str:
    with suppress(ValueError):
        return urlsplit(address).hostname or ""
    return ""
