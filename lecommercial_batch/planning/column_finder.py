"""Finds the columns that a campaign speaks of in its contact file."""

from collections.abc import Sequence

from lecommercial_batch.core.enumeration import enumerated
from lecommercial_batch.core.errors import CampaignError, ContactsError, Problem, Severity
from lecommercial_batch.core.model import (
    Row,
)
from lecommercial_batch.core.ports import Source
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.planning.campaign.campaign import Campaign
from lecommercial_batch.planning.screening import columns
from lecommercial_batch.planning.screening.concealed import hidden_columns, where_numbers_may_be
from lecommercial_batch.planning.screening.file_warnings import other_phones
from lecommercial_batch.planning.screening.phone_columns import guess_phones
from lecommercial_batch.planning.screening.samples import samples_of
from lecommercial_batch.planning.screening.screen import Refused
from lecommercial_batch.planning.templates.placeholders import unfilled
from lecommercial_batch.planning.templates.render import Renderer, Wording


class ColumnFinder:
    """Finds the campaign's columns in the file, collecting problems instead of stopping at the first."""

    def __init__(self, campaign: Campaign, source: Source, first: Sequence[Row]) -> None:
        if not first:
            raise no_rows(source)
        self.problems: list[Problem] = []
        self.doubts: list[Problem] = []
        self._samples = samples_of(source, first)
        self._first = first[: len(self._samples)]
        self._campaign = campaign
        self._source = source

    def column(self, place: str, name: str | None) -> int | None:
        if name is None:
            return None
        found = columns.find_column(name, self._source.columns)
        if found is None:
            near = columns.suggest(name, self._source.columns)
            message = Sentence("the file {file} has no column “{column}”", file=self._source.name, column=name)
            self._problem("unknown_column", place, message, self._advice(near))
        return found

    def phones(self) -> Sequence[int]:
        if names := self._campaign.contacts.phone:
            indices = (self.column("contacts.phone", name) for name in names)
            return list(dict.fromkeys(index for index in indices if index is not None))
        region = self._campaign.contacts.region
        hidden = hidden_columns(self._source)
        found = guess_phones(self._source.columns, self._samples, region=region, hidden=hidden)
        if not columns.is_report(self._source.columns):  # which says what was meant: nobody has to be asked
            found = found[:1]
        if found:
            self.doubts += other_phones(self._source, self._samples, phones=found, region=region)
        else:
            message = Sentence("no column of {file} looks like phone numbers", file=self._source.name)
            named = Sentence(
                "Name it in the campaign: [contacts] phone = “…”. The columns are: {columns}.",
                columns=enumerated(self._source.columns),
            )
            advice = where_numbers_may_be(self._source, self._first, region=region, otherwise=named)
            self._problem("no_phone_column", "contacts.phone", message, advice)
        return found

    def refused(self) -> Refused | None:
        """Return where an earlier report says who did not agree."""
        names = self._source.columns
        if not columns.is_report(names):
            return None
        return Refused(reason=names.index("lc_reason"), consent=columns.guess_consent(names, self._samples))

    def unnamed_country(self) -> int | None:
        return columns.doubtful_country(self._source.columns, self._samples)

    def renderers(self) -> Sequence[Renderer]:
        made: list[Renderer] = []
        for variant in self._campaign.variants:
            try:
                made.append(Renderer(variant.wording, self._source.columns, file=str(self._campaign.path)))
                self.doubts += self._unfilled(variant.wording)
            except CampaignError as error:
                self.problems += error.problems
        return made

    def _unfilled(self, wording: Wording) -> Sequence[Problem]:
        left = list(dict.fromkeys(unfilled(wording.text)))
        message = Sentence(
            "this looks like a placeholder, and is sent as it is: {placeholders}", placeholders=enumerated(left)
        )
        problem = Problem(
            code="unfilled_placeholder",
            file=str(self._campaign.path),
            column=f"{wording.place}.text",
            message=message,
            advice=Sentence("A variable is written {example}, by a column’s name.", example="{{ prenom }}"),
            severity=Severity.WARNING,
        )
        return [problem] if left else []

    def _advice(self, near: str | None) -> Sentence:
        if near:
            return Sentence("Did you mean “{column}”?", column=near)
        return Sentence("The columns are: {columns}.", columns=enumerated(self._source.columns))

    def _problem(self, code: str, place: str, message: Sentence, advice: Sentence) -> None:
        file = str(self._campaign.path)
        self.problems.append(Problem(code=code, file=file, column=place, message=message, advice=advice))


def no_rows(source: Source) -> ContactsError:
    """Return the error of a file in which there is nobody."""
    message = Sentence("the file has a header and no rows")
    advice = Sentence("Is it the right file, and the right sheet?")
    return ContactsError(Problem(code="no_rows", file=source.name, message=message, advice=advice))
