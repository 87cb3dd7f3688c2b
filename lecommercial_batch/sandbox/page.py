"""The sandbox's page: its files, and its words in the reader's language."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from jinja2 import Environment, Template
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

from lecommercial_batch.core.language import spoken_in
from lecommercial_batch.core.sentence import N_
from lecommercial_batch.pages.parts import read_part
from lecommercial_batch.sandbox.settings import APPKEY, AUTHKEY

_LANGUAGES: Final = ("en", "fr")
_KINDS: Final = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
#: Nothing from elsewhere, nothing inline: what a message holds is shown, never run.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
    "Vary": "Accept-Language",
}

_WORDS: Final[Mapping[str, str]] = {
    "title": N_("Sandbox"),
    "subtitle": N_("What phones would show. Nothing leaves this computer."),
    "skip": N_("Skip to the messages"),
    "live": N_("Live"),
    "lost": N_("Sandbox stopped"),
    "messages": N_("Messages"),
    "lists": N_("Lists"),
    "search": N_("Search by number"),
    "search_hint": N_("06 12 34…"),
    "clear_search": N_("Show all numbers"),
    "found": N_("{count} of {total}"),
    "none_yet": N_("No message yet"),
    "none_yet_hint": N_("Type this in a terminal, then send a campaign from it:"),
    "none_found": N_("No message to a number with {number}"),
    "older": N_("Show older messages"),
    "only_this": N_("Show only messages to {number}"),
    "template": N_("Template"),
    "sender": N_("Sender"),
    "attachment": N_("Attachment"),
    "from_host": N_("from {host}"),
    "empty_text": N_("(no text)"),
    "new": N_("New message to {number}"),
    "copy_it": N_("Copy"),
    "copied": N_("Copied"),
    "forget": N_("Forget all messages"),
    "forget_sure": N_("Forget all messages and counts? Contacts stay."),
    "counts": N_("Calls to the API"),
    "calls": N_("Calls"),
    "accepted": N_("Messages taken"),
    "carried_out": N_("Contacts and lists"),
    "refused": N_("Refused"),
    "throttled": N_("Too many (429)"),
    "dropped": N_("Cut off"),
    "unanswered": N_("Done, unanswered"),
    "busiest_minute": N_("Most in a minute"),
    "switches": N_("Switched on"),
    "switches_none": N_("Nothing: every good call is answered at once."),
    "faults": N_("Faults"),
    "latency": N_("Each call takes"),
    "seconds": N_("{count} s"),
    "unregistered": N_("Not on WhatsApp"),
    "quota": N_("Quota"),
    "plan_expired": N_("Plan expired"),
    "device_down": N_("Phone disconnected"),
    "yes": N_("yes"),
    "connect": N_("To send here"),
    "contacts": N_("Contacts"),
    "phone": N_("Number"),
    "name": N_("First name"),
    "lastname": N_("Last name"),
    "no_contacts": N_("Nobody in this list"),
    "no_contacts_found": N_("Nobody in this list has a number with {number}"),
    "page": N_("Page {page} of {last}"),
    "previous": N_("Previous page"),
    "next": N_("Next page"),
    "description": N_("OpenAPI description"),
}


def language_of(headers: Headers) -> str:
    """Return the reader's language: of those they accept, the first that the page speaks."""
    wanted = [part.partition(";") for part in headers.get("accept-language", "").split(",")]
    weighed = sorted(wanted, key=lambda part: -_weight(part[2]))
    spoken = (name.strip().lower().partition("-")[0] for name, _, _ in weighed)
    return next((name for name in spoken if name in _LANGUAGES), _LANGUAGES[0])


async def show(request: Request) -> Response:
    """GET /."""
    language = language_of(request.headers)
    url = f"{request.base_url}api"
    connection = {"BASE_URL": url, "AUTHKEY": AUTHKEY, "APPKEY": APPKEY}
    text = _template().render(language=language, words=words(language), connection=connection)
    return Response(text, media_type="text/html", headers=_HEADERS)


async def part(request: Request) -> Response:
    """GET /page/…: the files that the page is made of."""
    name = request.path_params["name"]
    kind = _KINDS.get(name.rpartition(".")[2])
    content = read_part(name, __package__) if kind else None
    if content is None:
        return Response(status_code=404)
    return Response(content, media_type=kind, headers=_HEADERS)


def words(language: str) -> dict[str, str]:
    """Return all that the page says."""
    say = spoken_in(language)
    return {name: say(text) for name, text in _WORDS.items()}


@cache
def _template() -> Template:
    return Environment(autoescape=True).from_string(
        (files(__package__) / "static" / "index.html").read_text(encoding="utf-8")
    )


def _weight(text: str) -> float:
    try:
        return float(text.strip().removeprefix("q=") or 1)
    except ValueError:
        return 0
