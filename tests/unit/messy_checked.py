"""What `check` must make of messy samples: who is written to, which rows are not, and what is said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lecommercial_batch.core.model import Reason


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What comes out of one file, or why nothing does."""

    column: str = ""
    numbers: Sequence[str] = ()  #: that are written to, without what all share: +336417000
    rejected: Mapping[int, Reason] = field(default_factory=dict)
    said: Sequence[str] = ()  #: codes of warnings, or of the error
    header: int | None = None  #: the row that is named
    sheet: str | None = None


PHONE = "Téléphone"
CLEAN = Checked(column=PHONE, numbers=("01", "02", "03"))
CARDS = Checked(column="Mobile", numbers=("01", "02"))
MOROCCAN = Checked(column=PHONE, numbers=("+212661234510",))
NO_TABLE = Checked(said=("not_a_table",))
SPANISH = dict.fromkeys(range(2, 22), Reason.INVALID_PHONE)

#: By file.
CHECKED: Mapping[str, Checked] = {
    "iphone.vcf": CARDS,
    "cards-called.csv": CARDS,
    "android.vcf": Checked(column="Mobile", numbers=("01", "02"), said=("other_phone_column",)),
    "outlook.vcf": Checked(column="Mobile", numbers=("01",)),
    "version-4.vcf": Checked(column="Mobile", numbers=("01",)),
    "cut-short.vcf": Checked(said=("damaged_file",)),
    "packed.zip": CLEAN,
    "packed.csv.gz": CLEAN,
    "zip-called.csv": CLEAN,
    "several.zip": Checked(said=("several_files",)),
    "no-table.zip": NO_TABLE,
    "binary.xlsb": Checked(
        column=PHONE, numbers=("01", "03", "04"), rejected={3: Reason.HIDDEN}, said=("other_phone_column",)
    ),
    "wide-header.csv": Checked(column=PHONE, numbers=("01",)),
    "below-notes.csv": Checked(column=PHONE, numbers=("01", "02", "03"), header=35),
    "below-notes.xlsx": Checked(column=PHONE, numbers=("01",), header=35),
    "below-blank-lines.csv": CLEAN,
    "edited-on.csv": Checked(column=PHONE, numbers=("01", "02", "03"), header=2),
    "dos-850.csv": CLEAN,
    "read-twice.csv": Checked(column="TÃ©lÃ©phone", numbers=("01",), said=("garbled_text",)),
    "lost-letters.csv": Checked(column=PHONE, numbers=("01", "02"), said=("garbled_text",)),
    "country-code.xlsx": MOROCCAN,
    "country-code.html": MOROCCAN,
    "country-code-2003.xls": MOROCCAN,
    "countries-three-letters.csv": Checked(column=PHONE, numbers=("01", "+212661234510")),
    "countries-not-known.csv": Checked(said=("unknown_country",)),
    "hidden-caller.csv": Checked(column=PHONE, numbers=("01", "02"), rejected={4: Reason.INVALID_PHONE}),
    "do-not-call.csv": Checked(
        column=PHONE, numbers=("06",), rejected=dict.fromkeys(range(2, 6), Reason.INVALID_PHONE)
    ),
    "hidden-2003.xls": Checked(
        column="Téléphone portable",
        numbers=("01",),
        rejected={3: Reason.HIDDEN},
        said=("other_phone_column",),
    ),
    "hidden-column.xlsx": Checked(column="Téléphone portable", numbers=("01",), said=("other_phone_column",)),
    "beside-notes.xlsx": CLEAN,
    "two-sheets.xlsx": Checked(column=PHONE, numbers=("03",), sheet="Février"),
    "second-table.csv": Checked(said=("second_table",)),
    "spain.csv": Checked(column="Móvil", rejected=SPANISH, said=("other_region",)),
    "no-header-word.csv": Checked(said=("no_header",)),
    "empty-mobile.csv": Checked(column="SMS", numbers=("01", "02")),
    "never-computed.xlsx": Checked(column=PHONE, numbers=("01",), said=("uncomputed_formula",)),
    "json.csv": NO_TABLE,
    "markdown.txt": NO_TABLE,
    "fixed-width.txt": NO_TABLE,
    "charset.html": Checked(column="Telefon", numbers=("01",)),
}

#: What is said of those that need a word from whoever knows them, as long as it is not given.
UNTOLD: Mapping[str, str] = {
    "below-notes.csv": "Row 35 looks like the header",
    "below-notes.xlsx": "Row 35 looks like the header",
    "edited-on.csv": "Row 2 looks like the header",
    "two-sheets.xlsx": "Name the one that is meant",
}
