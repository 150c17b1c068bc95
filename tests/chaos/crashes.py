"""What is killed while a chaos run goes on: now a worker, now the server, each started again at once."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from random import Random

from runtime.dev_server import DevServer
from tests.worker_process import WorkerProcess

PAUSE = (2.0, 5.0)
"""Seconds between two kills."""


class Crashes:
    """SIGKILLs until it is cancelled, and then leaves everything running; `killed` counts them."""

    def __init__(self, random: Random, server: DevServer, workers: Sequence[WorkerProcess]) -> None:
        self._random = random
        self._server = server
        self._workers = workers
        self.killed: Counter[str] = Counter()

    async def go_on(self) -> None:
        while True:
            await asyncio.sleep(self._random.uniform(*PAUSE))
            crash = asyncio.ensure_future(self._crash())
            try:
                await asyncio.shield(crash)
            finally:
                await crash

    async def _crash(self) -> None:
        what = self._random.choices(("worker", "server"), weights=(3, 1))[0]
        self.killed[what] += 1
        victim = self._random.choice(self._workers) if what == "worker" else self._server
        await victim.kill()
        await victim.start()
