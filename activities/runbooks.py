"""The runbook file: the only commands that run on hosts, by name, and what their arguments may look like.

A word of a command is as it stands there, or is one argument as a whole. SSH hands a command line to a shell on the far
side, so each word is quoted for it, and an argument is refused that could be taken for an option or for more than a word.
"""

import re
import shlex
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from activities.arguments import Argument, Typed, check_arguments

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_LITERAL = re.compile(r"[A-Za-z0-9_./:=@%+,-]+")
OWN = frozenset({"key", "undoes", "flow"})
"""What the worker fills in: the step's key, that of the step it undoes, and the flow's correlation id."""


class Phase(StrEnum):
    """What a runbook has a command for."""

    CHECK = "check"
    APPLY = "apply"
    VERIFY = "verify"
    UNDO = "undo"


Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
Command = Annotated[tuple[str, ...], Field(min_length=1)]


class Runbook(Typed):
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

    def command(self, phase: Phase, given: Mapping[str, str], own: Mapping[str, str]) -> str:
        """The command line for a shell. Raises ArgumentRefused."""
        check_arguments(self.arguments, given)
        values = {**given, **own}
        placeholders = [(word, _PLACEHOLDER.fullmatch(word)) for word in self.words(phase)]
        return shlex.join([values[found[1]] if found else word for word, found in placeholders])


class Runbooks(Typed):
    """The file as a whole."""

    runbooks: Mapping[Name, Runbook]


def _named(command: tuple[str, ...]) -> set[str]:
    return {found[1] for found in map(_PLACEHOLDER.fullmatch, command) if found}
