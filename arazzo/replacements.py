"""Payload replacements: values set at places in a payload (C10). What a pointer or a plain path does not find is made."""

import json
import re
from collections.abc import Sequence
from xml.etree.ElementTree import SubElement

from pydantic import JsonValue

from arazzo.context import Context
from arazzo.elements import ExpressionKind, ExpressionType, Replacement
from arazzo.expression_error import ExpressionError
from arazzo.json_paths import RFC9535, compile_path
from arazzo.json_pointers import Pointer, index_of, parse_pointer, print_pointer
from arazzo.rendering import render
from arazzo.templates import as_text, substitute
from arazzo.xml_text import XmlDocument, parse_xml, write_xml
from arazzo.xpaths import XPATH_31, Place, compile_xpath

_XML_TYPE = re.compile(r"(?:text|application)/(?:[^;\s]*\+)?xml\s*(?:;|$)", re.IGNORECASE)
_JSON_TYPE = re.compile(r"[^;]*[/+]json\s*(?:;|$)", re.IGNORECASE)
_PLAIN_STEP = re.compile(r"(?:([A-Za-z_][\w.-]*):)?([A-Za-z_][\w.-]*)")


def replace(
    payload: JsonValue,
    replacements: Sequence[Replacement],
    context: Context,
    *,
    content_type: str = "application/json",
) -> JsonValue:
    """The rendered payload with its replacements, in their order; the one given stays as it is.

    Raises `ExpressionError`, also for a target that is not there and that nothing says how to make.
    """
    if not replacements:
        return payload
    if isinstance(payload, str) and _JSON_TYPE.match(content_type):
        payload = _from_json(payload)
    for replacement in replacements:
        payload = _replaced(payload, replacement, context, xml=_XML_TYPE.match(content_type) is not None)
    return payload


def _replaced(payload: JsonValue, replacement: Replacement, context: Context, *, xml: bool) -> JsonValue:
    usual = ExpressionType(type=ExpressionKind.XPATH if xml else ExpressionKind.JSONPOINTER)
    kind = replacement.type or usual
    value = render(replacement.value, context, selectors=context.version != "1.0")
    target = substitute(replacement.target, context)
    match kind.type:
        case ExpressionKind.JSONPOINTER:
            return put(payload, parse_pointer(target.removeprefix("#")), value)
        case ExpressionKind.JSONPATH:
            for pointer in _pointers(target, kind, payload, context):
                payload = put(payload, pointer, value)
            return payload
        case ExpressionKind.XPATH:
            return _in_xml(payload, target, kind, value, context)
        case other:
            raise ExpressionError(f"a target cannot be a {other}")


def put(whole: JsonValue, pointer: Pointer, value: JsonValue) -> JsonValue:
    """A value with another at a place in it; objects and members on the way there are made, elements are appended."""
    if not pointer:
        return value
    made: list[tuple[list[JsonValue] | dict[str, JsonValue], str | int]] = []
    at = whole
    for part in pointer:
        if at is None:
            at = list[JsonValue]() if part == "-" else dict[str, JsonValue]()
        copy, key = _opened(at, part, pointer)
        made.append((copy, key))
        at = copy.get(str(key)) if isinstance(copy, dict) else copy[int(key)]
    for copy, key in reversed(made):
        if isinstance(copy, dict):
            copy[str(key)] = value
        else:
            copy[int(key)] = value
        value = copy
    return value


def _opened(
    at: JsonValue, part: str, pointer: Pointer
) -> tuple[list[JsonValue] | dict[str, JsonValue], str | int]:
    """A copy of an object or array that has a place for a part of a pointer, and its key."""
    if isinstance(at, dict):
        return dict(at), part
    if not isinstance(at, list):
        raise ExpressionError(f"{print_pointer(pointer)} leads into a value that holds no others")
    index = len(at) if part == "-" else index_of(part)
    if index is None or index > len(at):
        raise ExpressionError(
            f"{print_pointer(pointer)}: the array has {len(at)} elements, and {part!r} is none of them"
        )
    return [*at, *([None] if index == len(at) else [])], index


def _pointers(target: str, kind: ExpressionType, payload: JsonValue, context: Context) -> list[Pointer]:
    query = compile_path(target, kind.version or RFC9535, limits=context.limits)
    found = [node.pointer for node in query.nodes(payload, context.limits)]
    if found:
        return found
    if query.pointer is None:
        raise ExpressionError(f"{target!r} finds nothing in the payload, and nothing says what to make")
    return [query.pointer]


def _from_json(text: str) -> JsonValue:
    try:
        value: JsonValue = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ExpressionError(f"the payload is no JSON: {error}") from None
    return value


def _in_xml(
    payload: JsonValue, target: str, kind: ExpressionType, value: JsonValue, context: Context
) -> JsonValue:
    if not isinstance(payload, str):
        raise ExpressionError("XPath is asked of XML, and this payload is JSON")
    document = parse_xml(payload, context.limits)
    xpath = compile_xpath(target, kind.version or XPATH_31, document.prefixes, limits=context.limits)
    for place in xpath.places(document, context.limits) or [_made(document, target)]:
        _write(place, as_text(value))
    return write_xml(document)


def _write(place: Place, text: str) -> None:
    if place.attribute is not None:
        place.element.set(place.attribute, text)
        return
    for child in list(place.element):
        place.element.remove(child)
    place.element.text = text


def _made(document: XmlDocument, target: str) -> Place:
    """The place that a plain path means (`/a/b/@c`), with what is missing on the way made."""
    root, *steps = target.removeprefix("/").split("/")
    if not target.startswith("/") or _tag(root, document) != document.root.tag:
        raise ExpressionError(f"{target!r} finds nothing in the payload, and nothing says what to make")
    element = document.root
    for step in steps:
        if step.startswith("@") and step is steps[-1]:
            return Place(element, _tag(step[1:], document))
        tag = _tag(step, document)
        found = element.find(tag)
        element = SubElement(element, tag) if found is None else found
    return Place(element)


def _tag(step: str, document: XmlDocument) -> str:
    found = _PLAIN_STEP.fullmatch(step)
    if found is None or (found[1] and found[1] not in document.prefixes):
        raise ExpressionError(f"{step!r} finds nothing in the payload, and nothing says what to make")
    return f"{{{document.prefixes[found[1]]}}}{found[2]}" if found[1] else found[2]
