"""Reads runtime expressions: the grammars of 1.0 and 1.1, and the forms that real documents use beside them (D21)."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache

from arazzo.expression_error import ExpressionError
from arazzo.expressions import EXCHANGES, Expression, Source
from arazzo.json_pointers import Pointer, parse_pointer
from arazzo.limits import LIMITS, Limits

_HEAD = re.compile(r"\$([A-Za-z]+)", re.ASCII)
_PART = re.compile(r"\.([a-z]+)", re.ASCII)
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+", re.ASCII)
_STRICT_NAME = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9._-]+", re.ASCII)
_DEREFERENCE = re.compile(r"""\.([^.\[\]#"']+)|\[(\d{1,10})\]|\['([^']*)'\]|\["([^"]*)"\]""", re.ASCII)
_CHAR = re.compile(
    r"""\\u(?P<high>[Dd][89ABab][0-9A-Fa-f]{2})\\u(?P<low>[Dd][C-Fc-f][0-9A-Fa-f]{2})
    |\\(?:(?P<short>["\\/bfnrt])|u(?P<code>[0-9A-Fa-f]{4}))
    |(?P<plain>[^"\\{}\x00-\x1f])|(?P<wrong>.)""",
    re.DOTALL | re.VERBOSE,
)
_UNESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_COMPONENTS = ("parameters", "successActions", "failureActions")
_ALONE = frozenset({Source.URL, Source.METHOD, Source.STATUS_CODE, Source.SELF})
_OF_1_1 = frozenset({Source.MESSAGE, Source.SELF})
_ALIASES = (
    (re.compile(r"\$body(?![\w-])"), "$response.body"),
    (re.compile(r"\$(request|response)\.headers(?=\.)"), r"$\1.header"),
)


def parse(
    text: str, *, lenient: bool = False, version: str = "1.1", operand: bool = False, limits: Limits = LIMITS
) -> Expression:
    """The expression that a text is.

    `lenient` takes the compat forms too, and reports each in `departures`. An `operand` stands in a simple condition,
    where a dot and an index after it dereference. Raises `ExpressionError`.
    """
    if len(text) > limits.expression_length:
        raise ExpressionError(
            f"an expression of {len(text)} characters is too long: {limits.expression_length} at most"
        )
    return _parse(text, lenient, version, operand)


@lru_cache(maxsize=1024)
def _parse(text: str, lenient: bool, version: str, operand: bool) -> Expression:  # noqa: FBT001  as a cache's key
    reading = _Reading(text, lenient, version, operand)
    try:
        expression = reading.expression()
    except ExpressionError:
        if not lenient or text == text.strip():
            raise
        reading = _Reading(text.strip(), lenient, version, operand, ["white space stands around it"])
        expression = reading.expression()
    dots = (lenient or operand) and expression.name is not None and "." in expression.name
    return replace(expression, departures=tuple(reading.departures), dots_dereference=dots)


@dataclass(slots=True)
class _Reading:
    text: str
    lenient: bool
    version: str
    operand: bool
    departures: list[str] = field(default_factory=list[str])

    def depart(self, what: str) -> None:
        """Goes on in compat only."""
        if not self.lenient:
            raise self.refusal(what)
        self.departures.append(what)

    def refusal(self, why: str) -> ExpressionError:
        return ExpressionError(f"{self.text!r}: {why}")

    def expression(self) -> Expression:
        text = self.text
        for alias, meant in _ALIASES:
            if found := alias.match(text):
                text = alias.sub(meant, text, count=1)
                self.depart(f"{found[0]} is not in the grammar; {found.expand(meant)} is")
        head = _HEAD.match(text)
        if head is None or head[1] not in _SOURCES:
            raise self.refusal("is no runtime expression")
        source = _SOURCES[head[1]]
        if source in _OF_1_1 and self.version == "1.0":
            self.depart(f"${source} came with 1.1")
        return _READERS[source](self, source, text[head.end() :])

    def alone(self, source: Source, rest: str) -> Expression:
        if rest:
            raise self.refusal(f"nothing may follow ${source}")
        return Expression(source)

    def exchange(self, source: Source, rest: str) -> Expression:
        part = _PART.match(rest)
        if part is None or part[1] not in _PARTS[source]:
            raise self.refusal(f"after ${source} comes one of {', '.join(_PARTS[source])}")
        rest = rest[part.end() :]
        if part[1] == "payload" and self.version == "1.0" and source is not Source.MESSAGE:
            self.depart("payload came with 1.1")
        if part[1] in {"body", "payload"}:
            return Expression(source, part=part[1], pointer=self.location(rest))
        if not rest.startswith("."):
            raise self.refusal(f"{part[1]} takes a name")
        if part[1] != "header":
            return Expression(source, part=part[1], name=self.unescaped(rest[1:]))
        if not _TOKEN.fullmatch(rest, 1):
            raise self.refusal("this is not the name of a header (RFC 9110)")
        return Expression(source, part="header", name=rest[1:])

    def values(self, source: Source, rest: str) -> Expression:
        if not rest:
            self.depart(f"${source} takes a name")
            return Expression(source)
        name, pointer = self.name(rest)
        return Expression(source, name=name, pointer=pointer)

    def step(self, source: Source, rest: str) -> Expression:
        path = _before_pointer(rest)
        if found := re.search(r"\.outputs(?=\.|$)", path):
            owner, rest = self.owner(path[: found.start()]), rest[found.end() :]
            if not rest:
                self.depart("outputs takes a name")
                return Expression(source, owner=owner)
        else:
            owner, dot, _ = path[1:].partition(".")
            if not dot:
                raise self.refusal("names no output of the step")
            self.depart("outputs is left out")
            owner, rest = self.owner(f".{owner}"), rest[len(owner) + 1 :]
        name, pointer = self.name(rest)
        return Expression(source, owner=owner, name=name, pointer=pointer)

    def workflow(self, source: Source, rest: str) -> Expression:
        found = re.search(r"\.(inputs|outputs)(?=\.|$)", _before_pointer(rest))
        if found is None:
            raise self.refusal("names no inputs or outputs of the workflow")
        owner, part, rest = self.owner(rest[: found.start()]), found[1], rest[found.end() :]
        if not rest:
            self.depart(f"{part} takes a name")
            return Expression(source, owner=owner, part=part)
        name, pointer = self.name(rest)
        return Expression(source, owner=owner, part=part, name=name, pointer=pointer)

    def source_description(self, source: Source, rest: str) -> Expression:
        owner, _, reference = rest[1:].partition(".")
        if not reference:
            raise self.refusal("names nothing of the source description")
        return Expression(source, owner=self.owner(rest[:1] + owner), name=self.unescaped(reference))

    def component(self, source: Source, rest: str) -> Expression:
        part, _, name = rest[1:].partition(".")
        if rest[:1] != "." or part not in _COMPONENTS:
            raise self.refusal(f"after $components comes one of {', '.join(_COMPONENTS)}")
        if not _NAME.fullmatch(name):
            raise self.refusal("the name of a component has letters, digits, dots, hyphens and underscores")
        return Expression(source, part=part, name=name)

    def owner(self, dotted: str) -> str:
        """The name of a step, workflow or source description, after its dot."""
        owner = dotted[1:]
        if not dotted.startswith(".") or not owner:
            raise self.refusal("a name is missing")
        if not _STRICT_NAME.fullmatch(owner) and self.version != "1.0":
            self.depart(f"{owner!r} has more than letters, digits, hyphens and underscores")
        return owner

    def name(self, dotted: str) -> tuple[str, Pointer]:
        """The name of an input or output after its dot, and what follows it."""
        found = re.match(r"[^#\[]*", dotted[1:]) if dotted.startswith(".") else None
        if found is None or not found[0]:
            raise self.refusal("a name is missing")
        if not _NAME.fullmatch(found[0]) and self.version != "1.0":
            self.depart(f"{found[0]!r} has more than letters, digits, dots, hyphens and underscores")
        return found[0], self.location(dotted[1 + found.end() :])

    def location(self, rest: str) -> Pointer:
        """Where in a value: after `#` a pointer, or the dots and brackets of simple conditions."""
        if not rest:
            return ()
        if self.version != "1.0" and ("{" in rest or "}" in rest):
            self.depart("a pointer has no braces in it")
        if rest.startswith("#"):
            return parse_pointer(rest[1:])
        if not self.operand:
            self.depart(
                "a dot or an index dereferences in simple conditions only; elsewhere a pointer does, after #"
            )
        tokens: list[str] = []
        at = 0
        while found := _DEREFERENCE.match(rest, at):
            tokens.append(found[found.lastindex or 1])
            at = found.end()
        if at < len(rest):
            raise self.refusal(f"what is {rest[at:]!r}?")
        return tuple(tokens)

    def unescaped(self, text: str) -> str:
        """A name of any characters, with the escapes of JSON (CHAR)."""
        characters: list[str] = []
        for found in _CHAR.finditer(text):
            if found["wrong"]:
                self.depart(f"{found['wrong']!r} has to be escaped")
            characters.append(_character(found))
        return "".join(characters)


def _character(found: re.Match[str]) -> str:
    if high := found["high"]:
        return chr(0x10000 + ((int(high, 16) - 0xD800) << 10) + int(found["low"], 16) - 0xDC00)
    if code := found["code"]:
        return chr(int(code, 16))
    if short := found["short"]:
        return _UNESCAPED.get(short, short)
    return found["plain"] or found["wrong"]


def _before_pointer(text: str) -> str:
    return text.partition("#")[0]


_SOURCES = {str(source): source for source in Source}
_PARTS = dict.fromkeys(EXCHANGES, ("header", "query", "path", "body", "payload")) | {
    Source.INTERACTION: ("payload",)
}
_READERS: dict[Source, Callable[[_Reading, Source, str], Expression]] = {
    **dict.fromkeys(_ALONE, _Reading.alone),
    **dict.fromkeys(EXCHANGES, _Reading.exchange),
    Source.INPUTS: _Reading.values,
    Source.OUTPUTS: _Reading.values,
    Source.STEPS: _Reading.step,
    Source.WORKFLOWS: _Reading.workflow,
    Source.SOURCE_DESCRIPTIONS: _Reading.source_description,
    Source.COMPONENTS: _Reading.component,
}
