"""A cell of a country column in, the region whose national numbers stand beside it out."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Final

import phonenumbers
from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.languages import get_official_languages

from lecommercial_batch.core.model import Cell
from lecommercial_batch.planning.phones.numbering import is_region
from lecommercial_batch.planning.phones.writing import TIDY

_LANGUAGES: Final = ("fr", "en")
_NEIGHBOURS: Final = ("de", "nl", "it", "es", "pt")  #: whose names of other countries are understood too
#: Words as names are made of them: `La Réunion`, `Pays-Bas`, `Suisse`.
_NAMES: Final = tuple(re.compile(rf"[^\W\d_]+(?:[{joined}][^\W\d_]+)*") for joined in ("-'’ ", "-'’", "-"))
_LONG_NAME: Final = 4  #: letters
_UNKNOWN: Final = ("ZZ", "001")
#: What people write that is not the code of a country, nor its whole name in CLDR.
_USUAL: Final = {
    **dict.fromkeys(("uk", "angleterre", "england", "grandebretagne", "greatbritain", "britain"), "GB"),
    **dict.fromkeys(("ecosse", "scotland", "paysdegalles", "wales", "irlandedunord", "northernireland"), "GB"),
    **dict.fromkeys(("usa", "us", "etatsunisdamerique", "unitedstatesofamerica", "amerique"), "US"),
    **dict.fromkeys(("hollande", "holland", "thenetherlands"), "NL"),
    **dict.fromkeys(("francemetropolitaine", "metropole", "corse", "frankreich", "francia"), "FR"),
    **dict.fromkeys(("republiquetcheque", "czechrepublic"), "CZ"),
    **dict.fromkeys(("rdc", "drc", "republiquedemocratiqueducongo", "congordc"), "CD"),
    **dict.fromkeys(("republiqueducongo", "congorepublique"), "CG"),
    **dict.fromkeys(("emirats", "uae", "eau", "dubai"), "AE"),
    **dict.fromkeys(("capvert", "capeverde"), "CV"),
    **dict.fromkeys(("macedoine", "macedonia"), "MK"),
    **dict.fromkeys(("rci", "republiquedecotedivoire"), "CI"),
    **dict.fromkeys(("ilemaurice", "mauritius"), "MU"),
    **dict.fromkeys(("iledelareunion", "reunionisland"), "RE"),
    **dict.fromkeys(("guineeconakry", "guineaconakry"), "GN"),
    "burkina": "BF",
    "tahiti": "PF",
    "guyane": "GF",
    "hongkong": "HK",
    "macao": "MO",
    "birmanie": "MM",
    "swaziland": "SZ",
    "palestine": "PS",
    "turquie": "TR",
    "turkey": "TR",
    "bielorussie": "BY",
    "coreedusud": "KR",
    "southkorea": "KR",
    "ivorycoast": "CI",
    "vatican": "VA",
    "eire": "IE",
}
#: What is written where nothing is known. `NA` is Namibia's code, and is left for a person to say.
_NOTHING: Final = frozenset({"", "nc", "inconnu", "inconnue", "unknown", "none", "null", "nonrenseigne", "autre"})
_NOT_AVAILABLE: Final = "NA"
_CALLING: Final = re.compile(r"(?:\+|\b00)\s*\(?(\d{1,3})\b\)?")
_BARE_CALLING: Final = re.compile(r"\(?(\d{1,3})\)?(?:[.,]0+)?")
_PARTS: Final = re.compile(r"[()\[\]/|:;,]+|\s+[-‐‑‒–—−]+|[-‐‑‒–—−]+\s+|(?<=^[A-Z]{2})-")
_FLAG: Final = re.compile("[\N{REGIONAL INDICATOR SYMBOL LETTER A}-\N{REGIONAL INDICATOR SYMBOL LETTER Z}]{2}")
_FLAG_BASE: Final = ord("\N{REGIONAL INDICATOR SYMBOL LETTER A}") - ord("A")
_CODE_BEFORE: Final = re.compile(r"([A-Z]{2})[\s:.-]*(?=[0-9(+])")


def region_of(cell: Cell) -> str | None:
    """Return the region that a cell names: its ISO 3166 code, its name, its flag or its calling code.

    Names are known in French, in English and in the country's own languages; code and name may stand beside each
    other. None where it names none, or where what it says does not agree.
    """
    return _region(str(cell))


def says_nothing(cell: Cell) -> bool:
    """Tell whether a cell of a country column is empty, or as good as empty: `-`, `n.c.`, `inconnu`."""
    text = str(cell).strip()
    return (_bare(text) in _NOTHING and not _FLAG.search(text)) or text.casefold() in {"n/a", "n.a.", "#n/a"}


def regions_named(text: str) -> Sequence[str]:
    """Return the regions that a text names among other words, by whole names alone: `ma` is no Morocco there.

    A flag does, and so does a code in capitals right before the number.
    """
    words = [word for name in _NAMES for word in name.findall(text)]
    named = [region for word in words if len(bare := _bare(word)) >= _LONG_NAME and (region := _names().get(bare))]
    code = _CODE_BEFORE.match(text.strip())
    return [*named, *_flags(text), *([code[1]] if code and is_region(code[1]) else [])]


@lru_cache(maxsize=4096)
def _region(cell: str) -> str | None:
    text = cell.translate(TIDY).strip()
    if text == _NOT_AVAILABLE:
        return None
    if (found := _BARE_CALLING.fullmatch(text)) and not text.startswith("0"):
        return _called(found[1])
    if region := _named(text):
        return region
    codes, rest = _CALLING.findall(text), _CALLING.sub(" ", text)
    parts = [part for part in _PARTS.split(_FLAG.sub(" ", rest)) if _bare(part)]
    named = [_named(part) for part in parts]
    if not (
        codes or all(named)
    ):  # the MA of `Boston, MA` is no Morocco: beside what is unknown, names count alone
        named = [region for part, region in zip(parts, named, strict=True) if len(_bare(part)) >= _LONG_NAME]
    said: set[str | None] = {*_flags(rest), *filter(None, named)} or (
        {_called(code) for code in codes} if not parts else set()
    )
    region = said.pop() if len(said) == 1 else None
    agreed = all(region in phonenumbers.region_codes_for_country_code(int(code)) for code in codes)
    return region if agreed else None


def _called(code: str) -> str | None:
    found = phonenumbers.region_code_for_country_code(int(code))
    return None if found in _UNKNOWN else found


def _named(text: str) -> str | None:
    """Return the region of a text that is its code or its name and nothing else."""
    bare = _bare(text)
    if is_region(bare.upper()):
        return bare.upper()
    alias: Sequence[str] = get_global("territory_aliases").get(bare.upper(), ())
    if len(bare) == 3 and len(alias) == 1 and is_region(alias[0]):  # noqa: PLR2004 - the code of three letters
        return alias[0]
    return _names().get(bare) or (_own_names().get(bare) if bare else None)


def _flags(text: str) -> Iterable[str]:
    codes = ("".join(chr(ord(letter) - _FLAG_BASE) for letter in flag) for flag in _FLAG.findall(text))
    return filter(is_region, codes)


@cache
def _names() -> Mapping[str, str]:
    return {**_unambiguous(_territories(language) for language in _LANGUAGES), **_USUAL}


@cache
def _own_names() -> Mapping[str, str]:
    """Return the names of countries in their own languages and their neighbours'; it takes most of a second."""
    own = (
        {region: name}
        for region in sorted(phonenumbers.SUPPORTED_REGIONS)
        for language in get_official_languages(region, regional=True, de_facto=True)
        if (name := _territories(language).get(region))
    )
    return _unambiguous([*own, *map(_territories, _NEIGHBOURS)])


def _unambiguous(named: Iterable[Mapping[str, str]]) -> Mapping[str, str]:
    found: dict[str, set[str]] = {}
    for names in named:
        for region, name in names.items():
            if is_region(region):
                found.setdefault(_bare(name), set()).add(region)
    return {name: regions.pop() for name, regions in found.items() if name and len(regions) == 1}


@cache
def _territories(language: str) -> Mapping[str, str]:
    try:
        return dict(Locale.parse(language).territories)
    except (UnknownLocaleError, ValueError):
        return {}


def _bare(name: str) -> str:
    """Return a name without case, accents and punctuation."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", name).casefold()))
