"""Runs `python worker.py --with-private` as users do, so that tests can end it, kindly or with SIGKILL."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from crash_kit.program import Program

ROOT = Path(__file__).parents[1]


class WorkerProcess(Program):
    """One worker; `async with` starts and ends it, `kill()` is SIGKILL, after which `start()` runs a new one.

    Its log is in `log`, which a failing test may show.
    """

    def __init__(self, environment: Mapping[str, str], *, log: Path) -> None:
        super().__init__(
            [sys.executable, str(ROOT / "worker.py"), "--with-private"],
            ready="worker ready",
            log=log,
            environment={**os.environ, **environment},
            folder=ROOT,
        )
