"""What is odd about messages that can be sent: seen while they go by, with the first rows of each oddity.

A person may mean it so; nothing is refused for it. It costs a row a few searches for single characters.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from lecommercial_batch.core.errors import Problem, Severity
from lecommercial_batch.core.model import Cell, Content, Row
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.core.visible import unseen
from lecommercial_batch.planning.screening.garbled import is_garbled

_NAMED: Final = 5  #: rows kept of each oddity
_MOST: Final = 100  #: oddities told apart
_FEW: Final = 5  #: kinds of unseen characters that are named
_SNIPPET: Final = 40  #: characters of a message that are shown
#: How messages say that one need not get any more of them.
_OPT_OUT: Final = re.compile(
    r"\bstop\b|d[ée]sabonn|d[ée]sinscri|plus (?:en )?recevoir|unsubscribe|\bopt(?:ing)?[ -]?out\b",
    re.IGNORECASE,
)
_BRACES: Final = re.compile(r"[{}]{1,2}[^{}\n]*[{}]{0,2}")
#: Each mark of WhatsApp's with its pairs, and how it looks where it was meant to be one of a pair: at the
#: beginning or the end of a word. A hotel's 5*, ~10 minutes, an address_with_underscores, a list's * are none.
_MARKS: Final = {
    mark: (
        re.compile(rf"(?<!\w){re.escape(mark)}(?![\s{mark}])[^\n{mark}]*(?<![\s{mark}]){re.escape(mark)}(?!\w)"),
        re.compile(rf"(?<!\w){re.escape(mark)}(?=[^\W\d_])|(?<=[^\W\d_]){re.escape(mark)}(?!\w)"),
    )
    for mark in "*_~"
}


@dataclass(slots=True)
class _Oddity:
    """One thing that is odd, and the rows of which it is so."""

    message: Sentence
    advice: Sentence
    count: int = 0
    rows: list[int] = field(default_factory=list)


class Remarks:
    """Looks at messages as they go by, and keeps what is odd: counts, and the first rows of each.

    ``wording`` is what the messages are made of, which stands at ``place`` of the campaign file; ``used`` are the
    columns whose values they take.
    """

    def __init__(
        self,
        *,
        wording: str,
        place: str,
        signature: str,
        used: Sequence[int],
        columns: Sequence[str],
        campaign: str,
        source: str,
    ) -> None:
        found = _OPT_OUT.search(wording)
        #: What nearly all messages hold, so that the others can be looked at closer. No message holds a NUL.
        self._opt_out = found[0] if found else "\0"
        self._place = place
        self._signature = signature
        self._used = used
        self._columns = columns
        self._campaign = campaign
        self._source = source
        self._seen = 0
        self._fine: set[tuple[str, int]] = set()  # numbers of a mark that came in pairs
        self._odd: dict[tuple[str, str, str], _Oddity] = {}

    def see(self, row: Row, content: Content) -> None:
        """Look at one message."""
        self._seen += 1
        self._see_garbled(row)
        text = content.text
        if not text.isprintable():  # as with the ends of lines: a few in each message
            self._see_unseen(row, text)
        if not text:
            self._see_template(row, content)
            return
        if "*" in text or "_" in text or "~" in text:
            self._see_marks(row, text)
        if "{" in text or "}" in text:
            self._see_braces(row, text)
        if self._opt_out not in text:
            self._see_opt_out(row, text)
        if self._signature not in text:
            message = Sentence(
                "the message does not say who it is from: “{name}” is not in it", name=self._signature
            )
            advice = Sentence("Sign with the name that [message] signature has.")
            self._note(row, "no_signature", message, advice)

    def blank(self, row: Row, columns: Sequence[str]) -> None:
        """Note that cells of these columns were printed though they are empty."""
        for column in columns:
            message = Sentence(
                "the column “{column}” is empty here, and so is its place in the message", column=column
            )
            advice = Sentence(
                "Fill the cell, or give the message a default: {example}.",
                example='{{ prenom|default("client") }}',
            )
            self._note(row, "empty_value", message, advice, column=column)

    def problems(self) -> list[Problem]:
        """Return what was odd, the commonest first; what all messages share is the campaign's, without rows."""
        odd = sorted(self._odd.items(), key=lambda item: -item[1].count)
        return [self._problem(code, column, each) for (code, column, _), each in odd]

    def _problem(self, code: str, column: str, odd: _Oddity) -> Problem:
        everywhere = odd.count == self._seen and not column
        return Problem(
            code=code,
            message=odd.message,
            advice=odd.advice,
            file=self._campaign if everywhere else self._source,
            column=self._place if everywhere else column,
            rows=() if everywhere else tuple(odd.rows),
            count=0 if everywhere else odd.count,
            severity=Severity.WARNING,
        )

    def _see_template(self, row: Row, content: Content) -> None:
        for _, value in content.variables:
            self._see_unseen(row, value)
            if "{" in value or "}" in value:
                self._see_braces(row, value)

    def _see_marks(self, row: Row, text: str) -> None:
        for mark, (pair, lone) in _MARKS.items():
            count = text.count(mark)
            # A campaign's own marks are in every message: as many as came in pairs before do so again.
            if not count or (mark, count) in self._fine:
                continue
            if not lone.search(pair.sub("x", text)):
                self._fine.add((mark, count))
                continue
            message = Sentence("a {mark} stands alone in the message, which WhatsApp shows as it is", mark=mark)
            advice = Sentence("Put one before and one after the words: {example}.", example=f"{mark}…{mark}")
            self._note(row, "lone_mark", message, advice, column=self._holding(row, mark), kind=mark)

    def _see_unseen(self, row: Row, text: str) -> None:
        if not (found := unseen(text)):
            return
        column = next((each for mark in text if unseen(mark) and (each := self._holding(row, mark))), "")
        message = Sentence(
            "the message holds characters that nobody sees, or that turn text around: {characters}",
            characters=", ".join(found[:_FEW]),
        )
        advice = Sentence("They are sent as they are: remove them unless they are meant to be there.")
        self._note(row, "control_character", message, advice, column=column)

    def _see_garbled(self, row: Row) -> None:
        for index in self._used:
            if is_garbled(row.cells[index]):
                message = Sentence(
                    "letters were lost in the file, and the message prints what is left: “{value}”",
                    value=str(row.cells[index])[:_SNIPPET],
                )
                advice = Sentence("Correct the cell, or have the file exported again as CSV UTF-8 or .xlsx.")
                self._note(row, "garbled_text", message, advice, column=self._columns[index])

    def _see_braces(self, row: Row, text: str) -> None:
        found = _BRACES.search(text)
        shown = found[0].strip()[:_SNIPPET] if found else text[:_SNIPPET]
        if column := self._holding(row, "{") or self._holding(row, "}"):
            message = Sentence(
                "the value holds a placeholder, which is sent as it is: {placeholder}", placeholder=shown
            )
            self._note(row, "placeholder_in_value", message, Sentence("Correct the cell."), column=column)
            return
        message = Sentence("braces are left over in the message: {placeholder}", placeholder=shown)
        advice = Sentence("A variable is written {example}, with two braces on each side.", example="{{ prenom }}")
        self._note(row, "leftover_brace", message, advice)

    def _see_opt_out(self, row: Row, text: str) -> None:
        if not _OPT_OUT.search(text):
            message = Sentence("the message does not say how to get no more of them")
            advice = Sentence(
                "Add a line such as: {example}", example="Répondez STOP pour ne plus recevoir nos messages."
            )
            self._note(row, "no_opt_out", message, advice)

    def _holding(self, row: Row, what: str) -> str:
        """Return the first column whose value goes into the message and holds this; "" where none does."""
        return next((self._columns[index] for index in self._used if what in _text(row.cells[index])), "")

    def _note(
        self, row: Row, code: str, message: Sentence, advice: Sentence, *, column: str = "", kind: str = ""
    ) -> None:
        odd = self._odd.get((code, column, kind))
        if odd is None:
            if len(self._odd) == _MOST:
                return
            odd = self._odd[code, column, kind] = _Oddity(message, advice)
        odd.count += 1
        if len(odd.rows) < _NAMED:
            odd.rows.append(row.number)


def _text(cell: Cell) -> str:
    return cell if isinstance(cell, str) else ""
