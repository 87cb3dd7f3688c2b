"""Who gets which of several wordings."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lecommercial_batch.core.errors import CampaignError
from lecommercial_batch.planning.campaign.campaign import load_campaign
from lecommercial_batch.planning.templates.render import Wording
from lecommercial_batch.planning.templates.variants import Variant, sharing

PHONES = [f"+336{number:08d}" for number in range(20_000)]


def variants(*shares: float) -> list[Variant]:
    return [Variant(name=str(n), share=share, wording=Wording(text="x")) for n, share in enumerate(shares)]


def load(folder: Path, message: str) -> tuple[Variant, ...]:
    path = folder / "c.toml"
    path.write_text(f'name = "x"\n[contacts]\nfile = "c.csv"\n[message]\n{message}\n', encoding="utf-8")
    return load_campaign(path).variants


@pytest.mark.parametrize("shares", [(1, 1), (50, 50), (90, 10), (1, 2, 1), (0.1, 0.9)])
def test_everybody_gets_one_in_proportion(shares: tuple[float, ...]) -> None:
    """Shares are proportions, held to within what chance allows."""
    share = sharing(variants(*shares), campaign="Essai")

    counts = Counter(map(share, PHONES))

    for index, wanted in enumerate(shares):
        expected = len(PHONES) * wanted / sum(shares)
        assert abs(counts[index] - expected) < 5 * expected**0.5


@given(st.sampled_from(PHONES), st.lists(st.floats(0.01, 100), min_size=1, max_size=5))
def test_a_person_keeps_their_variant(phone: str, shares: list[float]) -> None:
    """It hangs on the number and the campaign alone."""
    once, again = (sharing(variants(*shares), campaign="Essai")(phone) for _ in range(2))

    assert once == again
    assert 0 <= once < len(shares)


def test_another_campaign_mixes_people_anew() -> None:
    """Who got A this time is as likely to get B next time."""
    one, other = (sharing(variants(1, 1), campaign=name) for name in ("Mars", "Avril"))

    same = sum(one(phone) == other(phone) for phone in PHONES)

    assert abs(same - len(PHONES) / 2) < 5 * (len(PHONES) / 4) ** 0.5


def test_the_assignment_is_what_it_was() -> None:
    """A new version of the program leaves people where they are."""
    share = sharing(variants(1, 1, 1), campaign="Essai")

    assert [share(phone) for phone in PHONES[:12]] == [2, 1, 1, 2, 1, 1, 1, 2, 1, 1, 1, 2]


def test_variants_are_read_with_what_the_message_says_of_all(tmp_path: Path) -> None:
    """Attachment, signature and what empty cells come to are the message's; a variant can have its own file."""
    first, second, third = load(
        tmp_path,
        'file = "https://x.fr/a.pdf"\nsignature = "Nous"\non_empty = "allow"\n'
        '[[message.variants]]\nname = "A"\ntext = "a"\n'
        '[[message.variants]]\nname = "B"\ntext = "b"\nfile = "https://x.fr/b.pdf"\nshare = 3\n'
        '[[message.variants]]\nname = "C"\ntemplate_id = "8d1f6a4e-5b2c-4f7d-9a3e-1c2b3a4d5e6f"\n',
    )

    assert (first.name, first.share, first.wording.file) == ("A", 1, "https://x.fr/a.pdf")
    assert (second.share, second.wording.file) == (3, "https://x.fr/b.pdf")
    assert third.wording.file == ""
    assert {(each.wording.signature, each.wording.allow_empty) for each in (first, second, third)} == {
        ("Nous", True)
    }


@pytest.mark.parametrize(
    "message",
    [
        'text = "a"\n[[message.variants]]\nname = "A"\ntext = "a"\n[[message.variants]]\nname = "B"\ntext = "b"',
        '[[message.variants]]\nname = "A"\ntext = "a"',
        '[[message.variants]]\nname = "A"\ntext = "a"\n[[message.variants]]\nname = "A"\ntext = "b"',
        '[[message.variants]]\nname = "A"\ntext = "a"\n[[message.variants]]\nname = "B"',
        '[[message.variants]]\nname = "A"\ntext = "a"\n[[message.variants]]\nname = "B"\ntext = "b"\nshare = 0',
    ],
)
def test_variants_that_do_not_hold_together_are_refused(tmp_path: Path, message: str) -> None:
    """A text beside them, one alone, two of a name, one that says nothing, one for nobody."""
    with pytest.raises(CampaignError):
        load(tmp_path, message)
