"""Selector Objects: values from within values, by JSON Pointer, JSONPath or XPath (F8)."""

from pydantic import JsonValue

from arazzo.context import Context
from arazzo.elements import ExpressionKind, ExpressionType, Selector
from arazzo.evaluate import evaluate
from arazzo.expression_error import ExpressionError
from arazzo.json_paths import RFC9535, compile_path
from arazzo.json_pointers import follow, parse_pointer
from arazzo.templates import substitute
from arazzo.xml_text import parse_xml
from arazzo.xpaths import XPATH_31, compile_xpath


def select(selector: Selector, context: Context) -> JsonValue:
    """What a selector selects in its context; None where there is nothing. Raises `ExpressionError`.

    A JSONPath that can find one value at most gives that value, any other the list of what it finds: its form decides,
    not what happens to be there. An XPath gives nothing, the one item, or the list of items.
    """
    value = evaluate(selector.context, context)
    if value is None:
        return None
    text = substitute(selector.selector, context)
    match selector.type.type:
        case ExpressionKind.JSONPOINTER:
            return follow(value, parse_pointer(text.removeprefix("#")))
        case ExpressionKind.JSONPATH:
            return _by_json_path(text, selector.type, value, context)
        case ExpressionKind.XPATH:
            return _by_xpath(text, selector.type, value, context)
        case kind:
            raise ExpressionError(f"a selector cannot be a {kind}")


def _by_json_path(text: str, kind: ExpressionType, value: JsonValue, context: Context) -> JsonValue:
    query = compile_path(text, kind.version or RFC9535, limits=context.limits)
    found = [node.value for node in query.nodes(value, context.limits)]
    if query.singular:
        return found[0] if found else None
    return found


def _by_xpath(text: str, kind: ExpressionType, value: JsonValue, context: Context) -> JsonValue:
    if not isinstance(value, str):
        raise ExpressionError("XPath is asked of XML, and this is JSON")
    document = parse_xml(value, context.limits)
    xpath = compile_xpath(text, kind.version or XPATH_31, document.prefixes, limits=context.limits)
    found = xpath.values(document, context.limits)
    return found[0] if len(found) == 1 else found or None
