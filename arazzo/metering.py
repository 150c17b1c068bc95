"""What evaluating may cost, counted in steps rather than seconds, so that the same is refused everywhere."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import cast

from arazzo.expression_error import ExpressionError

CHARACTERS_A_STEP = 64
"""Texts cost what it takes to copy them."""


class Meter:
    """A number of steps that may be taken; then `ExpressionError`."""

    __slots__ = ("_left",)

    def __init__(self, steps: int) -> None:
        self._left = steps

    def spend(self, steps: int = 1) -> None:
        """Takes steps, before the work is done where that can be."""
        self._left -= steps
        if self._left < 0:
            raise ExpressionError("it costs more than it may: too many steps, or too large a result")


_METER: ContextVar[Meter | None] = ContextVar("meter", default=None)


@contextmanager
def metered(steps: int) -> Generator[None]:
    """What is done in here may take so many steps."""
    token = _METER.set(Meter(steps))
    try:
        yield
    finally:
        _METER.reset(token)


def spend(steps: int = 1) -> None:
    """Takes steps of the meter that is running, if one is."""
    if meter := _METER.get():
        meter.spend(steps)


def weigh(value: object) -> int:
    """How many values and pieces of text a value holds: what it costs to go through it."""
    weight = 0
    waiting = [value]
    while waiting:
        found = waiting.pop()
        weight += 1
        if isinstance(found, str):
            weight += len(found) // CHARACTERS_A_STEP
        elif isinstance(found, dict):
            waiting += cast("dict[str, object]", found).values()
        elif isinstance(found, list):
            waiting += cast("list[object]", found)
    return weight
