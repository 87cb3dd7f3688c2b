"""Write the sample contact files beside this script: the same bytes each time.

The people are invented. The mobiles come from ranges that are valid in shape and have no operator in the carrier
data of `phonenumbers`; the landlines from 01 99 00, which ARCEP reserves for fiction.
"""

import csv
import io
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font

HERE = Path(__file__).parent
SEED = 20_260_412
PEOPLE = 200
LAST = 9  # of each ten, the flawed one
EPOCH = datetime(2026, 1, 1)  # noqa: DTZ001 - workbooks know no zones

HEADER = ("Prénom", "Nom", "Téléphone", "Ville", "Numéro", "Montant", "Limite", "Opt-in")
# fmt: off
FIRST_NAMES = [
    "Adèle", "Aïcha", "Amélie", "Antoine", "Aurélien", "Baptiste", "Béatrice", "Camille", "Chloé", "Clément",
    "Élodie", "Émile", "Fatima", "François", "Gaëlle", "Hélène", "Inès", "Jean-Luc", "Joël", "Karim", "Léa",
    "Loïc", "Lucas", "Maëlle", "Marie-Noëlle", "Mehdi", "Noémie", "Océane", "Pierre", "Raphaël", "Rémi",
    "Sébastien", "Sofia", "Thérèse", "Théo", "Yasmine", "Zoé",
]
LAST_NAMES = [
    "Abadie", "Benali", "BERTRAND", "Besançon", "Chevalier", "Cœurdevey", "Delaunay", "DUPRÉ", "Étienne",
    "Fabre", "Ferreira", "Garçon", "Guérin", "HAMON", "Hervé", "Jacquemin", "Kaddour", "Lacroix", "LEFÈVRE",
    "Lemaître", "Marchand", "Moreau", "N'Diaye", "Nguyen", "Noël", "Pélissier", "Perrot", "Quéméner", "Renaud",
    "Roussel", "Sauvêtre", "Tessier", "VASSEUR", "Weber", "Zimmermann",
]
# fmt: on
TOWNS = ["Lyon", "Paris", "Marseille", "Nantes", "Saint-Étienne", "Besançon", "Orléans", "Lille", "Angoulême"]
YES = ["oui", "oui", "oui", "Oui", "x"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """One row, in the order of the header."""

    first_name: str
    last_name: str
    phone: str | int
    town: str
    quote: str
    amount: float | str
    until: date
    consent: str


Flaw = Callable[[Client], Client]


def clients(chance: random.Random) -> list[Client]:
    """Invent the people, the last of each ten with a flaw."""
    numbers = mobiles(chance)
    clean = [client(chance, index, next(numbers)) for index in range(PEOPLE)]
    flawed = flaws(clean, numbers)
    return [next(flawed)(person) if index % 10 == LAST else person for index, person in enumerate(clean)]


def client(chance: random.Random, index: int, number: str) -> Client:
    """Invent one person, with a number in one of the writings that people use."""
    return Client(
        first_name=chance.choice(FIRST_NAMES),
        last_name=chance.choice(LAST_NAMES),
        phone=written(chance, number),
        town=chance.choice(TOWNS),
        quote=f"D-2026-{401 + index:04d}",
        amount=round(chance.uniform(90, 4_800), 2),
        until=date(2026, 12, 1) + timedelta(days=chance.randrange(60)),
        consent=chance.choice(YES),
    )


def mobiles(chance: random.Random) -> Iterator[str]:
    """Draw mobiles without their zero, none of them twice."""
    seen: set[str] = set()
    while True:
        start = chance.choice([f"641{chance.randrange(70, 100)}", f"73{chance.randrange(1000):03d}"])
        number = f"{start}{chance.randrange(10_000):04d}"
        if number not in seen:
            seen.add(number)
            yield number


def written(chance: random.Random, number: str) -> str:
    """Write a number in one of the usual ways."""
    pairs = " ".join(re.findall("..", "0" + number))
    return chance.choice([pairs, pairs, pairs.replace(" ", "."), "0" + number, f"+33 {pairs[1:]}", "33" + number])


def flaws(clean: list[Client], numbers: Iterator[str]) -> Iterator[Flaw]:
    """Yield what people's files do to twenty of the rows, in the order they stand in."""
    first, second = str(clean[0].phone), str(clean[1].phone)
    yield lambda person: replace(person, phone="")
    yield lambda person: replace(person, phone="01 99 00 12 34")
    yield lambda person: replace(person, phone=int(next(numbers)))  # its zero is lost
    yield lambda person: replace(person, phone=first)
    yield lambda person: replace(person, phone="3,36E+10")
    yield lambda person: replace(person, phone=f"0{next(numbers)} / 01 99 00 56 78")
    yield lambda person: replace(person, phone="n/a")
    yield lambda person: replace(person, first_name="")
    yield lambda person: replace(person, consent="non")
    yield lambda person: replace(person, phone=f"06 {next(numbers)[1:8]}")  # a digit is missing
    yield lambda person: replace(person, phone=f"33{next(numbers)}.0")
    yield lambda person: replace(person, phone="+33 " + re.sub(r"\D", "", second)[-9:])
    yield lambda person: replace(person, consent="")
    yield lambda person: replace(person, phone="")
    yield lambda person: replace(person, amount="à définir")
    yield lambda person: replace(person, phone=f"'0{next(numbers)}")
    yield lambda person: replace(person, quote="")
    yield lambda person: replace(person, phone="demander à l'accueil")
    yield lambda person: replace(person, consent="NON", phone="+33 1 99 00 43 21")
    yield lambda person: replace(person, phone=int("33" + next(numbers)))


def write_csv(path: Path, people: list[Client]) -> None:
    """Write what French Excel saves as CSV: cp1252, semicolons, CRLF."""
    with path.open("w", encoding="cp1252", newline="") as opened:
        writer = csv.writer(opened, delimiter=";")
        writer.writerow(HEADER)
        for person in people:
            amount = person.amount if isinstance(person.amount, str) else french(person.amount)
            *values, _, consent = astuple(replace(person, amount=amount))
            writer.writerow([*values, f"{person.until:%d/%m/%Y}", consent])


def french(amount: float) -> str:
    """Write an amount with a decimal comma and a no-break space after the thousands."""
    return f"{amount:,.2f}".replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")


def write_workbook(path: Path, people: list[Client]) -> None:
    """Write a workbook with dates and amounts as such, and the phone numbers now as text, now as numbers."""
    book = Workbook()
    sheet = book.active or book.create_sheet()
    sheet.title = "Clients"
    sheet.append(HEADER)
    for index, person in enumerate(people):
        digits = str(person.phone)
        as_number = index % 4 == 0 and digits.isdecimal() and not digits.startswith("0")
        sheet.append(astuple(replace(person, phone=int(digits)) if as_number else person))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for (cell,) in sheet.iter_rows(min_row=2, min_col=7, max_col=7):
        cell.number_format = "dd/mm/yyyy"
    sheet.freeze_panes = "A2"
    saved = io.BytesIO()
    book.save(saved)
    path.write_bytes(undated(saved))


def undated(saved: io.BytesIO) -> bytes:
    """Return a workbook without the time it was written at."""
    rewritten = io.BytesIO()
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(rewritten, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT[\d:]+Z", f"{EPOCH:%Y-%m-%dT%H:%M:%SZ}".encode(), content)
            new.writestr(zipfile.ZipInfo(entry.filename, EPOCH.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return rewritten.getvalue()


def main(folder: Path = HERE) -> None:
    """Write both files into a folder."""
    people = clients(random.Random(SEED))  # noqa: S311 - repeatable is what is wanted
    write_csv(folder / "clients.csv", people)
    write_workbook(folder / "clients.xlsx", people)


if __name__ == "__main__":
    main()
