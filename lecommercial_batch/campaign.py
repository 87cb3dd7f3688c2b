"""The campaign file: whom, what, how fast. Data, not code."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from uuid import UUID

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema, model_validator

from lecommercial_batch.errors import CampaignError, Problem
from lecommercial_batch.model import Rate, RunOptions
from lecommercial_batch.past import Guards
from lecommercial_batch.period import Frequency, parse_frequency, parse_period
from lecommercial_batch.phones import is_region
from lecommercial_batch.rate import DEFAULT_RATE, WRITTEN, parse_rate
from lecommercial_batch.render import Wording
from lecommercial_batch.schedule import Schedule, ScheduleTable
from lecommercial_batch.sender import DEFAULT_SENDER
from lecommercial_batch.sentence import Sentence
from lecommercial_batch.table import Table
from lecommercial_batch.toml import TomlError, read_toml
from lecommercial_batch.variants import Variant

Format = Literal["xlsx", "csv", "html", "json"]
_Period = Annotated[
    timedelta,
    PlainValidator(parse_period),
    WithJsonSchema({"type": "string", "examples": ["30 days", "12 hours"]}),
]
_Frequency = Annotated[
    Frequency, PlainValidator(parse_frequency), WithJsonSchema({"type": "string", "examples": ["2 per 7 days"]})
]
_RATE_SCHEMA: Final = {"type": "string", "pattern": WRITTEN.pattern, "default": str(DEFAULT_RATE)}


def _region(value: object) -> str:
    if not isinstance(value, str) or not is_region(value.upper()):
        raise ValueError(
            Sentence("“{value}” is not a country", value=str(value)),
            Sentence('Write its ISO 3166 code: "FR", "BE", "CH"…'),
        )
    return value.upper()


def _uuid(value: object) -> str:
    try:
        return str(UUID(str(value))) if value else ""
    except ValueError:
        raise ValueError(
            Sentence("“{value}” is not a template's identifier", value=str(value)),
            Sentence("Copy the UUID from the template's page in Le Commercial."),
        ) from None


class Contacts(Table):
    """Where the recipients come from, and which of them are meant."""

    file: str
    """The contact file, relative to the campaign file."""
    sheet: str | None = None
    """The sheet of a workbook; by default the first visible one."""
    phone: str | None = None
    """The column of phone numbers; by default found by its header."""
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


class _Said(Table):
    text: str = ""
    """The message, with each column as a {{ variable }}."""
    text_file: str = ""
    """A text file that holds the message, relative to the campaign file."""
    file: str = ""
    """The address of an attachment; may have variables."""
    template_id: Annotated[str, BeforeValidator(_uuid)] = ""
    """The UUID of a template made in Le Commercial."""
    variables: Mapping[str, str] = Field(default_factory=dict)
    """What stands for each of the template's variables."""

    @model_validator(mode="after")
    def one_kind(self) -> Self:
        """A template is sent without a text or file of our own: the API would drop them in silence."""
        given = [name for name in self.kinds() if getattr(self, name)]
        if len(given) != 1:
            raise ValueError(
                Sentence("a message has exactly one of {keys}", keys=", ".join(self.kinds())),
                Sentence("Remove: {keys}.", keys=", ".join(given[1:])) if given else Sentence("Add text = “…”."),
            )
        if self.template_id and self.file:
            raise ValueError(
                Sentence("the API ignores “file” when a template is sent"),
                Sentence("Remove it, or attach the file in the template itself."),
            )
        if self.variables and not self.template_id:
            raise ValueError(
                Sentence("“variables” go with a template_id"),
                Sentence("In a text, write {example} straight away.", example="{{ prenom }}"),
            )
        return self

    @classmethod
    def kinds(cls) -> tuple[str, ...]:
        return "text", "text_file", "template_id"


class VariantTable(_Said):
    """One of several wordings that are compared: a part of the people gets it."""

    name: str = Field(min_length=1, max_length=40)
    """What the report calls it, such as A."""
    share: float = Field(default=1.0, gt=0, allow_inf_nan=False)
    """Its share of the people, in proportion to the others': 1 and 1, or 90 and 10."""


