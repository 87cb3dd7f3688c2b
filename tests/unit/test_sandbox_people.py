"""The people of a sandbox, for rehearsals."""

from lecommercial_batch.core.model import Reading
from lecommercial_batch.planning.phones import normalise_many
from lecommercial_batch.sandbox.people import MOST, invented


def test_everybody_can_be_written_to() -> None:
    """A campaign over a sandbox's list rejects none of its numbers, and each is another."""
    numbers = [f"+{person.phone}" for person in invented(MOST)]
    read = normalise_many(numbers, region="FR")

    assert [each.phone.e164 for each in read if isinstance(each, Reading)] == numbers
    assert len(set(numbers)) == MOST
