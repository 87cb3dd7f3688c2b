"""Where keys come from: the environment, systemd's credentials, and the keyring where that is asked for."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from lecommercial_batch.core.errors import Problem, SettingsError
from lecommercial_batch.core.sentence import Sentence

SERVICE: Final = "lecommercial-batch"
_CREDENTIALS: Final = "CREDENTIALS_DIRECTORY"
_KEYRING: Final = "LECOMMERCIAL_KEYRING"


def key_of(variable: str, environment: Mapping[str, str], *, own: Mapping[str, str]) -> str:
    """Return a key by the name of its variable, empty where there is none.

    ``environment`` is the user's own with what a folder's `.env` adds, ``own`` the user's alone: nothing but that
    opens credentials or a keyring.

    Raises:
        SettingsError: a keyring is asked for, and there is none.
    """
    if found := environment.get(variable, "").strip():
        return found
    if folder := own.get(_CREDENTIALS):
        with suppress(OSError, UnicodeDecodeError):
            if found := (Path(folder) / variable).read_text(encoding="utf-8").strip():
                return found
    return _of_keyring(variable) if own.get(_KEYRING, "").strip() in {"1", "yes", "true"} else ""


def _of_keyring(variable: str) -> str:
    try:
        import keyring  # noqa: PLC0415 - an extra, imported where it is asked for alone
        from keyring.errors import KeyringError  # noqa: PLC0415 - as above
    except ImportError as error:
        advice = Sentence("Install it: {command}.", command="pip install 'lecommercial-batch[keyring]'")
        message = Sentence("keys are to come from the keyring, whose package is not installed")
        raise SettingsError(Problem(code="missing_package", message=message, advice=advice)) from error
    try:
        return (keyring.get_password(SERVICE, variable) or "").strip()
    except KeyringError as error:
        message = Sentence("the keyring does not open")
        advice = Sentence("Unlock it, or unset {variable}.", variable=_KEYRING)
        raise SettingsError(Problem(code="keyring_closed", message=message, advice=advice)) from error
