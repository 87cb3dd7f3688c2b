"""Feed the readers random bytes and damaged real files: `python -m tests.fuzz [CASES] [SEED]`.

Whatever comes, a reader yields rows or raises ContactsError; it never hangs, and nothing is printed from below. A
case that breaks this is kept in the temporary folder and named. Files that take a process each are one case in
eight, since those cost fifty milliseconds where others cost two.
"""

import random
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path

from lecommercial_batch.contacts import open_contacts
from lecommercial_batch.errors import ContactsError, InputError

CASES = 20_000
MESSY = Path(__file__).parents[2] / "samples" / "messy"
SLOW = 10.0  #: seconds no single case may take
BOOKS = 8  #: one case in so many is a workbook
SPECIAL = [
    b"\0",
    b'"',
    b";",
    b",",
    b"\r",
    b"\n",
    b"\xff",
    b"\xfe",
    b"<",
    b">",
    b"&",
    b"\t",
    b"PK\x03\x04",
    b"\xef\xbb\xbf",
]
ENDINGS = [".csv", ".tsv", ".txt", ".xls", ".xlsx", ".ods", ".parquet", ".html", ".vcf", ".xlsb", ".zip", ".gz"]


def seeds(*, books: bool) -> list[tuple[str, bytes]]:
    """Return the samples to damage, of one kind or the other."""
    found = []
    for path in sorted(MESSY.iterdir()):
        workbook = path.suffix in {".xls", ".xlsx", ".xlsb", ".ods"}
        book = workbook and not path.read_bytes().lstrip().startswith(b"<")
        if path.suffix not in {".py", ".md"} and book == books and path.stat().st_size < 20_000:
            found.append((path.suffix, path.read_bytes()))
    return found


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Damage a file in a few places."""
    damaged = bytearray(content)
    for _ in range(chance.choice([1, 1, 2, 4, 16])):
        place = chance.randrange(len(damaged) + 1)
        match chance.randrange(6):
            case 0:
                damaged[place : place + 1] = bytes([chance.randrange(256)])
            case 1:
                damaged[place:place] = chance.choice(SPECIAL) * chance.choice([1, 1, 2, 300])
            case 2:
                del damaged[place : place + chance.choice([1, 8, 200])]
            case 3:
                damaged[place : place + 4] = chance.choice([b"\xff\xff\xff\x7f", b"\xff\xff\xff\xff", b"\0\0\0\0"])
            case 4:
                other = chance.randrange(len(damaged) + 1)
                damaged[place:place] = damaged[other : other + chance.choice([4, 64, 2000])]
            case _:
                del damaged[place:]
    return bytes(damaged)


def mutated_inside(content: bytes, chance: random.Random) -> bytes:
    """Damage what is in an archive, which itself stays whole; a file that is none is damaged as it is."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, OSError, ValueError, EOFError):
        return mutated(content, chance)
    spoilt = chance.choice([name for name in parts if name.endswith(".xml")] or list(parts))
    parts[spoilt] = mutated(parts[spoilt], chance)
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return made.getvalue()


def case(number: int, seed: int) -> tuple[str, bytes]:
    """Make one case, the same each time for a number and a seed."""
    chance = random.Random(f"{seed}-{number}")
    if number % BOOKS == 0:
        ending, content = chance.choice(seeds(books=True))
        return ending, chance.choice([mutated, mutated_inside])(content, chance)
    if number % BOOKS == 1:
        length = chance.choice([0, 1, 2, 10, 500, 5000])
        letters = chance.choice([bytes(range(256)), b'ab;,"\n\r\t 0612\xe9', b"<>/tdrable =\"'&;"])
        return chance.choice(ENDINGS), bytes(chance.choice(letters) for _ in range(length))
    ending, content = chance.choice(seeds(books=False))
    return ending, mutated(content, chance)


def outcome(path: Path) -> str:
    """Read a file to its end and say what came of it."""
    try:
        source = open_contacts(path)
        width = len(source.columns)
        if any(len(row.cells) != width for batch in source.batches() for row in batch):
            return "rows as wide as they like"
    except InputError as error:
        return "refused" if isinstance(error, ContactsError) else "another error"
    except BaseException as error:  # noqa: BLE001 - what is looked for
        return f"{type(error).__name__}: {error}"[:200]
    return "read"


def share(arguments: tuple[int, Sequence[int]]) -> tuple[Counter[str], list[str]]:
    """Run a share of the cases in this process."""
    seed, numbers = arguments
    counts: Counter[str] = Counter()
    broken = []
    with tempfile.TemporaryDirectory() as folder:
        for number in numbers:
            ending, content = case(number, seed)
            path = Path(folder) / f"case{ending}"
            path.write_bytes(content)
            began = time.monotonic()
            came = outcome(path)
            if time.monotonic() - began > SLOW:
                came = "too slow"
            counts[came if came in {"read", "refused"} else "broken"] += 1
            if came not in {"read", "refused"}:
                kept = Path(tempfile.gettempdir()) / f"fuzz-{seed}-{number}{ending}"
                kept.write_bytes(content)
                broken.append(f"{kept}: {came}")
    return counts, broken


def shares(cases: int, seed: int) -> Iterator[tuple[int, Sequence[int]]]:
    for first in range(0, cases, 200):
        yield seed, range(first, min(first + 200, cases))


def main(cases: int = CASES, seed: int = 1) -> int:
    """Run the cases on all processors; one if any broke."""
    counts: Counter[str] = Counter()
    broken: list[str] = []
    with get_context("spawn").Pool() as pool:
        for counted, named in pool.imap_unordered(share, shares(cases, seed)):
            counts += counted
            broken += named
    spread = ", ".join(f"{count} {what}" for what, count in counts.most_common())
    sys.stdout.write("\n".join([f"{counts.total()} cases: {spread}", *broken]) + "\n")
    return int(bool(broken))
