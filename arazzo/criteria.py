"""Judges criteria: simple, regex, JSONPath and XPath (F1 to F7). They never raise: what cannot be judged fails (F6)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import JsonValue

from arazzo.comparing import number_of
from arazzo.condition_grammar import parse_condition
from arazzo.conditions import Comparison, Condition, Literal
from arazzo.context import Context
from arazzo.elements import Criterion, ExpressionKind
from arazzo.evaluate import evaluate
from arazzo.expression_error import ExpressionError
from arazzo.expressions import Expression, Source
from arazzo.json_paths import RFC9535, compile_path
from arazzo.regexes import compile_regex
from arazzo.templates import as_text, substitute
from arazzo.xml_text import parse_xml
from arazzo.xpaths import XPATH_31, compile_xpath

_COMPARED_PATH = re.compile(r"(\$[^=!<>]*)(==|!=|<=|>=|<|>)\s*('[^']*'|\"[^\"]*\"|[^\s'\"]+)\s*", re.DOTALL)
_CONSTANTS: dict[str, JsonValue] = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a criterion holds; if not, why. It never quotes a body or a header, which may be secret."""

    holds: bool
    why: str = ""
    notes: tuple[str, ...] = ()
    """What was taken in another sense than the text's (D15, D21)."""


def judge(criterion: Criterion, context: Context) -> Verdict:
    """Whether a criterion holds; never raises."""
    try:
        if criterion.type.type is ExpressionKind.SIMPLE:
            return _simple(criterion, context)
        return _of_a_context(criterion, context)
    except ExpressionError as error:
        return Verdict(holds=False, why=str(error))
    except RecursionError:
        return Verdict(holds=False, why="the condition, or what it asks, is too deep")


def judge_all(criteria: Iterable[Criterion], context: Context) -> Verdict:
    """Whether all of them hold; the first that does not says why. None at all hold."""
    notes: tuple[str, ...] = ()
    for criterion in criteria:
        verdict = judge(criterion, context)
        notes += verdict.notes
        if not verdict.holds:
            return Verdict(holds=False, why=verdict.why, notes=notes)
    return Verdict(holds=True, notes=notes)


def _simple(criterion: Criterion, context: Context) -> Verdict:
    condition = parse_condition(
        criterion.condition, lenient=context.lenient, version=context.version, limits=context.limits
    )
    if condition.holds(context):
        return Verdict(holds=True, notes=condition.departures)
    return Verdict(
        holds=False, why=_explained(criterion.condition, condition, context), notes=condition.departures
    )


def _explained(text: str, condition: Condition, context: Context) -> str:
    found = {str(e): _described(e, evaluate(e, context)) for e in condition.expressions()}
    values = ", ".join(f"{expression} is {described}" for expression, described in list(found.items())[:5])
    return f"{text.strip()} does not hold" + (f": {values}" if values else "")


def _described(expression: Expression, value: JsonValue) -> str:
    """A value that is no secret, or else its kind."""
    if expression.source in {Source.STATUS_CODE, Source.METHOD} or value is None or isinstance(value, bool):
        return as_text(value)
    names = {str: "a text", int: "a number", float: "a number", list: "an array", dict: "an object"}
    return names[type(value)]


def _of_a_context(criterion: Criterion, context: Context) -> Verdict:
    kind, version = criterion.type.type, criterion.type.version
    if criterion.context is None:
        raise ExpressionError(f"a {kind} condition needs a context (F1)")
    value = evaluate(criterion.context, context)
    if value is None:
        raise ExpressionError(f"{criterion.context} is null")
    condition = substitute(criterion.condition, context)
    try:
        return _asked(kind, version, condition, value, context)
    except ExpressionError:
        if condition == criterion.condition:
            raise
        raise ExpressionError(
            f"{criterion.condition!r} cannot be judged with what is embedded in it"
        ) from None


def _asked(kind: ExpressionKind, version: str, condition: str, value: JsonValue, context: Context) -> Verdict:
    match kind:
        case ExpressionKind.REGEX:
            return _regex(condition, as_text(value), context)
        case ExpressionKind.JSONPATH:
            return _json_path(condition, version or RFC9535, value, context)
        case ExpressionKind.XPATH:
            return _xpath(condition, version or XPATH_31, value, context)
        case _:
            raise ExpressionError(f"a criterion cannot be a {kind}")


def _regex(condition: str, text: str, context: Context) -> Verdict:
    regex = compile_regex(condition, lenient=context.lenient, limits=context.limits)
    return _verdict(regex.found_in(text), "the pattern matches nothing", *regex.departures)


def _json_path(condition: str, version: str, value: JsonValue, context: Context) -> Verdict:
    """A node has to be found; in an object also where the object is the only element of an array (D15)."""
    try:
        query = compile_path(condition, version, limits=context.limits)
    except ExpressionError:
        if context.lenient and (compared := _COMPARED_PATH.fullmatch(condition.strip())):
            return _compared_path(compared, version, value, context)
        raise
    if query.nodes(value, context.limits):
        return Verdict(holds=True)
    if isinstance(value, dict) and query.nodes([value], context.limits):
        return Verdict(
            holds=True, notes=("the JSONPath finds nothing in the object; it was asked of [object] (D15)",)
        )
    return Verdict(holds=False, why="the JSONPath finds nothing")


def _compared_path(compared: re.Match[str], version: str, value: JsonValue, context: Context) -> Verdict:
    """`$.a == 'b'`: no JSONPath, but plain enough (compat only)."""
    path, operator, literal = compared.groups()
    nodes = compile_path(path.strip(), version, limits=context.limits).nodes(value, context.limits)
    constant = literal[1:-1] if literal[0] in "'\"" else _CONSTANTS.get(literal, number_of(literal))
    if constant is None and literal != "null":
        raise ExpressionError(f"{literal!r} is no constant")
    comparison = Comparison(operator, Literal(nodes[0].value if nodes else None), Literal(constant))
    note = "a JSONPath does not compare outside of a filter; it was compared as a simple condition is"
    return _verdict(comparison.value(context) is True, "the comparison does not hold", note)


def _xpath(condition: str, version: str, value: JsonValue, context: Context) -> Verdict:
    if not isinstance(value, str):
        raise ExpressionError("XPath is asked of XML, and this is JSON")
    document = parse_xml(value, context.limits)
    xpath = compile_xpath(condition, version, document.prefixes, limits=context.limits)
    return _verdict(xpath.truth(document, context.limits), "the XPath is false, or finds nothing")


def _verdict(holds: bool, why: str, *notes: str) -> Verdict:  # noqa: FBT001  what it is about
    return Verdict(holds=holds, why="" if holds else why, notes=notes)
