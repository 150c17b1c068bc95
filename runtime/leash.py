"""Starts a program that cannot outlive the process that started it, however that one ends.

`die_with_parent(command)` puts this file in front of a command. It asks the kernel to kill this process when
its parent ends (`PR_SET_PDEATHSIG`, which survives `exec`), then becomes the command. So no code of ours runs
between fork and exec in the parent, as a `preexec_fn` would, which threads make unsafe. Linux only: elsewhere
the command is started as it is, and only orderly ends of the parent clean up. To the kernel the parent is the
*thread* that started the child, so start children from a thread that lives as long as they should.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1


def die_with_parent(command: Sequence[str | os.PathLike[str]]) -> list[str]:
    """The command line that runs `command` for as long as the calling process lives, at most."""
    words = [os.fspath(word) for word in command]
    if sys.platform != "linux":
        return words
    return [sys.executable, "-I", "-S", str(Path(__file__)), str(os.getpid()), *words]


def _become(parent: int, command: list[str]) -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the request was made
        sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606 - becoming the command is this file's job


if __name__ == "__main__":
    _become(int(sys.argv[1]), sys.argv[2:])
