"""People's data in the temporary folder is gone whatever ends a command."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lecommercial_batch.core.temporary import prefix, sweep
from tests.acceptance.conftest import Desk

LONG_AGO = 1_600_000_000


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_command_that_is_ended_leaves_nobody_behind(desk: Desk, end: signal.Signals) -> None:
    """While it reads standard input, and while it plans into a journal of its own."""
    temporary = desk.folder / "tmp"
    temporary.mkdir()
    desk.contacts(60_000)
    desk.campaign()
    for arguments in (("check", "-"), ("preview", "campaign.toml")):
        with subprocess.Popen(
            [sys.executable, "-m", "lecommercial_batch", *arguments],
            cwd=desk.folder,
            env={**os.environ, **desk.environment, "TMPDIR": str(temporary)},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=lambda: signal.signal(end, signal.SIG_DFL),  # noqa: PLW1509 - nohup may have set it to be ignored
        ) as process:
            assert process.stdin is not None
            if "-" in arguments:
                process.stdin.write(b"Nom;Tel\nx;0612345678\n" * 10_000)
                process.stdin.flush()
            desk.wait_for(lambda: any(temporary.iterdir()))
            process.send_signal(end)
            assert process.wait(60) != 0
        assert not list(temporary.iterdir()), arguments


def test_what_was_killed_is_swept_at_a_later_start(tmp_path: Path) -> None:
    """Of this user, of a process that is gone, and not of this minute; nothing behind a link."""
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_text("x", encoding="utf-8")
    names = {
        "left": f"lecommercial-{gone.pid}-a",
        "link": f"lecommercial-{gone.pid}-b",
        "young": f"lecommercial-{gone.pid}-c",
        "ours": f"{prefix()}d",
        "other": "lecommercial-x",
    }
    for name in names.values():
        if name == names["link"]:
            (tmp_path / name).symlink_to(kept)
        else:
            (tmp_path / name).mkdir()
            (tmp_path / name / "preview.db-wal").write_text("people", encoding="utf-8")
        if name != names["young"]:
            os.utime(tmp_path / name, (LONG_AGO, LONG_AGO), follow_symlinks=False)
    assert sweep(tmp_path) == 2
    assert {path.name for path in tmp_path.iterdir()} == {"kept", names["young"], names["ours"], names["other"]}
    assert (kept / "file").exists()
