"""A text that a pattern matches, for samples: patterns of literals, classes, groups, alternatives and repetitions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from arazzo.expression_error import ExpressionError
from arazzo.regexes import compile_regex

TOKEN = re.compile(
    r"(?P<group>\((?:\?:|\?P?<\w+>)?)|(?P<end>\))|(?P<bar>\|)|(?P<anchor>[\^$]|\\[bAzZ])"
    r"|(?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])|(?P<escape>\\.)|(?P<dot>\.)|(?P<literal>[^?*+{}()\[\]|\\])",
    re.DOTALL,
)
TIMES = re.compile(r"(?:\{(?P<least>[0-9]{1,4})(?:,[0-9]{0,4})?\}|(?P<any>[?*])|(?P<some>\+))[?+]?")
RANGE = re.compile(r"(\\.|[^\\])-(\\.|[^\\])|(\\.|[^\\])", re.DOTALL)
KNOWN = {"d": "1", "w": "a", "s": " ", "D": "a", "W": "-", "S": "a", "n": "\n", "t": "\t", "r": "\r"}
TRIED = "aA1 -_.:/@"
LONGEST = 1_000


def sample_of(pattern: str) -> str | None:
    """The simplest text that it matches; None where that is not seen."""
    if len(pattern) > LONGEST:
        return None
    try:
        made = _Reading(pattern).alternatives()
        return made if made is not None and compile_regex(pattern).found_in(made) else None
    except (ExpressionError, RecursionError):
        return None


@dataclass(slots=True)
class _Reading:
    pattern: str
    at: int = 0

    def alternatives(self) -> str | None:
        """The first of them; the others are read over."""
        first = self.sequence()
        while self.pattern.startswith("|", self.at):
            self.at += 1
            if self.sequence() is None:
                return None
        return first

    def sequence(self) -> str | None:
        made = ""
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            one = self.one()
            if one is None or len(made) > LONGEST:
                return None
            made += one * self.least()
        return made

    def one(self) -> str | None:
        found = TOKEN.match(self.pattern, self.at)
        if found is None:
            return None
        self.at = found.end()
        text = found[0]
        match found.lastgroup:
            case "group":
                return self.group()
            case "anchor" | "dot":
                return "" if found.lastgroup == "anchor" else "a"
            case "set":
                return _of_set(text)
            case "escape":
                return KNOWN.get(text[1]) if text[1].isalnum() else text[1]
            case _:
                return text

    def group(self) -> str | None:
        made = self.alternatives()
        closed = self.pattern.startswith(")", self.at)
        self.at += 1
        return made if closed else None

    def least(self) -> int:
        """How often it has to be there."""
        found = TIMES.match(self.pattern, self.at)
        if found is None:
            return 1
        self.at = found.end()
        return int(found["least"]) if found["least"] else 0 if found["any"] else 1


def _of_set(text: str) -> str | None:
    """One character of a class: the first that it names, or of a denied one the first usual one that it does not."""
    if text.startswith("[^"):
        return next((one for one in TRIED if compile_regex(text).found_in(one)), None)
    found = RANGE.match(text, 1)
    first = (found[1] or found[3]) if found else ""
    if first.startswith("\\"):
        return KNOWN.get(first[1]) if first[1].isalnum() else first[1]
    return first or None
