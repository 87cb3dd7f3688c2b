"""Send WhatsApp campaigns from a spreadsheet through the Le Commercial API: nobody twice, no row lost.

`plan` a campaign, then `send` it, or iterate over what `sending` it brings; `LeCommercial` is the API itself, one
call at a time. What is imported here is loaded when
it is first used, so that ``import lecommercial_batch`` costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from lecommercial_batch.app.client import LeCommercial
    from lecommercial_batch.app.library import Plan, Sent, plan, send, sending
    from lecommercial_batch.core.contact_lists import Accepted, Added, Contact, ContactList
    from lecommercial_batch.core.errors import (
        AuthError,
        CallError,
        InputError,
        JournalError,
        LecommercialError,
        NotFoundError,
        Problem,
        QuotaError,
        RefusedError,
        ThrottledError,
        UnavailableError,
        UnknownOutcomeError,
        ValidationError,
    )
    from lecommercial_batch.core.model import Counts, Phone, Reason, Result, Status

__all__ = [
    "Accepted",
    "Added",
    "AuthError",
    "CallError",
    "Contact",
    "ContactList",
    "Counts",
    "InputError",
    "JournalError",
    "LeCommercial",
    "LecommercialError",
    "NotFoundError",
    "Phone",
    "Plan",
    "Problem",
    "QuotaError",
    "Reason",
    "RefusedError",
    "Result",
    "Sent",
    "Status",
    "ThrottledError",
    "UnavailableError",
    "UnknownOutcomeError",
    "ValidationError",
    "plan",
    "send",
    "sending",
]

_HOMES: Final = {
    "app.library": ("Plan", "Sent", "plan", "send", "sending"),
    "core.errors": (
        *("AuthError", "CallError", "InputError", "JournalError", "LecommercialError", "NotFoundError", "Problem"),
        *("QuotaError", "RefusedError", "ThrottledError", "UnavailableError", "UnknownOutcomeError"),
        "ValidationError",
    ),
    "app.client": ("LeCommercial",),
    "core.contact_lists": ("Accepted", "Added", "Contact", "ContactList"),
    "core.model": ("Counts", "Phone", "Reason", "Result", "Status"),
}


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
