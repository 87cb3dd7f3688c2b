"""`init`: a campaign file for a spreadsheet."""

import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from lecommercial_batch.cli import show
from lecommercial_batch.cli.desk import Desk
from lecommercial_batch.cli.exits import Exit
from lecommercial_batch.cli.terminal import Table
from lecommercial_batch.contacts import open_contacts
from lecommercial_batch.core.errors import ContactsError, InputError, Problem
from lecommercial_batch.core.language import _, say, why
from lecommercial_batch.core.model import Row
from lecommercial_batch.core.ports import Source
from lecommercial_batch.core.sentence import Sentence
from lecommercial_batch.planning.screening import columns
from lecommercial_batch.planning.screening.concealed import (
    hidden_and_used,
    hidden_columns,
    uncomputed,
    where_numbers_may_be,
)
from lecommercial_batch.planning.screening.file_warnings import (
    names_of,
    other_phones,
    other_region,
    unclear_consent,
    unknown_countries,
    which_sheet,
)
from lecommercial_batch.planning.screening.phone_columns import guess_phones
from lecommercial_batch.planning.screening.samples import samples_of
from lecommercial_batch.planning.skeleton import UNWRITTEN

SAMPLED: Final = 100  #: rows looked at
SPREAD: Final = 400  #: rows, of the first thousands, by which the country is guessed
_SHOWN: Final = 3  #: sample values a column


