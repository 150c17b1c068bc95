"""Simple conditions, evaluated: what is between the operators, and what they make of it (F2, F3)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from pydantic import JsonValue

from arazzo.comparing import before, equal, truthy
from arazzo.context import Context
from arazzo.evaluate import evaluate
from arazzo.expressions import Expression
from arazzo.json_pointers import follow
from arazzo.templates import Pieces, as_text, fill


class Node(Protocol):
    """A part of a condition."""

    def value(self, context: Context) -> JsonValue:
        """What it comes to; raises `ExpressionError`."""
        ...

    def parts(self) -> tuple["Node", ...]:
        """What it is made of."""
        ...


@dataclass(frozen=True, slots=True)
class Condition:
    """A whole condition, as it was read."""

    node: Node
    departures: tuple[str, ...] = field(default=(), compare=False)

    def holds(self, context: Context) -> bool:
        """Whether it passes; raises `ExpressionError`."""
        return truthy(self.node.value(context))

    def expressions(self) -> Iterator[Expression]:
        """All that it refers to, from left to right."""
        waiting = [self.node]
        while waiting:
            node = waiting.pop()
            if isinstance(node, Operand):
                yield node.expression
            elif isinstance(node, Text):
                yield from (piece for piece in node.pieces if isinstance(piece, Expression))
            waiting += reversed(node.parts())


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant."""

    constant: JsonValue

    def value(self, context: Context) -> JsonValue:
        del context
        return self.constant

    def parts(self) -> tuple[Node, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Text:
    """A text with expressions embedded in it."""

    pieces: Pieces

    def value(self, context: Context) -> JsonValue:
        return fill(self.pieces, context)

    def parts(self) -> tuple[Node, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Operand:
    """A runtime expression."""

    expression: Expression

    def value(self, context: Context) -> JsonValue:
        return evaluate(self.expression, context)

    def parts(self) -> tuple[Node, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Inside:
    """A value within a value: `[index]` and `.property`."""

    whole: Node
    keys: tuple[Node, ...]

    def value(self, context: Context) -> JsonValue:
        value = self.whole.value(context)
        for key in self.keys:
            value = follow(value, (as_text(key.value(context)),))
        return value

    def parts(self) -> tuple[Node, ...]:
        return (self.whole, *self.keys)


@dataclass(frozen=True, slots=True)
class Not:
    """`!`: whether the rest does not pass."""

    denied: Node

    def value(self, context: Context) -> JsonValue:
        return not truthy(self.denied.value(context))

    def parts(self) -> tuple[Node, ...]:
        return (self.denied,)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`==`, `!=`, `<`, `<=`, `>` or `>=`."""

    operator: str
    left: Node
    right: Node

    def value(self, context: Context) -> JsonValue:
        left, right = self.left.value(context), self.right.value(context)
        match self.operator:
            case "==":
                return equal(left, right)
            case "!=":  # the negation, also with null: the text's own example asks whether data != null
                return not equal(left, right)
            case "<":
                return before(left, right) is True
            case ">":
                return before(right, left) is True
            case "<=":
                return before(right, left) is False
            case _:
                return before(left, right) is False

    def parts(self) -> tuple[Node, ...]:
        return (self.left, self.right)


@dataclass(frozen=True, slots=True)
class All:
    """`&&`: stops at the first that does not pass."""

    conditions: tuple[Node, ...]

    def value(self, context: Context) -> JsonValue:
        return all(truthy(condition.value(context)) for condition in self.conditions)

    def parts(self) -> tuple[Node, ...]:
        return self.conditions


@dataclass(frozen=True, slots=True)
class Either:
    """`||`: stops at the first that passes."""

    conditions: tuple[Node, ...]

    def value(self, context: Context) -> JsonValue:
        return any(truthy(condition.value(context)) for condition in self.conditions)

    def parts(self) -> tuple[Node, ...]:
        return self.conditions
