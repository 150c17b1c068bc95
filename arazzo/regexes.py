r"""Regular expressions of documents: RE2, whose time is linear in the text, whatever the pattern.

RE2 knows no look-around and no back-reference. The strict mode refuses them. The compat mode takes look-aheads at the
beginning (`^(?!.*test)(?=.*\d).+$`), which are so many patterns that all have to match, or not; nothing else.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol, cast

import re2  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from arazzo.expression_error import ExpressionError
from arazzo.limits import LIMITS, Limits

MEMORY = 2 * 1024 * 1024
"""Of one compiled pattern."""

_DELIMITED = re.compile(r"/(.*)/([ims]*)", re.DOTALL)
_LOOK_AHEAD = re.compile(r"\(\?([=!])")


class Match(Protocol):
    """What RE2 finds."""

    def start(self) -> int: ...

    def end(self) -> int: ...


class Pattern(Protocol):
    """What RE2 compiles."""

    def search(self, text: str, /) -> object | None: ...

    def finditer(self, text: str, /) -> Iterator["Match"]: ...


@dataclass(frozen=True, slots=True)
class Regex:
    """A pattern, ready to be searched for."""

    patterns: tuple[tuple[Pattern, bool], ...]
    """Each of them, and whether it has to match."""
    departures: tuple[str, ...] = ()

    def found_in(self, text: str) -> bool:
        """Whether the pattern matches somewhere in a text."""
        try:
            return all((pattern.search(text) is not None) is wanted for pattern, wanted in self.patterns)
        except UnicodeEncodeError:
            raise ExpressionError("the text is not Unicode: it has half a character in it") from None

    def split(self, text: str) -> list[str]:
        """What stands between the matches; groups are not part of it."""
        parts: list[str] = []
        end = 0
        for match in self.patterns[0][0].finditer(text):
            parts.append(text[end : match.start()])
            end = match.end()
        return [*parts, text[end:]]


def compile_regex(pattern: str, *, lenient: bool = False, limits: Limits = LIMITS) -> Regex:
    """A pattern as a document has it; raises `ExpressionError`."""
    if len(pattern) > limits.regex_length:
        raise ExpressionError(
            f"a regular expression of {len(pattern)} characters: {limits.regex_length} at most"
        )
    return _compile(pattern, lenient)


@lru_cache(maxsize=64)
def _compile(pattern: str, lenient: bool) -> Regex:  # noqa: FBT001  as a cache's key
    departures: list[str] = []
    if lenient and (delimited := _DELIMITED.fullmatch(pattern)):
        flags = f"(?{delimited[2]})" if delimited[2] else ""
        pattern = flags + delimited[1]
        departures.append("a regular expression stands without slashes around it")
    try:
        return Regex(((_re2(pattern), True),), tuple(departures))
    except ExpressionError:
        if not lenient or (parts := _look_aheads(pattern)) is None:
            raise
    departures.append("a look-ahead is not in every dialect")
    return Regex(tuple((_re2(part), wanted) for part, wanted in parts), tuple(departures))


def _look_aheads(pattern: str) -> list[tuple[str, bool]] | None:
    """A pattern that is anchored and begins with look-aheads, as the patterns that it is made of."""
    if not pattern.startswith("^"):
        return None
    parts: list[tuple[str, bool]] = []
    at = 1
    while found := _LOOK_AHEAD.match(pattern, at):
        end = _closing(pattern, found.end())
        if end is None:
            return None
        parts.append((f"^(?:{pattern[found.end() : end]})", found[1] == "="))
        at = end + 1
    rest = pattern[at:]
    if not parts or rest[:1] in {"*", "+", "?", "{"} or _has_alternatives(rest):
        return None
    return [*parts, (f"^{rest}", True)]


def _closing(pattern: str, start: int) -> int | None:
    """Where the group that is open at `start` closes."""
    return next((at for at, depth in _depths(pattern, start) if depth < 0), None)


def _has_alternatives(pattern: str) -> bool:
    """Whether it is alternatives, of which only the first would be anchored."""
    return any(depth == 0 and pattern[at] == "|" for at, depth in _depths(pattern, 0))


def _depths(pattern: str, start: int) -> list[tuple[int, int]]:
    """Each character that is syntax, with the depth of groups after it."""
    depths: list[tuple[int, int]] = []
    depth, in_class, at = 0, False, start
    while at < len(pattern):
        character = pattern[at]
        if character == "\\":
            at += 2
            continue
        if in_class:
            in_class = character != "]"
        elif character == "[":
            in_class = True
            at += pattern[at + 1 : at + 2] in {"]", "^"}
        else:
            depth += (character == "(") - (character == ")")
            depths.append((at, depth))
        at += 1
    return depths


def _re2(pattern: str) -> Pattern:
    options = re2.Options()
    options.max_mem = MEMORY
    options.log_errors = False
    try:
        return cast("Pattern", re2.compile(pattern, options))
    except re2.error as error:  # pyright: ignore[reportUnknownVariableType]
        reason = cast("Exception", error).args[0]
        said = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        raise ExpressionError(f"{pattern!r} is no regular expression of RE2: {said}") from None
    except UnicodeEncodeError:
        raise ExpressionError("a regular expression has half a character in it") from None
