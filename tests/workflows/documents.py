"""Plays documents: reads and compiles one, starts its workflow, and waits for how it ends."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

from pydantic import JsonValue
from temporalio.client import WorkflowHandle

from arazzo.compiling import compile_plan
from arazzo.inputs import with_defaults
from arazzo.plan import Plan
from arazzo.run_input import RunInput
from arazzo.type_names import type_of
from runtime.documents import read_documents
from tests.workflows.playing import Playing

EXAMPLES = Path(__file__).parents[2] / "examples" / "arazzo"


def plan_of(name: str, workflow: str | None = None) -> Plan:
    """Of one of the examples."""
    bundle = read_documents(EXAMPLES / f"{name}.arazzo.yaml", strict=True)
    return compile_plan(bundle.documents, bundle.root, workflow)


def example(name: str, **own: JsonValue) -> dict[str, JsonValue]:
    """The input that lies beside it, but for the order, which is one of its own."""
    given: dict[str, JsonValue] = json.loads((EXAMPLES / f"{name}.json").read_text())
    return given | ({"orderId": str(uuid4())} if "orderId" in given else {}) | own


async def play(
    playing: Playing,
    plan: Plan,
    inputs: Mapping[str, JsonValue],
    *,
    servers: Mapping[str, str] | None = None,
    roll_over_after: int | None = None,
) -> WorkflowHandle[Any, Any]:
    """Start it against the stand-ins."""
    here = dict.fromkeys(
        (name for sources in plan.sources.values() for name in sources), playing.stand_ins.url
    )
    request = RunInput(
        plan=plan,
        inputs=with_defaults(plan.workflows[plan.root].inputs, inputs),
        servers={**here, **(servers or {})},
        roll_over_after=roll_over_after,
    )
    return await playing.client.start_workflow(
        type_of(plan.root),
        request,
        id=f"document-{uuid4()}",
        task_queue=playing.task_queue,
    )
