"""An app key, and how the server behind it wants to be spoken to."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from lecommercial_batch.core.model import Rate

#: The name of the sender where no ``senders.toml`` names any.
DEFAULT_SENDER: Final = "default"


class Secret:
    """A key: shown nowhere but where ``reveal`` is called, which is where a request is made."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(•••)"


class VariablesStyle(StrEnum):
    """How a template's variables are written into the form."""

    BRACED = "braced"  #: variables[{prenom}]=Jean, as servers of the API's family replace it
    BARE = "bare"  #: variables[prenom]=Jean
    JSON = "json"  #: variables={"prenom":"Jean"}


class Encoding(StrEnum):
    """How the forms of PUT and DELETE are written."""

    URLENCODED = "urlencoded"  #: as every PHP reads them
    MULTIPART = "multipart"  #: to the letter of the API's documentation, which PHP reads from 8.4 on
    METHOD_OVERRIDE = "method_override"  #: a POST that says what it is, for proxies that drop the others' bodies


class SuccessStyle(StrEnum):
    """What an answer must say to count as accepted."""

    DOCUMENTED = "documented"  #: message_status = Success, as the API's page shows
    CLOUD = "cloud"  #: also the messages of forks on Meta's Cloud API


class Unexplained503(StrEnum):
    """What becomes of a message that was answered with a 503 that does not say it was not executed."""

    UNKNOWN = "unknown"  #: proxies of some hosts answer so after the request was executed
    NOT_SENT = "not_sent"  #: tried again: for servers known to answer so before they do anything


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """An app key with its name and pace."""

    name: str
    authkey: Secret
    appkey: Secret
    rate: Rate | None = None  #: None: as fast as the campaign says
    per_day: int | None = None  #: messages a day, over all runs; None: as many as the campaign says
    variables_style: VariablesStyle = VariablesStyle.BRACED
    success_style: SuccessStyle = SuccessStyle.DOCUMENTED
    unexplained_503: Unexplained503 = Unexplained503.UNKNOWN
    encoding: Encoding = Encoding.URLENCODED
