"""Replays the running flows of a server with the code of this checkout: `python -m examples.operating.replay`."""

import asyncio

from temporalio.worker import Replayer

from catalogue import CATALOGUE
from runtime.client import connect
from runtime.ending import leave
from runtime.visibility import list_query
from saga import SagaPlugin


async def main() -> int:
    """How many flows this code cannot go on with."""
    client = await connect("replay")
    running = f"{list_query(CATALOGUE.names, ())} AND ExecutionStatus = 'Running'"
    replayer = Replayer(workflows=CATALOGUE.workflows, plugins=[SagaPlugin()])
    replayed, broken = 0, 0
    async with replayer.workflow_replay_iterator(client.list_workflows(running).map_histories()) as results:
        async for result in results:
            replayed += 1
            if result.replay_failure:
                broken += 1
                print(f"{result.history.workflow_id}: {result.replay_failure}")
    print(f"{replayed} running flows replayed, {broken} of them do not fit this code")
    return broken


if __name__ == "__main__":
    leave(min(asyncio.run(main()), 1))
