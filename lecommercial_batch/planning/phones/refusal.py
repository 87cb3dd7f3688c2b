"""Words beside a number that say not to call it: of people who want no more, and of dead numbers."""

import re
import unicodedata
from typing import Final

from lecommercial_batch.core.model import Cell

#: As whole words, without accents; what is asked for in French, English, and the languages next door.
_NOT: Final = re.compile(
    r"\b(?:"
    r"(?:ne )?(?:plus|pas|jamais) (?:me |le |la |les |l')?"
    r"(?:appeler|rappeler|contacter|relancer|joindre|ecrire|envoyer|utiliser|valable|valide|attribue|bon|interesse)e?"
    r"|ne (?:veut|souhaite|repond|desire) (?:plus|pas)|n'existe (?:plus|pas)|hors[ -]service|h\.?s\b"
    r"|stop|desinscri(?:t|te|ption)|desabonne(?:e|r|ment)?|refus(?:e|ee|er)?|oppos(?:e|ee|ition)|bloque(?:e|r)?"
    r"|(?:black|black[ -])liste(?:e|d)?|blacklist|liste noire|annulee?|resiliee?"
    r"|a supprimer|supprimee?"
    r"|decede(?:e|es|s)?|deces|dcd|mort|morte|defunt|defunte|faux|fausse|errone(?:e)?|mauvais(?:e)?|incorrect(?:e)?"
    r"|invalide?|non[ -]valide|non[ -]attribue|inexistant|perime(?:e)?|ancien(?:ne)?|anc\."
    r"|do not|don't|dnc|opt(?:ed)?[ -]?out|unsubscribe(?:d)?|wrong|dead|deceased|disconnected|not in service"
    r"|old|former"
    r"|nicht anrufen|niet bellen|no llamar|non chiamare|alte nummer|falsch|verkeerd|oud"
    r")(?!\w)"
)
_NEW: Final = re.compile(r"\b(?:nouveau|nouvelle|nouv|new|neu|nieuw)\b")


def says_not(cell: Cell, *, several: bool = False) -> str:
    """Return the words of a cell by which its number is not to be called; empty where there are none.

    Of ``several`` numbers one that is new makes another one old, and which is which is for a person to say.
    """
    if not isinstance(cell, str):
        return ""
    decomposed = unicodedata.normalize("NFKD", cell.replace("’", "'"))
    text = " ".join("".join(filter(lambda sign: not unicodedata.combining(sign), decomposed)).casefold().split())
    found = _NOT.search(text) or (_NEW.search(text) if several else None)
    return found[0] if found else ""
