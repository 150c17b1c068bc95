"""Reads simple conditions: literals, operators, grouping, and runtime expressions among them (F2).

    condition  = and *( "||" and )            and     = compared *( "&&" compared )
    compared   = denied [ operator denied ]   denied  = *"!" operand
    operand    = ( literal / expression / "(" condition ")" ) *( "[" condition "]" / "." name )

The text gives no precedence: it is that of other languages. One comparison does not follow another without parentheses.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from arazzo.comparing import number_of
from arazzo.conditions import All, Comparison, Condition, Either, Inside, Literal, Node, Not, Operand, Text
from arazzo.expression_error import ExpressionError
from arazzo.grammar import parse
from arazzo.limits import LIMITS, Limits
from arazzo.templates import pieces_of

_WORD = re.compile(
    r"""\s*(?:
    (?P<expression>\$(?:(?!&&|\|\||!=)[^\s()<>=\[\]"',])+)
    |(?P<operator>&&|\|\||==|!=|<=|>=|[<>!()\[\]])
    |(?P<text>'(?:[^']|'')*')
    |(?P<number>[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w.%]))
    |(?P<quoted>"(?:[^"\\]|\\.)*")
    |(?P<embedded>\{\$[^{}]*\})
    |(?P<property>\.[A-Za-z0-9_-]+)
    |(?P<bare>[A-Za-z_][^\s()<>=!&|'"\[\],{}]*)
    |(?P<end>$)
    )""",
    re.VERBOSE | re.ASCII,
)
_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})
_LITERALS = {"true": Literal(constant=True), "false": Literal(constant=False), "null": Literal(None)}


def parse_condition(
    text: str, *, lenient: bool = False, version: str = "1.1", limits: Limits = LIMITS
) -> Condition:
    """The condition that a text is; raises `ExpressionError`."""
    if len(text) > limits.expression_length:
        raise ExpressionError(
            f"a condition of {len(text)} characters is too long: {limits.expression_length} at most"
        )
    return _parse(text, lenient, version, limits)


@lru_cache(maxsize=1024)
def _parse(text: str, lenient: bool, version: str, limits: Limits) -> Condition:  # noqa: FBT001  as a cache's key
    reading = _Reading(text, lenient, version, limits)
    node = reading.condition()
    if reading.kind != "end":
        raise reading.refusal("is not understood here")
    return Condition(node, tuple(reading.departures))


@dataclass(slots=True)
class _Reading:
    text: str
    lenient: bool
    version: str
    limits: Limits
    departures: list[str] = field(default_factory=list[str])
    at: int = 0
    start: int = 0
    depth: int = 0
    kind: str = ""
    word: str = ""

    def __post_init__(self) -> None:
        self.advance()

    def advance(self) -> None:
        """On to the next word."""
        found = _WORD.match(self.text, self.at)
        if found is None or found.lastgroup is None:
            raise ExpressionError(f"{self.text!r}: {self.text[self.at : self.at + 40]!r} is not understood")
        self.kind, self.word = found.lastgroup, found[found.lastgroup]
        self.start, self.at = found.start(found.lastgroup), found.end()

    def refusal(self, why: str) -> ExpressionError:
        what = "the end" if self.kind == "end" else repr(self.word)
        return ExpressionError(f"{self.text!r}: {what} at {self.start + 1} {why}")

    def depart(self, what: str) -> None:
        """Goes on in compat only."""
        if not self.lenient:
            raise self.refusal(what)
        self.departures.append(f"{self.word} {what}")

    def take(self, word: str) -> bool:
        if self.kind != "operator" or self.word != word:
            return False
        self.advance()
        return True

    def expect(self, word: str) -> None:
        if not self.take(word):
            raise self.refusal(f"stands where {word!r} is expected")

    def condition(self) -> Node:
        self.depth += 1
        if self.depth > self.limits.depth:
            raise self.refusal(f"is too deep: {self.limits.depth} levels at most")
        alternatives = [self.all_of()]
        while self.take("||"):
            alternatives.append(self.all_of())
        self.depth -= 1
        return alternatives[0] if len(alternatives) == 1 else Either(tuple(alternatives))

    def all_of(self) -> Node:
        conditions = [self.compared()]
        while self.take("&&"):
            conditions.append(self.compared())
        return conditions[0] if len(conditions) == 1 else All(tuple(conditions))

    def compared(self) -> Node:
        left = self.denied()
        if self.kind != "operator" or self.word not in _COMPARISONS:
            return left
        operator = self.word
        self.advance()
        compared = Comparison(operator, left, self.denied())
        if self.kind == "operator" and self.word in _COMPARISONS:
            raise self.refusal("compares a comparison: put parentheses around one")
        return compared

    def denied(self) -> Node:
        times = 0
        while self.take("!"):
            times += 1
        node = self.operand()
        return Not(node if times % 2 else Not(node)) if times else node

    def operand(self) -> Node:
        node, keys = self.primary(), list[Node]()
        while True:
            if self.take("["):
                keys.append(self.condition())
                self.expect("]")
            elif self.kind == "property" and not self.text[self.start - 1].isspace():
                keys.append(Literal(self.word[1:]))
                self.advance()
            else:
                return Inside(node, tuple(keys)) if keys else node

    def primary(self) -> Node:
        if self.take("("):
            node = self.condition()
            self.expect(")")
            return node
        node = self.literal()
        self.advance()
        return node

    def literal(self) -> Node:
        match self.kind:
            case "expression":
                return self.expression(self.word)
            case "text":
                return self.embedding(self.word[1:-1].replace("''", "'"))
            case "number":
                return self.number()
            case "bare" if self.word in _LITERALS:
                return _LITERALS[self.word]
            case "bare" | "quoted" | "embedded":
                return self.compat_literal()
            case _:
                raise self.refusal("stands where a value is expected")

    def number(self) -> Node:
        number = number_of(self.word)
        if number is None:
            raise self.refusal("is too large a number")
        return Literal(number)

    def compat_literal(self) -> Node:
        if self.kind == "bare":
            self.depart("is a text, and has no quotes around it")
            return Literal(self.word)
        if self.kind == "quoted":
            self.depart("is in double quotes; texts stand in single ones")
            return self.embedding(re.sub(r"\\(.)", r"\1", self.word[1:-1]))
        self.depart("has braces around it; in simple conditions expressions have none")
        return self.expression(self.word[1:-1])

    def expression(self, text: str) -> Node:
        expression = parse(text, lenient=self.lenient, version=self.version, operand=True, limits=self.limits)
        self.departures += expression.departures
        return Operand(expression)

    def embedding(self, text: str) -> Node:
        pieces = pieces_of(text, lenient=self.lenient, version=self.version, limits=self.limits)
        return Literal(text) if all(isinstance(piece, str) for piece in pieces) else Text(pieces)
