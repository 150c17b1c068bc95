"""The exit statuses of every command."""

from enum import IntEnum


class Exit(IntEnum):
    DONE = 0
    FAILED = 1
    """The flow failed, was compensated, cancelled or terminated; or a story of the demo was not as told."""
    REFUSED = 2
    """Wrong usage, invalid input, or something that cannot be had: nothing was changed."""
    UNREACHABLE = 3
    """There is no server."""
    INTERRUPTED = 130
    """Ctrl-C; what was started goes on."""
