"""Where a saga stands between its first step and its end."""

from enum import Enum, auto


class Phase(Enum):
    """A saga goes from `OPEN` to one of the others, and never back."""

    OPEN = auto()
    """Steps can still be undone."""
    FORWARD = auto()
    """Beyond the point of no return."""
    UNDOING = auto()
