"""An import points downwards: doors, engine, plan and send, ports, pure, model."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import lecommercial_batch

PACKAGE = Path(lecommercial_batch.__file__).parent

#: Each module or folder of the package with its floor; imports go to a floor that is not above.
FLOORS = {
    "sentence": 0,
    "calendar": 0,
    "many": 0,
    "beside": 0,
    "guards": 0,
    "durable": 0,
    "temporary": 0,
    "addresses": 3,
    "keys": 3,
    "visible": 0,
    "model": 1,
    "errors": 1,
    "imprint": 2,
    "manner": 2,
    "csv_text": 2,
    "sender": 2,
    "control": 2,
    "turns": 2,
    "ports": 2,
    "clock": 2,
    "language": 2,
    "rate": 2,
    "spoilt": 2,
    "phones": 2,
    "number_map": 2,
    "period": 2,
    "past": 2,
    "agenda": 6,
    "retention": 2,
    "public_holidays": 2,
    "phone_set": 2,
    "optouts": 2,
    "replies": 2,
    "backoff": 2,
    "bell": 2,
    "judge": 3,
    "pulse": 2,
    "persistence": 3,
    "recorder": 4,
    "hold": 4,
    "words": 3,
    "advice": 3,
    "columns": 3,
    "pages": 3,
    "filters": 3,
    "date_pattern": 2,
    "keyed": 3,
    "consent": 4,
    "screen": 3,
    "numbers": 3,
    "first_mobile": 3,
    "phone_columns": 3,
    "rendezvous": 2,
    "regions": 3,
    "placeholder_numbers": 3,
    "spread": 2,
    "odd_rows": 1,
    "header_words": 0,
    "garbled": 2,
    "enumeration": 0,
    "concealed": 4,
    "cron": 2,
    "table": 2,
    "schedule": 4,
    "memory_agenda": 6,
    "eta": 4,
    "pace": 3,
    "openings": 3,
    "claims": 4,
    "toml": 3,
    "locks": 2,
    "lock_files": 3,
    "shared": 3,
    "budget": 3,
    "remarks": 3,
    "limits": 3,
    "people": 2,
    "edits": 2,
    "difference": 6,
    "after": 6,
    "gates": 4,
    "skeleton": 2,
    "render": 5,
    "template": 4,
    "placeholders": 4,
    "template_faults": 2,
    "bounds": 4,
    "env_file": 3,
    "variants": 5,
    "wordings": 5,
    "campaign": 5,
    "settings": 5,
    "contacts": 6,
    "gateway": 6,
    "journal": 6,
    "memory": 6,
    "memory_optouts": 6,
    "memory_ledger": 6,
    "memory_control": 6,
    "memory_outbox": 6,
    "memory_rows": 6,
    "memory_retention": 6,
    "report": 6,
    "doubts": 4,
    "samples": 3,
    "way": 6,
    "column_finder": 6,
    "twins": 6,
    "sources": 7,
    "planning": 7,
    "trial": 7,
    "drain": 7,
    "engine": 8,
    "sandbox": 9,
    "testing": 10,
    "whom": 9,
    "readiness": 6,
    "withdrawal": 10,
    "elsewhere": 9,
    "api": 10,
    "cli": 10,
    "__main__": 11,
    "__init__": 11,
}
ADAPTERS = {"contacts", "gateway", "journal", "memory", "report", "sandbox"}
#: Third-party packages that only one place knows.
OWNERS = {
    "pandas": {"contacts"},
    "python_calamine": {"contacts"},
    "pyarrow": {"contacts"},
    "httpx": {"gateway"},
    "aiohttp": {"gateway"},
    "sqlalchemy": {"journal"},
    "openpyxl": {"report"},
    "pygal": {"report"},
    "pydantic": {"campaign", "wordings", "schedule", "table", "settings", "toml"},
    "phonenumbers": {"phones"},
    "holidays": {"public_holidays"},
    "cronsim": {"cron"},
    "aiolimiter": {"pace", "engine"},
    "typer": {"cli"},
    "rich": {"cli"},
    "starlette": {"sandbox"},
    "uvicorn": {"sandbox"},
}


def place(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "lecommercial_batch":
            yield from (f"lecommercial_batch.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


FILES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_imports_point_downwards(file: Path) -> None:
    """A module imports its own floor or a lower one; adapters never import each other."""
    own = place(file)
    for name in imports(file):
        head, _, rest = name.partition(".")
        other = rest.split(".")[0]
        if head != "lecommercial_batch" or other in {own, ""}:
            continue
        assert FLOORS[other] <= FLOORS[own], f"{own} imports {other}, which stands above it"
        assert not {own, other} <= ADAPTERS, f"{own} imports {other}: adapters do not know each other"


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_a_third_party_package_stays_with_its_owner(file: Path) -> None:
    """Pandas is imported by contacts alone, httpx by gateway alone, and so on."""
    for name in imports(file):
        owners = OWNERS.get(name.split(".")[0])
        assert owners is None or place(file) in owners, f"{place(file)} imports {name}"
