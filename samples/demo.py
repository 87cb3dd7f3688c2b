"""``make demo``: the main job on the samples, against a sandbox on a free port, in a folder of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from lecommercial_batch.sandbox.settings import APPKEY, AUTHKEY, Settings, Switches
from lecommercial_batch.testing import SandboxServer

ROOT: Final = Path(__file__).resolve().parents[1]
FOLDER: Final = ROOT / "demo"
CAMPAIGN: Final = ROOT / "campaigns" / "relance-devis.toml"
#: Seconds a call takes: as little as makes the live display worth looking at.
LATENCY: Final = 0.2


def main() -> int:
    """Preview and send the first sample campaign with the real command; the reports stay in `demo/`."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    with SandboxServer(Settings(switches=Switches(latency=LATENCY))) as sandbox:
        environment = {
            **os.environ,
            "LECOMMERCIAL_BASE_URL": sandbox.url,
            "LECOMMERCIAL_AUTHKEY": AUTHKEY,
            "LECOMMERCIAL_APPKEY": APPKEY,
            "LECOMMERCIAL_DATABASE_URL": f"sqlite:///{FOLDER}/lecommercial.db",
        }
        for arguments in (
            ["preview", str(CAMPAIGN)],
            ["send", str(CAMPAIGN), "--yes", "--report", str(FOLDER)],
        ):
            print(f"\n$ lecommercial-batch {' '.join(arguments)}", flush=True)
            command = [sys.executable, "-m", "lecommercial_batch", *arguments]
            code = subprocess.run(command, env=environment, cwd=FOLDER, check=False).returncode  # noqa: S603 - our own command
            if code:
                return code
        received = len(sandbox.received())
    print(f"\nThe sandbox received {received} messages. Reports: {FOLDER}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
