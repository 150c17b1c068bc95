"""Which failures of the steps inside it a part of the flow can live with."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from enum import Enum, auto


class Tolerance(Enum):
    """What a failing step does to what is around it."""

    NONE = auto()
    ALTERNATIVE = auto()
    """Another step takes its place."""
    OPTIONAL = auto()
    """The flow goes on without it."""


_tolerance: ContextVar[Tolerance] = ContextVar("saga_tolerance", default=Tolerance.NONE)


def tolerance() -> Tolerance:
    """Around the step that is being reached."""
    return _tolerance.get()


@contextmanager
def tolerating(what: Tolerance) -> Generator[None]:
    """For the steps that are reached inside the block, and in the legs that are begun there."""
    token = _tolerance.set(what)
    try:
        yield
    finally:
        with suppress(ValueError):  # a run that is thrown away is closed in another context
            _tolerance.reset(token)
