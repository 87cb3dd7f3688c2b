"""What tests over real sockets share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lecommercial_batch import LeCommercial
from lecommercial_batch.sandbox.settings import APPKEY, AUTHKEY

Connecting = Callable[..., LeCommercial]


@pytest.fixture
def connect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Connecting:
    """Make clients with a pace of their own, that give up rather than wait."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LECOMMERCIAL_RUNTIME_DIR", str(tmp_path / "run"))

    def make(url: str, **options: object) -> LeCommercial:
        usual = {"authkey": AUTHKEY, "appkey": APPKEY, "rate": "1000/s", "patience": 0.0}
        return LeCommercial(base_url=url, **{**usual, **options})  # type: ignore[arg-type]  # as the test gives them

    return make
