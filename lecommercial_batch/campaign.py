"""The campaign file: whom, what, how fast. Data, not code."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, WithJsonSchema, model_validator

from lecommercial_batch.errors import CampaignError, Problem
from lecommercial_batch.model import Rate, RunOptions
from lecommercial_batch.phones import is_region
from lecommercial_batch.rate import DEFAULT_RATE, WRITTEN, parse_rate
from lecommercial_batch.render import Wording
from lecommercial_batch.sender import DEFAULT_SENDER
from lecommercial_batch.sentence import Sentence
from lecommercial_batch.toml import TomlError, read_toml

Format = Literal["xlsx", "csv", "json"]
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


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)


class Contacts(_Table):
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
    only: Mapping[str, list[str | int | float]] = Field(default_factory=dict)
    """Keep the rows whose column has one of these values."""


class MessageTable(_Table):
    """What each of them will read: a text, or a template of Le Commercial's."""

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
    on_empty: Literal["reject", "allow"] = "reject"
    """What is done where the message prints an empty cell: its row is rejected, or nothing stands in its place."""
    signature: str = ""
    """The name people know you by; messages that do not say it are warned of."""

    @model_validator(mode="after")
    def one_kind(self) -> "MessageTable":
        """A template is sent without a text or file of our own: the API would drop them in silence."""
        given = [name for name in ("text", "text_file", "template_id") if getattr(self, name)]
        if len(given) != 1:
            raise ValueError(
                Sentence("a message has exactly one of text, text_file and template_id"),
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


class Sending(_Table):
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


class ReportTable(_Table):
    """Where the results go, and how."""

    directory: str = "reports"
    """Relative to the campaign file."""
    formats: list[Format] = Field(default=["xlsx", "csv"], min_length=1)


class CampaignFile(_Table):
    """A campaign of lecommercial-batch: whom to write to, what, and how fast."""

    name: str = Field(min_length=1, max_length=100)
    """What the campaign is called in runs and reports."""
    contacts: Contacts
    message: MessageTable
    sending: Sending = Field(default_factory=Sending)
    report: ReportTable = Field(default_factory=ReportTable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A campaign file that has been read and holds together, its paths made whole."""

    path: Path
    name: str
    contacts: Contacts
    contacts_file: Path
    wording: Wording
    senders: tuple[str, ...]
    options: RunOptions


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
    return Campaign(
        path=path,
        name=written.name,
        contacts=written.contacts,
        contacts_file=Path("-") if written.contacts.file == "-" else folder / written.contacts.file,
        wording=_wording(path, written.message),
        senders=tuple(dict.fromkeys(written.sending.senders)),
        options=RunOptions(
            rate=written.sending.rate,
            stop_after_failures=written.sending.stop_after_failures,
            stop_at_failure_rate=written.sending.stop_at_failure_rate,
            canary=written.sending.canary,
            report_directory=(folder / written.report.directory).resolve(),
            report_formats=tuple(dict.fromkeys(written.report.formats)),
        ),
    )


def _wording(path: Path, message: MessageTable) -> Wording:
    return Wording(
        text=_text_of(path, message.text_file) if message.text_file else message.text,
        file=message.file,
        template_id=message.template_id,
        variables=message.variables,
        signature=message.signature,
        allow_empty=message.on_empty == "allow",
    )


def _text_of(campaign: Path, name: str) -> str:
    path = campaign.parent / name
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        problem = Problem(
            code="unreadable_file",
            file=str(campaign),
            column="message.text_file",
            message=Sentence("the message's file {file} cannot be read", file=str(path)),
            advice=Sentence("Its path is relative to the campaign file; it is a text file in UTF-8."),
        )
        raise CampaignError(problem) from error
