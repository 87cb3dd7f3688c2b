"""The reader's language: gettext catalogues, chosen by locale or by ``--lang``. Codes and names are never said."""

import gettext
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from lecommercial_batch.sentence import Sentence

DOMAIN: Final = "lecommercial_batch"
CATALOGUES: Final = Path(__file__).parent / "locale"

_translations: gettext.NullTranslations = gettext.NullTranslations()


def use(language: str | None, *, environment: Mapping[str, str] = os.environ) -> None:
    """Speak this language from here on, or the environment's; English where there is no catalogue."""
    global _translations  # noqa: PLW0603 - one process speaks one language
    wanted = language or _of_environment(environment)
    _translations = gettext.translation(DOMAIN, CATALOGUES, [wanted], fallback=True)


def say(sentence: Sentence) -> str:
    """Translate a sentence, then put its values in."""
    return sentence.fill(_(sentence.template))


def _(text: str) -> str:
    """Translate a fixed text."""
    return _translations.gettext(text) if text else ""  # the empty text would give the catalogue's header


def _of_environment(environment: Mapping[str, str]) -> str:
    written = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    return written.partition(".")[0].partition("_")[0] or "en"
