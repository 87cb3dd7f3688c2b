"""Which encoding a text file is in, decided from all of its bytes."""

import codecs
import re
from collections import Counter
from pathlib import Path
from typing import BinaryIO, Final
from unicodedata import category

from lecommercial_batch.contacts.flaw import flaw
from lecommercial_batch.core.sentence import Sentence

_BLOCK: Final = 1 << 20
_HEAD: Final = 4096
_SAMPLE: Final = 1 << 18
_ASCII: Final = bytes(range(0x80))

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

#: What French systems write that do not write UTF-8, the likeliest first; cp858 is DOS's 850 with the euro, and
#: has the small letters that 437 has.
_LEGACY: Final = ("cp1252", "iso8859-15", "mac_roman", "cp858")
#: Bytes that Windows writes for quotation marks, dashes and dots, and that are letters for DOS: `…` is no `à`.
_TYPOGRAPHIC: Final = frozenset(b"\x80\x85\x91\x92\x93\x94\x96\x97")
_TELLING: Final = ("cp1252", "iso8859-15")
#: The commonest French accents (é è ê ç â î ô ù) in UTF-8. Read as one of these two, they are an `Ã` and a sign.
_UTF8_ACCENT: Final = re.compile(rb"\xc3[\x87-\x8a\xa2\xa7-\xaa\xae\xb4\xb9]")
_COMMON: Final = frozenset("éèàçêùôîâûëïœ")
_WESTERN: Final = frozenset("äöüÿæñáíóúòìãõåøßÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆÑÁÍÓÚÅØ€°’‘“”«»–—…•™®©²³µ§ºª·½¼\N{NO-BREAK SPACE}")
_STRANGE: Final = -3
_SMALL: Final = "à-öø-ÿœ"
_CAPITAL: Final = "À-ÖØ-ÞŒ"
#: What no word has inside, whatever was read wrong in it: `HÇläne`, `HêL‘NE`.
_INSIDE: Final = re.compile(rf"(?<=[a-z])[{_CAPITAL}](?=[a-z])|(?<=[a-zA-Z])[‘“](?=[a-zA-Z])")
_AMONG_CAPITALS: Final = re.compile(rf"(?<=[A-Z])[{_SMALL}](?=[A-Z])|(?<=[A-Z][A-Z])[{_SMALL}](?![a-z])")
_MISREAD: Final = 4
_DOUBTFUL: Final = 2
_RARE: Final = 20  #: bytes to one NUL in a damaged text; files of other kinds have more


def find_encoding(path: Path, *, file: str, declared: str = "") -> str:
    """Return the codec that reads all of a file's text.

    A byte order mark is believed; UTF-8 is what all bytes agree with; what is ``declared`` is believed where it
    can be, since many programs write another encoding than they say; anything else is judged by which reading
    gives French letters rather than strange signs, and by charset-normalizer where none does.

    Raises:
        ContactsError: the text is UTF-8 that breaks off or is damaged, or no text at all.
    """
    with path.open("rb") as opened:
        head = opened.read(_HEAD)
        for mark, codec in _BOMS:
            if head.startswith(mark):
                return codec
        if wide := _wide(head):
            return wide
        if head.rstrip(b"\0").count(0) * _RARE > len(head):
            message = Sentence("this is not a text file, though its name says so")
            raise flaw(file, "not_a_table", message, Sentence("Save it from the spreadsheet as .xlsx or as CSV."))
        opened.seek(0)
        high = _legacy_bytes(opened, file)
        if high is None:
            return "utf-8"
        if declared and _reads(high, declared):
            return declared
        opened.seek(0)
        sample = opened.read(_SAMPLE)
        scores = {codec: _score(high, codec) for codec in _LEGACY}
        best = max(scores, key=lambda codec: scores[codec] - _misread(sample, codec))
        if scores[best] > 0:
            _refuse_mixed(opened, best, file)
            return best
        opened.seek(0)
        return _guess(opened.read(_SAMPLE))


def _wide(head: bytes) -> str:
    """Tell UTF-16 without its mark, where every other byte of plain text is zero; empty where it is not."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * 3 > len(head) and min(even, odd) * 10 < max(even, odd):
        return "utf-16-le" if odd > even else "utf-16-be"
    return ""


def _legacy_bytes(opened: BinaryIO, file: str) -> Counter[int] | None:
    """Count the non-ASCII bytes of a file that is not UTF-8; None when it is."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    high: Counter[int] = Counter()
    is_utf8, proven, lines = True, False, 0
    while True:
        block = opened.read(_BLOCK)
        outside = block.translate(None, _ASCII)
        if is_utf8:
            try:
                decoder.decode(block, final=not block)
                proven = proven or bool(outside)
            except UnicodeDecodeError as error:
                is_utf8 = False
                valid = error.object[: error.start]
                if proven or not valid.isascii():
                    raise _damaged(file, lines + valid.count(b"\n") + 1) from error
        high.update(outside)
        lines += block.count(b"\n")
        if not block:
            return None if is_utf8 else high


def _refuse_mixed(opened: BinaryIO, codec: str, file: str) -> None:
    """Refuse a text of which some lines are UTF-8 and others not: one of the two would read `ZoÃ©`.

    Raises:
        ContactsError: it is such a text; with the first line that does not go with the others.
    """
    if codec not in _TELLING:
        return
    opened.seek(0)
    before, lines = b"", 0
    while block := opened.read(_BLOCK):
        text = before + block
        if found := _UTF8_ACCENT.search(text):
            raise _damaged(file, lines + text.count(b"\n", 0, found.start()) + 1)
        before = text[-1:]
        lines += text.count(b"\n") - before.count(b"\n")


def _damaged(file: str, line: int) -> Exception:
    message = Sentence("the text is damaged near line {line}: part of it is UTF-8, and part is not", line=line)
    advice = Sentence("Open it in a spreadsheet, check that line, and save it again as CSV UTF-8.")
    return flaw(file, "damaged_text", message, advice, row=line)


def _score(high: Counter[int], codec: str) -> float:
    total = 0.0
    for byte, count in high.items():
        try:
            character = bytes([byte]).decode(codec)
        except UnicodeDecodeError:
            return float("-inf")
        common = character in _COMMON and not (codec == "cp858" and byte in _TYPOGRAPHIC)
        total += count * (3 if common else 1 if character in _COMMON | _WESTERN else _STRANGE)
    return total


def _reads(high: Counter[int], codec: str) -> bool:
    """Tell whether a codec of one byte a character has one for each of these bytes, and ASCII as it is."""
    try:
        text = bytes(high).decode(codec)
        return not any(category(letter) == "Cc" for letter in text) and b"<a>".decode(codec) == "<a>"
    except (UnicodeDecodeError, LookupError):
        return False


def _misread(sample: bytes, codec: str) -> float:
    """Rate how much of a text cannot be meant as it reads; the commoner codecs are not doubted for it."""
    if codec in _TELLING:
        return 0.0
    text = sample.decode(codec, "replace")
    return _MISREAD * len(_INSIDE.findall(text)) + _DOUBTFUL * len(_AMONG_CAPITALS.findall(text))


def _guess(sample: bytes) -> str:
    from charset_normalizer import from_bytes  # noqa: PLC0415 - for the few files that are none of the above

    best = from_bytes(sample).best()
    return best.encoding if best else "cp1252"
