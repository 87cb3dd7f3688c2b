"""The domain's types. Frozen, and free of every third-party package."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from pathlib import Path

from lecommercial_batch.core.guards import Guards
from lecommercial_batch.core.hours import Hours
from lecommercial_batch.core.mass_dataclass import many
from lecommercial_batch.core.sentence import NOTHING, Sentence

Cell = str | int | float | bool | datetime | date | time  #: of a spreadsheet; an empty one is ""


class Status(StrEnum):
    """Where one message stands; only the journal moves it."""

    PENDING = "pending"  #: waiting for its turn
    SENDING = "sending"  #: handed to the gateway, answer not recorded yet
    ACCEPTED = "accepted"  #: taken by the API, which is all it ever tells
    FAILED = "failed"  #: refused for good
    UNKNOWN = "unknown"  #: may have been delivered; resent only on an operator's word
    CANCELLED = "cancelled"  #: given up on by the operator before it was sent


class Reason(StrEnum):
    """Why a row is not written to: the codes of ``lc_reason`` for rejections."""

    BAD_ROW = "bad_row"  #: its cells stand in the wrong columns
    HIDDEN = "hidden"  #: a filter of the spreadsheet, or a person, has hidden it
    INVALID_PHONE = "invalid_phone"  #: no number can be read from the cell
    NOT_MOBILE = "not_mobile"  #: a number that no WhatsApp account can have
    DUPLICATE = "duplicate"  #: the number stands in an earlier row
    OPTED_OUT = "opted_out"  #: the person asked not to be written to
    NO_CONSENT = "no_consent"  #: the consent column does not say yes
    NOT_SELECTED = "not_selected"  #: left out by the campaign's ``only``
    MISSING_VALUE = "missing_value"  #: a cell that the message needs is empty
    BAD_VALUE = "bad_value"  #: a cell that the message cannot use as it is
    EMPTY_MESSAGE = "empty_message"  #: nothing is left of the message for this row
    TOO_LONG = "too_long"  #: over the API's 1,000 characters
    ALREADY_MESSAGED = "already_messaged"  #: had the same text recently
    TOO_OFTEN = "too_often"  #: has had as many messages as the campaign allows
    BAD_FILE = "bad_file"  #: an attachment address that the API refuses
    UNCHANGED = "unchanged"  #: the list has this contact as the row says: nothing to do


class Outcome(StrEnum):
    """What one call came to, read from the answer's body before its status."""

    ACCEPTED = "accepted"  #: the API took the message
    REFUSED = "refused"  #: the API refused this message for good
    NOT_SENT = "not_sent"  #: surely not executed: safe to try again
    UNSURE = "unsure"  #: may have been executed: never tried again unasked
    HALTED = "halted"  #: not executed, and nothing after it would be: stop this sender


class RunState(StrEnum):
    """Where a run stands as a whole."""

    PLANNING = "planning"  #: being written; not to be sent from
    PLANNED = "planned"  #: frozen, not started
    RUNNING = "running"  #: a process drains it, or died while it did
    STOPPED = "stopped"  #: halted or asked to stop; resumable
    PAUSED = "paused"  #: an operator asked to wait; resumable
    CANCELLED = "cancelled"  #: an operator gave up on what was left
    ENDED = "ended"  #: nothing is left to send


@many()
class Phone:
    """A phone number that exists only if valid, in E.164 with its plus."""

    e164: str

    @property
    def digits(self) -> str:
        return self.e164[1:]  # bare, with country code: as the API takes them

    @property
    def masked(self) -> str:
        return f"{self.e164[:4]}…{self.e164[-2:]}"  # for logs: enough to know one's own, too little to call it

    def __repr__(self) -> str:
        return f"Phone({self.masked})"


@dataclass(frozen=True, slots=True)
class Unusable:
    """A cell no phone number comes from, and why."""

    reason: Reason
    detail: Sentence
    column: str = ""  #: the one that it stands in, where a row has several


@many()
class Reading:
    """A phone number read from a cell, and what had to be repaired to read it (empty when nothing)."""

    phone: Phone
    repair: Sentence = NOTHING


@many()
class Row:
    """One row of a contact file."""

    number: int  #: as Excel numbers it: the header is row 1
    cells: tuple[Cell, ...]  #: in the order of the table's columns, as many as there are columns


@many()
class Recipient:
    """A row that we may write to."""

    row: Row
    phone: Phone
    repair: Sentence = NOTHING


@many()
class Rejection:
    """A row that we do not write to, never silent."""

    row: Row
    reason: Reason
    detail: Sentence
    column: str = ""  #: the column at fault, empty where the whole row is


