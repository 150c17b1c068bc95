"""A document as plain JSON values that know their lines, built piece by piece, within limits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from pydantic import JsonValue

from arazzo.limits import Limits
from arazzo.problems import Problem, Problems, pointer

Step = str | int
"""Of a path: the name of a field, or an index."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value, where it starts, and what is in it."""

    value: JsonValue
    line: int
    children: Mapping[Step, "Node"] = field(default_factory=dict[Step, "Node"])
    size: int = 1
    height: int = 1


@dataclass(slots=True)
class _Open:
    """A mapping or a list of which the end has not come yet."""

    of_names: bool
    line: int
    anchor: str | None
    children: dict[Step, Node] = field(default_factory=dict[Step, Node])
    name: str | None = None
    name_line: int = 0


class Builder:
    """Puts a tree together from what a parser says, in its order; has no recursion, whatever the text nests."""

    def __init__(self, file: str, limits: Limits) -> None:
        self._file, self._limits = file, limits
        self._open: list[_Open] = []
        self._anchors: dict[str, Node | None] = {}
        self._nodes = 0
        self._doubles: list[Problem] = []
        self.root: Node | None = None

    @property
    def wants_name(self) -> bool:
        """Whether the next scalar is the name of a field."""
        return bool(self._open) and self._open[-1].of_names and self._open[-1].name is None

    def begin(self, *, of_names: bool, line: int, anchor: str | None = None) -> None:
        """A mapping or a list starts."""
        self._refuse_as_name(line)
        if len(self._open) >= self._limits.depth:
            raise self.refusal("too-deep", f"more than {self._limits.depth} values within values", line)
        if anchor is not None:
            self._anchors[anchor] = None
        self._count(1, line)
        self._open.append(_Open(of_names, line, anchor))

    def end(self) -> None:
        """The innermost one ends."""
        closed = self._open.pop()
        inside = closed.children.values()
        names = {str(name): child.value for name, child in closed.children.items()}
        node = Node(
            names if closed.of_names else list(names.values()),
            closed.line,
            MappingProxyType(closed.children),
            1 + sum(child.size for child in inside),
            1 + max((child.height for child in inside), default=0),
        )
        self._place(node, closed.anchor)

    def name(self, name: str, line: int) -> None:
        """The name of the next field."""
        into = self._open[-1]
        if (first := into.children.get(name)) is not None:
            self._doubles.append(
                self.problem(
                    "duplicate-key",
                    f"{name!r} is there twice, first on line {first.line}",
                    line,
                    "each field once",
                    "Format",
                )
            )
        into.name, into.name_line = name, line

    def scalar(self, value: JsonValue, line: int, anchor: str | None = None) -> None:
        """A text, a number, a boolean or null."""
        self._count(1, line)
        self._place(Node(value, line), anchor)

    def alias(self, anchor: str, line: int) -> None:
        """What an anchor stands at, once more; counted as if it were written out."""
        self._refuse_as_name(line)
        node = self._anchors.get(anchor)
        if node is None:
            said = "stands inside what it names" if anchor in self._anchors else "names nothing"
            raise self.refusal(
                "alias", f"*{anchor} {said}", line, expected="an anchor before it", clause="Format"
            )
        self._count(node.size, line)
        if len(self._open) + node.height > self._limits.depth:
            raise self.refusal("too-deep", f"more than {self._limits.depth} values within values", line)
        self._place(Node(node.value, line, node.children, node.size, node.height), None)

    def finished(self) -> Node:
        """The whole; refused if fields are there twice, or if there is nothing."""
        if self._doubles:
            raise Problems(self._doubles)
        if self.root is None:
            raise self.refusal("empty", "the document is empty", 1, expected="an object", clause="Format")
        return self.root

    def problem(self, rule: str, message: str, line: int, expected: str = "", clause: str = "") -> Problem:
        """At the place that has been reached."""
        return Problem(
            rule=rule,
            message=message,
            file=self._file,
            line=line,
            path=pointer(self._path()),
            expected=expected,
            clause=clause,
        )

    def refusal(
        self,
        rule: str,
        message: str,
        line: int,
        *,
        expected: str = "",
        clause: str = "Security Considerations",
    ) -> Problems:
        """What ends the reading at once."""
        return Problems([self.problem(rule, message, line, expected, clause)])

    def _path(self) -> Iterable[Step]:
        for one in self._open:
            if not one.of_names:
                yield len(one.children)
            elif one.name is not None:
                yield one.name

    def _place(self, node: Node, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = node
        if not self._open:
            self.root = node
            return
        into = self._open[-1]
        if not into.of_names:
            into.children[len(into.children)] = node
        elif into.name is not None:
            line = into.name_line
            into.children[into.name] = Node(node.value, line, node.children, node.size, node.height)
            into.name = None

    def _count(self, nodes: int, line: int) -> None:
        self._nodes += nodes
        if self._nodes > self._limits.nodes:
            raise self.refusal("too-many-values", f"more than {self._limits.nodes} values", line)

    def _refuse_as_name(self, line: int) -> None:
        if self.wants_name:
            raise self.refusal(
                "key-not-scalar",
                "the name of a field is no text",
                line,
                expected="a scalar string",
                clause="Format",
            )


def at(node: Node, path: Sequence[Step]) -> Node | None:
    """What stands at a path, if anything does."""
    for step in path:
        found = node.children.get(step)
        if found is None:
            return None
        node = found
    return node
