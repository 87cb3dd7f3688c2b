"""The command's grammar in the reader's language: usage lines, and what is wrong with a command line."""

import gettext
import os
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from lecommercial_batch.core.language import CATALOGUES, DOMAIN, _, say
from lecommercial_batch.core.sentence import N_, Sentence
from lecommercial_batch.core.visible import visible

#: What typer says through gettext.
_OF_TYPER: Final = (
    N_("Arguments"),
    N_("Options"),
    N_("Commands"),
    N_("required"),
    N_("default: {default}"),
    N_("Missing command."),
    N_("No such command {name!r}."),
)
#: What it says in English alone.
_ENGLISH: Final[Mapping[re.Pattern[str], str]] = {
    re.compile(r"Got unexpected extra argument\(s\) \((?P<words>.*)\)"): N_(
        "“{words}” is one word too many; a path with spaces in it goes between quotation marks"
    ),
    re.compile(r"Option '(?P<name>.*)' requires an argument\."): N_("the option {name} needs a value after it"),
    re.compile(r"Option '(?P<name>.*)' does not take a value\."): N_("the option {name} takes no value"),
    re.compile(r"(?P<error>.*)\. Did you mean '(?P<names>.*)'\?"): N_("{error}. Did you mean {names}?"),
}


class _Translated:
    """What is the same of a verb and of all of them together."""

    def format_usage(self: Any, ctx: Any, formatter: Any) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix=_("Usage: "))

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)  # type: ignore[misc]  # of the class it is mixed into
        if option is not None:
            option.help = _("Show this help.")
        return option


class Verb(_Translated, TyperCommand):
    """A verb of the command."""


class Verbs(_Translated, TyperGroup):
    """The command as a whole."""


def teach_typer(language: str) -> None:
    """Have typer find our translations of its words: it asks gettext, which asks the environment."""
    gettext.bindtextdomain(DOMAIN, str(CATALOGUES))
    gettext.textdomain(DOMAIN)
    os.environ["LANGUAGE"] = language


def show_usage_error(error: typer.TyperException) -> None:
    """Say on standard error how the verb is used and what is wrong."""
    context = getattr(error, "ctx", None)
    if context is not None and error.message == context.get_help():  # nothing at all was asked
        typer.echo(error.message, err=True)
        return
    if context is not None:
        help_ = Sentence("For help: {command}", command=f"{context.command_path} --help")
        typer.echo(f"{context.get_usage()}\n{say(help_)}\n", err=True)
    typer.echo(f"{_('Error')}{_(': ')}{visible(_fault(error))}", err=True)


def _fault(error: typer.TyperException) -> str:
    if isinstance(error, typer.BadParameter) and error.param is not None:
        name = error.param.get_error_hint().replace("'", "")
        if hasattr(error, "param_type"):  # only where it is missing
            return say(Sentence("{name} is missing", name=name))
        return _misfit(name, error)
    if isinstance(error, typer.BadParameter):  # of our own, about several options
        return error.message
    if hasattr(error, "option_name") and hasattr(error, "possibilities"):  # only where there is no such option
        return _unknown_option(error.option_name, error.possibilities or ())
    for english, template in _ENGLISH.items():
        if found := english.fullmatch(error.format_message()):
            return say(
                Sentence(template, **{key: text.replace("', '", ", ") for key, text in found.groupdict().items()})
            )
    return error.format_message()


def _unknown_option(name: str, near: Sequence[str]) -> str:
    if not near:
        return say(Sentence("there is no option {name}", name=name))
    return say(Sentence("there is no option {name}. Did you mean {near}?", name=name, near=", ".join(near)))


def _misfit(name: str, error: typer.BadParameter) -> str:
    from lecommercial_batch.planning.campaign.toml import misfits  # noqa: PLC0415 - pydantic is heavy

    said = misfits(name, error.__cause__) or [
        Sentence("the value of {name} does not fit: {reason}", name=name, reason=error.message)
    ]
    return say(said[0])
