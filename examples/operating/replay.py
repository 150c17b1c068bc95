"""Replays the running flows of a server with the code of this checkout: `python -m examples.operating.replay`."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from temporalio.client import Client
from temporalio.worker import Replayer

from catalogue import CATALOGUE
from runtime.client import connect
from runtime.ending import leave
from runtime.visibility import list_query
from saga import SagaPlugin

RUNNING = f"{list_query(CATALOGUE.names, ())} AND ExecutionStatus = 'Running'"


async def main() -> int:
    """1 if this code cannot go on with one of them."""
    verdicts = dict([verdict async for verdict in replayed(await connect("replay"), CATALOGUE.workflows)])
    broken = {workflow_id: failure for workflow_id, failure in verdicts.items() if failure}
    for workflow_id, failure in broken.items():
        print(f"{workflow_id}: {failure}")
    print(f"running flows replayed: {len(verdicts)}, not to be gone on with: {len(broken)}")
    return 1 if broken else 0


async def replayed(client: Client, workflows: Sequence[type]) -> AsyncIterator[tuple[str, Exception | None]]:
    """The id of each running flow, and why the workflows do not fit its history, if so."""
    replayer = Replayer(workflows=workflows, plugins=[SagaPlugin()])
    histories = client.list_workflows(RUNNING).map_histories()
    async with replayer.workflow_replay_iterator(histories) as results:
        async for result in results:
            yield result.history.workflow_id, result.replay_failure


if __name__ == "__main__":
    leave(asyncio.run(main()))
