"""JSON (RFC 8259) with the line of each value, read without recursion."""

import json
import re

from arazzo.limits import Limits
from arazzo.tree import Builder
from arazzo.yaml_text import NotJson, integer, number

SPACE = re.compile(r"[ \t\n\r]*")
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
SURROGATE = re.compile("[\ud800-\udfff]")
WORDS = {"true": True, "false": False, "null": None}
WORD = re.compile("|".join(WORDS))


def read_json(text: str, builder: Builder, limits: Limits) -> None:
    """Tell the builder what the text says; raises Problems."""
    _Reading(text, builder, limits).run()


class _Reading:
    """Where the reading stands: the place, its line, and what is open."""

    def __init__(self, text: str, builder: Builder, limits: Limits) -> None:
        self.text, self.builder, self.limits = text, builder, limits
        self.place, self.line = 0, 1
        self.closers: list[str] = []

    def run(self) -> None:
        self.value()
        while self.closers:
            if self.skip(self.closers[-1]):
                self.close()
                continue
            self.need(",", f"',' or {self.closers[-1]!r}")
            self.item()
        if self.peek():
            raise self.wrong("something follows the end", "nothing more")

    def close(self) -> None:
        self.closers.pop()
        self.builder.end()

    def item(self) -> None:
        if self.closers[-1] == "}":
            self.name()
        self.value()

    def value(self) -> None:
        """One value, or the start of an object or an array up to its first scalar."""
        while (opener := self.peek()) in {"{", "["}:
            self.place += 1
            self.closers.append("}" if opener == "{" else "]")
            self.builder.begin(of_names=opener == "{", line=self.line)
            if self.skip(self.closers[-1]):
                self.close()
                return
            if opener == "{":
                self.name()
        self.scalar()

    def name(self) -> None:
        if self.peek() != '"':
            raise self.wrong("the name of a field is missing", "a text in double quotes")
        line = self.line
        self.builder.name(self.string(), line)
        self.need(":", "':'")

    def scalar(self) -> None:
        line = self.line
        if self.peek() == '"':
            self.builder.scalar(self.string(), line)
        elif found := WORD.match(self.text, self.place):
            self.place = found.end()
            self.builder.scalar(WORDS[found[0]], line)
        elif found := NUMBER.match(self.text, self.place):
            self.place = found.end()
            self.builder.scalar(self.number(found), line)
        else:
            raise self.wrong("no value", "a JSON value")

    def string(self) -> str:
        found = STRING.match(self.text, self.place)
        if found is None:
            raise self.wrong("a text that is not closed", "a text in double quotes, on one line")
        self.place = found.end()
        try:
            text = str(json.loads(found[0]))
        except json.JSONDecodeError as error:
            raise self.wrong(error.msg, "a text in double quotes") from None
        if SURROGATE.search(text):
            raise self.wrong("half a surrogate pair", "Unicode characters")
        return text

    def number(self, found: re.Match[str]) -> float:
        try:
            return (number if found[1] or found[2] else integer)(found[0], self.limits)
        except NotJson as error:
            raise self.wrong(str(error), "a smaller number") from None

    def peek(self) -> str:
        """The next character that is no space; empty at the end."""
        found = SPACE.match(self.text, self.place)
        if found is not None:
            self.line += found[0].count("\n")
            self.place = found.end()
        return self.text[self.place : self.place + 1]

    def skip(self, wanted: str) -> bool:
        if self.peek() != wanted:
            return False
        self.place += 1
        return True

    def need(self, wanted: str, expected: str) -> None:
        if not self.skip(wanted):
            raise self.wrong(f"{self.peek() or 'the end'} stands there", expected)

    def wrong(self, message: str, expected: str) -> Exception:
        return self.builder.refusal("syntax", message, self.line, expected=expected, clause="Format")
