"""How many events a saga leaves in its history, and how many bytes, as the server counts them."""

import statistics
from collections.abc import Sequence

from benchmarks.contenders import Contender
from benchmarks.results import Histories, History
from benchmarks.rounds import Turns

SAMPLE = 20
"""So many completed sagas are looked at, and so many refused ones."""


async def histories(turns: Turns) -> Histories:
    """The server must still be there."""
    completed = [saga.workflow_id for saga in turns.sagas if not saga.refused]
    refused = [saga.workflow_id for saga in turns.sagas if saga.refused]
    return Histories(
        completed=await _typical(turns.contender, completed), refused=await _typical(turns.contender, refused)
    )


async def _typical(contender: Contender, workflow_ids: Sequence[str]) -> History | None:
    """Medians, since a slow call may cost a workflow task of its own."""
    found = [await _history(contender, workflow_id) for workflow_id in workflow_ids[-SAMPLE:]]
    if not found:
        return None
    return History(
        events=statistics.median(history.events for history in found),
        bytes=statistics.median(history.bytes for history in found),
    )


async def _history(contender: Contender, workflow_id: str) -> History:
    description = await contender.client.get_workflow_handle(workflow_id).describe()
    info = description.raw_description.workflow_execution_info
    return History(events=info.history_length, bytes=info.history_size_bytes)
