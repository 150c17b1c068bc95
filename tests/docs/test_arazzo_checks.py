"""The page about checks has every rule; `python -m tests.docs.test_arazzo_checks` writes its tables again."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from arazzo.rules import CHECKING, FILES, LOADING, LOCKING, READING, RULES
from tests.docs.markdown import ROOT

PAGE = ROOT / "docs" / "arazzo-checks.md"
SECTIONS: dict[str, Mapping[str, str]] = {
    "Texts": READING,
    "Objects": LOADING,
    "Documents among others": CHECKING,
    "Files": FILES,
    "Locks": LOCKING,
}
SAYING = {
    "error",
    "depart",
    "remark",
    "warn",
    "note",
    "refusal",
    "problem",
    "Miss",
    "_refused",
    "FileRefused",
}
NAME = re.compile(r"[a-z]+(-[a-z]+)*")


def test_every_rule_that_is_used_has_its_sentence() -> None:
    """And every rule that has one is used."""
    used = {name for path in _modules() for name in _named(path)}

    assert used == RULES.keys()


def test_the_page_has_every_rule() -> None:
    """In its table, with its sentence."""
    content = PAGE.read_text()

    assert all(_table(rules) in content for rules in SECTIONS.values())


def _modules() -> list[Path]:
    return [*(ROOT / "arazzo").glob("*.py"), *(ROOT / "runtime").glob("document*.py")]


def _table(rules: Mapping[str, str]) -> str:
    return "\n".join(
        ["| rule | |", "| --- | --- |", *(f"| `{rule}` | {said} |" for rule, said in sorted(rules.items()))]
    )


def _named(path: Path) -> Iterator[str]:
    """The first text of each call that says something, where it is the name of a rule."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        rule = next((word.value for word in node.keywords if word.arg == "rule"), None)
        given = rule if rule is not None else next(iter(node.args), None)
        if rule is None and not _says(node.func):
            continue
        if isinstance(given, ast.JoinedStr):
            yield from (f"duplicate-{kind}" for kind in ("source", "workflow", "step"))
        texts = (
            (one for one in node.args if isinstance(one, ast.Constant))
            if path.name == "source.py"
            else [given]
        )
        for text in texts:
            if isinstance(text, ast.Constant) and isinstance(text.value, str) and _is_rule(text.value):
                yield text.value


def _says(function: ast.expr) -> bool:
    match function:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name in SAYING
        case ast.IfExp():
            return True
        case _:
            return False


def _is_rule(text: str) -> bool:
    return text in RULES or (NAME.fullmatch(text) is not None and "-" in text)


def _write() -> None:
    content = PAGE.read_text()
    for title, rules in SECTIONS.items():
        before, heading, after = content.partition(f"## {title}\n\n")
        content = (
            before
            + heading
            + _table(rules)
            + re.sub(r"\A.*?(?=\n\n|\n*\Z)", "", after, count=1, flags=re.DOTALL)
        )
    PAGE.write_text(content)


if __name__ == "__main__":
    _write()
