"""The codes of the journal in a person's words, translated."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from lecommercial_batch.core.language import _, say
from lecommercial_batch.core.model import Reason, RunState, Status
from lecommercial_batch.core.sentence import Sentence

_STATUSES: Final[Mapping[str, Sentence]] = {
    Status.PENDING: Sentence("waiting to be sent"),
    Status.SENDING: Sentence("being sent"),
    Status.ACCEPTED: Sentence("accepted by the API"),
    Status.FAILED: Sentence("failed"),
    Status.UNKNOWN: Sentence("unknown: may have been delivered"),
    Status.CANCELLED: Sentence("cancelled"),
}

_STATES: Final[Mapping[str, Sentence]] = {
    RunState.PLANNING: Sentence("being prepared"),
    RunState.PLANNED: Sentence("ready to be sent"),
    RunState.RUNNING: Sentence("being sent, or cut short"),
    RunState.STOPPED: Sentence("stopped before its end"),
    RunState.PAUSED: Sentence("paused"),
    RunState.CANCELLED: Sentence("given up on before its end"),
    RunState.ENDED: Sentence("ended"),
}

_EDITS: Final[Mapping[str, Sentence]] = {
    "add": Sentence("Contacts to add"),
    "update": Sentence("Contacts to rename"),
    "remove": Sentence("Contacts to remove"),
}

_REASONS: Final[Mapping[str, Sentence]] = {
    Reason.BAD_ROW: Sentence("cells in the wrong columns"),
    Reason.HIDDEN: Sentence("hidden in the spreadsheet"),
    Reason.INVALID_PHONE: Sentence("no valid phone number"),
    Reason.NOT_MOBILE: Sentence("not a mobile number"),
    Reason.DUPLICATE: Sentence("same number as another row"),
    Reason.OPTED_OUT: Sentence("asked not to be written to"),
    Reason.NO_CONSENT: Sentence("no consent"),
    Reason.NOT_SELECTED: Sentence("left out by “only” in the campaign"),
    Reason.MISSING_VALUE: Sentence("a value of the message is missing"),
    Reason.BAD_VALUE: Sentence("a value cannot be used"),
    Reason.EMPTY_MESSAGE: Sentence("the message would be empty"),
    Reason.TOO_LONG: Sentence("the message is too long"),
    Reason.ALREADY_MESSAGED: Sentence("had this message recently"),
    Reason.TOO_OFTEN: Sentence("has had as many messages as allowed"),
    Reason.BAD_FILE: Sentence("the attachment’s address is not usable"),
    Reason.UNCHANGED: Sentence("in the list already, as the row says"),
    "list_not_found": Sentence("the API knows no such list"),
    "found": Sentence("seen to be done when the list was read again"),
    "invalid_keys": Sentence("the API refuses the keys, the plan has expired, or no phone is connected"),
    "quota_exceeded": Sentence("the monthly quota of messages is used up"),
    "template_not_found": Sentence("the API does not know this template"),
    "device_unavailable": Sentence("the sending phone is not connected"),
    "wrong_address": Sentence("this is not the API’s address: see LECOMMERCIAL_BASE_URL"),
    "redirected": Sentence("the API’s address leads elsewhere: see LECOMMERCIAL_BASE_URL"),
    "failures_in_a_row": Sentence("too many failures in a row: is the sending phone connected?"),
    "failure_rate": Sentence("too many of the last messages failed: is the sending phone connected?"),
    "canary": Sentence("the first messages wait for your word"),
    "canary_failed": Sentence("not all of the first messages were accepted"),
    "daily_limit": Sentence("its messages of today are all sent; the others wait for tomorrow"),
    "throttled": Sentence("the API asks for a slower pace again and again"),
    "unavailable": Sentence("the API has been unavailable for too long"),
    "unreachable": Sentence("the API cannot be reached"),
    "request_failed": Sentence("number not on WhatsApp, or sending phone disconnected"),
    "invalid_message": Sentence("the API refuses this message"),
    "refused": Sentence("the API refuses this message"),
    "invalid_call": Sentence("the API refuses this call as malformed"),
    "call_refused": Sentence("the API refuses this call"),
    "already_there": Sentence("the API has this contact already"),
    "not_found": Sentence("the API knows no such list or contact"),
    "server_error": Sentence("the API failed while sending"),
    "no_answer": Sentence("the API did not answer in time"),
    "connection_lost": Sentence("the connection was lost before the answer"),
    "unreadable_answer": Sentence("the API’s answer could not be read"),
    "interrupted": Sentence("the program stopped before the answer came"),
    "journal_lost": Sentence("a part of the journal was lost: the message may have been sent"),
    "released": Sentence("given back before it was sent"),
    "retried": Sentence("to be tried again, as asked"),
    "cancelled": Sentence("given up on, as asked"),
    "internal_error": Sentence("a fault of this program"),
}


def status_words(status: Status) -> str:
    return say(_STATUSES[status])


def state_words(state: RunState) -> str:
    return say(_STATES[state])


def reason_words(reason: str) -> str:
    """Return a reason in words; a code we have no words for is shown as it is."""
    return say(_REASONS[reason]) if reason in _REASONS else reason


def part_words(name: str, *, edits: bool) -> str:
    """Return the heading of a part of a run: a variant, or a kind of changes."""
    return say(_EDITS[name]) if edits else say(Sentence("Variant {name}", name=name))


def moment(when: datetime) -> str:
    """Write a moment in local time, to the minute."""
    return when.astimezone().strftime(_("%Y-%m-%d %H:%M"))


def count_of(count: int) -> str:
    """Write a count with the thousands apart, as both languages can read it."""
    return f"{count:,}".replace(",", "\u202f")
