"""What tests over real sockets share."""

import shutil
import subprocess
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


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost that nobody signed, with its key in one file."""
    folder = tmp_path_factory.mktemp("tls")
    openssl = shutil.which("openssl")
    if not openssl:
        pytest.skip("makes its certificate with openssl")
    name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *name]
    subprocess.run([*made, "-keyout", folder / "key", "-out", folder / "pem"], check=True, capture_output=True)
    (folder / "both").write_bytes((folder / "key").read_bytes() + (folder / "pem").read_bytes())
    return folder / "both"
