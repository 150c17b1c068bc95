"""Renders values as documents have them: texts, structures with texts in them, and selectors (C7, C9, F8)."""

from pydantic import JsonValue

from arazzo.context import Context
from arazzo.elements import ExpressionKind, ExpressionType, Selector
from arazzo.expression_error import ExpressionError
from arazzo.json_paths import RFC9535
from arazzo.metering import Meter, weigh
from arazzo.selectors import select
from arazzo.templates import render_text
from arazzo.xpaths import XPATH_31

_SELECTOR = {"context", "selector", "type"}
_VERSIONS = {
    ExpressionKind.JSONPATH: RFC9535,
    ExpressionKind.XPATH: XPATH_31,
    ExpressionKind.JSONPOINTER: "rfc6901",
}


def render(value: JsonValue | Selector, context: Context, *, selectors: bool = False) -> JsonValue:
    """The value that a document means, with every expression in it evaluated; raises `ExpressionError`.

    With `selectors`, objects inside that look like Selector Objects are taken for such (in payloads, from 1.1 on).
    """
    if isinstance(value, Selector):
        return select(value, context)
    if isinstance(value, str):
        return render_text(value, context)
    if not isinstance(value, list | dict):
        return value
    return _Rendering(context, selectors=selectors).rendered(value, 0)


class _Rendering:
    def __init__(self, context: Context, *, selectors: bool) -> None:
        self.context = context
        self.selectors = selectors
        self.meter = Meter(context.limits.result_nodes)

    def rendered(self, value: JsonValue, depth: int) -> JsonValue:
        if depth > self.context.limits.depth:
            raise ExpressionError(f"a value is too deep: {self.context.limits.depth} levels at most")
        if isinstance(value, list):
            return [self.rendered(item, depth + 1) for item in value]
        if not isinstance(value, dict):
            return self.paid(render_text(value, self.context) if isinstance(value, str) else value)
        if self.selectors and (selector := selector_in(value)):
            return self.paid(select(selector, self.context))
        return {name: self.rendered(member, depth + 1) for name, member in value.items()}

    def paid(self, result: JsonValue) -> JsonValue:
        """The same large value may be asked for many times."""
        self.meter.spend(weigh(result) if isinstance(result, str | list | dict) else 1)
        return result


def selector_in(value: dict[str, JsonValue]) -> Selector | None:
    """The Selector Object that an object inside a payload is, if it is one."""
    if value.keys() != _SELECTOR:
        return None
    kind = value["type"]
    given = kind if isinstance(kind, dict) else {"type": kind}
    name, version = given.get("type"), given.get("version", "")
    match value["context"], value["selector"], name, version:
        case str() as context, str() as selector, str() as name, str() as version if name in set(_VERSIONS):
            known = ExpressionKind(name)
            form = ExpressionType(type=known, version=version or _VERSIONS[known])
            return Selector(kind="selector", context=context, selector=selector, type=form)
        case _:
            return None
