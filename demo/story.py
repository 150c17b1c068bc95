"""What a story is, and the chapter of all stories of one flow."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

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


@dataclass(frozen=True)
class Chapter:
    """The stories of one flow; `id_field` is the field of its input that its workflow id comes from.

    `own` has further fields that differ from story to story: `{}` in them stands for the story's id.
    """

    flow: str
    heading: str
    id_field: str
    stories: Sequence[Story]
    own: Mapping[str, str] = field(default_factory=dict[str, str])
