"""Makes each step of evaluating an XPath cost something, and takes away what reads the world or has no bound.

The library evaluates a tree of tokens. Here each class of token gets a twin that counts, and does the rest as before.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sized
from contextvars import ContextVar
from decimal import Decimal
from functools import cache
from math import nan
from typing import Any, cast
from xml.etree.ElementTree import Element

from elementpath import XPath1Parser, XPathContext
from elementpath.xpath_nodes import XPathNode
from elementpath.xpath_tokens import XPathArray, XPathMap, XPathToken

from arazzo.expression_error import ExpressionError
from arazzo.metering import CHARACTERS_A_STEP, spend
from arazzo.xpath_regexes import REGEX_FUNCTIONS

REFUSED = frozenset({
    # the world
    "available-environment-variables", "base-uri", "collection", "doc", "doc-available", "document-uri",
    "environment-variable", "json-doc", "load-xquery-module", "resolve-uri", "static-base-uri", "transform",
    "unparsed-text", "unparsed-text-available", "unparsed-text-lines", "uri-collection",
    # the clock, the machine, and chance
    "adjust-date-to-timezone", "adjust-dateTime-to-timezone", "adjust-time-to-timezone", "current-date",
    "current-dateTime", "current-time", "default-collation", "default-language", "collation-key", "generate-id",
    "implicit-timezone", "random-number-generator", "trace",
    # other languages, whose readers have no bounds
    "analyze-string", "format-date", "format-dateTime", "format-integer", "format-number", "format-time",
    "json-to-xml", "parse-ietf-date", "parse-json", "parse-xml", "parse-xml-fragment", "serialize", "xml-to-json",
    # functions by name, which may be any of these, and walks over the whole document in one step
    "element-with-id", "function-lookup", "id", "idref", "path",
})  # fmt: skip
_XPATH_1_NUMBER = re.compile(r"\s*-?([0-9]+(\.[0-9]*)?|\.[0-9]+)\s*", re.ASCII)
INTEGER_BITS = 4096
_COMPARES_EACH_WITH_EACH = 16
"""What so many comparisons cost a step."""

sizes: ContextVar[Mapping[Element, int]] = ContextVar("sizes")
"""How many elements and pieces of text are under each element of the document at hand."""


def sizes_of(root: Element) -> dict[Element, int]:
    """The sizes under each element; children are done before their parents."""
    found: dict[Element, int] = {}
    for element in reversed(list(root.iter())):
        length = len(element.text or "") + len(element.tail or "")
        found[element] = 1 + length // CHARACTERS_A_STEP + sum(found[child] for child in element)
    return found


@cache
def counting_tokens(parser: type[XPath1Parser]) -> Mapping[str, type[XPathToken]]:
    """The parser's tokens that may be used, counting."""
    return {
        symbol: _counting(token, symbol)
        for symbol, token in parser.symbol_table.items()
        if symbol.rpartition("}")[2] not in REFUSED
    }


def _counting(token: type[XPathToken], symbol: str) -> type[XPathToken]:  # noqa: C901  a class, not a path
    """The twin of a class of tokens."""
    local = symbol.rpartition("}")[2]

    class Counting(token):  # type: ignore[misc, valid-type]
        __slots__ = ()

        def evaluate(self, context: XPathContext | None = None) -> Any:  # noqa: ANN401  as the library has it
            spend()
            if before := _BEFORE.get(local):
                before(self, context)
            if own := REGEX_FUNCTIONS.get(local):
                return own(self, context)
            return _paid(super().evaluate(context))

        def select(self, context: XPathContext | None = None) -> Iterator[Any]:
            spend()
            if before := _BEFORE.get(local):
                before(self, context)
            for item in super().select(context):
                yield _paid(item)

        def iter_comparison_data(self, context: XPathContext | None) -> Iterator[Any]:
            numbers = self.parser.version == "1.0"
            for left, right in super().iter_comparison_data(context):
                spend()
                yield _compared_as_numbers(left, right) if numbers else (left, right)

        def atomize_item(self, item: Any) -> Iterator[Any]:  # noqa: ANN401
            spend(_size(item))
            yield from super().atomize_item(item)

        def string_value(self, obj: Any) -> str:  # noqa: ANN401
            spend(_size(obj))
            value: str = super().string_value(obj)
            return value

        def data_value(self, obj: Any) -> Any:  # noqa: ANN401
            spend(_size(obj))
            return super().data_value(obj)

        def number_value(self, obj: Any) -> float:  # noqa: ANN401
            spend(_size(obj))
            value: float = super().number_value(obj)
            return value

    Counting.__name__, Counting.__qualname__ = token.__name__, token.__qualname__
    return Counting


