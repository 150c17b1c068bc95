"""Simple conditions against a model: the rules of comparing, said once more, over conditions made at random."""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arazzo.condition_grammar import parse_condition
from arazzo.context import Context, Response

Scalar = None | bool | int | float | str
INPUTS: dict[str, Scalar] = {
    "n": 7,
    "s": "Seven",
    "q": "it's",
    "m": "7.0",
    "t": True,
    "z": None,
    "f": -2.5,
    "e": "",
}
OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class Made:
    """A condition, what it comes to, and how tightly it binds."""

    text: str
    value: Scalar
    binds: int

    def within(self, binds: int) -> str:
        """As it stands inside of something that binds as tightly as that."""
        return self.text if self.binds > binds else f"({self.text})"


def _number(value: Scalar) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        digits = value.replace(".", "", 1)
        return float(value) if digits.isdigit() and value[-1] != "." else None
    return float(value)


def _equal(left: Scalar, right: Scalar) -> bool:
    kinds = {type(left), type(right)}
    if kinds == {str}:
        return str(left).upper() == str(right).upper()
    if type(None) in kinds or bool in kinds:
        return type(left) is type(right) and left == right
    return _number(left) is not None and _number(left) == _number(right)


def _ordered(sign: str, left: Scalar, right: Scalar) -> bool:
    one, other = _number(left), _number(right)
    if one is not None and other is not None:
        return OPERATORS[sign](one, other)
    if isinstance(left, str) and isinstance(right, str):
        return OPERATORS[sign](left.upper(), right.upper())
    return False


def _compared(left: Made, sign: str, right: Made) -> Made:
    if sign in OPERATORS:
        value = _ordered(sign, left.value, right.value)
    else:
        value = _equal(left.value, right.value) is (sign == "==")
    return Made(f"{left.within(3)}{sign}{right.within(3)}", value, 3)


def _joined(left: Made, sign: str, right: Made) -> Made:
    binds = 2 if sign == "&&" else 1
    both = bool(left.value) and bool(right.value)
    either = bool(left.value) or bool(right.value)
    return Made(f"{left.within(binds)} {sign} {right.within(binds)}", both if sign == "&&" else either, binds)


WORDS = st.text("abcABC'\"{} 12.", max_size=4)
CONSTANTS = st.one_of(
    st.sampled_from([Made("null", None, 9), Made("true", True, 9), Made("false", False, 9)]),  # noqa: FBT003
    st.integers(-20, 20).map(lambda number: Made(str(number), number, 9)),
    st.sampled_from([0.5, 7.0, -2.5, 1e3]).map(lambda number: Made(str(number), number, 9)),
    WORDS.map(lambda word: Made("'" + word.replace("'", "''") + "'", word, 9)),
)
OPERANDS = st.sampled_from([
    *(Made(f"$inputs.{name}", value, 9) for name, value in INPUTS.items()),
    *(Made(f"$response.body.values.{name}", value, 9) for name, value in INPUTS.items()),
    *(Made(f"$response.body#/values/{name}", value, 9) for name, value in INPUTS.items()),
    Made("$statusCode", 200, 9),
    Made("$response.body.list[1]", "b", 9),
    Made("$response.body.list[$inputs.n]", None, 9),
])  # fmt: skip
CONDITIONS = st.recursive(
    CONSTANTS | OPERANDS,
    lambda inner: st.one_of(
        inner.map(lambda made: Made(f"!{made.within(3)}", not made.value, 4)),
        st.builds(_compared, inner, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), inner),
        st.builds(_joined, inner, st.sampled_from(["&&", "||"]), inner),
    ),
    max_leaves=12,
)
CONTEXT = Context(
    inputs=dict(INPUTS), response=Response(200, body={"values": dict(INPUTS), "list": ["a", "b"]})
)


@pytest.mark.arazzo("F2", "F3")
@settings(deadline=None)
@given(CONDITIONS)
def test_conditions_come_to_what_the_model_says(made: Made) -> None:
    """Any condition, however its operators nest, passes exactly when the model says so, with as few parentheses."""
    condition = parse_condition(made.text)

    assert bool(made.value) is condition.holds(CONTEXT)
    assert () == condition.departures
