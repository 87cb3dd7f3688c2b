"""Who is in a sandbox's lists at the start: invented people, to whose numbers a campaign can be rehearsed.

Not those that Arcep keeps free for fiction: 06 39 98 00 00 is read as a number of Mayotte that nobody can have.
"""

from typing import Final

from lecommercial_batch.sandbox.book import Person

#: The lists of the vendor's page.
PROSPECTS: Final = 3
VIP: Final = 7
LISTS: Final = {PROSPECTS: "Prospects", VIP: "Clients VIP"}

#: One fewer than on the vendor's page, whose sample adds contact 42.
USUAL: Final = 41
VIPS: Final = 15
#: 07 30 00 00 00 to 07 30 00 99 99.
MOST: Final = 10_000

_NAMES: Final = (
    "Camille", "Zoé", "Louis", "Chloé", "Hugo", "Inès", "Jules", "Léa", "Maël", "Nina", "Noé", "Anaïs",
    "Raphaël", "Sarah", "Théo", "Élise", "Yanis",
)  # fmt: skip
_LASTNAMES: Final = (
    "Martin", "Bernard", "Thomas", "Petit", "Robert", "Richard", "Durand", "Moreau", "Lefèvre", "Girard",
    "André", "Lefebvre", "Benoît",
)  # fmt: skip


def invented(count: int) -> tuple[Person, ...]:
    """Return so many people, always the same: all are prospects, and every other of the first thirty a VIP."""
    return tuple(_person(number) for number in range(count))


def _person(number: int) -> Person:
    lists = (PROSPECTS, VIP) if number % 2 == 0 and number < 2 * VIPS else (PROSPECTS,)
    if number == 0:  # as on the vendor's page
        return Person(phone="33612345678", name="Jean", lastname="Dupont", lists=lists)
    name, lastname = _NAMES[number % len(_NAMES)], _LASTNAMES[number % len(_LASTNAMES)]
    return Person(phone=f"3373000{number:04d}", name=name, lastname=lastname, lists=lists)
