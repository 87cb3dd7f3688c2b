"""An attachment as a card: its name, its kind, where it comes from."""

from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote, urlsplit

_KINDS: Final = {
    "image": frozenset({"jpg", "jpeg", "png", "webp"}),
    "pdf": frozenset({"pdf"}),
    "sheet": frozenset({"xlsx", "csv"}),
}


def attachment(url: str) -> dict[str, str]:
    """Return what a card shows of an attachment, by its address alone: nothing is fetched."""
    try:
        address = urlsplit(url)
        name, host = unquote(PurePosixPath(address.path).name) or url, address.netloc
    except ValueError:  # an address that is none, which the API takes all the same
        name, host = url, ""
    ending = name.rpartition(".")[2].lower()
    kind = next((kind for kind, endings in _KINDS.items() if ending in endings), "text")
    return {"url": url, "name": name, "kind": kind, "ending": ending, "host": host}
