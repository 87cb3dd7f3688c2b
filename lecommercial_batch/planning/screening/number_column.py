"""Rows in, the numbers that stand in them out, as ones of the country that the row names."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lecommercial_batch.core.errors import ContactsError, Problem
from lecommercial_batch.core.model import Cell, Reading, Reason, Row, Unusable
from lecommercial_batch.core.sentence import NOTHING, Sentence
from lecommercial_batch.planning.phones import normalise, normalise_many, region_of, says_not, says_nothing
from lecommercial_batch.planning.screening.columns import is_header, key

_NOWHERE: Final = "ZZ"  #: a region that no number is national in


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """How the numbers of one table are read.

    A column of countries that nobody named decides nothing: it may say where somebody lives, and not where their
    phone is from. But a number that it makes another one of is not taken either: one of the two is a stranger's.
    """

    columns: Sequence[str]
    phone: int  #: index of the column of numbers
    region: str  #: of numbers without a country code, where the row names none
    accept_any: bool = False
    country: int | None = None  #: the column that each row names its country in
    unnamed: int | None = None  #: a column that seems to do so, where there is no such word

    def read(self, row: Row, *, accept_any: bool = False) -> Reading | Unusable:
        """Read the number of one row."""
        return self._allowed(row, self._read(row, accept_any=accept_any))

    def _read(self, row: Row, *, accept_any: bool) -> Reading | Unusable:
        if self.country is None:
            cell, any_kind = row.cells[self.phone], accept_any or self.accept_any
            return self._doubted(row, normalise(cell, region=self.region, accept_any=any_kind))
        country: Cell = row.cells[self.country]
        region = self._region(country)
        reading = self._of(row, region or _NOWHERE, accept_any=accept_any)
        if region is None and isinstance(reading, Unusable):
            detail = Sentence("“{country}” is no country whose numbers are known", country=_shown(country))
            return Unusable(reading.reason, detail)
        return reading

    def read_many(self, rows: Sequence[Row]) -> Sequence[Reading | Unusable]:
        """Read the numbers of rows."""
        if self.country is not None:
            read = list(map(self.read, rows))
            self._refuse_tables(rows, read)
            return read
        readings = self._read_plain(rows)
        plain = NOTHING
        odd = [
            index
            for index, reading in enumerate(readings)
            if not isinstance(reading, Reading) or reading.repair is not plain
        ]
        if not odd:
            return readings
        self._refuse_tables([rows[index] for index in odd], [readings[index] for index in odd])
        allowed = list(readings)
        for index in odd:
            allowed[index] = self._allowed(rows[index], readings[index])
        return allowed

    def _refuse_tables(self, rows: Sequence[Row], readings: Sequence[Reading | Unusable]) -> None:
        """Refuse a second table below the first: who stands in it was perhaps not meant."""
        names = set(map(key, self.columns))
        for row, reading in zip(rows, readings, strict=True):
            if isinstance(reading, Reading) or not isinstance(row.cells[self.phone], str):
                continue
            if is_header(row.cells, phone=self.phone) and not set(map(key, map(str, row.cells))) <= {*names, ""}:
                problem = Problem(
                    code="second_table",
                    row=row.number,
                    message=Sentence(
                        "another table begins in this row: “{cell}”", cell=_shown(row.cells[self.phone])
                    ),
                    advice=Sentence("Move it to a sheet or a file of its own, or delete it: who of it is meant?"),
                )
                raise ContactsError(problem)

    def _read_plain(self, rows: Sequence[Row]) -> Sequence[Reading | Unusable]:
        cells = [row.cells[self.phone] for row in rows]
        readings = normalise_many(cells, region=self.region, accept_any=self.accept_any)
        if self.unnamed is None:
            return readings
        return [self._doubted(row, reading) for row, reading in zip(rows, readings, strict=True)]

    def _allowed(self, row: Row, reading: Reading | Unusable) -> Reading | Unusable:
        """Return the reading, unless words beside the number say not to call it."""
        if isinstance(reading, Unusable) or not reading.repair.template:  # which a number with words always has
            return reading
        cell = row.cells[self.phone]
        words = says_not(cell, several="count" in reading.repair.values)
        if not words:
            return reading
        detail = Sentence(
            "“{text}” says “{words}” of this number: nobody is written to at it", text=_shown(cell), words=words
        )
        return Unusable(Reason.INVALID_PHONE, detail)

    def _region(self, country: Cell) -> str | None:
        """Return the region that a cell names, and the campaign's where it says nothing."""
        own = says_nothing(country) or str(country).strip().upper() == self.region
        return self.region if own else region_of(country)

    def _of(self, row: Row, region: str, *, accept_any: bool = False) -> Reading | Unusable:
        return normalise(row.cells[self.phone], region=region, accept_any=accept_any or self.accept_any)

    def _doubted(self, row: Row, reading: Reading | Unusable) -> Reading | Unusable:
        """Return the reading, unless the row names a country in which the number would be another one."""
        if self.unnamed is None:
            return reading
        country = row.cells[self.unnamed]
        region = self._region(country)
        if region == self.region:
            return reading
        if region is None:
            return self._not_understood(row, reading)
        other = self._of(row, region)
        if isinstance(other, Unusable) or (isinstance(reading, Reading) and reading.phone == other.phone):
            return reading
        detail = Sentence(
            "the column “{column}” says “{country}”, where this is another number: name it in the campaign,"
            " [contacts] country = “{column}”, or write the number with its country code",
            column=self.columns[self.unnamed],
            country=_shown(country),
        )
        return Unusable(Reason.INVALID_PHONE, detail)

    def _not_understood(self, row: Row, reading: Reading | Unusable) -> Reading | Unusable:
        """Return the reading, if the number has its country code or is none anyway."""
        if self.unnamed is None or isinstance(reading, Unusable) or is_international(row.cells[self.phone]):
            return reading
        detail = Sentence(
            "the column “{column}” says “{country}”, which is no country that is known: write its name or its code"
            " there, or the number with its country code",
            column=self.columns[self.unnamed],
            country=_shown(row.cells[self.unnamed]),
        )
        return Unusable(Reason.INVALID_PHONE, detail)


def is_international(cell: Cell) -> bool:
    """Tell whether a number has its country code, so that it is the same one everywhere."""
    return isinstance(normalise(cell, region=_NOWHERE, accept_any=True), Reading)


def _shown(cell: Cell) -> str:
    return str(cell).strip()[:40]
