"""Planning a large file into the journal, against a plain script that keeps no journal.

`python -m benchmarks.plan [rows] [repeats]`, or `--steps` for where the time goes.
"""

import asyncio
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.contacts import write_csv
from benchmarks.side import Measured, forget_journal, measure, run_side

TEXT: Final = (
    "Bonjour {{ prenom }} {{ nom }}, votre devis {{ devis }} de {{ montant }} € vous attend jusqu'au {{ limite }}"
    " à {{ ville }}. Répondez STOP pour ne plus recevoir nos messages."
)
SIDES: Final = ("lecommercial-batch", "plain script")


def main(rows: int = 1_000_000, repeats: int = 3) -> None:
    """Print what each side takes, run by turns, and the ratio of the medians."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_csv(folder / "clients.csv", rows)
        print(f"{rows:,} rows, {(folder / 'clients.csv').stat().st_size / 1e6:,.0f} MB of CSV")
        print(f"{'side':>20} {'seconds':>8} {'µs/row':>7} {'processor':>10} {'peak MB':>8} {'messages':>10}")
        taken: dict[str, list[Measured]] = {side: [] for side in SIDES}
        for _ in range(repeats):
            for side in SIDES:
                taken[side].append(measured := measure("benchmarks.plan", side, name))
                _show(side, measured, rows)
                forget_journal(folder)
    ours, plain = (median(each.seconds for each in taken[side]) for side in SIDES)
    print(
        f"the plan takes {ours / plain:.0%} of the plain script's time ({ours:.1f} s and {plain:.1f} s, medians)"
    )


def _show(side: str, measured: Measured, rows: int) -> None:
    print(
        f"{side:>20} {measured.seconds:>8.1f} {measured.seconds / rows * 1e6:>7.1f} {measured.processor:>10.1f}"
        f" {measured.peak / 1e6:>8.0f} {measured.result['messages']:>10,}",
        flush=True,
    )


def plan(folder: str, more: str = "") -> dict[str, object]:
    """Plan as `preview` and `send` do, into a durable journal."""
    from lecommercial_batch.contacts import open_contacts  # noqa: PLC0415 - as above
    from lecommercial_batch.core.clock import SystemClock  # noqa: PLC0415 - as above
    from lecommercial_batch.journal import open_journal  # noqa: PLC0415 - as above
    from lecommercial_batch.planning.campaign.campaign import load_campaign  # noqa: PLC0415 - each side loads its own
    from lecommercial_batch.planning.pipeline import Way  # noqa: PLC0415 - as above
    from lecommercial_batch.planning.plan import make_plan  # noqa: PLC0415 - as above

    campaign = load_campaign(_write_campaign(folder, more))
    journal = open_journal(f"sqlite:///{folder}/journal.db", clock=SystemClock())

    async def planned() -> dict[str, object]:
        contacts = open_contacts(campaign.contacts_file)
        made = await make_plan(Way(campaign, contacts, opted_out=journal.optouts.phones()), journal)
        counts = await journal.counts(made.run)
        return {"messages": sum(counts.messages.values()), "rejected": counts.rejected, "proof": made.proof}

    try:
        return asyncio.run(planned())
    finally:
        journal.close()


def _write_campaign(folder: str, more: str = "") -> Path:
    path = Path(folder) / "campaign.toml"
    path.write_text(
        f'name = "Bench"\n[contacts]\nfile = "clients.csv"\n[message]\ntext = """{TEXT}"""\n{more}',
        encoding="utf-8",
    )
    return path


def steps(rows: int = 300_000) -> None:
    """Print where the time goes: each line does what the one above does, and one step more."""
    from lecommercial_batch.app.checking import checked_contacts  # noqa: PLC0415 - as above
    from lecommercial_batch.contacts import open_contacts  # noqa: PLC0415 - as above
    from lecommercial_batch.planning.campaign.campaign import load_campaign  # noqa: PLC0415 - each side loads its own
    from lecommercial_batch.planning.pipeline import Way  # noqa: PLC0415 - as above

    with TemporaryDirectory() as name:
        path = Path(name) / "clients.csv"
        write_csv(path, rows)

        def rendered() -> Iterator[object]:
            return Way(load_campaign(_write_campaign(name)), open_contacts(path)).rows()

        steps: dict[str, Callable[[], object]] = {
            "read": lambda: deque(open_contacts(path).batches(), maxlen=0),
            "numbers and screening": lambda: deque(
                checked_contacts(path, sheet=None, region="FR").rows(), maxlen=0
            ),
            "rendering": lambda: deque(rendered(), maxlen=0),
            "the journal": lambda: plan(name),
        }
        for step, do in steps.items():
            begun = time.perf_counter()
            do()
            print(f"{step:>24} {(time.perf_counter() - begun) / rows * 1e6:>6.1f} µs/row", flush=True)


def plain(folder: str) -> dict[str, object]:
    """Do what a script of thirty lines does: everything in memory, nothing kept."""
    import pandas as pd  # noqa: PLC0415 - each side loads its own
    import phonenumbers  # noqa: PLC0415 - as above
    from jinja2 import Template  # noqa: PLC0415 - as above

    names = ["prenom", "nom", "telephone", "ville", "devis", "montant", "limite"]
    frame = pd.read_csv(
        Path(folder) / "clients.csv", sep=";", dtype=str, keep_default_na=False, names=names, header=0
    )
    template = Template(TEXT)
    mobile = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    messages: dict[str, str] = {}
    rows: Iterator[Any] = frame.itertuples(index=False)  # its columns' types are pandas's guess
    for row in rows:
        try:
            number = phonenumbers.parse(row.telephone, "FR")
        except phonenumbers.NumberParseException:
            continue
        if not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) not in mobile:
            continue
        phone = f"+{number.country_code}{number.national_number}"
        if phone not in messages:
            messages[phone] = template.render(row._asdict())
    return {"messages": len(messages)}


if __name__ == "__main__" and not run_side(dict(zip(SIDES, (plan, plain), strict=True))):
    if sys.argv[1:2] == ["--steps"]:
        steps(*map(int, sys.argv[2:]))
    else:
        main(*map(int, sys.argv[1:]))
