"""Keys, senders and places: what comes from the environment, ``.env`` and ``senders.toml``.

No file of ours ever holds a key: ``senders.toml`` names the environment variables that do.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, PlainValidator

from lecommercial_batch.app.env_file import read_env
from lecommercial_batch.app.keys import key_of
from lecommercial_batch.core.addresses import Confirmed, canonical, is_loopback, is_safe, state_folder
from lecommercial_batch.core.contact_edits import sender_of
from lecommercial_batch.core.errors import Problem, SettingsError
from lecommercial_batch.core.model import Rate, RunOptions
from lecommercial_batch.core.rate import parse_rate
from lecommercial_batch.core.sender import (
    DEFAULT_SENDER,
    Encoding,
    Secret,
    Sender,
    SuccessStyle,
    Unexplained503,
    VariablesStyle,
)
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.delivery.pacing.shared_budget import CELLS
from lecommercial_batch.delivery.pacing.shared_memory import SharedCells, open_shared, runtime_folder
from lecommercial_batch.planning.campaign.toml import TomlError, read_toml
from lecommercial_batch.planning.manner import Manner, key_digest, said_by

BASE_URL: Final = "https://lecommercial.app/api"
DATABASE_URL: Final = "sqlite:///lecommercial.db"
SENDERS_FILE: Final = "senders.toml"
OPTOUT_KEY: Final = "LECOMMERCIAL_OPTOUT_KEY"
BASE_URL_VARIABLE: Final = "LECOMMERCIAL_BASE_URL"
_OURS: Final = "LECOMMERCIAL_"
_NO_KEYS: Final = frozenset(
    {OPTOUT_KEY, "LECOMMERCIAL_OPTOUT_KEY_BEFORE", BASE_URL_VARIABLE, "LECOMMERCIAL_DATABASE_URL"}
)
_SHORT: Final = 8  #: characters of a key that is looked for in messages; a shorter one is any word
OPTOUT_KEY_BEFORE: Final = "LECOMMERCIAL_OPTOUT_KEY_BEFORE"
_SHORTEST_KEY: Final = 16  #: characters; a short one is tried out as fast as the numbers are


def _variable(value: object) -> str:
    """Take the name of a variable of ours alone: a file from elsewhere could have any secret sent."""
    if isinstance(value, str) and value.startswith(_OURS) and value not in _NO_KEYS and value != _OURS:
        return value
    raise ValueError(
        Sentence("“{value}” is no variable that holds a key of a sender", value=str(value)),
        Sentence("Give it a name that begins with {prefix}, here and in the environment.", prefix=_OURS),
    )


class _SenderTable(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    appkey_env: Annotated[str, PlainValidator(_variable)]
    authkey_env: Annotated[str, PlainValidator(_variable)] = "LECOMMERCIAL_AUTHKEY"
    rate: Annotated[Rate | None, PlainValidator(parse_rate)] = None
    per_day: int | None = Field(default=None, ge=1)
    variables_style: VariablesStyle = VariablesStyle.BRACED
    success_style: SuccessStyle = SuccessStyle.DOCUMENTED
    unexplained_503: Unexplained503 = Unexplained503.UNKNOWN
    encoding: Encoding = Encoding.URLENCODED


class _SendersFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    machine_rate: Annotated[Rate | None, PlainValidator(parse_rate)] = None
    senders: Mapping[str, _SenderTable] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What this machine knows of the API and its keys."""

    base_url: str
    database_url: str
    machine_rate: Rate | None
    environment: Mapping[str, str] = field(repr=False)  #: with what `.env` adds to it; keys are in it
    _tables: Mapping[str, _SenderTable]
    own: Mapping[str, str] = field(repr=False, default_factory=dict)  #: the environment alone, the user's own word
    confirm: Callable[[str], bool] | None = field(repr=False, default=None)  #: asks a person about an address

    @property
    def database_file(self) -> Path | None:
        """The file of the journal, without the options of its address; None where it is in no file."""
        backend, _, rest = self.database_url.partition(":///")
        name = rest.partition("?")[0].removeprefix("file:")
        return Path(name) if backend.partition("+")[0] == "sqlite" and name not in {"", ":memory:"} else None

    @property
    def folder(self) -> Path:
        """The folder of the journal, where the lane locks stand too."""
        return self.database_file.parent if self.database_file else Path()

    def check_names(self, names: Iterable[str]) -> None:
        """Raise SettingsError for a sender that is not known; needs no key."""
        problems = [self._unknown(name) for name in names if name not in self._tables]
        if problems:
            raise SettingsError(*problems)

    @property
    def is_confirmed(self) -> bool:
        """Whether the address is the usual one, this machine's, the environment's, or one confirmed before."""
        return (
            self.base_url == BASE_URL
            or is_loopback(self.base_url)
            or bool(self.own.get(BASE_URL_VARIABLE))
            or self.base_url in Confirmed(state_folder(self.own))
        )

    def see_that_the_address_is_trusted(self) -> None:
        """Have an address confirmed that only a folder's `.env` names, before any key is given out for it.

        Raises:
            SettingsError: it is not confirmed, or what is sent there could be read on the way.
        """
        if not is_safe(self.base_url):
            message = Sentence(
                "keys are not sent to {address}: anybody on the way could read them", address=self.base_url
            )
            advice = Sentence("Write https:// in LECOMMERCIAL_BASE_URL; http:// is for this machine alone.")
            raise SettingsError(Problem(code="insecure_address", message=message, advice=advice))
        if self.is_confirmed:
            return
        if self.confirm and self.confirm(self.base_url):
            with suppress(OSError):  # it is asked about again
                Confirmed(state_folder(self.own)).add(self.base_url)
            return
        message = Sentence(
            "the file .env of this folder has messages and keys sent to {address}, which nobody has confirmed",
            address=self.base_url,
        )
        advice = Sentence(
            "If you know it, say yes once at a terminal, or set LECOMMERCIAL_BASE_URL in your environment."
            " Nothing was sent."
        )
        raise SettingsError(Problem(code="unconfirmed_address", message=message, advice=advice))

    def see_that_no_key_is_in(self, texts: Iterable[str], *, file: str) -> None:
        """Refuse a message that would tell everybody a key. Raises SettingsError."""
        names = {*_key_names(self._tables), *(name for name in self.environment if _is_key(name))}
        keys = {name: key for name in names if len(key := self.environment.get(name, "").strip()) >= _SHORT}
        for text in texts:
            for name, key in keys.items():
                if key in text:
                    message = Sentence("the message holds the key {variable}", variable=name)
                    advice = Sentence("Take it out, and ask for a new key if the message has left this computer.")
                    raise SettingsError(Problem(code="key_in_message", file=file, message=message, advice=advice))

    def sender(self, name: str) -> Sender:
        """Return a sender with its keys.

        Raises:
            SettingsError: it is not known, or one of its keys is not in the environment.
        """
        return self._sender(name, app=True)

    def of_lane(self, lane: str) -> Sender:
        """Return the sender of a lane, under the lane's name: for messages, or for changes of lists.

        Raises:
            SettingsError: it is not known, or a key that it needs is not in the environment.
        """
        name, edits = sender_of(lane)
        found = self._sender(name, app=not edits)
        return replace(found, name=lane, per_day=None if edits else found.per_day)

    def account(self, name: str) -> Sender:
        """Return a sender for contacts and lists, which an auth key opens alone: its app key may be empty.

        Raises:
            SettingsError: it is not known, or its auth key is not in the environment.
        """
        return self._sender(name, app=False)

    def _sender(self, name: str, *, app: bool) -> Sender:
        self.check_names([name])
        self.see_that_the_address_is_trusted()
        table = self._tables[name]
        needed = (table.authkey_env, table.appkey_env) if app else (table.authkey_env,)
        if missing := [variable for variable in needed if not self._key(variable)]:
            raise SettingsError(*(_missing_key(name, variable) for variable in missing))
        return Sender(
            name=name,
            authkey=Secret(self._key(table.authkey_env)),
            appkey=Secret(self._key(table.appkey_env)),
            rate=table.rate,
            per_day=table.per_day,
            variables_style=table.variables_style,
            success_style=table.success_style,
            unexplained_503=table.unexplained_503,
            encoding=table.encoding,
        )

    def _key(self, variable: str) -> str:
        return key_of(variable, self.environment, own=self.own)

    def cells(self, name: str) -> SharedCells:
        """Open the numbers of a budget that all processes of this machine share which call the same API."""
        return open_shared(runtime_folder(self.environment), f"{self.base_url} {name}", CELLS)

    def see_that_the_pace_can_be_kept(self) -> None:
        """Try the common numbers before a run begins: one that could not be sent shall not look begun.

        Raises:
            SettingsError: their folder cannot be used.
        """
        self.cells("machine").close()

    def per_day(self, name: str) -> int | None:
        """Return how many messages a sender may send a day; needs no key."""
        return self._tables[name].per_day

    def manner(self, options: RunOptions, names: Iterable[str]) -> Manner:
        """Return how a campaign would be sent from here through these senders; needs no key."""
        tables = {f"senders.{name}": self._tables[name] for name in names}
        styles = {
            f"{place}.{style}": str(getattr(table, style))
            for place, table in tables.items()
            for style in ("variables_style", "success_style")
        }
        keys = {f"{place}.appkey": self._key(table.appkey_env) for place, table in tables.items()}
        keys |= {f"{place}.authkey": self._key(table.authkey_env) for place, table in tables.items()}
        digests = {place: key_digest(Secret(key)) for place, key in keys.items() if key}
        return Manner(said={**said_by(options), **styles}, keys=digests if len(digests) == len(keys) else {})

    def optout_keys(self) -> Sequence[Secret]:
        """Return the key that lists of opt-outs are shared under, and the one before it where that still counts.

        Raises:
            SettingsError: as ``optout_key`` does.
        """
        before = self._key(OPTOUT_KEY_BEFORE)
        return [self.optout_key(), *([Secret(before)] if len(before) >= _SHORTEST_KEY else [])]

    def optout_key(self) -> Secret:
        """Return the key that lists of opt-outs are shared under.

        Raises:
            SettingsError: it is not in the environment, or too short to protect anybody.
        """
        key = self._key(OPTOUT_KEY)
        if len(key) >= _SHORTEST_KEY:
            return Secret(key)
        message = Sentence(
            "{variable} is not set, or has fewer than {count} characters", variable=OPTOUT_KEY, count=_SHORTEST_KEY
        )
        advice = Sentence("`optout key` makes one: put it into .env, and share it with your partner alone.")
        raise SettingsError(Problem(code="missing_key", message=message, advice=advice))

    def _unknown(self, name: str) -> Problem:
        near = get_close_matches(name, self._tables, n=1, cutoff=0.4)
        advice = (
            Sentence("Did you mean “{sender}”?", sender=near[0])
            if near
            else Sentence("Senders known: {senders}.", senders=", ".join(self._tables))
        )
        return Problem(
            code="unknown_sender",
            file=SENDERS_FILE,
            message=Sentence("no sender is named “{sender}”", sender=name),
            advice=advice,
        )


