"""Where answers go: tables for people or JSON for machines on standard output, refusals on standard error."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from pydantic import BaseModel, JsonValue
from rich.console import Console, Group, RenderableType

from cli.wording import plain
from runtime.refusals import InvalidInput, Refused, Unreachable


@dataclass(frozen=True)
class Output:
    """`json` makes each answer one line of JSON."""

    json: bool

    @cached_property
    def console(self) -> Console:
        """Markup is off, since much of what is shown was written by others."""
        return Console(markup=False, emoji=False, highlight=False, soft_wrap=False)

    def show(self, *parts: RenderableType) -> None:
        """An answer for people."""
        for part in parts:
            self.console.print(part)

    def show_verbatim(self, *parts: RenderableType) -> None:
        """An answer with lines that are for copying: the terminal may break them, we do not."""
        self.console.print(Group(*parts), crop=False)

    def warn(self, line: str) -> None:
        """What is no refusal, and no answer either: on standard error."""
        sys.stderr.write(f"{plain(line)}\n")

    def answer(self, value: BaseModel | JsonValue | Sequence[BaseModel]) -> None:
        """An answer for machines."""
        sys.stdout.write(json.dumps(_jsonable(value), ensure_ascii=False) + "\n")
        sys.stdout.flush()


def tell(error: Refused | Unreachable) -> None:
    """Say on standard error why nothing was done; a line for each wrong field."""
    if isinstance(error, InvalidInput):
        lines = [f"{error.what} is not valid; nothing was changed:", *(f"  {p}" for p in error.problems)]
    else:
        lines = str(error).splitlines()
    sys.stderr.writelines(f"{' ' * (len(line) - len(line.lstrip(' ')))}{plain(line)}\n" for line in lines)


def error_of(error: Refused | Unreachable) -> dict[str, JsonValue]:
    """The same for machines."""
    kind = error.type if isinstance(error, Refused) else type(error).__name__
    said: dict[str, JsonValue] = {"type": kind, "message": str(error)}
    if isinstance(error, InvalidInput):
        said["fields"] = [{"field": p.field, "expected": p.expected} for p in error.problems]
    return said


def _jsonable(value: BaseModel | JsonValue | Sequence[BaseModel]) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, list | tuple):
        return [_jsonable(item) for item in value]
    return value
