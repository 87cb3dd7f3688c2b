"""One contact card as the cells of a row."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lecommercial_batch.contacts.card_lines import Property
from lecommercial_batch.planning.screening.header_words import MOBILE

_BEFORE: Final = ("Prénom", "Nom", "Nom complet", "Organisation")  #: the columns before those of the numbers
_AFTER: Final = ("E-mail", "Adresse", "Code postal", "Ville", "Pays", "Catégories", "Note")
_SENT_TO: Final = frozenset(
    {"FAX", "PAGER", "BBS", "MODEM", "ISDN", "X400", "TEXTPHONE"}
)  #: nobody reads a message
_MOBILE: Final = frozenset({"CELL", "IPHONE", "MOBILE"})
_LONGEST: Final = 32_767  #: characters of a cell, as in a spreadsheet
_KINDS: Final = ("Mobile", "Téléphone")
_PHONES: Final = 20  #: of one card
_NAME: Final = 5
_ADDRESS: Final = 7


@dataclass(frozen=True, slots=True)
class Card:
    """What one card says, by the names of columns."""

    values: Mapping[str, str]


def card_of(said: Sequence[Property]) -> Card:
    """Return what the properties of a card say.

    Numbers that the card calls mobile go into `Mobile`, `Mobile 2`…, the preferred one first, all others but fax
    and pager into `Téléphone`, `Téléphone 2`….
    """
    family, given, *_rest = _parts(said, "N", _NAME)
    street, town, _region, code, country = _parts(said, "ADR", _ADDRESS)[2:]
    values = {
        "Prénom": given,
        "Nom": family,
        "Nom complet": _first(said, "FN") or " ".join(filter(None, (given, family))),
        "Organisation": next(iter(_parts(said, "ORG", 1))),
        **_phones(said),
        "E-mail": _first(said, "EMAIL").removeprefix("mailto:"),
        "Adresse": street,
        "Code postal": code,
        "Ville": town,
        "Pays": country,
        "Catégories": ", ".join(part for each in said if each.name == "CATEGORIES" for part in each.parts(",")),
        "Note": _first(said, "NOTE"),
    }
    return Card({name: value.strip()[:_LONGEST] for name, value in values.items()})


def order_columns(names: Collection[str]) -> tuple[str, ...]:
    """Return the names of columns in the order in which a person looks for them."""
    phones = [f"{kind} {index}".removesuffix(" 1") for kind in _KINDS for index in range(1, _PHONES + 1)]
    return tuple(name for name in (*_BEFORE, *phones, *_AFTER) if name in names)


def _phones(said: Sequence[Property]) -> Mapping[str, str]:
    labels = {each.group: each.text for each in said if each.name == "X-ABLABEL" and each.group}
    phones = [each for each in said if each.name == "TEL" and each.text.strip() and not each.types & _SENT_TO]
    phones.sort(key=lambda phone: phone.rank)
    found: dict[str, str] = {}
    counts = dict.fromkeys(_KINDS, 0)
    for phone in phones[:_PHONES]:
        label = labels.get(phone.group, "").strip("_$!<>").casefold()
        kind = _KINDS[0] if phone.types & _MOBILE or MOBILE & {label, *label.split()} else _KINDS[1]
        counts[kind] += 1
        found[f"{kind} {counts[kind]}".removesuffix(" 1")] = _number(phone.text)
    return found


def _number(text: str) -> str:
    """Return a number as written; a `tel:` address without what follows its number."""
    return text.strip()[4:].partition(";")[0] if text.strip().lower().startswith("tel:") else text


def _first(said: Sequence[Property], name: str) -> str:
    return next((each.text for each in sorted(said, key=lambda each: each.rank) if each.name == name), "")


def _parts(said: Sequence[Property], name: str, count: int) -> Sequence[str]:
    """Return so many parts of a property's value, empty ones where it has fewer or is not there."""
    found = next((each.parts(";") for each in sorted(said, key=lambda each: each.rank) if each.name == name), [])
    return [*found[:count], *[""] * (count - len(found))]
