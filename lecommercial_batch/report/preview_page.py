"""The preview as a page: every message as its phone would show it, every row left out with what to do about it."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from lecommercial_batch.core.addresses import shown
from lecommercial_batch.core.advice import advice_for
from lecommercial_batch.core.labels import count_of, reason_words
from lecommercial_batch.core.language import _, say, spoken
from lecommercial_batch.core.model import Cell, Content, Counts, Phone, Reason, ReportRow, Run
from lecommercial_batch.pages.attachment import attachment
from lecommercial_batch.pages.formatting import Span, Style, spans
from lecommercial_batch.pages.number import written
from lecommercial_batch.pages.parts import SinglePage
from lecommercial_batch.planning.screening.columns import names
from lecommercial_batch.planning.templates.limits import LONGEST_TEXT
from lecommercial_batch.report.writing import writing

_CHUNK: Final = 500  #: rows in a piece of the page
_PAGE: Final = SinglePage(
    __package__,
    "preview.html",
    styles=("theme.css", "bubble.css", "preview.css"),
    scripts=("element.js", "words.js", "bubble.js", "people.js", "list.js", "preview.js"),
)


def write_preview_page(
    path: Path, *, run: Run, counts: Counts, rows: Callable[[], Iterator[ReportRow]], ending: str
) -> None:
    """Write one page with all rows of a plan, in one pass: memory does not grow with them.

    It asks nothing of any network, and holds people's data: it is readable by its owner alone.

    Raises:
        ReportError: the file cannot be written.
    """
    people = _People(run)
    page = _PAGE.render(
        language=spoken(),
        words=_words(),
        run=run,
        facts=_facts(run, counts, ending),
        messages=sum(counts.messages.values()),
        left_out=sum(counts.rejected.values()),
        reasons=_reasons(counts),
        longest=LONGEST_TEXT,
        chunks=_chunks(map(people.row, rows())),
    )
    with (
        writing(path) as unfinished,
        unfinished.open("w", encoding="utf-8", errors="replace", newline="\n") as file,
    ):
        file.writelines(page)


#: Reasons of rejections that name the column of the number.
_OF_THE_NUMBER: Final = frozenset(
    {Reason.INVALID_PHONE, Reason.NOT_MOBILE, Reason.DUPLICATE, Reason.OPTED_OUT, Reason.ALREADY_MESSAGED}
)


class _People:
    """The rows of one plan as the page takes them."""

    def __init__(self, run: Run) -> None:
        columns = run.new.columns
        self._columns = columns
        self._names = names(columns, phone=run.new.phone_column)
        self._phone = columns.index(run.new.phone_column)

    def row(self, row: ReportRow) -> dict[str, object]:
        """Return what is shown of a row, empty values left out."""
        common = {"id": row.row.number, "name": self._name(row)}
        if row.content is not None and row.phone is not None:
            return common | _message(row, row.phone, row.content)
        of_number = row.reason in _OF_THE_NUMBER and row.column in self._columns
        cell = _shown(row.row.cells[self._columns.index(row.column) if of_number else self._phone])
        found = {"to": _digits(cell), "number": cell, "reason": row.reason}
        detail = row.detail if isinstance(row.detail, str) else say(row.detail)
        return common | found | {"detail": detail, "column": row.column}

    def _name(self, row: ReportRow) -> str:
        parts = (_shown(row.row.cells[index]) for index in self._names)
        return " ".join(part for part in parts if part)


def _message(row: ReportRow, phone: Phone, content: Content) -> dict[str, object]:
    shown = {
        "to": phone.digits,
        "number": written(phone.digits),
        "spans": [span.as_json() for span in _spans(content)],
        "length": len(content.text),
        "file": attachment(content.file) if content.file else None,
        "template_id": content.template_id,
        "sender": row.sender,
        "variant": row.variant,
        "repair": say(row.repair) if row.repair.template else "",
    }
    return {name: value for name, value in shown.items() if value or name in {"spans", "length"}}


def _spans(content: Content) -> Iterator[Span]:
    """Yield the text; of a template, whose text the API alone knows, its values."""
    if not content.template_id:
        yield from spans(content.text)
    for number, (name, value) in enumerate(content.variables):
        yield Span("\n" if number else "")
        yield Span(f"{{{name}}}", frozenset({Style.MONO}))
        yield Span(f" {value}")


def _facts(run: Run, counts: Counts, ending: str) -> list[tuple[str, str]]:
    messages = sum(counts.messages.values())
    return [
        (_("Messages"), count_of(messages)),
        (_("Left out"), count_of(sum(counts.rejected.values()))),
        (_("Rows read"), count_of(counts.rows)),
        (_("Pace"), str(run.new.options.rate)),
        (_("Sent to"), shown(run.new.address)),
        (_("Sent now, the last is gone"), ending if messages else "—"),
    ]


def _reasons(counts: Counts) -> dict[str, dict[str, object]]:
    """Return what there is to say of each reason that occurs, the commonest first."""
    return {
        reason: {"words": reason_words(reason), "advice": say(advice_for(reason)), "count": count}
        for reason, count in sorted(counts.rejected.items(), key=lambda item: -item[1])
    }


def _chunks(rows: Iterable[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    remaining = iter(rows)
    while chunk := list(islice(remaining, _CHUNK)):
        yield chunk


def _shown(cell: Cell) -> str:
    return f"{cell:.0f}" if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isascii() and letter.isdigit())


def _words() -> dict[str, str]:
    return {
        "title": _("Preview"),
        "skip": _("Skip to the messages"),
        "nothing_sent": _("This is what people would read. Nothing has been sent."),
        "messages": _("Messages"),
        "left_out": _("Left out"),
        "search": _("Search by name or number"),
        "search_hint": _("Dupont, 06 12…"),
        "found": _("{count} of {total}"),
        "none_found": _("Nobody here is called so, or has such a number."),
        "no_messages": _("There is no message to send."),
        "nobody_left_out": _("Nobody is left out: every row has its message."),
        "more": _("Show more"),
        "length": _("Length"),
        "any_length": _("Any length"),
        "from_to": _("{from} to {to} characters"),
        "order": _("Order"),
        "as_file": _("As in the file"),
        "longest_first": _("Longest first"),
        "shortest_first": _("Shortest first"),
        "variant": _("Variant"),
        "all_variants": _("All variants"),
        "sender": _("Sender"),
        "all_senders": _("All senders"),
        "reason": _("Reason"),
        "all_reasons": _("All reasons"),
        "row": _("row {row}"),
        "characters": _("{count} characters"),
        "one_character": _("1 character"),
        "template": _("Template"),
        "attachment": _("Attachment"),
        "from_host": _("from {host}"),
        "empty_text": _("(no text)"),
        "proof": _("Proof"),
        "proof_hint": _(
            "Whoever approves this page approves this code: send --proof sends exactly this, or nothing."
        ),
        "summary": _("In short"),
        "why_left_out": _("Why rows are left out"),
        "without_scripts": _(
            "Allow scripts for this page to see the messages. They are all in it; it asks no network."
        ),
    }
