"""Tells what takes long while it takes long: live on a terminal, a line now and then elsewhere."""

import sys
import time
from datetime import timedelta
from typing import TextIO

INTERVAL = timedelta(seconds=15)


class Progress:
    """Writes to standard error, so that standard output stays the answer's."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()
        self._next_tick = 0.0
        self._rewritable = False

    def say(self, line: str) -> None:
        """A fact: stays on the screen."""
        self.end()
        print(line, file=self._stream, flush=True)
        self._next_tick = time.monotonic() + INTERVAL.total_seconds()

    def tick(self, line: str) -> None:
        """How far it is: replaced by the next one on a terminal, thinned out elsewhere."""
        if self._live:
            print(f"\r\033[K  {line}", end="", file=self._stream, flush=True)
            self._rewritable = True
        elif time.monotonic() >= self._next_tick:
            self.say(f"  {line}")

    def end(self) -> None:
        """Leaves the last tick on the screen, so that what comes next has a line of its own."""
        if self._rewritable:
            print(file=self._stream)
            self._rewritable = False


def elapsed(since: float) -> str:
    """The time since a moment of `time.monotonic()`, as a person says it: `8 s`, `1 min 05 s`."""
    minutes, seconds = divmod(int(time.monotonic() - since), 60)
    return f"{minutes} min {seconds:02} s" if minutes else f"{seconds} s"
