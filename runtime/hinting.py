"""Hints a running flow that what it waits for may be settled."""

from collections.abc import Awaitable, Callable

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from saga.messages import Callback


def hints_to(client: Client) -> Callable[[tuple[str, str]], Awaitable[bool]]:
    """A function of a workflow id and a step; it says whether the flow still runs."""

    async def hint(caller: tuple[str, str]) -> bool:
        workflow_id, step = caller
        try:
            await client.get_workflow_handle(workflow_id).signal("callback", Callback(step=step))
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return False
        return True

    return hint