def _compared_as_numbers(left: object, right: object) -> tuple[object, object]:
    """XPath 1.0, 3.4: where one of the two is a number, both are compared as numbers. The library forgets it."""
    if isinstance(left, str) and isinstance(right, int | float | Decimal):
        return _number(left), right
    if isinstance(right, str) and isinstance(left, int | float | Decimal):
        return left, _number(right)
    return left, right


def _number(text: str) -> float:
    return float(text) if _XPATH_1_NUMBER.fullmatch(text) else nan


def _paid(result: Any) -> Any:  # noqa: ANN401
    """What was given, paid for by its size."""
    if isinstance(result, str):
        spend(1 + len(result) // CHARACTERS_A_STEP)
    elif isinstance(result, bool):
        spend()
    elif isinstance(result, int):
        if result.bit_length() > INTEGER_BITS:
            raise ExpressionError("an XPath comes to a number that is too large")
    elif isinstance(result, XPathArray | XPathMap | list):
        spend(len(cast("Sized", result)))
    return cast("Any", result)


def _size(item: object) -> int:
    """What going through a node costs."""
    if not isinstance(item, XPathNode):
        return 1
    value = item.value
    if isinstance(value, Element):
        return sizes.get().get(cast("Element", value), 1)
    return (
        max(sizes.get().values(), default=1)
        if not isinstance(value, str)
        else 1 + len(value) // CHARACTERS_A_STEP
    )


def _before_range(token: XPathToken, context: XPathContext | None) -> None:
    start, stop = token.get_operands(context)
    if isinstance(start, int) and isinstance(stop, int):
        spend(max(0, stop - start + 1))


def _before_distinct_values(token: XPathToken, context: XPathContext | None) -> None:
    _without_collation(1)(token, context)
    count = sum(1 for _ in token[0].atomization(context))
    spend(count * count // _COMPARES_EACH_WITH_EACH)


def _before_deep_equal(token: XPathToken, context: XPathContext | None) -> None:
    _without_collation(2)(token, context)
    for operand in token[:2]:
        for item in operand.select(context):
            spend(_size(item))


def _before_power(token: XPathToken, context: XPathContext | None) -> None:
    for index in range(len(token)):
        _bounded(token.get_argument(context, index), most=1024)


def _before_round(token: XPathToken, context: XPathContext | None) -> None:
    if len(token) > 1:
        _bounded(token.get_argument(context, 1), most=400)


def _without_collation(index: int) -> Callable[[XPathToken, XPathContext | None], None]:
    """Collations set the locale of the whole process, behind a lock that a failure leaves locked."""

    def refuse(token: XPathToken, context: XPathContext | None) -> None:
        if len(token) > index and token.get_argument(context, index) is not None:
            raise ExpressionError("collations are not offered: texts are compared by their characters")

    return refuse


def _bounded(number: object, *, most: int) -> None:
    if isinstance(number, int) and abs(number) > most:
        raise ExpressionError(f"the number {str(number)[:20]} is too large here: {most} at most")


_BEFORE: Mapping[str, Callable[[XPathToken, XPathContext | None], None]] = {
    **dict.fromkeys(("max", "min", "sort"), _without_collation(1)),
    **dict.fromkeys(
        (
            "compare",
            "contains",
            "contains-token",
            "ends-with",
            "index-of",
            "starts-with",
            "substring-after",
            "substring-before",
        ),
        _without_collation(2),
    ),
    "to": _before_range,
    "distinct-values": _before_distinct_values,
    "deep-equal": _before_deep_equal,
    "pow": _before_power,
    "exp10": _before_power,
    "round": _before_round,
    "round-half-to-even": _before_round,
}
"""What these would do in one go is paid for before."""
