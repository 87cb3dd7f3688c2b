"""Reading the contacts of a large workbook, against openpyxl in read-only mode.

`python -m benchmarks.read_xlsx [rows] [repeats]`
"""

import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.contacts import write_xlsx
from benchmarks.side import Measured, measure, run_side

SIDES: Final = ("lecommercial-batch", "openpyxl read-only")


def main(rows: int = 100_000, repeats: int = 3) -> None:
    """Print what each side takes, run by turns, and the ratio of the medians."""
    with TemporaryDirectory() as name:
        path = Path(name) / "clients.xlsx"
        write_xlsx(path, rows)
        print(f"{rows:,} rows of seven columns, {path.stat().st_size / 1e6:,.1f} MB")
        print(f"{'side':>20} {'seconds':>8} {'processor':>10} {'peak MB':>8} {'rows':>10}")
        taken: dict[str, list[Measured]] = {side: [] for side in SIDES}
        for _ in range(repeats):
            for side in SIDES:
                taken[side].append(measured := measure("benchmarks.read_xlsx", side, str(path)))
                print(
                    f"{side:>20} {measured.seconds:>8.2f} {measured.processor:>10.2f} {measured.peak / 1e6:>8.0f}"
                    f" {measured.result['rows']:>10,}",
                    flush=True,
                )
    ours, theirs = (median(each.seconds for each in taken[side]) for side in SIDES)
    print(f"read {theirs / ours:.1f} times as fast ({ours:.2f} s and {theirs:.2f} s, medians)")


def ours(path: str) -> dict[str, object]:
    """Read as a campaign does: header found, batches of rows with their numbers."""
    from lecommercial_batch.contacts import open_contacts  # noqa: PLC0415 - each side loads its own

    return {"rows": sum(len(batch) for batch in open_contacts(Path(path)).batches())}


def openpyxl(path: str) -> dict[str, object]:
    """Read each row as a tuple of values, and do nothing with it."""
    from openpyxl import load_workbook  # noqa: PLC0415 - each side loads its own

    sheet = load_workbook(path, read_only=True, data_only=True).worksheets[0]
    return {"rows": sum(1 for _ in sheet.iter_rows(min_row=2, values_only=True))}


if __name__ == "__main__" and not run_side(dict(zip(SIDES, (ours, openpyxl), strict=True))):
    main(*map(int, sys.argv[1:]))
