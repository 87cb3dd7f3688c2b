"""The way of a row, up to the journal: read, screen, render, freeze. No network, and nothing is sent."""

import asyncio
import gc
import hashlib
import heapq
import json
import sys
from base64 import b32encode
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from json.encoder import encode_basestring as quote
from typing import Final, Self

from lecommercial_batch import columns
from lecommercial_batch.campaign import Campaign
from lecommercial_batch.errors import CampaignError, ContactsError, Problem
from lecommercial_batch.model import (
    Cell,
    Message,
    NewRun,
    Reading,
    Recipient,
    Rejection,
    Row,
    Unusable,
)
from lecommercial_batch.phones import normalise, normalise_many, region_of
from lecommercial_batch.ports import Journal, Source
from lecommercial_batch.render import Renderer
from lecommercial_batch.screen import Duplicates, Read, Rules, screen, settle
from lecommercial_batch.sentence import Sentence

CHUNK: Final = 4000  #: rows written to the journal at a time
_COLLECTED: Final = 100_000  #: objects made before cycles are looked for; Python's own figure is 700
_SWITCHED: Final = 0.0002  #: seconds until a thread that waits is let on
LONGEST: Final = 4  #: longest messages kept to show
REJECTED_EXAMPLES: Final = 3  #: rejections of each reason kept to show


@dataclass(slots=True, kw_only=True)
class Examples:
    """A few messages and rejections to show, kept while a plan goes by."""

    most: int
    first: list[Message] = field(default_factory=list)
    longest: list[Message] = field(default_factory=list)
    rejected: dict[str, list[Rejection]] = field(default_factory=dict)

    def see(self, planned: Sequence[Message | Rejection]) -> None:
        messages = [each for each in planned if isinstance(each, Message)]
        self.first += messages[: self.most - len(self.first)]
        short = len(self.longest[-1].content.text) if len(self.longest) == LONGEST else -1
        longer = [each for each in messages if len(each.content.text) > short]
        self.longest = heapq.nlargest(LONGEST, self.longest + longer, key=lambda each: len(each.content.text))
        for each in planned:
            if isinstance(each, Rejection):
                kept = self.rejected.setdefault(each.reason, [])
                kept += [each] if len(kept) < REJECTED_EXAMPLES else []


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A frozen plan: everything that would be sent is in the journal under this run."""

    run: str
    proof: str
    examples: Examples


async def make_plan(way: "Way", journal: Journal, *, examples: int = 3) -> Plan:
    """Plan a campaign over its contacts, into the journal, and freeze it.

    The proof is a hash over everything that would be sent, in order; it does not depend on when or where the
    plan is made. A plan that fails leaves nothing in the journal.

    Raises:
        ContactsError: the file is damaged from some row on.
        JournalError: the database cannot be written.
    """
    run = await journal.begin_run(way.new_run)
    kept = Examples(most=examples)
    proof = hashlib.sha256()
    try:
        async with _Adding(journal, run) as adding, _tuned():
            for chunk in _chunks(way.rows()):
                proof.update("".join([_identity(each) for each in chunk if isinstance(each, Message)]).encode())
                kept.see(chunk)
                await adding.add(chunk)
    except BaseException:
        await journal.discard(run)
        raise
    shown = _proof(proof.digest())
    await journal.freeze(run, proof=shown)
    return Plan(run=run, proof=shown, examples=kept)


class _Adding:
    """Has one chunk written while the next is made. Left when all of it is written, or failed to be."""

    def __init__(self, journal: Journal, run: str) -> None:
        self._journal = journal
        self._run = run
        self._writing: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._writing is not None:
            await self._writing

    async def add(self, chunk: Sequence[Message | Rejection]) -> None:
        """Hand over a chunk, as soon as the one before is written."""
        if self._writing is not None:
            await self._writing
        self._writing = asyncio.create_task(self._journal.add(self._run, chunk))
        await asyncio.sleep(0)  # for the task to begin before this thread is busy again


class Way:
    """How the rows of one source become the messages and rejections of one campaign.

    Raises:
        CampaignError: a column or variable of the campaign is not in the file; all of them at once.
        ContactsError: the file has no rows.
    """

    def __init__(self, campaign: Campaign, source: Source) -> None:
        self._campaign = campaign
        self._source = source
        if not next(iter(source.batches()), ()):
            raise _no_rows(source)
        finder = _Finder(campaign, source)
        phone = finder.phone()
        consent = finder.column("contacts.consent", campaign.contacts.consent)
        self._country = finder.column("contacts.country", campaign.contacts.country)
        only = tuple(
            (found, frozenset(str(value).strip().casefold() for value in values))
            for name, values in campaign.contacts.only.items()
            if (found := finder.column("contacts.only", name)) is not None
        )
        renderer = finder.renderer()
        if finder.problems or renderer is None or phone is None:
            raise CampaignError(*finder.problems)
        self._renderer = renderer
        self._rules = Rules(phone=phone, columns=source.columns, consent=consent, only=only)
        self._share = _sharing(campaign.senders)
        self.senders: Final = campaign.senders
        self.wording: Final = campaign.wording
        self.new_run: Final = NewRun(
            campaign=campaign.name,
            campaign_file=campaign.path.resolve(),
            source=source.name,
            columns=source.columns,
            phone_column=source.columns[phone],
            options=campaign.options,
        )

    def rows(self) -> Iterator[Message | Rejection]:
        """Yield one message or rejection for each row, in the order of the file."""
        rules = self._rules
        which = Duplicates(self._campaign.contacts.duplicates)
        if which is not Duplicates.FIRST:
            rules = replace(rules, settled=settle(self._all(), rules=rules, which=which))
        for screened in screen(self._all(), rules=rules):
            yield screened if isinstance(screened, Rejection) else self._message(screened)

    def _all(self) -> Iterator[Read]:
        """Yield every row with its number."""
        contacts = self._campaign.contacts
        for batch in self._source.batches():
            if self._country is None:
                cells = [row.cells[self._rules.phone] for row in batch]
                any_kind = contacts.accept == "any"
                readings = normalise_many(cells, region=contacts.region, accept_any=any_kind)
            else:
                readings = list(map(self._read, batch))
            yield from zip(batch, readings, strict=True)

    def _read(self, row: Row) -> Reading | Unusable:
        """Read a row's number, as one of the country that the row names, where it names one."""
        contacts = self._campaign.contacts
        country: Cell = "" if self._country is None else row.cells[self._country]
        region = region_of(country) if str(country).strip() else contacts.region
        reading = normalise(
            row.cells[self._rules.phone], region=region or "ZZ", accept_any=contacts.accept == "any"
        )
        if region is None and isinstance(reading, Unusable):
            detail = Sentence(
                "“{country}” is no country whose numbers are known", country=str(country).strip()[:40]
            )
            return Unusable(reading.reason, detail)
        return reading

    def _message(self, recipient: Recipient) -> Message | Rejection:
        content = self._renderer.render(recipient)
        if isinstance(content, Rejection):
            return content
        return Message(
            row=recipient.row,
            phone=recipient.phone,
            sender=self._share(recipient.phone.e164),
            content=content,
            repair=recipient.repair,
        )


