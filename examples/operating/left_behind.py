"""What a terminated flow left behind, newest first: `python -m examples.operating.left_behind order-A-1001`.

The server wrote the header of each step into its history, with the step's key, the compensation and its key. So a
run that can no longer speak for itself can be cleaned up by hand: call each compensation with the step's own input,
`Idempotency-Key` and `X-Compensates` as printed here. It succeeds where there is nothing to undo.
"""

import asyncio
import json
import sys
from collections.abc import Sequence

from runtime.client import connect
from runtime.ending import leave
from runtime.history import Activity, read_activities


async def main(workflow_id: str) -> None:
    client = await connect("left-behind")
    history = await client.get_workflow_handle(workflow_id).fetch_history()
    activities = await read_activities(history.events, (), client.data_converter)
    for left in left_behind(activities):
        print(json.dumps(left))


def left_behind(activities: Sequence[Activity]) -> list[dict[str, str]]:
    """The compensations that are owed: of each step that may have taken effect and was not undone."""
    undone = {a.step.compensates for a in activities if a.step and a.completed}
    owed = {
        activity.step.key: {
            "step": activity.name,
            "outcome": "completed" if activity.completed else "unknown",
            "compensation": activity.step.compensation,
            "Idempotency-Key": activity.step.compensation_key or "",
            "X-Compensates": activity.step.key,
        }
        for activity in activities
        if activity.step
        and activity.step.compensation
        and activity.step.key not in undone
        and not activity.is_probe
    }
    return list(reversed(owed.values()))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
    leave(0)
