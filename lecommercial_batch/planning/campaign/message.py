"""What people will read, as a campaign file has it: a text, a template of Le Commercial's, or several variants."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BeforeValidator, Field, model_validator

from lecommercial_batch.core.errors import CampaignError, Problem
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.planning.campaign.strict_table import Table
from lecommercial_batch.planning.templates.limits import bare_name, name_flaw
from lecommercial_batch.planning.templates.render import Wording
from lecommercial_batch.planning.templates.variants import Variant


def _uuid(value: object) -> str:
    try:
        return str(UUID(str(value))) if value else ""
    except ValueError:
        raise ValueError(
            Sentence("“{value}” is not a template's identifier", value=str(value)),
            Sentence("Copy the UUID from the template's page in Le Commercial."),
        ) from None


def _check_names(names: Iterable[str]) -> None:
    for name in names:
        if flaw := name_flaw(name):
            example = bare_name(name) or "prenom"
            raise ValueError(
                flaw,
                Sentence("Write the name alone, as the template has it between its braces: {name}.", name=example),
            )


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
        _check_names(self.variables)
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


def variants_of(path: Path, message: MessageTable) -> tuple[Variant, ...]:
    """Return the wordings of a message, one or several.

    Raises:
        CampaignError: a text file cannot be read.
    """
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
    if not path.resolve().is_relative_to(campaign.parent.resolve()):
        problem = Problem(
            code="file_elsewhere",
            file=str(campaign),
            column=f"{place}.text_file",
            message=Sentence("the message's file {file} is not in the campaign's folder", file=name),
            advice=Sentence("Copy it there: what is elsewhere may be no message."),
        )
        raise CampaignError(problem)
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
