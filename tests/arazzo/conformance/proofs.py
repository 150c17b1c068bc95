"""Which rule of the specification which test proves: read off the tests' markers, without running them."""

import ast
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pydantic import TypeAdapter

from tests.arazzo.microcases.cases import own

ROOT = Path(__file__).parents[3]
TESTS = ROOT / "tests"
MARKER = "arazzo"


class Clause(NamedTuple):
    """A rule of the text, or a decision of ours."""

    level: str
    says: str
    since: str = "1.0"
    limits: str = ""


@cache
def clauses() -> dict[str, Clause]:
    """By id, in the order of the specification."""
    given = tomllib.loads(Path(__file__).with_name("clauses.toml").read_text())
    return TypeAdapter(dict[str, Clause]).validate_python(
        {name: Clause(**one) for name, one in given.items()}
    )


def files() -> list[Path]:
    """Those in which anything is marked."""
    return [path for path in sorted(TESTS.rglob("test_*.py")) if f"mark.{MARKER}(" in path.read_text()]


@cache
def marked() -> dict[str, tuple[str, ...]]:
    """By test, as `tests/…/test_x.py::test_y`: the rules that its markers name."""
    found: dict[str, tuple[str, ...]] = {}
    for path in files():
        name = path.relative_to(ROOT).as_posix()
        found |= {
            f"{name}::{test}": rules for test, rules in _marked_in(ast.parse(path.read_text())) if rules
        }
    return found


def _marked_in(module: ast.Module) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each test, with what its own markers name, and those of the whole module."""
    of_all = [rule for node in module.body for rule in _rules_of_all(node)]
    for node in module.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            own = [rule for decorator in node.decorator_list for rule in _rules_of(decorator)]
            yield node.name, tuple(dict.fromkeys(own + of_all))


def _rules_of_all(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.Assign(targets=[ast.Name(id="pytestmark")], value=value):
            for marker in value.elts if isinstance(value, ast.List) else [value]:
                yield from _rules_of(marker)
        case _:
            return


def _rules_of(decorator: ast.expr) -> Iterator[str]:
    match decorator:
        case ast.Call(func=ast.Attribute(attr=attribute), args=given) if attribute == MARKER:
            yield from (
                one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)
            )
        case _:
            return


@cache
def proofs_of() -> dict[str, list[str]]:
    """By rule: the tests that prove it."""
    found: dict[str, list[str]] = defaultdict(list)
    for test, rules in marked().items():
        for rule in rules:
            found[rule].append(test)
    return dict(found)


@cache
def cases_of() -> dict[str, list[str]]:
    """By rule: the micro-cases that prove it."""
    found: dict[str, list[str]] = defaultdict(list)
    for case in own():
        for rule in case.rules:
            found[rule].append(case.name)
    return dict(found)
