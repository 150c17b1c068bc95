"""Who may import whom: the design's table, held against the imports as they stand in the files."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]


class Layer(NamedTuple):
    """What a package may import of this project, and what it may not import of anything that is installed."""

    may: tuple[str, ...]
    never: tuple[str, ...] = ()


class Import(NamedTuple):
    """One imported name: `from temporalio import workflow` and `import temporalio.workflow` are the same."""

    name: str
    line: int
    passed_through: bool


HTTP = ("httpx", "httpx_aiohttp", "aiohttp", "requests", "urllib3", "urllib.request", "http.client", "zeep")
CLIENT_SIDE = ("temporalio.client", "temporalio.worker", "temporalio.service", "temporalio.testing")

LAYERS = {
    "models": Layer(may=("models",), never=(*HTTP, "temporalio")),
    "arazzo": Layer(may=("arazzo", "models"), never=(*HTTP, "temporalio")),
    "saga": Layer(may=("saga",), never=HTTP),
    "workflows": Layer(
        may=(
            *("models", "arazzo", "saga", "activities"),
            *(
                "workflows.access_term",
                "workflows.responding",
                *(f"workflows.arazzo_{part}" for part in ("asking", "failures", "ports", "run")),
            ),
        ),
        never=(*HTTP, *CLIENT_SIDE),
    ),
    "activities": Layer(
        may=("activities", "models", "arazzo", "saga.headers", "saga.messages"),
        never=(*CLIENT_SIDE, "temporalio.workflow"),
    ),
    "runtime": Layer(may=("runtime", "models", "arazzo", "saga"), never=HTTP),
    "services": Layer(may=("services",), never=(*HTTP, "temporalio")),
    "cli": Layer(may=("cli", "runtime", "models", "arazzo", "saga"), never=HTTP),
    "demo": Layer(
        may=("demo", "cli", "runtime", "models", "arazzo", "saga"), never=("aiohttp", "requests", "urllib3")
    ),
    "crash_kit": Layer(may=("crash_kit", "runtime", "saga"), never=("aiohttp", "requests", "urllib3")),
}
COMPOSITION_ROOT = {"worker", "starter"}
ROOT_MODULES = COMPOSITION_ROOT | {"settings", "catalogue"}
OUTSIDE_THE_PRODUCT = {"benchmarks", "deploy", "examples", "tests", "tools"}
SAGA_NEEDS = {"saga", "temporalio", "pydantic", "pydantic_core", "typing_extensions"}


@pytest.mark.parametrize("package", LAYERS)
def test_a_package_imports_only_what_its_row_allows(package: str) -> None:
    """Each package imports what its row of the table allows, and nothing else."""
    assert [] == list(_violations(ROOT, package))


def test_saga_needs_only_temporalio_and_pydantic() -> None:
    """The package that others install needs nothing but what its distribution names."""
    needed = {found.name.partition(".")[0] for path in _modules(ROOT / "saga") for found in _imports(path)}

    assert set() == needed - SAGA_NEEDS - sys.stdlib_module_names


def test_nobody_imports_the_composition_root() -> None:
    """Worker and starter import everything, and nothing imports them."""
    packages = [*LAYERS, *OUTSIDE_THE_PRODUCT]
    modules = [path for package in packages for path in _modules(ROOT / package)]
    modules += ROOT.glob("*.py")

    assert [] == [
        f"{path.relative_to(ROOT)}:{found.line}"
        for path in modules
        for found in _imports(path)
        if found.name.partition(".")[0] in COMPOSITION_ROOT
    ]


def test_every_package_has_a_row() -> None:
    """A new package or module at the top is a decision: it gets its row here and in the design."""
    packages = {path.parent.name for path in ROOT.glob("*/*.py") if not path.parent.name.startswith(".")}
    modules = {path.stem for path in ROOT.glob("*.py")}

    assert set() == packages - LAYERS.keys() - OUTSIDE_THE_PRODUCT
    assert set() == modules - ROOT_MODULES


@pytest.mark.parametrize(
    ("module", "code"),
    [
        ("models/order.py", "import httpx"),
        ("models/order.py", "from temporalio import workflow"),
        ("models/order.py", "from saga import Saga"),
        ("arazzo/run.py", "def later():\n    import temporalio.client"),
        ("saga/steps.py", "from models.order import Order"),
        ("workflows/order.py", "from temporalio.client import Client"),
        ("workflows/order.py", "from activities.payments import Payments"),
        ("workflows/order.py", "from workflows.refund import Refund"),
        ("workflows/order.py", "from settings import Settings"),
        ("activities/http.py", "from saga.compensation import Compensation"),
        ("activities/http.py", "from runtime import telemetry"),
        ("runtime/view.py", "import workflows.order"),
        ("services/app.py", "from models.payments import Payment"),
        ("services/app.py", "from . import worker"),
        ("cli/start.py", "from catalogue import CATALOGUE"),
    ],
)
def test_a_forbidden_import_is_seen(tmp_path: Path, module: str, code: str) -> None:
    """An import against the table is found, in whichever form it is written."""
    path = _written(tmp_path, module, code)

    assert 1 == len(list(_violations(tmp_path, path.parent.name)))


@pytest.mark.parametrize(
    ("module", "code"),
    [
        ("models/order.py", "from pydantic import BaseModel"),
        ("arazzo/run.py", "from models.order import Order"),
        ("workflows/__init__.py", "from workflows.order import OrderWorkflow"),
        ("workflows/order.py", "from temporalio import workflow\nfrom saga import Saga"),
        (
            "workflows/order.py",
            "with workflow.unsafe.imports_passed_through():\n    import activities.payments",
        ),
        ("activities/http.py", "import httpx\nfrom saga import headers\nfrom saga.headers import key"),
        ("services/app.py", "from services.ledger import Ledger\nimport fastapi"),
    ],
)
def test_an_allowed_import_is_left_alone(tmp_path: Path, module: str, code: str) -> None:
    """What the table allows is not complained about."""
    path = _written(tmp_path, module, code)

    assert [] == list(_violations(tmp_path, path.parent.name))


def _violations(root: Path, package: str) -> Iterator[str]:
    for path in _modules(root / package):
        for found in _imports(path):
            if reason := _forbidden(found, package, path):
                yield f"{path.relative_to(root)}:{found.line}: {found.name} {reason}"


def _forbidden(found: Import, package: str, path: Path) -> str | None:
    """Why an import may not stand there, if so."""
    layer, owner = LAYERS[package], found.name.partition(".")[0]
    if _is_under(found.name, layer.never):
        return "is not for this package"
    if owner not in LAYERS.keys() | ROOT_MODULES | OUTSIDE_THE_PRODUCT | {""}:
        return None
    if package == "workflows" and owner == "activities" and not found.passed_through:
        return "is imported outside imports_passed_through()"
    if path.name == "__init__.py" and owner == package:
        return None
    return None if _is_under(found.name, layer.may) else "is not in this package's row"


def _is_under(name: str, prefixes: tuple[str, ...]) -> bool:
    return any(f"{name}.".startswith(f"{prefix}.") for prefix in prefixes)


def _modules(package: Path) -> list[Path]:
    return sorted(package.rglob("*.py"))


def _imports(path: Path) -> Iterator[Import]:
    """All imports of a module, also those inside functions; the name of a relative one starts with a dot."""
    tree = ast.parse(path.read_text())
    passed = {
        id(inner)
        for outer in ast.walk(tree)
        if isinstance(outer, ast.With)
        and any(ast.unparse(item.context_expr).endswith("imports_passed_through()") for item in outer.items)
        for inner in ast.walk(outer)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            origin = f"{'.' * node.level}{node.module or ''}." if isinstance(node, ast.ImportFrom) else ""
            for alias in node.names:
                yield Import(f"{origin}{alias.name}", node.lineno, id(node) in passed)


def _written(root: Path, module: str, code: str) -> Path:
    path = root / module
    path.parent.mkdir()
    path.write_text(code)
    return path
