"""Runtime expressions as values: what each one refers to, and how it is written (section Runtime Expressions)."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from arazzo.json_pointers import Pointer, print_pointer


class Source(StrEnum):
    """What an expression begins with, after the dollar sign."""

    URL = "url"
    METHOD = "method"
    STATUS_CODE = "statusCode"
    REQUEST = "request"
    RESPONSE = "response"
    MESSAGE = "message"
    INPUTS = "inputs"
    OUTPUTS = "outputs"
    STEPS = "steps"
    WORKFLOWS = "workflows"
    SOURCE_DESCRIPTIONS = "sourceDescriptions"
    COMPONENTS = "components"
    SELF = "self"
    INTERACTION = "interaction"
    """`$interaction.payload`: what a person has answered; ours, shaped like the draft of 1.2."""


EXCHANGES = frozenset({Source.REQUEST, Source.RESPONSE, Source.MESSAGE, Source.INTERACTION})

_LOOKS_LIKE_ONE = re.compile(rf"\$({'|'.join(Source)}|body)(?![\w-])", re.ASCII)
_TO_BE_ESCAPED = re.compile(r'["\\{}\x00-\x1f]')


@dataclass(frozen=True, slots=True)
class Expression:
    """One runtime expression. Two are equal when they mean the same, however they are written."""

    source: Source
    owner: str = ""
    """The step, workflow or source description that it asks."""
    part: str = ""
    """Of an exchange `header`, `query`, `path`, `body` or `payload`; of a workflow or of components which map."""
    name: str | None = None
    """Of the header, parameter, input, output or component; of a source description what is wanted there.
    None: all of them (compat only)."""
    pointer: Pointer = ()
    departures: tuple[str, ...] = field(default=(), compare=False)
    """How the text that this was read from departs from the grammar (D21)."""
    dots_dereference: bool = field(default=False, compare=False)
    """Whether `a.b` may be the property b of a, where nothing has the name `a.b` (F10)."""

    def __str__(self) -> str:
        """As the grammar of 1.1 writes it, or the nearest to it."""
        return f"${self.source}{self._reference()}" + (
            f"#{print_pointer(self.pointer)}" if self.pointer else ""
        )

    def _reference(self) -> str:
        name = "" if self.name is None else f".{self.name}"
        match self.source:
            case Source.REQUEST | Source.RESPONSE | Source.MESSAGE | Source.INTERACTION:
                quoted = self.part in {"query", "path"} and self.name is not None
                return f".{self.part}" + (f".{_escaped(self.name or '')}" if quoted else name)
            case Source.STEPS:
                return f".{self.owner}.outputs{name}"
            case Source.WORKFLOWS:
                return f".{self.owner}.{self.part}{name}"
            case Source.SOURCE_DESCRIPTIONS:
                return f".{self.owner}.{_escaped(self.name or '')}"
            case Source.COMPONENTS:
                return f".{self.part}{name}"
            case _:
                return name


def looks_like_expression(text: str) -> bool:
    """Whether a text is meant as an expression, well formed or not; `$5` and `$.items` are constants."""
    return _LOOKS_LIKE_ONE.match(text) is not None


def _escaped(name: str) -> str:
    return _TO_BE_ESCAPED.sub(lambda found: _ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04x}", name)


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
