"""An invented contact file of any size: seven columns, numbers written as people write them, a few wrong."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

HEADER: Final = ("Prénom", "Nom", "Téléphone", "Ville", "Devis", "Montant", "Limite")
_FIRST_NAMES: Final = ("Camille", "Jean-Luc", "Zoé", "Inès", "Hugo", "Léa", "Noël", "François", "Anaïs", "Théo")
_NAMES: Final = ("Martin", "Bernard", "de la Tour", "Petit", "O'Neill", "Lefèvre", "N'Diaye", "Garcia")
_CITIES: Final = ("Lyon", "Paris", "Saint-Étienne", "Marseille", "L'Haÿ-les-Roses", "Bourg-en-Bresse")
_PREFIXES: Final = ("60", "61", "62", "64", "65", "66", "67", "68", "73", "74", "75", "76")
#: How many rows in a hundred hold their number how.
_WRITINGS: Final = (
    (40, "0{0} {1} {2} {3} {4}"),
    (22, "0{0}{1}{2}{3}{4}"),
    (14, "+33 {0} {1} {2} {3} {4}"),
    (10, "+33{0}{1}{2}{3}{4}"),
    (6, "{0}{1}{2}{3}{4}"),
    (3, "0{0}.{1}.{2}.{3}.{4}"),
    (1, "0033{0}{1}{2}{3}{4}"),
    (2, "01 99 00 {3} {4}"),
    (1, "à demander"),
    (1, ""),
)
_CYCLE: Final = [writing for count, writing in _WRITINGS for _ in range(count)]
_AGAIN: Final = 50  #: one row in so many has the number of an earlier one


def rows(count: int) -> Iterator[tuple[str, ...]]:
    """Yield so many rows, the same ones every time."""
    chance = random.Random(7)
    writings = _CYCLE.copy()
    for number in range(count):
        if number % len(writings) == 0:
            chance.shuffle(writings)
        person = chance.randrange(number) if number % _AGAIN == _AGAIN - 1 else number
        yield (
            _FIRST_NAMES[number % 10],
            _NAMES[number % 8],
            _phone(person, writings[number % len(writings)]),
            _CITIES[number % 6],
            f"D-2026-{number:07d}",
            f"{number % 4000},{number % 100:02d}",
            f"{number % 28 + 1:02d}/{number % 12 + 1:02d}/2026",
        )


def write_csv(path: Path, count: int) -> None:
    """Write a file of so many rows, as French spreadsheets do: semicolons, UTF-8."""
    with path.open("w", encoding="utf-8", newline="") as opened:
        opened.write(";".join(HEADER) + "\r\n")
        opened.writelines(";".join(row) + "\r\n" for row in rows(count))


def write_xlsx(path: Path, count: int) -> None:
    """Write a workbook of so many rows, amounts as numbers, the rest as texts."""
    from openpyxl import Workbook  # noqa: PLC0415 - the sides that are measured import this module too

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Clients")
    sheet.append(HEADER)
    for *cells, amount, limit in rows(count):
        sheet.append([*cells, float(amount.replace(",", ".")), limit])
    book.save(path)


def _phone(person: int, writing: str) -> str:
    digits = _PREFIXES[person % 12] + f"{person // 12 * 7919 % 10_000_000:07d}"
    return writing.format(digits[0], *(digits[place : place + 2] for place in range(1, 9, 2)))
