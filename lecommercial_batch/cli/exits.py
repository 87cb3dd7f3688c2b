"""What the command's exit codes mean."""

from enum import IntEnum

from lecommercial_batch.core.errors import (
    AuthError,
    InputError,
    LecommercialError,
    NotFoundError,
    RefusedError,
    UnknownOutcomeError,
    ValidationError,
)
from lecommercial_batch.core.model import Counts, Status


class Exit(IntEnum):
    DONE = 0  #: all accepted, or nothing to do
    SOME_FAILED = 1  #: finished; some failed, are unknown or were given up on
    FIX_INPUT = 2  #: nothing was sent
    RESUMABLE = 3  #: halted or stopped
    WRONG_USAGE = 64
    OUR_FAULT = 70  #: an error that we did not foresee


def exit_of(counts: Counts) -> Exit:
    """Return the code for a run as it stands after sending."""
    all_of_it = (counts.messages, *counts.after.values())
    if any(each[status] for each in all_of_it for status in (Status.PENDING, Status.SENDING)):
        return Exit.RESUMABLE
    if any(each[status] for each in all_of_it for status in (Status.FAILED, Status.UNKNOWN, Status.CANCELLED)):
        return Exit.SOME_FAILED
    return Exit.DONE


def exit_of_error(error: LecommercialError) -> Exit:
    """Return the code for a verb that an error ended."""
    match error:
        case InputError() | AuthError() | ValidationError() | NotFoundError() | RefusedError():
            return Exit.FIX_INPUT
        case UnknownOutcomeError():
            return Exit.SOME_FAILED
        case _:
            return Exit.RESUMABLE
