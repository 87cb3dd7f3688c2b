"""Column names as people write them, and what a header lets one guess."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lecommercial_batch.core.model import Cell
from lecommercial_batch.planning.screening.columns import (
    find_column,
    guess_consent,
    guess_country,
    guess_name,
    key,
    suggest,
)
from lecommercial_batch.planning.screening.phone_columns import guess_phone, other_phones


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Prénom", "prenom"),
        ("Pre\N{COMBINING ACUTE ACCENT}nom", "PRÉNOM"),
        ("Nom du client", "nom_du_client"),
        ("N° de tél.", "n_de_tel"),
        ("Opt-in", "optin"),
        ("Cœur", "coeur"),
        ("Straße", "STRASSE"),
    ],
)
def test_writings_of_one_name_share_a_key(one: str, other: str) -> None:
    """Case, accents, ligatures, spaces and punctuation do not tell columns apart."""
    assert key(one) == key(other)


@given(st.text())
def test_a_key_is_its_own_key(name: str) -> None:
    """Keys can be compared with keys."""
    assert key(key(name)) == key(name)


@pytest.mark.parametrize(
    ("name", "columns", "index"),
    [
        ("prenom", ["Nom", "Prénom"], 1),
        ("tel", ["Tel.", "tel"], 1),
        ("#", ["%", "#"], 1),
        ("#", ["%"], None),
        ("ville", ["Nom"], None),
    ],
)
def test_a_column_is_found_by_its_name(name: str, columns: list[str], index: int | None) -> None:
    """The exact spelling goes before a look-alike; a name of signs alone matches nothing but itself."""
    assert find_column(name, columns) == index


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("telefone", "Téléphone"),
        ("tel", "Téléphone"),
        ("prénon", "Prénom"),
        ("date_limite", "Limite"),
        ("zzz", None),
    ],
)
def test_a_misspelt_column_is_recognised(name: str, suggestion: str | None) -> None:
    """The nearest name is proposed, or one that is contained in the other; nothing far-fetched."""
    assert suggest(name, ["Prénom", "Nom", "Téléphone", "Limite"]) == suggestion


@pytest.mark.parametrize(
    ("columns", "index"),
    [
        (["Prénom", "Nom", "Téléphone", "Ville", "Numéro"], 2),
        (["Téléphone fixe", "Portable"], 1),
        (["Téléphone", "WhatsApp"], 1),
        (["Tél. bureau", "Tél."], 1),
        (["Nume\N{COMBINING ACUTE ACCENT}ro"], 0),
        (["id", "phoneNumber"], 1),
        (["TEL_MOBILE"], 0),
        (["Opt-in WhatsApp", "GSM1"], 1),
        (["Numéro"], 0),
        (["Numéro de devis"], None),
        (["Hôtel", "Mobilier"], None),
        ([], None),
    ],
)
def test_the_phone_column_is_guessed_by_its_header(columns: list[str], index: int | None) -> None:
    """A mobile goes before a phone, a phone before a landline's; words that only contain one do not count."""
    assert guess_phone(columns) == index


@pytest.mark.parametrize(
    ("columns", "rows", "index"),
    [
        (["Téléphone 1", "Téléphone 2"], [["01 99 00 12 34", "0612345678"]], 1),
        (["Téléphone 1", "Téléphone 2"], [["0612345678", "0612345679"]], 0),
        (["Numéro", "Nom"], [["D-2026-0412", "A"], ["D-2026-0413", "B"]], None),
        (["Numéro", "Nom"], [["0612345678", "A"], ["", "B"], [612345679, "C"]], 0),
        (["Mobile", "Téléphone"], [["oui", "0612345678"], ["non", "0612345679"]], 1),
        (["Téléphone"], [["n/a"], ["01 99 00 12 34"]], 0),
        (["Tél. 1", "Tél. 2"], [["0612345678", "0612345679"], ["0612345670", ""], ["0199001234", ""]], 0),
        (["Téléphone", "Mobile du commercial"], [["0612345678", "0612345670"]], 0),
        (["Owner Mobile Phone", "Phone"], [["0612345670", "0612345678"]], 1),
        (["Téléphone", "Ancien mobile"], [["0612345678", "0612345670"]], 0),
        (["Nom", "Portable du conjoint"], [["A", "0612345678"]], None),
        (["SMS", "Nom"], [["33612345678", "A"]], 0),
        (["SMS", "Nom"], [["oui", "A"]], None),
    ],
)
def test_sampled_values_decide(columns: list[str], rows: list[list[Cell]], index: int | None) -> None:
    """Between headers that say as much most mobiles win; a weak header needs them; a plain one stands alone.

    Somebody else's number, or one that was given up, is never taken.
    """
    assert guess_phone(columns, rows) == index


