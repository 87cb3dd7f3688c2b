"""The campaign file: whom, what, how fast. Data, not code."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema, model_validator

from lecommercial_batch.core.durations import parse_frequency, parse_period
from lecommercial_batch.core.errors import CampaignError
from lecommercial_batch.core.guards import ONCE_WITHIN, Frequency, Guards
from lecommercial_batch.core.model import Rate, RunOptions
from lecommercial_batch.core.rate import DEFAULT_RATE, WRITTEN, parse_rate
from lecommercial_batch.core.sender import DEFAULT_SENDER
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.planning.campaign.message import MessageTable, variants_of
from lecommercial_batch.planning.campaign.schedule import ScheduleTable
from lecommercial_batch.planning.campaign.strict_table import Table
from lecommercial_batch.planning.campaign.toml import TomlError, read_toml
from lecommercial_batch.planning.phones import is_region
from lecommercial_batch.planning.templates.variants import Variant
from lecommercial_batch.scheduling.schedule import Schedule

Format = Literal["xlsx", "csv", "html", "json"]
_Period = Annotated[
    timedelta,
    PlainValidator(parse_period),
    WithJsonSchema({"type": "string", "examples": ["30 days", "12 hours"]}),
]
_Frequency = Annotated[
    Frequency, PlainValidator(parse_frequency), WithJsonSchema({"type": "string", "examples": ["2 per 7 days"]})
]
_PHONE_SCHEMA: Final = {
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}],
    "examples": ["Mobile", ["Mobile", "Téléphone"]],
}
_RATE_SCHEMA: Final = {"type": "string", "pattern": WRITTEN.pattern, "default": str(DEFAULT_RATE)}


def _region(value: object) -> str:
    if not isinstance(value, str) or not is_region(value.upper()):
        raise ValueError(
            Sentence("“{value}” is not a country", value=str(value)),
            Sentence('Write its ISO 3166 code: "FR", "BE", "CH"…'),
        )
    return value.upper()


def _phones(value: object) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value
    if isinstance(names, list | tuple) and names and all(isinstance(name, str) and name.strip() for name in names):
        return tuple(dict.fromkeys(names))
    raise ValueError(
        Sentence("this names no column"),
        Sentence('Write phone = "Mobile", or several, of which the first mobile is taken: ["Mobile", "Tel"].'),
    )


class Contacts(Table):
    """Where the recipients come from, and which of them are meant."""

    file: str = ""
    """The contact file, relative to the campaign file."""
    list_id: int | None = Field(default=None, ge=1)
    """A list of Le Commercial, in place of a file."""
    sheet: str | None = None
    """The sheet of a workbook; by default the first visible one."""
    header: int | None = Field(default=None, ge=1)
    """The row of the header, as a spreadsheet shows it; by default found."""
    phone: Annotated[tuple[str, ...], PlainValidator(_phones), WithJsonSchema(_PHONE_SCHEMA)] = ()
    """The column of phone numbers, or several: the first mobile of each row; by default found by its header."""
    region: Annotated[str, BeforeValidator(_region)] = "FR"
    """The country of numbers written nationally, ISO 3166."""
    country: str | None = None
    """A column that names each row's country."""
    accept: Literal["mobile", "any"] = "mobile"
    """Mobile numbers alone, or any that exist."""
    duplicates: Literal["first", "last", "reject_all"] = "first"
    """Which of several rows with one number is written to."""
    consent: str | None = None
    """A column that must say yes: oui, yes, true, 1, x, vrai, ok."""
    consent_date: str | None = None
    """A column that says when they agreed: it goes into the report; over three years ago is warned of."""
    consent_source: str | None = None
    """A column that says where they agreed: it goes into the report."""
    only: Mapping[str, list[str | int | float]] = Field(default_factory=dict)
    """Keep the rows whose column has one of these values."""
    suppressed: list[str] = Field(default_factory=list)
    """Files of keyed hashes, as `optout export --hashed` writes them: their people are left out."""

    @model_validator(mode="after")
    def one_source(self) -> Self:
        """Contacts come from a file or from a list."""
        if bool(self.file) is (self.list_id is not None):
            raise ValueError(
                Sentence("contacts come from exactly one of {keys}", keys="file, list_id"),
                Sentence("Write file = “…”, or list_id = and the number of a list."),
            )
        if self.sheet and self.list_id is not None:
            raise ValueError(Sentence("a list has no sheets"), Sentence("Remove: {keys}.", keys="sheet"))
        if self.header and self.list_id is not None:
            raise ValueError(Sentence("a list has no header row"), Sentence("Remove: {keys}.", keys="header"))
        return self


