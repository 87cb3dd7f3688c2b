"""A cell and a region in, a phone number out, or why none can be read: the only importer of phonenumbers."""

from lecommercial_batch.planning.phones.counting import count_mobiles
from lecommercial_batch.planning.phones.country import region_of, says_nothing
from lecommercial_batch.planning.phones.numbering import is_region, national_format
from lecommercial_batch.planning.phones.reading import normalise, normalise_many
from lecommercial_batch.planning.phones.refusal import says_not
from lecommercial_batch.planning.phones.zones import zone_of, zone_of_region

__all__ = [
    "count_mobiles",
    "is_region",
    "national_format",
    "normalise",
    "normalise_many",
    "region_of",
    "says_not",
    "says_nothing",
    "zone_of",
    "zone_of_region",
]
