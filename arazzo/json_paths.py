"""JSONPath: RFC 9535 to the letter, and the older draft as far as the library knows it (F5, F7).

Each value that a query visits costs a step. Regular expressions inside a query are RE2's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from typing import Any, Never, cast

from jsonpath import JSONPath, JSONPathEnvironment, JSONPathMatch
from jsonpath.exceptions import JSONPathSyntaxError
from jsonpath.filter import BaseExpression, FilterQuery
from jsonpath.function_extensions import ExpressionType, FilterFunction
from jsonpath.parse import Parser
from jsonpath.stream import TokenStream
from pydantic import JsonValue

from arazzo.expression_error import ExpressionError, reason_of
from arazzo.json_pointers import Pointer
from arazzo.limits import LIMITS, Limits
from arazzo.metering import CHARACTERS_A_STEP, metered, spend, weigh
from arazzo.regexes import compile_regex

RFC9535 = "rfc9535"
GOESSNER = "draft-goessner-dispatch-jsonpath-00"


@dataclass(frozen=True, slots=True)
class Node:
    """A value that a query has found, and where."""

    pointer: Pointer
    value: JsonValue


@dataclass(frozen=True, slots=True)
class Query:
    """A JSONPath, ready to be asked."""

    path: "_Path"

    @property
    def singular(self) -> bool:
        """Whether it can find one value at most, by its form."""
        return self.path.singular_query()

    @property
    def pointer(self) -> Pointer | None:
        """Where that value is, if it is singular and counts no index from the end."""
        keys = [
            getattr(s.selectors[0], "name", getattr(s.selectors[0], "index", -1)) for s in self.path.segments
        ]
        counted = any(isinstance(key, int) and key < 0 for key in keys)
        return tuple(map(str, keys)) if self.singular and not counted else None

    def nodes(self, value: JsonValue, limits: Limits = LIMITS) -> list[Node]:
        """All that it finds, in order; raises `ExpressionError`."""
        try:
            with metered(limits.selector_steps):
                matches = list(islice(self.path.finditer(value), limits.result_nodes + 1))
        except ExpressionError:
            raise
        except Exception as error:  # noqa: BLE001  what the library raises is of many kinds, and undocumented
            raise ExpressionError(f"a JSONPath fails: {reason_of(error)}") from None
        if len(matches) > limits.result_nodes:
            raise ExpressionError(f"a JSONPath finds more than {limits.result_nodes} values")
        return [Node(tuple(map(str, match.parts)), cast("JsonValue", match.obj)) for match in matches]


def compile_path(text: str, version: str = RFC9535, *, limits: Limits = LIMITS) -> Query:
    """A JSONPath as a document has it; raises `ExpressionError`."""
    if len(text) > limits.expression_length:
        raise ExpressionError(
            f"a JSONPath of {len(text)} characters is too long: {limits.expression_length} at most"
        )
    if version not in {RFC9535, GOESSNER}:
        raise ExpressionError(f"there is no JSONPath {version!r}: {RFC9535} and {GOESSNER} are known")
    return _compile(text, version)


@lru_cache(maxsize=256)
def _compile(text: str, version: str) -> Query:
    environment = _environment(version)
    try:
        path = environment.compile(text)
    except Exception as error:  # noqa: BLE001  as above
        raise ExpressionError(f"{text[:200]!r} is no JSONPath ({version}): {reason_of(error)}") from None
    if not isinstance(path, JSONPath) or path.pseudo_root:
        raise ExpressionError(f"{text[:200]!r} is no JSONPath ({version}) but an extension of it")
    return Query(_Path(env=environment, segments=path.segments))


@cache
def _environment(version: str) -> "_Environment":
    return _Environment(strict=version == RFC9535)


class _Match(JSONPathMatch):
    """Costs a step to visit."""

    def new_child(self, obj: object, key: int | str) -> JSONPathMatch:
        spend(1 + len(self.path) // CHARACTERS_A_STEP)
        return super().new_child(obj, key)


class _Path(JSONPath):
    """Visits metered matches, and takes texts as values rather than as JSON."""

    def finditer(self, data: object, *, filter_context: object = None) -> Iterable[JSONPathMatch]:
        del filter_context
        root = _Match(filter_context={}, obj=data, parent=None, path="$", parts=(), root=cast("Any", data))
        matches: Iterable[JSONPathMatch] = [root]
        for segment in self.segments:
            matches = segment.resolve(matches)
        return matches


class _Parser(Parser):
    """Has inner queries metered too, and refuses what would run away or is nobody's standard."""

    def parse_absolute_query(self, stream: TokenStream) -> BaseExpression:
        return self._metered(super().parse_absolute_query(stream))

    def parse_relative_query(self, stream: TokenStream) -> BaseExpression:
        return self._metered(super().parse_relative_query(stream))

    def parse_regex(self, stream: TokenStream) -> Never:
        raise JSONPathSyntaxError(
            "=~ is in no version of JSONPath; search() and match() are", token=stream.current()
        )

    def parse_filter_context_path(self, stream: TokenStream) -> Never:
        raise JSONPathSyntaxError("_ is in no version of JSONPath", token=stream.current())

    def _metered(self, query: BaseExpression) -> BaseExpression:
        if isinstance(query, FilterQuery):
            query.path = _Path(env=self.env, segments=query.path.segments)
        return query


class _Environment(JSONPathEnvironment):
    parser_class = _Parser

    def setup_function_extensions(self) -> None:
        super().setup_function_extensions()
        self.function_extensions |= {"search": _Search(), "match": _FullMatch()}

    def compare(self, left: object, operator: str, right: object) -> bool:
        spend(1 + min(weigh(left), weigh(right)))
        return super().compare(left, operator, right)


class _Search(FilterFunction):
    """`search()` of RFC 9535, by RE2: a pattern that is none finds nothing."""

    whole = "(?:{})"

    @property
    def arg_types(self) -> list[ExpressionType]:
        return [ExpressionType.VALUE, ExpressionType.VALUE]

    @property
    def return_type(self) -> ExpressionType:
        return ExpressionType.LOGICAL

    def __call__(self, value: object, pattern: object) -> bool:
        if not isinstance(value, str) or not isinstance(pattern, str):
            return False
        spend(1 + (len(value) + len(pattern)) // CHARACTERS_A_STEP)
        try:
            return compile_regex(self.whole.format(_dots_of_i_regexp(pattern))).found_in(value)
        except ExpressionError:
            return False


class _FullMatch(_Search):
    """`match()` of RFC 9535, by RE2."""

    whole = r"\A(?:{})\z"


def _dots_of_i_regexp(pattern: str) -> str:
    r"""A pattern of RFC 9485 as RE2 takes it: a dot outside of a class is `[^\n\r]`."""
    parts: list[str] = []
    in_class = escaped = False
    for character in pattern:
        parts.append(r"[^\n\r]" if character == "." and not in_class and not escaped else character)
        if not escaped and character in "[]":
            in_class = character == "["
        escaped = character == "\\" and not escaped
    return "".join(parts)
