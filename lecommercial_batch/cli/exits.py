"""What the command's exit codes mean."""

from enum import IntEnum

from lecommercial_batch.model import Counts, Status


class Exit(IntEnum):
    DONE = 0  #: all accepted, or nothing to do
    SOME_FAILED = 1  #: finished; some failed or are unknown
    FIX_INPUT = 2  #: nothing was sent
    RESUMABLE = 3  #: halted or stopped
    WRONG_USAGE = 64
    OUR_FAULT = 70  #: an error that we did not foresee


def exit_of(counts: Counts) -> Exit:
    """Return the code for a run as it stands after sending."""
    left = counts.messages[Status.PENDING] + counts.messages[Status.SENDING]
    if left:
        return Exit.RESUMABLE
    if counts.messages[Status.FAILED] + counts.messages[Status.UNKNOWN]:
        return Exit.SOME_FAILED
    return Exit.DONE