class MessageTable(_Said):
    """What each of them will read: a text, a template of Le Commercial's, or one of several variants."""

    on_empty: Literal["reject", "allow"] = "reject"
    """What is done where the message prints an empty cell: its row is rejected, or nothing stands in its place."""
    signature: str = ""
    """The name people know you by; messages that do not say it are warned of."""
    variants: list[VariantTable] = Field(default_factory=list)
    """Several wordings, each for a part of the people, told apart in the report."""

    @model_validator(mode="after")
    def several(self) -> Self:
        """One variant is none, and two of a name could not be told apart."""
        names = [variant.name for variant in self.variants]
        if len(names) == 1 or len(set(names)) < len(names):
            raise ValueError(
                Sentence("variants are at least two, each with a name of its own"),
                Sentence("Write [[message.variants]] once for each of them."),
            )
        return self

    @classmethod
    def kinds(cls) -> tuple[str, ...]:
        return *super().kinds(), "variants"


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
    per_person: _Frequency | None = None
    """Messages to one number at most, over all campaigns of the journal: 2 per 7 days."""
    per_day: int | None = Field(default=None, ge=1)
    """Messages a day through each sender, over all runs; the others wait for the next day."""
    delivery: Literal["at-most-once", "at-least-once"] = "at-most-once"
    """Whether a message that may have been delivered is left alone, or sent again: then some get it twice."""


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
    schedule: ScheduleTable | None = None
    report: ReportTable = Field(default_factory=ReportTable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A campaign file that has been read and holds together, its paths made whole."""

    path: Path
    name: str
    contacts: Contacts
    contacts_file: Path
    suppressed: tuple[Path, ...]  #: files of keyed hashes
    variants: tuple[Variant, ...]  #: its wording, or several
    senders: tuple[str, ...]
    guards: Guards  #: against sending too much to one person
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
        variants=_variants(path, written.message),
        senders=tuple(dict.fromkeys(written.sending.senders)),
        schedule=schedule,
        guards=Guards(not_again_within=written.sending.not_again_within, per_person=written.sending.per_person),
        options=RunOptions(
            rate=written.sending.rate,
            stop_after_failures=written.sending.stop_after_failures,
            stop_at_failure_rate=written.sending.stop_at_failure_rate,
            canary=written.sending.canary,
            per_day=written.sending.per_day,
            at_least_once=written.sending.delivery == "at-least-once",
            hours=written.schedule.hours() if written.schedule else None,
            not_before=schedule.start if schedule else None,
            report_directory=(folder / written.report.directory).resolve(),
            report_formats=tuple(dict.fromkeys(written.report.formats)),
        ),
    )


def _variants(path: Path, message: MessageTable) -> tuple[Variant, ...]:
    if not message.variants:
        return (Variant(wording=_wording(path, message, message, place="message")),)
    return tuple(
        Variant(
            name=each.name,
            share=each.share,
            wording=_wording(path, each, message, place=f"message.variants.{each.name}"),
        )
        for each in message.variants
    )


def _wording(path: Path, said: _Said, message: MessageTable, *, place: str) -> Wording:
    return Wording(
        place=place,
        text=_text_of(path, said.text_file, place) if said.text_file else said.text,
        file=said.file or ("" if said.template_id else message.file),
        template_id=said.template_id,
        variables=said.variables,
        signature=message.signature,
        allow_empty=message.on_empty == "allow",
    )


def _text_of(campaign: Path, name: str, place: str) -> str:
    path = campaign.parent / name
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        problem = Problem(
            code="unreadable_file",
            file=str(campaign),
            column=f"{place}.text_file",
            message=Sentence("the message's file {file} cannot be read", file=str(path)),
            advice=Sentence("Its path is relative to the campaign file; it is a text file in UTF-8."),
        )
        raise CampaignError(problem) from error
