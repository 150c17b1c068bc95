"""`python -m deploy.worker_health`: whether the server sees a worker of this machine ask for work. 0: yes, 1: no.

A container is a machine of its own, so its health check asks about its one worker. A worker that hangs, or that lost
its server, is not seen any more after a while.
"""

import asyncio
import socket
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import PollerInfo, TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError

from models.queues import PRIVATE_QUEUE
from runtime.client import connect
from runtime.ending import leave
from runtime.refusals import Refused, Unreachable
from settings import Settings, SettingsInvalid

RECENT = timedelta(seconds=90)
"""A poll waits up to a minute for work before it is made again."""
KINDS = {
    "workflows": TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    "activities": TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = ArgumentParser(prog="python -m deploy.worker_health", description=__doc__)
    parser.add_argument("--private", action="store_true", help="it is the worker of a private network")
    try:
        unseen = asyncio.run(_unseen(private=parser.parse_args(arguments).private))
    except (Refused, RPCError, SettingsInvalid, Unreachable) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for kind in unseen:
        sys.stderr.write(f"The server has not seen the worker of this machine ask for {kind}.\n")
    return 1 if unseen else 0


async def _unseen(*, private: bool) -> list[str]:
    task_queue = PRIVATE_QUEUE if private else Settings.read().task_queue
    kinds = {name: kind for name, kind in KINDS.items() if not private or name == "activities"}
    client = await connect("health")
    return [name for name, kind in kinds.items() if not await _is_seen(client, task_queue, kind)]


async def _is_seen(client: Client, task_queue: str, kind: TaskQueueType.ValueType) -> bool:
    request = DescribeTaskQueueRequest(
        namespace=client.namespace, task_queue=TaskQueue(name=task_queue), task_queue_type=kind
    )
    answer = await client.workflow_service.describe_task_queue(request)
    return any(_is_ours(poller) for poller in answer.pollers)


def _is_ours(poller: PollerInfo) -> bool:
    """`runtime.client` names a worker `worker PID@HOST`."""
    program, _, host = poller.identity.partition("@")
    since = datetime.now(UTC) - poller.last_access_time.ToDatetime(UTC)
    return program.startswith("worker ") and host == socket.gethostname() and since < RECENT


if __name__ == "__main__":
    leave(main())
