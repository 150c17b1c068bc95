"""How simple conditions compare: loosely, by the rules of section Simple Conditions (F3)."""

import re

from pydantic import JsonValue

from arazzo.limits import LIMITS

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(\.[0-9]+)?|\.[0-9]+)([eE][+-]?[0-9]+)?", re.ASCII)


def equal(left: JsonValue, right: JsonValue) -> bool:
    """Null equals only null; texts know no case; a text that is a number equals that number; else as JSON compares."""
    if isinstance(left, str) and isinstance(right, str):
        return left == right or left.casefold() == right.casefold()
    if isinstance(left, bool) or isinstance(right, bool) or left is None or right is None:
        return left is right
    if isinstance(left, str) or isinstance(right, str):
        left, right = number_of(left), number_of(right)
        return left is not None and left == right
    return _same(left, right)


def before(left: JsonValue, right: JsonValue) -> bool | None:
    """Whether left is smaller; None where there is no order between the two, as with null.

    Texts that are both numbers are compared as numbers: these operators are numeric.
    """
    numbers = number_of(left), number_of(right)
    if numbers[0] is not None and numbers[1] is not None:
        return numbers[0] < numbers[1]
    if isinstance(left, str) and isinstance(right, str):
        return left.casefold() < right.casefold()
    return None


def number_of(value: JsonValue) -> int | float | None:
    """The number that a value is or writes."""
    if isinstance(value, str):
        if len(value) > LIMITS.number_digits or not (found := _NUMBER.fullmatch(value)):
            return None
        number = (
            int(value)
            if found[1] is None and found[2] is None and value.lstrip("+-")[:1] != "."
            else float(value)
        )
        return number if abs(number) != float("inf") else None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def truthy(value: JsonValue) -> bool:
    """Whether a value by itself passes: not null, false, zero or the empty text."""
    return value is not None and value is not False and value not in (0, "")


def _same(left: JsonValue, right: JsonValue) -> bool:
    """Equality of JSON, in which true is not 1, at any depth."""
    waiting = [(left, right)]
    while waiting:
        one, other = waiting.pop()
        if isinstance(one, dict) and isinstance(other, dict):
            if one.keys() != other.keys():
                return False
            waiting += [(value, other[key]) for key, value in one.items()]
        elif isinstance(one, list) and isinstance(other, list):
            if len(one) != len(other):
                return False
            waiting += zip(one, other, strict=True)
        elif isinstance(one, bool) or isinstance(other, bool):
            if one is not other:
                return False
        elif one != other:
            return False
    return True
