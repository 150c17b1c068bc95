"""`python -m tests.histories.record [FLOW …]` plays the flows' stories on real servers and keeps their histories.

Record anew only when a flow's plan has changed on purpose; histories of released versions stay, since such runs exist.
"""

import asyncio
import gc
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import JsonValue
from temporalio.client import Client

from runtime.dev_server import DevServer
from runtime.server import find_executable
from saga import SagaPlugin, register
from tests.crash.conftest import worker_of
from tests.endings import end_of
from tests.histories import (
    of_content_publishing,
    of_the_access,
    of_the_customer_overview,
    of_the_dispatch,
    of_the_documents,
    of_the_incident_response,
    of_the_invoice,
    of_the_order,
    of_the_registration,
    of_the_server_automation,
    of_the_subscription,
    of_the_tickets,
)
from tests.histories.recording import TASK_QUEUE, Handle, Recording, Stories
from tests.standins import StandIns

FOLDER = Path(__file__).parent
STORIES: Mapping[str, Stories] = {
    "order": of_the_order.STORIES,
    "registration": of_the_registration.STORIES,
    "content-publishing": of_content_publishing.STORIES,
    "customer-overview": of_the_customer_overview.STORIES,
    "subscription": of_the_subscription.STORIES,
    "dispatch": of_the_dispatch.STORIES,
    "access": of_the_access.STORIES,
    "ticket-sync": of_the_tickets.SYNCHRONISED,
    "ticket-feed": of_the_tickets.READ,
    "incident-response": of_the_incident_response.STORIES,
    "invoice": of_the_invoice.STORIES,
    "server-automation": of_the_server_automation.STORIES,
    "arazzo": of_the_documents.STORIES,
}


async def record(flows: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory(prefix="histories-") as name:
        folder = Path(name)
        cli = await asyncio.to_thread(find_executable)
        async with (
            StandIns(folder / "stand-ins.db") as stand_ins,
            DevServer(cli.path, db_file=folder / "temporal.db") as server,
        ):
            client = await Client.connect(server.address, plugins=[SagaPlugin()])
            await register(client)
            async with worker_of(server, stand_ins, TASK_QUEUE, folder) as worker:
                for flow in flows:
                    for story, play in STORIES[flow].items():
                        await _keep(await play(Recording(client, stand_ins, worker)), f"{flow}.{story}")


async def _keep(handle: Handle, story: str) -> None:
    end = await end_of(handle)
    history = await handle.fetch_history()
    path = FOLDER / f"{story}.json"
    kept = _without_traces(json.loads(history.to_json()))
    path.write_text(json.dumps(kept, indent=1) + "\n")
    print(f"{path.name}: {len(history.events)} events, {end}")


def _without_traces(value: JsonValue) -> JsonValue:
    """Stack traces name the paths of the machine that recorded them, and no replay looks at them."""
    if isinstance(value, dict):
        return {key: _without_traces(inner) for key, inner in value.items() if key != "stackTrace"}
    if isinstance(value, list):
        return [_without_traces(inner) for inner in value]
    return value


def main(arguments: Sequence[str]) -> int:
    asyncio.run(record(arguments or list(STORIES)))
    gc.collect()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
