"""Where in the world a number's people live, as far as the number tells."""

from functools import lru_cache
from typing import Final

from phonenumbers import country_code_for_region
from phonenumbers.tzdata import TIMEZONE_DATA, TIMEZONE_LONGEST_PREFIX

_UNKNOWN: Final = "Etc/Unknown"


def zone_of(digits: str) -> str:
    """Return the time zones of a number in bare digits, joined by commas; empty where they are not known.

    The longest prefix that the library's metadata has decides: the country's zones for a mobile number, unless its
    first digits say more.
    """
    for length in range(TIMEZONE_LONGEST_PREFIX, 0, -1):
        if (prefix := digits[:length]) in TIMEZONE_DATA:
            return _joined(prefix)
    return ""


def zone_of_region(region: str) -> str:
    """Return the time zones of a country, joined by commas; empty where they are not known."""
    return zone_of(str(country_code_for_region(region)))


@lru_cache(maxsize=4096)
def _joined(prefix: str) -> str:
    return ",".join(zone for zone in TIMEZONE_DATA[prefix] if zone != _UNKNOWN)
