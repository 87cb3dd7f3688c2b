"""The one door to a terminal: nothing that is not ours can move its cursor, hide, or be taken for markup.

Every text that is printed passes here, through the console or as one of these pieces; a test sees to it that no
other module of the command takes rich's own.
"""

import logging
from collections.abc import Iterable
from typing import Any

import rich.console
import rich.table
import rich.text
from rich.console import ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.style import Style

from lecommercial_batch.core.visible import one_line, visible


class Text(rich.text.Text):
    """A text with its style; rich would drop some characters and pass others on."""

    def __init__(self, text: str = "", style: str | Style = "", **options: Any) -> None:
        super().__init__(visible(text), style, **options)

    def append(self, text: "rich.text.Text | str", style: str | Style | None = None) -> "Text":
        """Add a piece at the end."""
        super().append(visible(text) if isinstance(text, str) else text, style)
        return self

    @classmethod
    def of_pieces(cls, *pieces: tuple[str, str]) -> "Text":
        """Put a text together from pieces with their styles."""
        whole = cls()
        for text, style in pieces:
            whole.append(text, style)
        return whole


class Table(rich.table.Table):
    """A table, each of whose cells is a line: nothing in one looks as if it stood below the table."""

    def add_row(self, *renderables: RenderableType | None, **options: Any) -> None:
        """Add a row of cells."""
        super().add_row(*(one_line(each) if isinstance(each, str) else each for each in renderables), **options)


class Console(rich.console.Console):
    """Where the command speaks. What is in brackets or between colons is shown as it is."""

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, highlight=False, soft_wrap=False, markup=False, emoji=False)

    def render_str(self, text: str, **options: Any) -> rich.text.Text:
        """Make a text of what was given as a string, whatever asks for it."""
        return super().render_str(visible(text), **{**options, "markup": False, "emoji": False})

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Render anything; a text that rich itself has put together is looked at here."""
        if type(renderable) is rich.text.Text and visible(renderable.plain) != renderable.plain:
            renderable = Text(renderable.plain, renderable.style)
        return super().render(renderable, options)


class LogFormatter(logging.Formatter):
    """Lines of a log, each entry one of them."""

    def format(self, record: logging.LogRecord) -> str:
        """Return an entry; the lines of a traceback are the program's own."""
        return visible(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - as logging calls it
        """Return its line."""
        return one_line(super().formatMessage(record))


def log_to_stderr(level: int, form: str) -> None:
    """Have a log written to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(LogFormatter(form))
    logging.basicConfig(handlers=[handler], level=level)
