"""XPath 1.0, 2.0, 3.0 and 3.1 over XML texts (F5, F7). A prefix means what the document declares it for."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from math import isfinite
from typing import cast
from xml.etree.ElementTree import Element, ElementTree

from elementpath import XPath1Parser, XPath2Parser, XPathContext
from elementpath.xpath30 import XPath30Parser
from elementpath.xpath31 import XPath31Parser
from elementpath.xpath_nodes import AttributeNode, XPathNode
from elementpath.xpath_tokens import XPathFunction, XPathToken
from pydantic import JsonValue

from arazzo.expression_error import ExpressionError, reason_of
from arazzo.limits import LIMITS, Limits
from arazzo.metering import metered
from arazzo.xml_text import XmlDocument, write_xml
from arazzo.xpath_metering import counting_tokens, sizes, sizes_of

XPATH_31 = "xpath-31"
_PARSERS: Mapping[str, type[XPath1Parser]] = {
    "xpath-10": XPath1Parser,
    "xpath-20": XPath2Parser,
    "xpath-30": XPath30Parser,
    XPATH_31: XPath31Parser,
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""No XPath sees a clock."""


@dataclass(frozen=True, slots=True)
class Place:
    """A node that may be written: an element's text, or an attribute of it."""

    element: Element
    attribute: str | None = None


@dataclass(frozen=True, slots=True)
class XPath:
    """An expression, for documents that have the same prefixes."""

    token: XPathToken

    def truth(self, document: XmlDocument, limits: Limits = LIMITS) -> bool:
        """Its effective boolean value; raises `ExpressionError`."""
        with _evaluating(document, limits):
            return self.token.boolean_value(self.token.select(_context(document)))

    def values(self, document: XmlDocument, limits: Limits = LIMITS) -> list[JsonValue]:
        """All that it gives, in order, nodes as texts; raises `ExpressionError`."""
        with _evaluating(document, limits):
            return [_value(item, document) for item in self.token.select_results(_context(document))]

    def places(self, document: XmlDocument, limits: Limits = LIMITS) -> list[Place]:
        """The elements and attributes that it gives; raises `ExpressionError` for anything else."""
        with _evaluating(document, limits):
            return [_place(item) for item in self.token.select(_context(document))]


def compile_xpath(
    text: str, version: str = XPATH_31, prefixes: Mapping[str, str] | None = None, *, limits: Limits = LIMITS
) -> XPath:
    """An XPath as a document has it; raises `ExpressionError`."""
    if len(text) > limits.expression_length:
        raise ExpressionError(
            f"an XPath of {len(text)} characters is too long: {limits.expression_length} at most"
        )
    if version not in _PARSERS:
        raise ExpressionError(f"there is no XPath {version!r}: {', '.join(_PARSERS)} are known")
    named = {prefix: uri for prefix, uri in (prefixes or {}).items() if prefix}
    with _only_expression_errors(f"{text[:200]!r} is no XPath ({version})"), metered(limits.selector_steps):
        parser = _PARSERS[version](namespaces=named)
        parser.symbol_table = dict(counting_tokens(_PARSERS[version]))
        return XPath(
            parser.parse(text)
        )  # never kept for another: evaluating leaves traces in some of its tokens


@contextmanager
def _evaluating(document: XmlDocument, limits: Limits) -> Generator[None]:
    token = sizes.set(sizes_of(document.root))
    try:
        with metered(limits.selector_steps), _only_expression_errors("an XPath fails"):
            yield
    finally:
        sizes.reset(token)


@contextmanager
def _only_expression_errors(what: str) -> Generator[None]:
    """The library raises its own errors, Python's arithmetic ones, and at times others."""
    try:
        yield
    except ExpressionError:
        raise
    except Exception as error:  # noqa: BLE001  as said
        raise ExpressionError(f"{what}: {reason_of(error)}") from None


def _context(document: XmlDocument) -> XPathContext:
    return XPathContext(document.root, fragment=False, namespaces=dict(document.prefixes), current_dt=_EPOCH)


def _value(item: object, document: XmlDocument) -> JsonValue:
    """What the library gives for an item, as JSON: an element that holds others as XML, else its text."""
    match item:
        case bool() | str():
            return item
        case Element():
            element = cast("Element", item)
            return write_xml(XmlDocument(element, document.prefixes)) if len(element) else element.text or ""
        case int():
            return int(item)
        case float() if isfinite(item):
            return int(item) if item.is_integer() else float(item)
        case Decimal():
            return int(item) if item == item.to_integral_value() else float(item)
        case float() | XPathFunction() | XPathNode() | ElementTree() | tuple():
            raise ExpressionError("an XPath gives what JSON cannot say")
        case _:
            return str(item)


def _place(item: object) -> Place:
    if isinstance(item, AttributeNode) and item.parent is not None:
        return Place(cast("Element", item.parent.value), cast("str", item.name))
    if isinstance(item, XPathNode) and isinstance(item.value, Element):
        return Place(cast("Element", item.value))
    raise ExpressionError("only elements and attributes can be replaced")
