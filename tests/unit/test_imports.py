"""An import points downwards: doors, application, adapters, planning and delivery, scheduling, core."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import lecommercial_batch

PACKAGE = Path(lecommercial_batch.__file__).parent
ROOT = PACKAGE.parent

#: Each room with its floor; imports go to a lower one, or stay in the room.
FLOORS = {
    "core": 0,
    "pages": 1,
    "scheduling": 1,
    "planning": 2,
    "delivery": 2,
    "contacts": 3,
    "gateway": 3,
    "journal": 3,
    "report": 3,
    "app": 4,
    "sandbox": 5,
    "cli": 6,
    "testing": 6,
    "__main__": 7,
    "__init__": 7,
}
#: The floors within planning, from the words on a form to a plan; what is not named stands on top.
PLANNING = {"manner": 0, "skeleton": 0, "phones": 1, "screening": 2, "templates": 3, "consent": 4, "campaign": 4}
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
    "jinja2": {"planning", "pages", "sandbox"},
    "pydantic": {"planning", "app"},
    "phonenumbers": {"planning"},
    "holidays": {"scheduling"},
    "cronsim": {"scheduling"},
    "aiolimiter": {"delivery"},
    "typer": {"cli"},
    "rich": {"cli"},
    "starlette": {"sandbox"},
    "uvicorn": {"sandbox"},
}


def room(file: Path) -> str:
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


def test_the_rooms_are_those() -> None:
    """Nothing stands at the top of the package but the rooms and what Python asks for there."""
    assert {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or path.is_dir()} - {
        "__pycache__"
    } == set(FLOORS)


def test_the_design_names_each_room() -> None:
    """The table of the layout in docs/design.md is the tree's, with the same words as each room's first line."""
    design = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `([a-z_/]+)/` \| (.+) \|$", design, re.MULTILINE))
    rooms = {
        path.parent.relative_to(PACKAGE).as_posix(): (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "")
        for path in PACKAGE.rglob("__init__.py")
        if path.parent != PACKAGE
    }
    assert told == {name: first.splitlines()[0] for name, first in rooms.items()}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_imports_point_downwards(file: Path) -> None:
    """A module imports its own room or one that stands lower; rooms of one floor do not know each other."""
    own = room(file)
    for name in imports(file):
        head, _, rest = name.partition(".")
        other = rest.split(".")[0]
        if head != "lecommercial_batch" or other in {own, ""}:
            continue
        assert FLOORS[other] < FLOORS[own] or own == "testing", f"{own} imports {other}, which stands no lower"


@pytest.mark.parametrize(
    "file", [file for file in FILES if room(file) == "planning"], ids=lambda file: str(file.relative_to(PACKAGE))
)
def test_planning_has_its_floors_too(file: Path) -> None:
    """Phones know no columns, screening knows no templates, and so on."""
    top = len(PLANNING)
    own = file.relative_to(PACKAGE / "planning").parts[0].removesuffix(".py")
    for name in imports(file):
        if name.startswith("lecommercial_batch.planning."):
            other = name.split(".")[2]
            assert other == own or PLANNING.get(other, top) <= PLANNING.get(own, top), f"{own} imports {other}"
            assert other not in {"pipeline", "plan"} or PLANNING.get(own, top) == top


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_a_third_party_package_stays_with_its_owner(file: Path) -> None:
    """Pandas is imported by contacts alone, httpx by gateway alone, and so on; core imports nothing but Python."""
    for name in imports(file):
        head = name.split(".")[0]
        owners = OWNERS.get(head)
        assert owners is None or room(file) in owners, f"{room(file)} imports {name}"
        assert room(file) != "core" or head in {"lecommercial_batch", *sys.stdlib_module_names}
