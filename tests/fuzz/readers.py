"""Feed the program what nobody would: `python -m tests.fuzz [CASES] [SEED]`.

Random bytes, damaged real files, files made to take all memory or time, and servers that answer as they like.
Whatever comes, a reader yields rows or raises InputError, its rows can be planned and reported, and a call ends
with an answer: in ten seconds and 300 MB, without anything unforeseen. A file that breaks this is kept in the
temporary folder and named. Files that take a process each are few, since those cost as much as fifty others.
"""

import gc
import random
import resource
import shutil
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path

from lecommercial_batch.contacts import open_contacts
from lecommercial_batch.core.errors import InputError
from lecommercial_batch.core.spreadsheet_text import harmless, unchanged
from lecommercial_batch.planning.campaign.campaign import load_campaign
from lecommercial_batch.planning.pipeline import Way
from lecommercial_batch.planning.templates.filters import title
from tests.fuzz import hostile, servers

CASES = 20_000
MESSY = Path(__file__).parents[2] / "samples" / "messy"
SLOW = 10.0  #: seconds no single case may take
HANGS = 60.0  #: seconds on the wall that a file may take; else processor time counts, since machines are busy
LARGE = 300_000_000  #: bytes of memory that none may take, in any process
COMMAND = 110_000_000  #: bytes that a command takes with everything loaded, before it has read anything
ROUND = 16  #: cases in which each kind comes once or more
CLEAN = {"read", "refused", "answered"}
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
    """Make one file, the same each time for a number and a seed."""
    chance = random.Random(f"{seed}-{number}")
    match number % ROUND:
        case 0:
            ending, content = chance.choice(seeds(books=True))
            return ending, chance.choice([mutated, mutated_inside])(content, chance)
        case 1 | 2:
            return hostile.text(chance)
        case 3 | 4:
            return hostile.page(chance)
        case 5 if number % (2 * ROUND) == 5:
            return chance.choice([hostile.book, hostile.packed])(chance)
        case 6 | 7:
            length = chance.choice([0, 1, 2, 10, 500, 5000])
            letters = chance.choice([bytes(range(256)), b'ab;,"\n\r\t 0612\xe9', b"<>/tdrable =\"'&;"])
            return chance.choice(ENDINGS), bytes(chance.choice(letters) for _ in range(length))
    ending, content = chance.choice(seeds(books=False))
    return ending, mutated(content, chance)


def outcome(path: Path) -> str:
    """Read a file to its end, plan it and report it, and say what came of it."""
    try:
        source = open_contacts(path)
        width = len(source.columns)
        for batch in source.batches():
            if any(len(row.cells) != width for row in batch):
                return "rows as wide as they like"
            for cell in (str(cell) for row in batch[:200] for cell in row.cells[:50]):
                harmless(cell), unchanged(cell), title(cell)
        for _ in Way(load_campaign(path.with_name("c.toml")), source).rows():
            pass
    except InputError as error:
        return "refused" if error.problems else "refused without a word"
    except BaseException as error:  # noqa: BLE001 - what is looked for
        return f"{type(error).__name__}: {error}"[:200]
    return "read"


@dataclass
class Tally:
    """What a share of the cases came to."""

    counts: Counter[str] = field(default_factory=Counter)
    unclean: list[str] = field(default_factory=list)
    slowest: tuple[float, int] = (0.0, -1)  #: seconds, and the case
    largest: tuple[int, int] = (0, -1)  #: bytes

    def add(self, other: "Tally") -> None:
        self.counts += other.counts
        self.unclean += other.unclean
        self.slowest = max(self.slowest, other.slowest)
        self.largest = max(self.largest, other.largest)


def share(arguments: tuple[int, Sequence[int]]) -> Tally:
    """Run a share of the cases in this process."""
    seed, numbers = arguments
    tally = Tally()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in numbers:
            is_call = number % ROUND in {8, 9}
            ending, content = ("", b"") if is_call else case(number, seed)
            path = folder / f"case{ending}"
            path.write_bytes(content)
            text = 'name = "x"\n[contacts]\nfile = "' + path.name + '"\n[message]\ntext = "Bonjour à tous"\n'
            (folder / "c.toml").write_text(text, encoding="utf-8")
            del content
            peak = Peak()
            began = time.monotonic(), _processor()
            came = servers.outcome(number, seed) if is_call else outcome(path)
            waited, worked, used = time.monotonic() - began[0], _processor() - began[1], peak.now()
            seconds = waited if is_call or waited > HANGS else worked
            tally.slowest = max(tally.slowest, (seconds, number))
            tally.largest = max(tally.largest, (used, number))
            came = "too slow" if seconds > SLOW else "too large" if used > LARGE else came
            tally.counts[came if came in CLEAN else "unclean"] += 1
            if came not in CLEAN:
                kept = Path(tempfile.gettempdir()) / f"fuzz-{seed}-{number}{ending}"
                shutil.copyfile(path, kept)
                tally.unclean.append(f"{kept}: {came}, {seconds:.1f} s, {used / 1e6:.0f} MB")
    return tally


def _processor() -> float:
    below = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + below.ru_utime + below.ru_stime


class Peak:
    """The most memory that a command would have taken since then, here or in a process below that has ended."""

    def __init__(self) -> None:
        gc.collect()
        with suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        self._before = self._status("VmRSS:")
        self._below = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024

    def now(self) -> int:
        """Return it; a process below begins with what this one takes, of which nothing is its own."""
        most = self._status("VmHWM:")
        below = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
        own = below if below > max(self._below, most) else 0
        return max(COMMAND + most - self._before, own)  # the rest of this process is of its other cases

    @staticmethod
    def _status(name: str) -> int:
        with suppress(OSError):
            status = Path("/proc/self/status").read_text(encoding="ascii")
            return int(status[status.index(name) + len(name) :].split()[0]) * 1024
        return 0


def shares(cases: int, seed: int) -> Iterator[tuple[int, Sequence[int]]]:
    for first in range(0, cases, 100):
        yield seed, range(first, min(first + 100, cases))


def main(cases: int = CASES, seed: int = 1) -> int:
    """Run the cases on all processors; one if any is unclean."""
    tally = Tally()
    with get_context("spawn").Pool() as pool:
        for each in pool.imap_unordered(share, shares(cases, seed)):
            tally.add(each)
            sys.stdout.writelines(f"{line}\n" for line in each.unclean)
            sys.stdout.flush()
    spread = ", ".join(f"{count} {what}" for what, count in tally.counts.most_common())
    sys.stdout.write(
        f"seed {seed}, {tally.counts.total()} cases: {spread}\n"
        f"{len(tally.unclean)} unclean\n"
        f"slowest: {tally.slowest[0]:.1f} s, case {tally.slowest[1]}\n"
        f"largest: {tally.largest[0] / 1e6:.0f} MB, case {tally.largest[1]}\n"
    )
    return int(bool(tally.unclean))
