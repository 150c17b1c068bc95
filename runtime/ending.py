"""Ends a program that has used the Temporal SDK, without crash or hang."""

import atexit
import contextlib
import gc
import os
import sys
from typing import NoReturn


def leave(status: int) -> NoReturn:
    """End this process with `status`; to be the last call of a program, when nothing of it runs any more.

    The SDK's native threads call into Python when they see fit. While the interpreter is torn down such a call
    crashes the process or blocks it for ever, so it is not torn down. What is registered for the end still runs,
    and what is garbage is collected first: the core's last metrics are sent when it is.
    """
    gc.collect()
    atexit._run_exitfuncs()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # the reader has gone, or it is closed
            stream.flush()
    os._exit(status)