def init(spreadsheet: Path, *, output: Path | None, sheet: str | None, header: int | None, as_json: bool) -> Exit:
    """Write a campaign file that works as it is once its message is written."""
    desk = Desk(as_json=as_json)
    source = open_contacts(spreadsheet, name=str(spreadsheet), sheet=sheet, header=header)
    first: Sequence[Row] = next(iter(source.batches()), ())
    rows, spread = list(first)[:SAMPLED], [row.cells for row in first[:: max(1, len(first) // SPREAD)]]
    samples = samples_of(source, rows)
    phones = guess_phones(source.columns, samples, hidden=hidden_columns(source))
    consent = columns.guess_consent(source.columns, samples)
    name = columns.guess_name(source.columns)
    country = columns.guess_country(source.columns, samples)
    if phones and (unknown := unknown_countries(source, samples, phones=phones, region="FR")):
        raise ContactsError(*unknown)
    if unclear := unclear_consent(source, [row.cells for row in first]):
        raise ContactsError(*unclear)
    target = output or Path("campaigns") / f"{spreadsheet.stem}.toml"
    text = _campaign(
        spreadsheet,
        target,
        source,
        place={"sheet": sheet, "header": header},
        phones=phones,
        country=country,
        consent=consent,
        name=name,
    )
    _write(target, text)
    guessed = {"phone": phones[0] if phones else None, "country": country, "consent": consent, "name": name}
    found = {use: _name(source, index) for use, index in guessed.items()}
    if as_json:
        several = {"phone": [source.columns[phone] for phone in phones]} if len(phones) > 1 else {}
        show.print_json({"campaign": str(target), "columns": list(source.columns), **found, **several})
        return Exit.DONE
    desk.console.print(_columns_table(source, rows, {v: k for k, v in found.items() if v}))
    if (told := which_sheet(source)).template:
        desk.console.print(say(told), soft_wrap=True)
    if not phones and (told := where_numbers_may_be(source, rows, region="FR")).template:
        desk.console.print(say(told), soft_wrap=True)
    used = (*phones, country, consent, name)
    show.print_problems(desk.console, [*hidden_and_used(source, used), *uncomputed(source)])
    if len(phones) > 1:
        told = Sentence("Of each row the first mobile of “{columns}” is taken.", columns=names_of(source, phones))
        desk.console.print(say(told), soft_wrap=True)
    if phones:
        show.print_problems(desk.console, other_phones(source, samples, phones=phones, region="FR"))
    if phones and country is None:
        show.print_problems(desk.console, other_region(source, spread, phones=phones, region="FR"))
    desk.console.print(say(Sentence("Written: {file}", file=str(target))), style="bold", soft_wrap=True)
    command = f"lecommercial-batch preview {target}"
    desk.console.print(
        say(Sentence("Open it, write your message, then: {command}", command=command)), soft_wrap=True
    )
    return Exit.DONE


def _name(source: Source, index: int | None) -> str | None:
    return None if index is None else source.columns[index]


def _columns_table(source: Source, rows: list[Row], guesses: dict[str, str]) -> Table:
    words = {
        "phone": _("phone number"),
        "country": _("country of the number"),
        "consent": _("consent"),
        "name": _("first name"),
    }
    table = Table(box=None)
    for heading in (_("Column"), _("In the message"), _("Values"), _("Used as")):
        table.add_column(heading, overflow="fold")
    for index, column in enumerate(source.columns):
        values = list(dict.fromkeys(str(row.cells[index]) for row in rows if row.cells[index] != ""))[:_SHOWN]
        taken = words.get(guesses.get(column, ""), "")
        table.add_row(column, f"{{{{ {_variable(column)} }}}}", ", ".join(values), taken)
    return table


def _variable(column: str) -> str:
    """Write a column's name as a template variable: ``Nom du client`` → ``nom_du_client``."""
    words = [columns.key(word) for word in re.split(r"[-'’_/\s]+", column)]
    name = "_".join(word for word in words if word)
    return name if name.isidentifier() else f"_{name}"


def _campaign(
    spreadsheet: Path,
    target: Path,
    source: Source,
    *,
    place: Mapping[str, str | int | None],
    phones: Sequence[int],
    country: int | None,
    consent: int | None,
    name: int | None,
) -> str:
    file = Path(os.path.relpath(spreadsheet, target.parent)).as_posix()
    hello = f"{{{{ {_variable(source.columns[name])} }}}}" if name is not None else ""
    variables = ", ".join(f"{{{{ {_variable(column)} }}}}" for column in source.columns)
    lines = [
        f"name = {_quoted(spreadsheet.stem)}",
        "",
        "[contacts]",
        f"file = {_quoted(file)}",
        *(f"{key} = {_quoted(value)}" for key, value in place.items() if value),
        _phone_line([source.columns[phone] for phone in phones])
        if phones
        else '# phone = "…"  # name the column here',
        'region = "FR"',
        *([f"country = {_quoted(source.columns[country])}"] if country is not None else []),
        *([f"consent = {_quoted(source.columns[consent])}"] if consent is not None else []),
        "",
        "[message]",
        f"# {say(Sentence('Columns you can use: {variables}', variables=variables))}",
        f'text = """{_("Hello")} {hello}'.rstrip() + ",",
        f"{UNWRITTEN} {_('write your message here.')}",
        f'{_("Reply STOP to receive no more messages.")}"""',
        f'# signature = "…"  # {_("the name people know you by: a message without it is warned of")}',
        "",
        "[sending]",
        'rate = "55/min"',
        "",
        "[report]",
        'directory = "../reports"' if target.parent.name == "campaigns" else 'directory = "reports"',
    ]
    return "\n".join(lines) + "\n"


def _phone_line(names: Sequence[str]) -> str:
    return f"phone = {_quoted(names[0])}" if len(names) == 1 else f"phone = [{', '.join(map(_quoted, names))}]"


def _quoted(text: str | int) -> str:
    return json.dumps(text, ensure_ascii=False)


def _write(target: Path, text: str) -> None:
    """Write the file, never over another."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        message = Sentence("there is already a file of this name")
        advice = Sentence("Name another with --output, or move this one away.")
        raise InputError(Problem(code="file_exists", file=str(target), message=message, advice=advice)) from error
    except OSError as error:
        message = Sentence("the file cannot be written: {reason}", reason=why(error))
        advice = Sentence("Name another place with --output.")
        raise InputError(Problem(code="not_writable", file=str(target), message=message, advice=advice)) from error
