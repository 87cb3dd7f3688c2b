"""What a sandbox knows and how it behaves: the fixed part, and the switches that can be changed while it runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from lecommercial_batch.sandbox.book import Person
from lecommercial_batch.sandbox.faults import Fault, FaultRule
from lecommercial_batch.sandbox.people import LISTS, USUAL, invented

AUTHKEY: Final = "sandbox-authkey"
APPKEY: Final = "sandbox-appkey"
OTHER_APPKEY: Final = "sandbox-appkey-2"
TEMPLATE: Final = "00000000-0000-4000-8000-000000000001"


#: How a phone that is not connected shows: no device to an app key, a send that fails, or said outright (forks).
DEVICE_DOWN: Final = (Fault.KEYS, Fault.FAILED, Fault.DEVICE)


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """What an app key opens: a WhatsApp number."""

    label: str  #: shown in place of the key
    number: str  #: the "from" of the answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """So many calls a period and client address."""

    count: int
    period: float  #: seconds
    sliding: bool = False  #: False: Laravel's fixed window, which opens with the first hit


#: What servers of the API's family enforce.
FAMILY_LIMIT: Final = Limit(count=60, period=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """What can be changed while the sandbox runs."""

    faults: tuple[FaultRule, ...] = ()
    latency: float = 0.0  #: seconds between the checks and the sending
    unregistered: frozenset[str] = frozenset()  #: numbers without WhatsApp, in bare digits
    quota: int | None = None  #: how many messages are taken; None: no end
    plan_expired: bool = False  #: no key opens anything
    device_down: Fault | None = None  #: one of DEVICE_DOWN
    retry_after: int = 1  #: seconds that a 429 fault asks to wait

    @property
    def locked_out(self) -> bool:
        """Whether no pair of keys can send."""
        return self.plan_expired or self.device_down is Fault.KEYS

    def replaced(self, wanted: Mapping[str, object]) -> "Switches":
        """Return these switches with those of ``wanted``, given as in JSON; faults are texts such as ``500@3``.

        Raises:
            ValueError: a switch that does not exist, or a value that it cannot take.
        """
        readers: Mapping[str, Callable[[object], object]] = {
            "faults": lambda value: tuple(FaultRule.parse(str(text)) for text in _list(value)),
            "latency": lambda value: float(_number(value)),
            "unregistered": lambda value: frozenset(str(number) for number in _list(value)),
            "quota": lambda value: None if value is None else int(_number(value)),
            "plan_expired": _flag,
            "device_down": _device_down,
            "retry_after": lambda value: int(_number(value)),
        }
        if unknown := sorted(set(wanted) - set(readers)):
            raise ValueError(f"no such switch: {', '.join(unknown)}; there are {', '.join(readers)}")
        changes: dict[str, Any] = {name: readers[name](value) for name, value in wanted.items()}
        return replace(self, **changes)

    def as_json(self) -> dict[str, object]:
        """Return them as ``replaced`` takes them."""
        return {
            "faults": [str(rule) for rule in self.faults],
            "latency": self.latency,
            "unregistered": sorted(self.unregistered),
            "quota": self.quota,
            "plan_expired": self.plan_expired,
            "device_down": self.device_down or False,
            "retry_after": self.retry_after,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a sandbox knows: its keys are made up, and no others are taken."""

    authkeys: frozenset[str] = frozenset({AUTHKEY})
    appkeys: Mapping[str, App] = field(
        default_factory=lambda: {
            APPKEY: App(label="default", number="33700000001"),
            OTHER_APPKEY: App(label="second", number="33700000002"),
        }
    )
    templates: Mapping[str, str] = field(
        default_factory=lambda: {TEMPLATE: "Bonjour {prenom}, votre devis {numero} vous attend."}
    )
    lists: Mapping[int, str] = field(default_factory=lambda: LISTS)
    people: tuple[Person, ...] = field(default_factory=lambda: invented(USUAL))  #: who is in them at the start
    limit: Limit | None = None  #: None: no throttle
    validation_status: Literal[200, 422] = 200  #: 200 with success false, or Laravel's own 422
    multipart_on_put: bool = False  #: True: read a multipart body on PUT and DELETE too, as PHP 8.4 can
    switches: Switches = field(default_factory=Switches)  #: what they are at the start, and after a reset


def _list(value: object) -> list[object]:
    if not isinstance(value, list | tuple | set | frozenset):
        raise ValueError(f"not a list: {value!r}")  # noqa: TRY004  one error for all that cannot be read
    return list(value)


def _number(value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ValueError(f"not a number of 0 or more: {value!r}")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"neither true nor false: {value!r}")  # noqa: TRY004  one error for all that cannot be read
    return value


def _device_down(value: object) -> Fault | None:
    """Read one of the forms by its name; true is the one that says so."""
    if isinstance(value, str) and value in DEVICE_DOWN:
        return Fault(value)
    if not isinstance(value, bool):
        raise ValueError(f"neither true, false nor one of {', '.join(DEVICE_DOWN)}: {value!r}")  # noqa: TRY004  as below
    return Fault.DEVICE if value else None
