"""`event`: validated first, then signal-with-start on the id that the key gives."""

import json
from pathlib import Path
from uuid import uuid4

import pytest
from temporalio.client import Client

from tests.cli.commands import CommandLine, refusal

CHANGE = json.loads((Path(__file__).parents[2] / "examples/ticket-change.json").read_text())


def event_file(folder: Path, **changes: object) -> Path:
    file = folder / "change.json"
    file.write_text(json.dumps({**CHANGE, **changes}))
    return file


async def test_an_event_begins_its_flow_and_the_next_one_joins_it(
    unserved: CommandLine, client: Client, tmp_path: Path
) -> None:
    """With no worker running, both events wait in one flow, whose id the key gives."""
    ticket = f"T-{uuid4()}"
    file = event_file(tmp_path, ticket=ticket)

    first = await unserved("event", "ticket-sync", ticket, "--input", str(file), "--json")
    second = await unserved("event", "ticket-sync", ticket, "--input", "-", "--json", typed=file.read_text())

    assert (first.status, first.json["id"], first.json["mailbox"]) == (0, f"ticket-sync-{ticket}", "changes")
    assert second.json["run_id"] == first.json["run_id"]
    history = await client.get_workflow_handle(first.json["id"]).fetch_history()
    signals = [
        event for event in history.events if event.HasField("workflow_execution_signaled_event_attributes")
    ]
    assert len(signals) == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"sequence": 0}, "sequence"),
        ({"system": "mainframe"}, "system"),
        ({"changed_at": "yesterday"}, "changed_at"),
        ({"colour": "red"}, "colour"),
        ({"comments": [{"text": "no id"}]}, "comments[0].id"),
    ],
)
async def test_what_is_no_event_is_refused(
    nowhere: CommandLine, tmp_path: Path, changes: dict[str, object], field: str
) -> None:
    """It says which field is wrong, before it looks for a server."""
    file = event_file(tmp_path, **changes)

    answer = await nowhere("event", "ticket-sync", "T-1001", "--input", str(file), "--json")

    assert refusal(answer) == (2, "InvalidInput")
    assert [problem["field"] for problem in answer.json["error"]["fields"]] == [field]


async def test_the_key_has_to_be_that_of_the_event(nowhere: CommandLine, tmp_path: Path) -> None:
    """An event is not given to the flow of another ticket."""
    answer = await nowhere("event", "ticket-sync", "T-2", "--input", str(event_file(tmp_path)))

    assert (answer.status, "it belongs to T-1001, not to T-2" in answer.err) == (2, True)


async def test_a_flow_without_a_mailbox(nowhere: CommandLine, tmp_path: Path) -> None:
    """It says that the flow takes no events."""
    answer = await nowhere("event", "order", "A-1", "--input", str(event_file(tmp_path)), "--json")

    assert refusal(answer) == (2, "NoEvents")
