"""What has to be in an answer for a condition to hold, or not to hold: as far as that can be read off the condition."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice, product
from typing import NamedTuple

from pydantic import JsonValue

from arazzo.comparing import number_of, truthy
from arazzo.condition_grammar import parse_condition
from arazzo.conditions import All, Comparison, Either, Inside, Literal, Node, Not, Operand
from arazzo.dry_runs.wishes import LONGEST_LIST, View, Way, Wish
from arazzo.elements import Criterion, ExpressionKind
from arazzo.expression_error import ExpressionError
from arazzo.expressions import Expression, Source
from arazzo.json_pointers import Pointer
from arazzo.openapi.patterns import sample_of

MOST = 24
"""Ways that are looked at for one set of criteria."""
OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
MIRRORED = {"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
ANSWERS = frozenset({Source.RESPONSE, Source.MESSAGE, Source.INTERACTION})
FILTER = re.compile(
    r"(?P<counted>(?:count|length)\()?@(?P<path>[\w.\[\]'\"*-]*)\)?\s*(?P<operator>==|!=|<=|>=|<|>)\s*"
    r"(?P<value>'[^']*'|\"[^\"]*\"|-?[0-9]+(?:\.[0-9]+)?|true|false|null)"
)
"""One comparison in a filter of a JSONPath."""
PRESENT = re.compile(r"@(?P<path>[.\[][\w.\[\]'\"*-]+)")
"""What a filter asks for, whatever it is."""
NAMES = re.compile(r"[\w-]+|\*")


class _Status(NamedTuple):
    """The status is what is compared; which ones there are is tried out by others."""


class _Spot(NamedTuple):
    """A place in the answer."""

    pointer: Pointer
    header: str | None = None


def ways(criteria: Sequence[Criterion], view: View) -> list[Way]:
    """In which all of them may hold; the first is the simplest."""
    return _together(_of_criterion(one, view, wanted=True) for one in criteria)


def ways_out(criteria: Sequence[Criterion], view: View) -> list[Way]:
    """In which at least one of them may not hold."""
    found = [way for one in criteria for way in _of_criterion(one, view, wanted=False)]
    return found[:MOST]


def together(sets: Iterable[list[Way]]) -> list[Way]:
    """One way of each set, in all combinations; a set without any is passed over, as something else may help."""
    return _together(one or [()] for one in sets)


def _together(sets: Iterable[list[Way]]) -> list[Way]:
    combined = product(*sets)
    return [tuple(wish for way in one for wish in way) for one in islice(combined, MOST)]


def _of_criterion(criterion: Criterion, view: View, *, wanted: bool) -> list[Way]:
    kind, context = criterion.type.type, view.context
    try:
        if kind is ExpressionKind.SIMPLE:
            condition = parse_condition(
                criterion.condition, lenient=context.lenient, version=context.version, limits=context.limits
            )
            return _of(condition.node, view, wanted=wanted)[:MOST]
        spot = _spot_of(view.parsed(criterion.context or ""), view)
    except ExpressionError:
        return []
    match spot, kind:
        case _Status(), _:
            return [()]
        case _Spot(), ExpressionKind.JSONPATH:
            return _of_json_path(spot, criterion.condition, wanted=wanted)
        case _Spot(), ExpressionKind.REGEX:
            return _of_regex(spot, criterion.condition, wanted=wanted)
        case _:
            return []


def _of(node: Node, view: View, *, wanted: bool) -> list[Way]:
    match node:
        case Not(denied=inner):
            return _of(inner, view, wanted=not wanted)
        case All(conditions=parts) | Either(conditions=parts):
            found = [_of(one, view, wanted=wanted) for one in parts]
            every = isinstance(node, All) == wanted
            return _together(found) if every else [way for ways_ in found for way in ways_]
        case Comparison(operator=operator, left=left, right=right):
            return _compared(operator if wanted else OPPOSITE[operator], left, right, view)
        case _:
            spot = _spot(node, view)
            if isinstance(spot, _Status):
                return [()]
            if spot is not None:
                return [(Wish(spot.pointer, wanted or None, spot.header),)]
            return [()] if truthy(node.value(view.context)) is wanted else []


def _compared(operator: str, left: Node, right: Node, view: View) -> list[Way]:
    context, spots = view.context, (_spot(left, view), _spot(right, view))
    if any(isinstance(one, _Status) for one in spots):
        return [()]
    match spots:
        case (_Spot() as spot, None):
            return _valued(spot, operator, right.value(context))
        case (None, _Spot() as spot):
            return _valued(spot, MIRRORED[operator], left.value(context))
        case (None, None):
            holds = truthy(Comparison(operator, left, right).value(context))
            return [()] if holds else []
        case _:
            return []


def _valued(spot: _Spot, operator: str, other: JsonValue) -> list[Way]:
    match operator:
        case "==" | "<=" | ">=":
            values = [other]
        case "!=":
            values = [_different(other)]
        case _:
            values = [_beyond(other, -1 if operator == "<" else 1)]
    return [(Wish(spot.pointer, value, spot.header),) for value in values]


def _different(other: JsonValue) -> JsonValue:
    match other:
        case bool():
            return not other
        case int() | float():
            return other + 1
        case str():
            return f"not-{other}"
        case None:
            return "text"
        case _:
            return None


def _beyond(other: JsonValue, by: int) -> JsonValue:
    number = number_of(other)
    if number is not None:
        return str(number + by) if isinstance(other, str) else number + by
    return "" if by < 0 else f"{other}-"


def _spot(node: Node, view: View) -> _Spot | _Status | None:
    """The part of the answer that an operand is."""
    if isinstance(node, Operand):
        return _spot_of(node.expression, view)
    if isinstance(node, Inside) and all(isinstance(key, Literal) for key in node.keys):
        whole = _spot(node.whole, view)
        if isinstance(whole, _Spot) and whole.header is None:
            keys = tuple(str(key.constant) for key in node.keys if isinstance(key, Literal))
            return _Spot((*whole.pointer, *keys))
    return None


def _spot_of(expression: Expression, view: View) -> _Spot | _Status | None:
    expression = view.behind(expression)
    if expression.source is Source.STATUS_CODE:
        return _Status()
    if expression.source not in ANSWERS:
        return None
    if expression.part == "header":
        return None if expression.name is None else _Spot((), expression.name)
    return _Spot(expression.pointer)


def _of_json_path(spot: _Spot, path: str, *, wanted: bool) -> list[Way]:
    """Of filters that compare or ask whether there is something, and of plain paths."""
    before, bracket, inside = path.partition("[?")
    if spot.header is not None:
        return []
    root = (*spot.pointer, *_names(before.removeprefix("$")))
    if not bracket:
        return [(Wish(root, "text"),)] if wanted else [(Wish(root[:-1], []),)]
    wishes = [_of_filter(found, wanted=wanted) for found in FILTER.finditer(inside)]
    if not wishes and wanted:
        wishes = [Wish(_names(found["path"]), "text") for found in PRESENT.finditer(inside)]
    in_the_list, in_the_object = ("0",), ()
    found = [
        tuple(Wish((*root, *where, *wish.pointer), wish.value) for wish in wishes)
        for where in (in_the_list, in_the_object)
        if wishes
    ]
    return found if wanted else [*found, (Wish(root, []),)]


def _names(path: str) -> Pointer:
    """`.a[*].b` as a pointer to the first of all that it finds."""
    return tuple("0" if name == "*" else name for name in NAMES.findall(path))


def _of_filter(found: re.Match[str], *, wanted: bool) -> Wish:
    operator = found["operator"] if wanted else OPPOSITE[found["operator"]]
    text = found["value"]
    constants: dict[str, JsonValue] = {"true": True, "false": False, "null": None}
    other = text[1:-1] if text[0] in "'\"" else constants.get(text, number_of(text))
    ((wish,),) = _valued(_Spot(_names(found["path"])), operator, other)
    if found["counted"] and isinstance(wish.value, int | float):
        count = max(0, min(int(wish.value), LONGEST_LIST))
        whole = wish.pointer[:-1] if wish.pointer[-1:] == ("0",) else wish.pointer
        return Wish(whole, ["text" for _ in range(count)])
    return wish


def _of_regex(spot: _Spot, pattern: str, *, wanted: bool) -> list[Way]:
    text = sample_of(pattern) if wanted else ""
    return [] if text is None else [(Wish(spot.pointer, text, spot.header),)]
