"""Several processes of one machine keep one pace: the real command, in folders of their own."""

from pathlib import Path

import pytest

from lecommercial_batch.sandbox.settings import APPKEY, OTHER_APPKEY, Limit, Settings, Switches
from lecommercial_batch.testing import SandboxServer
from tests.acceptance.conftest import Desk


def desks(folder: Path, url: str, appkeys: list[str]) -> list[Desk]:
    """Two people's folders, each with a campaign of their own, on one machine."""
    made = []
    for number, appkey in enumerate(appkeys):
        (folder / str(number)).mkdir()
        desk = Desk(folder / str(number), {"LECOMMERCIAL_RUNTIME_DIR": str(folder / "run")})
        desk.connect(url, appkey=appkey)
        desk.contacts(100)
        desk.campaign(rate="50/s")
        made.append(desk)
    return made


@pytest.mark.parametrize("appkeys", [[APPKEY, APPKEY], [APPKEY, OTHER_APPKEY]], ids=["one sender", "two senders"])
def test_two_processes_at_fifty_a_second_are_never_more_together(appkeys: list[str], tmp_path: Path) -> None:
    """A server that counts in sliding windows throttles nobody, both finish, and it took them four seconds.

    Its windows are shorter, so that a busy machine cannot fail this; `make bench` measures whole ones.
    """
    limit = Limit(count=50, period=0.7, sliding=True)
    with SandboxServer(Settings(limit=limit, switches=Switches(latency=0.2))) as sandbox:
        processes = [
            desk.start("send", "campaign.toml", "--yes", "--json")
            for desk in desks(tmp_path, sandbox.url, appkeys)
        ]
        ends = [process.communicate(timeout=60) for process in processes]

        times = sorted(message.at for message in sandbox.received())
        assert [process.returncode for process in processes] == [0, 0], ends
        assert (sandbox.stats().throttled, len(times)) == (0, 200)
        assert times[-1] - times[0] >= 0.95 * 199 / 50  # the first may be late


def test_the_machines_rate_is_kept_by_a_process_that_was_not_told(tmp_path: Path) -> None:
    """`machine_rate` in one folder's senders.toml holds for the campaigns of all folders that run meanwhile."""
    limit = Limit(count=20, period=0.7, sliding=True)
    with SandboxServer(Settings(limit=limit)) as sandbox:
        told, untold = desks(tmp_path, sandbox.url, [APPKEY, OTHER_APPKEY])
        told.write("senders.toml", 'machine_rate = "20/s"\n')
        first = told.start("send", "campaign.toml", "--yes", "--json")
        sandbox.wait_until(lambda stats: stats.accepted >= 1, timeout=30)

        done = untold.run("send", "campaign.toml", "--yes", "--json", "--limit", "20")
        out, err = first.communicate(timeout=60)

        assert (done.code, first.returncode) == (3, 0), (done.err, out, err)
        assert sandbox.stats().throttled == 0
