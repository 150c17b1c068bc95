"""The runbook file: the only commands that run on hosts, by name, and what their arguments may look like.

A word of a command is as it stands there, or is one argument as a whole. SSH hands a command line to a shell on the far
side, so each word is quoted for it, and an argument is refused that could be taken for an option or for more than a word.
"""

import re
import shlex
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

LONGEST_ARGUMENT = 200
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_LITERAL = re.compile(r"[A-Za-z0-9_./:=@%+,-]+")
_INTEGER = re.compile(r"0|[1-9][0-9]{0,17}")
_PRINTABLE = re.compile(r"[\x20-\x7e]+")
OWN = frozenset({"key", "undoes", "flow"})
"""What the worker fills in: the step's key, that of the step it undoes, and the flow's correlation id."""


class RunbooksInvalid(ValueError):
    """The file cannot be used; the text names the place and never shows a value."""


class ArgumentRefused(ValueError):
    """An argument is missing, is one too many, or is not what the runbook allows."""


class Phase(StrEnum):
    """What a runbook has a command for."""

    CHECK = "check"
    APPLY = "apply"
    VERIFY = "verify"
    UNDO = "undo"


class _Typed(BaseModel):
    """What a person has typed: a field that there is not is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Argument(_Typed):
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
            return bool(_INTEGER.fullmatch(value)) and (self.at_least or 0) <= int(value) <= (
                self.at_most or 0
            )
        return value in self.one_of if self.pattern is None else bool(re.fullmatch(self.pattern, value))


Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
Command = Annotated[tuple[str, ...], Field(min_length=1)]


class Runbook(_Typed):
    """The commands of one change, word by word, and their arguments."""

    description: str
    check: Command
    """Changes nothing; says whether the change can begin."""
    apply: Command
    verify: Command
    """Changes nothing; says whether the host does as it should after the change."""
    undo: Command
    """Succeeds where there is nothing to undo."""
    arguments: Mapping[str, Argument] = {}

    @field_validator("check", "apply", "verify", "undo")
    @classmethod
    def _is_made_of_words(cls, command: tuple[str, ...]) -> tuple[str, ...]:
        if not _LITERAL.fullmatch(command[0]):
            raise ValueError("begins with the name of a program")
        if any(not (_LITERAL.fullmatch(word) or _PLACEHOLDER.fullmatch(word)) for word in command):
            raise ValueError("each word is plain, or one argument as a whole, as in {version}")
        return command

    @model_validator(mode="after")
    def _fits_its_arguments(self) -> Self:
        for phase in Phase:
            unknown = _named(self.words(phase)) - self.arguments.keys() - OWN
            if unknown:
                raise ValueError(f"`{phase}` has {{{min(unknown)}}}, which is no argument")
        if OWN & self.arguments.keys():
            raise ValueError(f"{', '.join(sorted(OWN))} are filled in, and cannot be arguments")
        if "key" not in _named(self.apply) or not {"key", "undoes"} <= _named(self.undo):
            raise ValueError("`apply` needs {key}, and `undo` needs {key} and {undoes}")
        return self

    def words(self, phase: Phase) -> tuple[str, ...]:
        command: tuple[str, ...] = getattr(self, phase.value)
        return command

    def check_arguments(self, given: Mapping[str, str]) -> None:
        """Raises ArgumentRefused, which names the argument and does not repeat it."""
        for name in sorted(self.arguments.keys() ^ given.keys()):
            raise ArgumentRefused(f"{name} is {'missing' if name in self.arguments else 'no argument of it'}")
        for name, argument in self.arguments.items():
            if not argument.allows(given[name]):
                raise ArgumentRefused(f"{name} is not what the runbook allows")

    def command(self, phase: Phase, given: Mapping[str, str], own: Mapping[str, str]) -> str:
        """The command line for a shell. Raises ArgumentRefused."""
        self.check_arguments(given)
        values = {**given, **own}
        placeholders = [(word, _PLACEHOLDER.fullmatch(word)) for word in self.words(phase)]
        return shlex.join([values[found[1]] if found else word for word, found in placeholders])


class Runbooks(_Typed):
    """The file as a whole."""

    runbooks: Mapping[Name, Runbook]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Raises RunbooksInvalid."""
        try:
            return cls.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise RunbooksInvalid(f"{path} cannot be read: {reason}") from None
        except tomllib.TOMLDecodeError as error:
            raise RunbooksInvalid(f"{path} is no TOML: {error}") from None
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            place = ".".join(map(str, first["loc"]))
            raise RunbooksInvalid(f"{path}: {place}: {first['msg'].removeprefix('Value error, ')}") from None


def _named(command: tuple[str, ...]) -> set[str]:
    return {found[1] for found in map(_PLACEHOLDER.fullmatch, command) if found}