class _Finder:
    """Finds the campaign's columns in the file, collecting problems instead of stopping at the first."""

    def __init__(self, campaign: Campaign, source: Source) -> None:
        self.problems: list[Problem] = []
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

    def phone(self) -> int | None:
        if self._campaign.contacts.phone is not None:
            return self.column("contacts.phone", self._campaign.contacts.phone)
        first: Sequence[Row] = next(iter(self._source.batches()), ())
        found = columns.guess_phone(self._source.columns, [row.cells for row in first[:100]])
        if found is None:
            message = Sentence("no column of {file} looks like phone numbers", file=self._source.name)
            advice = Sentence(
                "Name it in the campaign: [contacts] phone = “…”. The columns are: {columns}.",
                columns=", ".join(self._source.columns),
            )
            self._problem("no_phone_column", "contacts.phone", message, advice)
        return found

    def renderer(self) -> Renderer | None:
        try:
            return Renderer(self._campaign.wording, self._source.columns, file=str(self._campaign.path))
        except CampaignError as error:
            self.problems += error.problems
            return None

    def _advice(self, near: str | None) -> Sentence:
        if near:
            return Sentence("Did you mean “{column}”?", column=near)
        return Sentence("The columns are: {columns}.", columns=", ".join(self._source.columns))

    def _problem(self, code: str, place: str, message: Sentence, advice: Sentence) -> None:
        file = str(self._campaign.path)
        self.problems.append(Problem(code=code, file=file, column=place, message=message, advice=advice))


def _sharing(senders: Sequence[str]) -> Callable[[str], str]:
    """Share recipients out between senders by rendezvous hashing.

    A person keeps their sender from one campaign to the next, and when a sender is added only those it takes
    over change theirs.
    """
    if len(senders) == 1:
        return lambda _phone: senders[0]

    def share(phone: str) -> str:
        return max(senders, key=lambda sender: hashlib.blake2b(f"{sender}\0{phone}".encode()).digest())

    return share


@asynccontextmanager
async def _tuned() -> AsyncIterator[None]:
    """Set the interpreter for a long calculation beside a thread that writes.

    Reference cycles are looked for rarely: rows have none, and looking for them costs a third. And the thread that
    comes back from the database is let on soon: at Python's 5 ms it would mostly wait for its turn.
    """
    threshold, interval = gc.get_threshold(), sys.getswitchinterval()
    gc.set_threshold(_COLLECTED, *threshold[1:])
    sys.setswitchinterval(_SWITCHED)
    try:
        yield
    finally:
        gc.set_threshold(*threshold)
        sys.setswitchinterval(interval)


def _chunks(planned: Iterator[Message | Rejection]) -> Iterator[list[Message | Rejection]]:
    while chunk := list(islice(planned, CHUNK)):
        yield chunk


def _identity(message: Message) -> str:
    """Return the JSON that changes when, and only when, what would be sent does."""
    content = message.content
    person = f'["{message.phone.digits}", {quote(message.sender)}, {quote(content.text)}'
    if not (content.file or content.template_id):
        return f'{person}, "", "", []]'
    variables = json.dumps(content.variables, ensure_ascii=False)
    return f"{person}, {quote(content.file)}, {quote(content.template_id)}, {variables}]"


def _proof(digest: bytes) -> str:
    """Shorten a digest to forty bits that can be read out on the phone: ``K7QF-2MXA``."""
    letters = b32encode(digest[:5]).decode()
    return f"{letters[:4]}-{letters[4:]}"


def _no_rows(source: Source) -> ContactsError:
    message = Sentence("the file has a header and no rows")
    advice = Sentence("Is it the right file, and the right sheet?")
    return ContactsError(Problem(code="no_rows", file=source.name, message=message, advice=advice))
