"""Small documents carried out durably, and what is kept of that."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHandle

from tests.arazzo.documents import Field, Fields
from tests.arazzo.microcases.cases import Outcome
from tests.arazzo.microcases.executing import Executor, outcome_of
from tests.arazzo.microcases.mock import Answer, Mock, listening
from tests.arazzo.planning import planned

Run = WorkflowHandle[Any, Any]
THINGS = "GET /things"


def answering(**answers: Sequence[dict[str, Field]]) -> Mock:
    """By `get` and `post`, of `/things`."""
    return Mock(
        {f"{method.upper()} /things": [Answer(**one) for one in given] for method, given in answers.items()}
    )


async def executed(executor: Executor, content: Fields, mock: Mock, **inputs: Field) -> tuple[Outcome, Run]:
    async with listening(mock) as url:
        handle = await executor.start(planned(content), inputs, {"api": url})
        return await outcome_of(handle, inputs), handle


async def history(handle: Run) -> list[HistoryEvent]:
    return list((await handle.fetch_history()).events)


def timers(events: list[HistoryEvent]) -> list[timedelta]:
    found = [one for one in events if one.HasField("timer_started_event_attributes")]
    return [one.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta() for one in found]
