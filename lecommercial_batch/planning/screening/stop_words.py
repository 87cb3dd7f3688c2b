"""What people answer who want no more messages: STOP, ARRÊT, désabonnez-moi."""

import re
import unicodedata
from typing import Final

#: Words that mean it wherever they stand.
_PLAIN: Final = re.compile(r"s+t+o+p+(?:e[srz]?|s)?|unsub|unsubscri\w*|desabon\w*|desinscri\w*|optout")
#: Words that mean it where they begin the answer, or nearly make it up; it may be an appointment that one stops.
_ARRET: Final = re.compile(r"arr?ett?(?:e[rsz]?)?")
_FEW: Final = 3  #: words
#: Words that mean it where nothing else is said.
_ALONE: Final = re.compile(r"fin|end|quit|cancel|remove|spam|supprime[rz]?|retire[rz]?")
_PHRASES: Final = re.compile(
    r"\b(?:opt out|plus (?:de |d |aucun )?(?:message|sms|pub|publicite|notification)s?|remove me"
    r"|(?:retire|enleve|supprime)[rz]? moi|ne (?:me |m )?(?:contacte|envoye|ecrive)[rz]? plus"
    r"|no more (?:message|text)s?|(?:do not|don t) (?:contact|text|message|write))\b"
)


def says_stop(reply: str) -> bool:
    """Tell whether an answer asks for no more messages, however it is written.

    In doubt it does: one message too few is better than one too many.
    """
    words = _words(reply)
    if any(map(_PLAIN.fullmatch, words)) or _PHRASES.search(" ".join(words)):
        return True
    if len(words) == 1 and _ALONE.fullmatch(words[0]):
        return True
    return any(map(_ARRET.fullmatch, words if len(words) <= _FEW else words[:1]))


def _words(reply: str) -> list[str]:
    bare = unicodedata.normalize("NFKD", reply).casefold()
    return re.findall(r"[a-z0-9]+", "".join(c for c in bare if not unicodedata.combining(c)))
