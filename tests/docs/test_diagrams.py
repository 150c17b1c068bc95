"""Diagrams are drawn by whoever shows the page; here it is held that they can be."""

import re

import pytest

from tests.docs.markdown import Block, all_blocks

NAME = r"[A-Za-z_]\w*"
ARROW = r"(?:-->>|->>|--x|-x|-->|->)"
SEQUENCE = {
    "participant": re.compile(rf"participant (?P<new>{NAME})(?: as .+)?"),
    "message": re.compile(rf"(?P<one>{NAME}){ARROW}(?P<other>{NAME}): .+"),
    "note": re.compile(rf"Note (?:over|left of|right of) (?P<one>{NAME})(?:,(?P<other>{NAME}))?: .+"),
}
STATES = re.compile(rf"(?:\[\*\]|{NAME}) --> (?:\[\*\]|{NAME})(?:: .+)?")


@pytest.mark.parametrize("block", all_blocks("mermaid"), ids=str)
def test_each_line_is_a_statement(block: Block) -> None:
    """A diagram is of a known kind, each of its lines is a statement of that kind, and whoever is in one was introduced."""
    kind, *lines = (line.strip() for line in block.text.splitlines())

    assert [] == list({"sequenceDiagram": _unreadable, "stateDiagram-v2": _no_transitions}[kind](lines))


def _unreadable(lines: list[str]) -> list[str]:
    known: set[str] = set()
    wrong: list[str] = []
    for line in lines:
        found = next((match for statement in SEQUENCE.values() if (match := statement.fullmatch(line))), None)
        names = {name: value for name, value in (found.groupdict() if found else {}).items() if value}
        known |= {names.pop("new")} if "new" in names else set()
        if found is None or not known.issuperset(names.values()) or ";" in line:
            wrong.append(line)
    return wrong


def _no_transitions(lines: list[str]) -> list[str]:
    return [line for line in lines if not STATES.fullmatch(line) or ";" in line]


def test_a_mistake_is_seen() -> None:
    """A participant that nobody introduced, and a line that is no statement, are told."""
    assert ["A->>B: hello", "then B answers"] == _unreadable(
        ["participant A", "A->>B: hello", "participant B", "then B answers", "B-->>A: hello"]
    )