class Sending(Table):
    """How fast, through whom, and when to stop."""

    rate: Annotated[Rate, PlainValidator(parse_rate), WithJsonSchema(_RATE_SCHEMA)] = DEFAULT_RATE
    """The pace: N/s, N/min or N/h."""
    senders: list[str] = Field(default=[DEFAULT_SENDER], min_length=1)
    """Names from senders.toml; people are shared out between them."""
    stop_after_failures: int = Field(default=10, ge=1)
    """Failures or unknowns in a row that stop a sender."""
    stop_at_failure_rate: float = Field(default=0.5, gt=0, le=1)
    """More than this share of failures and unknowns among the last hundred answers stops a sender."""
    canary: int = Field(default=0, ge=0)
    """So many messages are sent first; the others go when you have seen what became of them."""
    not_again_within: _Period | None = None
    """Refuse the same message to the same number within so many days, whichever run sent it: 30 days."""
    repeats: bool = False
    """Whether it is meant to reach the same people again and again, each time with another run."""
    per_person: _Frequency | None = None
    """Messages to one number at most, over all campaigns of the journal: 2 per 7 days."""
    per_day: int | None = Field(default=None, ge=1)
    """Messages a day through each sender, over all runs; the others wait for the next day."""
    delivery: Literal["at-most-once", "at-least-once"] = "at-most-once"
    """Whether a message that may have been delivered is left alone, or sent again: then some get it twice."""


class AfterTable(Table):
    """What comes of it once all is sent: changes of lists of Le Commercial."""

    add_to_list: int = Field(default=0, ge=0)
    """The list that everybody is put into whose message was accepted."""
    remove_failed_from_list: int = Field(default=0, ge=0)
    """The list that everybody is taken out of whose message failed."""


class ReportTable(Table):
    """Where the results go, and how."""

    directory: str = "reports"
    """Relative to the campaign file."""
    formats: list[Format] = Field(default=["xlsx", "csv"], min_length=1)


class CampaignFile(Table):
    """A campaign of lecommercial-batch: whom to write to, what, and how fast."""

    name: str = Field(min_length=1, max_length=100)
    """What the campaign is called in runs and reports."""
    contacts: Contacts
    message: MessageTable
    sending: Sending = Field(default_factory=Sending)
    after: AfterTable = Field(default_factory=AfterTable)
    schedule: ScheduleTable | None = None
    report: ReportTable = Field(default_factory=ReportTable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A campaign file that has been read and holds together, its paths made whole."""

    path: Path
    name: str
    contacts: Contacts
    contacts_file: Path  #: of no meaning where `contacts` names a list
    suppressed: tuple[Path, ...]  #: files of keyed hashes
    variants: tuple[Variant, ...]  #: its wording, or several
    senders: tuple[str, ...]
    options: RunOptions
    schedule: Schedule | None


def campaign_schema() -> dict[str, Any]:
    """Return the JSON Schema of a campaign file, for editors."""
    schema = CampaignFile.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def load_campaign(path: Path) -> Campaign:
    """Read a campaign file.

    Raises:
        CampaignError: it is missing, broken or does not hold together; each problem with its line.
    """
    try:
        written = read_toml(path, CampaignFile)
    except TomlError as error:
        raise CampaignError(*error.problems) from error
    folder = path.parent
    schedule = written.schedule.schedule() if written.schedule else None
    return Campaign(
        path=path,
        name=written.name,
        contacts=written.contacts,
        contacts_file=Path("-") if written.contacts.file == "-" else folder / written.contacts.file,
        suppressed=tuple(folder / name for name in written.contacts.suppressed),
        variants=variants_of(path, written.message),
        senders=tuple(dict.fromkeys(written.sending.senders)),
        schedule=schedule,
        options=RunOptions(
            rate=written.sending.rate,
            stop_after_failures=written.sending.stop_after_failures,
            stop_at_failure_rate=written.sending.stop_at_failure_rate,
            canary=written.sending.canary,
            per_day=written.sending.per_day,
            at_least_once=written.sending.delivery == "at-least-once",
            add_to_list=written.after.add_to_list,
            remove_failed_from=written.after.remove_failed_from_list,
            hours=written.schedule.hours() if written.schedule else None,
            not_before=schedule.start if schedule else None,
            report_directory=(folder / written.report.directory).resolve(),
            report_formats=tuple(dict.fromkeys(written.report.formats)),
            guards=_guards(written.sending, repeats=bool(schedule and schedule.cron)),
        ),
    )


def _guards(written: Sending, *, repeats: bool) -> Guards:
    """Return the frequency caps: each person once, unless the campaign comes again and again."""
    once = None if repeats or written.repeats else written.not_again_within or ONCE_WITHIN
    return Guards(once_within=once, not_again_within=written.not_again_within, per_person=written.per_person)
