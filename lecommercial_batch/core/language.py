"""The reader's language: gettext catalogues, chosen by locale or by ``--lang``. Codes and names are never said."""

import gettext
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from lecommercial_batch.core.sentence import N_, Sentence, Value
from lecommercial_batch.core.visible import one_line

DOMAIN: Final = "lecommercial_batch"
CATALOGUES: Final = Path(__file__).parent / "locale"

#: What systems say of a file or an address, as `os.strerror` has it, where it can be said plainer.
_OF_SYSTEMS: Final = (
    N_("Permission denied"),
    N_("No such file or directory"),
    N_("Not a directory"),
    N_("Is a directory"),
    N_("File exists"),
    N_("File name too long"),
    N_("No space left on device"),
    N_("Read-only file system"),
    N_("Address already in use"),
    N_("Connection refused"),
    N_("Network is unreachable"),
    N_("No route to host"),
    N_("Name or service not known"),
    N_("Temporary failure in name resolution"),
)

_translations: gettext.NullTranslations = gettext.NullTranslations()


def use(language: str | None, *, environment: Mapping[str, str] = os.environ) -> str:
    """Speak this language from here on, or the environment's; English where there is no catalogue. Return it."""
    global _translations  # noqa: PLW0603 - one process speaks one language
    wanted = _bare(language or "") or _of_environment(environment)
    _translations = gettext.translation(DOMAIN, CATALOGUES, [wanted], fallback=True)
    return wanted


def spoken() -> str:
    """Return the language that is spoken: ``fr`` or ``en``."""
    return _translations.info().get("language", "en")


def spoken_in(language: str) -> Callable[[str], str]:
    """Return what translates a fixed text into this language, whatever the process speaks."""
    return gettext.translation(DOMAIN, CATALOGUES, [language], fallback=True).gettext


def say(sentence: Sentence) -> str:
    """Translate a sentence, then put its values in, each so that all of it is seen, and on one line."""
    template = _(sentence.template)
    return template.format_map(_seen(sentence.values)) if sentence.values else template


def say_many(one: str, many: str, count: int, /, **values: Value) -> str:
    """Say what is so of ``count`` things: ``say_many("{count} row", "{count} rows", 3)``.

    ``{count}`` need not be given; it may be, to have it written otherwise.
    """
    return _translations.ngettext(one, many, count).format_map({"count": count, **_seen(values)})


def _seen(values: Mapping[str, Value]) -> Mapping[str, Value]:
    return {
        name: one_line(value) if isinstance(value, str) else say(value) if isinstance(value, Sentence) else value
        for name, value in values.items()
    }


def why(error: OSError) -> str:
    """Say what the system says; libraries put words of their own in its place."""
    # The number of a TLS error is OpenSSL's: 1 would be told as "Operation not permitted".
    of_system = error.errno and error.errno > 0 and type(error).__module__ != "ssl"
    known = os.strerror(error.errno) if error.errno and of_system else error.strerror
    return _(known or str(error))


def _(text: str) -> str:
    """Translate a fixed text."""
    return _translations.gettext(text) if text else ""  # the empty text would give the catalogue's header


def _of_environment(environment: Mapping[str, str]) -> str:
    """Return the first that is set, as POSIX has it: ``fr_FR.UTF-8``, ``fr``, ``C``."""
    written = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    return _bare(written) or _of_windows() or "en"


def _of_windows() -> str:
    """Return the language that Windows speaks to this person; it sets no variable for it."""
    if sys.platform != "win32":
        return ""
    import ctypes  # noqa: PLC0415 - there alone
    import locale  # noqa: PLC0415 - as above

    return _bare(locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), ""))


def _bare(locale: str) -> str:
    """Return the language of a locale: `fr` of `fr_FR.UTF-8`, `fr-FR` and `FR`."""
    letters = locale.replace("-", "_").partition("_")[0].partition(".")[0].partition("@")[0]
    return letters.lower() if letters.isalpha() else ""  # anything else would be a path to look up