@pytest.mark.parametrize(
    ("columns", "consent", "name"),
    [
        (["Prénom", "Nom", "Opt-in"], 2, 0),
        (["Nom", "Prénom"], None, 1),
        (["Nom du client", "Accepte", "RGPD"], 2, 0),
        (["firstName", "Consentement"], 1, 0),
        (["Opt-out", "Ville"], None, None),
        (["Contact mobile", "Nom"], None, 1),
    ],
)
def test_consent_and_name_are_guessed(columns: list[str], consent: int | None, name: int | None) -> None:
    """A first name goes before a name; a column of refusals is not taken for one of consents."""
    assert (guess_consent(columns), guess_name(columns)) == (consent, name)


@pytest.mark.parametrize(
    ("columns", "rows", "index"),
    [
        (["Nom", "Opt-in"], [["A", "oui"], ["B", ""], ["C", "non"]], 1),
        (["Date d'opt-in", "Opt-in"], [["12/04/2026", "x"], ["13/04/2026", ""]], 1),
        (["Date du consentement"], [["12/04/2026"]], None),
        (["Nom", "Accepte"], [["A", "Oui"], ["B", "NON"]], 1),
        (["Newsletter", "RGPD"], [["oui", "non"]], 1),
        (["WhatsApp"], [["06 41 70 00 01"]], None),
        (["Fidèle"], [["oui"]], None),
        (["Accepte"], [], None),
        (["Opt-in"], [[""]], 0),
    ],
)
def test_consent_is_a_column_of_yes_and_no(columns: list[str], rows: list[list[Cell]], index: int | None) -> None:
    """A header alone would take the date of a consent, and leave everybody out."""
    assert guess_consent(columns, rows) == index


@pytest.mark.parametrize(
    ("column", "cells", "found"),
    [
        ("Pays", ["France", "Suisse", ""], True),
        ("Country/Region", ["FR", "be"], True),
        ("Indicatif", [33, "+32"], True),
        ("Indicatif pays", ["0041"], True),
        ("Pays de naissance", ["Maroc"], False),
        ("Pays", ["Pays de Gex", "Pays basque"], False),
        ("Région", ["FR"], False),
    ],
)
def test_the_column_of_countries_is_guessed(column: str, cells: list[Cell], found: bool) -> None:
    """By its header and by what stands in it; where somebody was born says nothing of their phone."""
    assert guess_country(["Nom", column], [["A", cell] for cell in cells]) == (1 if found else None)


@pytest.mark.parametrize(
    ("columns", "rows", "index"),
    [
        (["SMS", "WHATSAPP"], [["33641700001", ""], ["33641700002", ""]], 0),
        (["Tél. mobile", "Téléphone (domicile)"], [["", "0641700001"]], 1),
        (["Tel 1", "Portable perso"], [["0641700001", " "], ["0641700002", ""]], 0),
        (["Mobile", "Téléphone"], [["", ""]], 0),
    ],
)
def test_an_empty_column_never_goes_before_a_full_one(
    columns: list[str], rows: list[list[Cell]], index: int
) -> None:
    """Whatever its header says."""
    assert guess_phone(columns, rows) == index


def test_agreeing_to_mails_is_no_consent_to_messages() -> None:
    """Shops ask for each by itself."""
    columns = ["Accepts Email Marketing", "Accepts SMS Marketing"]
    assert guess_consent(columns, [["yes", "no"]]) == 1
    assert guess_consent(columns[:1], [["yes"]]) is None


@pytest.mark.parametrize(
    ("columns", "row", "found"),
    [
        (["Portable mère", "Portable père"], ["0612345678", "0612345670"], ["Portable père"]),
        (
            ["Nom", "Téléphone", "Nom (2)", "Téléphone (2)"],
            ["A", "0612345678", "B", "0612345670"],
            ["Téléphone (2)"],
        ),
        (["Mobile", "WhatsApp"], ["0612345678", "+33612345678"], []),
        (["Mobile", "Fixe", "Montant"], ["0612345678", "0199001234", "0612345670"], []),
        (["Mobile", "lc_phone", "lc_status"], ["0612345678", "+33612345670", "failed"], []),
    ],
)
def test_other_columns_of_mobiles_are_known(columns: list[str], row: list[Cell], found: list[str]) -> None:
    """The same number twice is nobody else's, and a landline is not written to anyway."""
    phone = next(index for index, cell in enumerate(row) if cell == "0612345678")
    assert other_phones(columns, [row], phones=[phone], region="FR") == found
