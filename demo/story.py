"""What a story is, and the chapter of all stories of one flow."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue

from demo.checks import Evidence
from demo.performance import Performance


@dataclass(frozen=True)
class Story:
    """`before` and `after` are the lines that are told; `deviations` says what was not as they say.

    `input` is a file in `examples/`.
    """

    title: str
    before: str
    after: Callable[[Evidence], str]
    input: str
    play: Callable[[Performance], Awaitable[None]]
    deviations: Callable[[Evidence], Iterator[str]]
    changed: Mapping[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    """Fields of the input of a document that are other than in its file."""


@dataclass(frozen=True)
class Chapter:
    """The stories of one flow; `id_field` is the field of its input that its workflow id comes from.

    `own` has further fields that differ from story to story: `{}` in them stands for the story's id. With a `document`
    of `examples/arazzo` the flow is the first workflow of that, and not one of the catalogue.
    """

    flow: str
    heading: str
    id_field: str
    stories: Sequence[Story]
    own: Mapping[str, str] = field(default_factory=dict[str, str])
    document: str = ""
