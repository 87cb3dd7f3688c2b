"""The way of a row: read, screened, rendered. Pure: it touches nothing but the source it reads."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from lecommercial_batch.core.errors import CampaignError, Problem
from lecommercial_batch.core.model import (
    Message,
    NewRun,
    Reading,
    Reason,
    Recipient,
    Rejection,
    Row,
    Unusable,
)
from lecommercial_batch.core.phone_set import People
from lecommercial_batch.core.ports import Source
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.planning.campaign.campaign import Campaign
from lecommercial_batch.planning.column_finder import ColumnFinder
from lecommercial_batch.planning.consent import Consents
from lecommercial_batch.planning.manner import Manner, said_by
from lecommercial_batch.planning.phones import zone_of
from lecommercial_batch.planning.rendezvous import shared_out
from lecommercial_batch.planning.screening.concealed import hidden_and_used, uncomputed
from lecommercial_batch.planning.screening.file_warnings import (
    other_region,
    sheet_of,
    unasked_consent,
    which_sheet,
)
from lecommercial_batch.planning.screening.first_mobile import FirstMobile, column_taken
from lecommercial_batch.planning.screening.frequency_cap import Past
from lecommercial_batch.planning.screening.number_column import Numbers
from lecommercial_batch.planning.screening.placeholder_numbers import PlaceholderNumbers
from lecommercial_batch.planning.screening.screen import (
    Duplicates,
    Read,
    Rules,
    Withheld,
    screen,
    settle,
    withheld,
)
from lecommercial_batch.planning.screening.spread import Spread
from lecommercial_batch.planning.templates.message_warnings import Remarks
from lecommercial_batch.planning.templates.variants import sharing


class Way:
    """How the rows of one source become the messages and rejections of one campaign.

    ``opted_out`` is who may not be written to, whatever the file says; ``past`` what people have had already;
    ``now`` is what the dates of consents are compared with; ``address`` is that of the API it is meant for, and
    ``manner`` how the settings have it sent.

    Raises:
        CampaignError: a column or variable of the campaign is not in the file; all of them at once.
        ContactsError: the file has no rows.
    """

    def __init__(
        self,
        campaign: Campaign,
        source: Source,
        *,
        opted_out: People = (),
        past: Past | None = None,
        now: datetime | None = None,
        address: str = "",
        manner: Manner | None = None,
    ) -> None:
        self._campaign = campaign
        self.past: Final = past or Past()
        self._source = source
        finder = ColumnFinder(campaign, source, next(iter(source.batches()), ()))
        phones = finder.phones()
        self._doubts = finder.doubts
        consent = finder.column("contacts.consent", campaign.contacts.consent)
        dated = finder.column("contacts.consent_date", campaign.contacts.consent_date)
        came = finder.column("contacts.consent_source", campaign.contacts.consent_source)
        country = finder.column("contacts.country", campaign.contacts.country)
        only = tuple(
            (found, frozenset(str(value).strip().casefold() for value in values))
            for name, values in campaign.contacts.only.items()
            if (found := finder.column("contacts.only", name)) is not None
        )
        renderers = finder.renderers()
        if finder.problems or not phones:
            raise CampaignError(*finder.problems)
        used = (index for renderer in renderers for index in renderer.used)
        self._doubts += hidden_and_used(source, (*phones, country, consent, *(index for index, _ in only), *used))
        self._doubts += uncomputed(source)
        self._renderers = renderers
        self._variant = sharing(campaign.variants, campaign=campaign.name)
        self._rules = Rules(
            phone=phones[0],
            columns=source.columns,
            consent=consent,
            only=only,
            opted_out=opted_out,
            refused=finder.refused() if consent is None else None,
        )
        numbers = Numbers(
            columns=source.columns,
            phone=phones[0],
            region=campaign.contacts.region,
            accept_any=campaign.contacts.accept == "any",
            country=country,
            unnamed=finder.unnamed_country() if country is None else None,
        )
        self._numbers = FirstMobile(numbers=numbers, phones=phones) if len(phones) > 1 else numbers
        self.phones: Final = phones
        self._spread = Spread()
        self._share = shared_out(campaign.senders)
        self._zoned = campaign.options.hours is not None
        self.senders: Final = campaign.senders
        self.texts: Final = [variant.wording.text for variant in campaign.variants]
        self.sheet: Final = which_sheet(source)
        self.sheet_name: Final = sheet_of(source)
        self.region: Final = campaign.contacts.region
        self.parts: Final = _parts(campaign)
        self.manner: Final = manner or Manner(said=said_by(campaign.options))
        self.new_run: Final = NewRun(
            campaign=campaign.name,
            campaign_file=campaign.path.resolve(),
            source=source.name,
            columns=source.columns,
            phone_column=source.columns[phones[0]],
            options=campaign.options,
            variants=tuple(variant.name for variant in campaign.variants if variant.name),
            consent=_named(source.columns, dated, came),
            address=address,
        )
        self._dated, self._now = dated, now or datetime.now(UTC)
        self._consents = self._no_consents()
        self._remarks = self._no_remarks()
        self._made_up = self._no_made_up()

    def rows(self) -> Iterator[Message | Rejection]:
        """Yield one message or rejection for each row, in the order of the file."""
        self._remarks, self._consents = self._no_remarks(), self._no_consents()
        self._made_up = self._no_made_up()
        self.past.begin()
        rules = self._rules
        which = Duplicates(self._campaign.contacts.duplicates)
        if which is not Duplicates.FIRST:
            rules = replace(rules, settled=settle(self._all(), rules=rules, which=which))
        for screened in screen(self._all(), rules=rules):
            yield screened if isinstance(screened, Rejection) else self._message(screened)

    def remarked(self) -> Sequence[Problem]:
        """Return what was odd about the messages that the last pass over the rows has yielded so far."""
        odd = [problem for remarks in self._remarks for problem in remarks.problems()]
        doubts = [*self._doubts, *self._doubted(), *self._made_up.problems()]
        return [*doubts, *odd] + (self._consents.problems() if self._consents else [])

    def _doubted(self) -> Sequence[Problem]:
        """Return what looks as if something else was meant, by rows from all over the file."""
        contacts, samples = self._campaign.contacts, [row.cells for row in self._spread.rows]
        found = [] if contacts.consent else [*unasked_consent(self._source, samples)]
        if contacts.country is None:
            found += other_region(self._source, samples, phones=self.phones, region=contacts.region)
        return found

    def _all(self) -> Iterator[Read]:
        """Yield every row with its number."""
        self._spread = Spread()
        for batch in self._source.batches():
            self._spread.see(batch)
            yield from zip(batch, self._numbers.read_many(batch), strict=True)

    def without_consent(self) -> People:
        """Return the people of the file whom no row says yes for; reads all of it."""
        return Withheld() if self._rules.consent is None else withheld(self._all(), consent=self._rules.consent)

    def reading(self, row: Row, *, any_kind: bool = False) -> Reading | Unusable:
        """Read a row's number, as one of the country that the row names, where it names one."""
        return self._numbers.read(row, accept_any=any_kind)

    def _message(self, recipient: Recipient) -> Message | Rejection:
        if once := self.past.once(recipient.phone):
            return self._left_out(recipient, Reason.ALREADY_MESSAGED, once)
        if too_often := self.past.too_often(recipient.phone):
            return self._left_out(recipient, Reason.TOO_OFTEN, too_often)
        index = self._variant(recipient.phone.e164)
        renderer = self._renderers[index]
        content = renderer.render(recipient)
        if isinstance(content, Rejection):
            return content
        if again := self.past.again(recipient.phone, content):
            return self._left_out(recipient, Reason.ALREADY_MESSAGED, again)
        self._remarks[index].see(recipient.row, content)
        self._made_up.see(recipient.row, recipient.phone)
        if renderer.blanks:
            self._remarks[index].blank(recipient.row, renderer.blanks)
        if self._consents:
            self._consents.see(recipient.row)
        return Message(
            row=recipient.row,
            phone=recipient.phone,
            sender=self._share(recipient.phone.e164),
            content=content,
            repair=recipient.repair,
            variant=self._campaign.variants[index].name,
            zone=zone_of(recipient.phone.digits) if self._zoned else "",
        )

    def _left_out(self, recipient: Recipient, reason: Reason, detail: Sentence) -> Rejection:
        column = column_taken(recipient.repair) or self.new_run.phone_column
        return Rejection(recipient.row, reason, detail, column)

    def _no_consents(self) -> Consents | None:
        """Return what looks at the dates of consents, where the campaign names their column."""
        if self._dated is None:
            return None
        source = self._source
        return Consents(column=self._dated, columns=source.columns, source=source.name, now=self._now)

    def _no_made_up(self) -> PlaceholderNumbers:
        return PlaceholderNumbers(source=self._source.name, column=self.new_run.phone_column)

    def _no_remarks(self) -> Sequence[Remarks]:
        """Return what takes remarks, one for each variant."""
        return [
            Remarks(
                wording=variant.wording.text,
                place=f"{variant.wording.place}.text",
                signature=variant.wording.signature,
                used=renderer.used,
                columns=self._source.columns,
                campaign=str(self._campaign.path),
                source=self._source.name,
            )
            for variant, renderer in zip(self._campaign.variants, self._renderers, strict=True)
        ]


def _named(columns: Sequence[str], *indices: int | None) -> tuple[str, ...]:
    """Return the names of columns, empty for those that are not there; none where none is."""
    names = tuple("" if index is None else columns[index] for index in indices)
    return names if any(names) else ()


def _parts(campaign: Campaign) -> Mapping[str, str]:
    """Return what the campaign file says of what is sent, by its place there."""
    wordings = (variant.wording.parts() for variant in campaign.variants)
    said = {place: text for parts in wordings for place, text in parts.items()}
    shares = ", ".join(f"{variant.name} {variant.share:g}" for variant in campaign.variants if variant.name)
    return {**said, "message.variants": shares, "sending.senders": ", ".join(campaign.senders)}