@many(kw_only=True)
class Content:
    """What one person will read: either a text with an optional attachment, or a filled template."""

    text: str = ""
    file: str = ""
    template_id: str = ""
    variables: tuple[tuple[str, str], ...] = ()  #: (name without braces, value), in the campaign's order


@many(kw_only=True)
class Message:
    """One `create-message` call for one recipient, fully rendered."""

    row: Row
    phone: Phone
    sender: str
    content: Content
    repair: Sentence = NOTHING
    variant: str = ""
    zone: str = ""  #: the time zones of its reader, where the hour matters


@many(kw_only=True)
class Answer:
    """What the gateway makes of one call."""

    outcome: Outcome
    reason: str = ""  #: a code for machines, such as ``invalid_keys``; empty when accepted
    detail: str = ""  #: the API's own words, redacted, 500 characters at most
    retry_after: float | None = None  #: seconds the API asked us to wait before the next call


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """So many calls a period."""

    count: int
    period: float  #: seconds

    @property
    def per_second(self) -> float:
        return self.count / self.period

    def __str__(self) -> str:
        units = {1.0: "s", 60.0: "min", 3600.0: "h"}
        return f"{self.count}/{units.get(self.period) or f'{self.period:g}s'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """What of a campaign its sending still needs once the plan is frozen."""

    rate: Rate
    stop_after_failures: int
    stop_at_failure_rate: float = 0.5  #: share of the last hundred answers
    canary: int = 0  #: messages that are sent first, to see what becomes of them
    per_day: int | None = None  #: messages a day through each sender
    at_least_once: bool = False  #: whether messages that may have been delivered are sent again
    hours: Hours | None = None  #: at which it may be sent; None: at any
    not_before: datetime | None = None
    add_to_list: int = 0  #: afterwards, who was accepted; 0: into none
    remove_failed_from: int = 0  #: the list that who failed is taken out of afterwards; 0: of none
    guards: Guards = field(default_factory=Guards)  #: asked again at each claim
    report_directory: Path
    report_formats: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRun:
    """A run about to be planned: a campaign over a file."""

    campaign: str  #: the campaign's name
    campaign_file: Path
    source: str  #: the contact file as the operator wrote it
    columns: tuple[str, ...]  #: the file's own column names, in order
    phone_column: str
    options: RunOptions
    test: bool = False  #: a test send, which is none of the campaign's runs
    variants: tuple[str, ...] = ()  #: the names of the wordings that are compared
    consent: tuple[str, ...] = ()  #: the columns of its date and source, empty where there is none; or neither
    edits: bool = False  #: its messages are changes of contact lists, and its variants their kinds
    parent: str = ""  #: the run whose results it puts into lists
    address: str = (
        ""  #: of the API that it is meant for: what goes elsewhere, a sandbox say, does not count for it
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run as the journal holds it."""

    id: str  #: such as ``relance-devis-12``
    new: NewRun
    state: RunState
    proof: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    halted: Mapping[str, str] = field(default_factory=dict)  #: sender → reason
    purged: bool = False  #: its people are forgotten, and its counts are all that is left


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How the rows of a run are spread: ``rows`` is always the sum of the two."""

    rejected: Mapping[Reason, int]
    messages: Mapping[Status, int]
    variants: Mapping[str, Mapping[Status, int]] = field(default_factory=dict)  #: of messages; empty without any
    after: Mapping[str, Mapping[Status, int]] = field(default_factory=dict)  #: changes of lists that came of it

    @property
    def rows(self) -> int:
        return sum(self.rejected.values()) + sum(self.messages.values())


@dataclass(frozen=True, slots=True)
class Turn:
    """One drain of a lane, under the fencing token that its claims must name."""

    lane: str
    token: int
    abandoned: int = 0  #: claims of an older token that became unknown when the turn began


@many(kw_only=True)
class Claimed:
    """A message whose claim is on disk: it may now be handed to the gateway, once."""

    run: str
    row: int
    phone: Phone
    content: Content
    attempts: int  #: this one included
    zone: str = ""


@many(kw_only=True)
class Result:
    """What a claimed message came to: its next status, and why."""

    run: str
    row: int
    status: Status  #: pending when it is to be tried again
    reason: str = ""
    detail: str = ""
    at: datetime
    due_at: datetime | None = None  #: when a pending message may be tried again


@many(kw_only=True)
class ReportRow:
    """One row of a run with what became of it: a message or a rejection."""

    row: Row
    status: Status | None  #: None for a rejection
    reason: str
    phone: Phone | None
    content: Content | None
    sender: str
    attempts: int
    answered_at: datetime | None
    repair: Sentence
    detail: Sentence | str  #: ours to translate, or the API's own words
    column: str = ""  #: for a rejection: the column at fault
    variant: str = ""  #: which of several wordings, where there are