def _key_names(tables: Mapping[str, _SenderTable]) -> Iterator[str]:
    for table in tables.values():
        yield table.appkey_env
        yield table.authkey_env


def _is_key(name: str) -> bool:
    return name.startswith(_OURS) and "KEY" in name


def load_settings(
    *,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    confirm: Callable[[str], bool] | None = None,
) -> Settings:
    """Read ``.env`` and ``senders.toml`` of a folder; the environment wins over ``.env``.

    ``confirm`` asks a person whether an address that only ``.env`` names is theirs; without it that is refused.

    Raises:
        SettingsError: ``.env`` or ``senders.toml`` is broken.
    """
    written = read_env(folder / ".env")
    own = dict(os.environ if environment is None else environment)
    merged = {**written, **own}
    file = _senders_file(folder / SENDERS_FILE)
    default = _SenderTable(appkey_env="LECOMMERCIAL_APPKEY")
    return Settings(
        base_url=canonical(merged.get(BASE_URL_VARIABLE) or BASE_URL),
        database_url=merged.get("LECOMMERCIAL_DATABASE_URL") or DATABASE_URL,
        machine_rate=file.machine_rate,
        environment=merged,
        _tables={DEFAULT_SENDER: default, **file.senders},
        own=own,
        confirm=confirm,
    )


def _senders_file(path: Path) -> _SendersFile:
    if not path.exists():
        return _SendersFile()
    try:
        return read_toml(path, _SendersFile)
    except TomlError as error:
        raise SettingsError(*error.problems) from error


def _missing_key(sender: str, variable: str) -> Problem:
    return Problem(
        code="missing_key",
        message=Sentence(
            "the key {variable} of the sender “{sender}” is not set", variable=variable, sender=sender
        ),
        advice=Sentence("Put a line {variable}=… into a file named .env in this folder.", variable=variable),
    )
