"""The functions of XPath that take regular expressions, by RE2."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from elementpath import XPathContext
from elementpath.xpath_tokens import XPathToken

from arazzo.expression_error import ExpressionError
from arazzo.metering import CHARACTERS_A_STEP, spend
from arazzo.regexes import compile_regex

_SPECIAL = r"\.[]{}()*+?^$|"


def _matches(token: XPathToken, context: XPathContext | None) -> bool:
    text, pattern = _text(token, context, 0), _text(token, context, 1)
    return compile_regex(_with_flags(pattern, token, context, 2)).found_in(text)


def _tokenize(token: XPathToken, context: XPathContext | None) -> list[str]:
    text = _text(token, context, 0)
    if len(token) == 1:
        return text.split()
    regex = compile_regex(_with_flags(_text(token, context, 1), token, context, 2))
    if regex.found_in(""):
        raise ExpressionError("the pattern of tokenize() matches the empty text")
    parts = regex.split(text) if text else []
    spend(len(parts))
    return parts


def _refused(token: XPathToken, context: XPathContext | None) -> str:
    del token, context
    raise ExpressionError("replace() is not offered: what it gives has no bound")


def _with_flags(pattern: str, token: XPathToken, context: XPathContext | None, index: int) -> str:
    flags = _text(token, context, index) if len(token) > index else ""
    if "q" in flags:
        pattern = "".join(f"\\{character}" if character in _SPECIAL else character for character in pattern)
    if not set(flags) <= set("smiq"):
        raise ExpressionError(f"of the flags {flags!r} only s, m, i and q are known")
    known = "".join(flag for flag in "smi" if flag in flags)
    return f"(?{known}){pattern}" if known else pattern


def _text(token: XPathToken, context: XPathContext | None, index: int) -> str:
    text = cast("str", token.get_argument(context, index, default="", cls=str))
    spend(1 + len(text) // CHARACTERS_A_STEP)
    return text


REGEX_FUNCTIONS: Mapping[str, Callable[[XPathToken, XPathContext | None], Any]] = {
    "matches": _matches,
    "tokenize": _tokenize,
    "replace": _refused,
}
