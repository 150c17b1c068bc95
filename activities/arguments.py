"""What an argument of a runbook or a named query may look like: what is not allowed is refused."""

import re
from collections.abc import Mapping
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, field_validator, model_validator

LONGEST_ARGUMENT = 200
_INTEGER = re.compile(r"0|[1-9][0-9]{0,17}")
_PRINTABLE = re.compile(r"[\x20-\x7e]+")


class ArgumentRefused(ValueError):
    """An argument is missing, is one too many, or is not what is allowed."""


class Typed(BaseModel):
    """What a person has typed into a file: a field that there is not is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Argument(Typed):
    """A text is one of some words, or matches a pattern as a whole; an integer has its bounds."""

    type: Literal["text", "integer"] = "text"
    pattern: str | None = None
    one_of: tuple[str, ...] = ()
    at_least: int | None = None
    at_most: int | None = None

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        try:
            re.compile(pattern or "")
        except re.error as error:
            raise ValueError(f"is no regular expression: {error}") from None
        return pattern

    @model_validator(mode="after")
    def _is_bounded(self) -> Self:
        if self.type == "text" and (self.pattern is None) == (not self.one_of):
            raise ValueError("a text needs either `pattern` or `one_of`")
        if self.type == "integer" and (self.at_least is None or self.at_most is None):
            raise ValueError("an integer needs `at_least` and `at_most`")
        return self

    def allows(self, value: str) -> bool:
        """Whatever the file says: it is printable, not too long, and no option."""
        if len(value) > LONGEST_ARGUMENT or not _PRINTABLE.fullmatch(value) or value.startswith("-"):
            return False
        if self.type == "integer":
            return bool(_INTEGER.fullmatch(value)) and self._within(int(value))
        return value in self.one_of if self.pattern is None else bool(re.fullmatch(self.pattern, value))

    def value(self, given: str) -> str | int:
        """What is bound in a statement."""
        return int(given) if self.type == "integer" else given

    def _within(self, value: int) -> bool:
        return (
            self.at_least is not None and self.at_most is not None and self.at_least <= value <= self.at_most
        )


def check_arguments(allowed: Mapping[str, Argument], given: Mapping[str, str]) -> None:
    """Raises ArgumentRefused, which names the argument and does not repeat it."""
    for name in sorted(allowed.keys() ^ given.keys()):
        raise ArgumentRefused(f"{name} is {'missing' if name in allowed else 'no argument of it'}")
    for name, argument in allowed.items():
        if not argument.allows(given[name]):
            raise ArgumentRefused(f"{name} is not what is allowed there")
