"""The campaign file: whom, what, how fast. Data, not code."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, model_validator

from lecommercial_batch.errors import CampaignError, Problem
from lecommercial_batch.model import DEFAULT_SENDER, Rate, RunOptions
from lecommercial_batch.phones import is_region
from lecommercial_batch.rate import DEFAULT_RATE, parse_rate
from lecommercial_batch.render import Wording
from lecommercial_batch.sentence import Sentence
from lecommercial_batch.toml import TomlError, read_toml

Format = Literal["xlsx", "csv", "json"]


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
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Contacts(_Table):
    """Where the recipients come from, and which of them are meant."""

    file: str
    sheet: str | None = None
    phone: str | None = None
    region: Annotated[str, BeforeValidator(_region)] = "FR"
    country: str | None = None
    accept: Literal["mobile", "any"] = "mobile"
    duplicates: Literal["first", "last", "reject_all"] = "first"
    consent: str | None = None
    only: Mapping[str, list[str | int | float]] = Field(default_factory=dict)


class MessageTable(_Table):
    """What each of them will read: a text, or a template of Le Commercial's."""

    text: str = ""
    text_file: str = ""
    file: str = ""
    template_id: Annotated[str, BeforeValidator(_uuid)] = ""
    variables: Mapping[str, str] = Field(default_factory=dict)

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

    rate: Annotated[Rate, PlainValidator(parse_rate)] = DEFAULT_RATE
    senders: list[str] = Field(default_factory=lambda: [DEFAULT_SENDER], min_length=1)
    stop_after_failures: int = Field(default=10, ge=1)


class ReportTable(_Table):
    """Where the results go, and how."""

    directory: str = "reports"
    formats: list[Format] = Field(default=["xlsx", "csv"], min_length=1)


class CampaignFile(_Table):
    """The file as written."""

    name: str = Field(min_length=1, max_length=100)
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
