import gc
import subprocess
import sys

import pytest

from lecommercial_batch.delivery.runtime import rare_collections

FEW = """
import resource
from lecommercial_batch.delivery.runtime import make_room_for_connections
most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (64, most))
make_room_for_connections()
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0], most)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="has no such limit")
def test_two_thousand_connections_are_allowed() -> None:
    """A shell that allows 64 open files does not hold up a run, where the system lets us have more."""
    done = subprocess.run([sys.executable, "-c", FEW], check=True, capture_output=True, text=True)
    allowed, most = map(int, done.stdout.split())

    assert allowed >= 2000 or allowed == most


def fails_while_collections_are_rare() -> None:
    usual = gc.get_threshold()[0]
    with rare_collections():
        raise ZeroDivisionError(gc.get_threshold()[0] - usual)


def test_the_collector_is_as_it_was_afterwards() -> None:
    """Rare collections end with the sending, also where it fails."""
    before = gc.get_threshold()

    with pytest.raises(ZeroDivisionError) as failed:
        fails_while_collections_are_rare()

    assert failed.value.args[0] > 0
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)
