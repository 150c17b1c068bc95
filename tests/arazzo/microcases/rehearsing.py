"""Plays a micro-case without a network: the loop that carries documents out, with its service asked in place."""

from datetime import datetime

from arazzo.answers import Answer
from arazzo.driving import Drive
from arazzo.exchange import Prepared
from arazzo.frames import Frame
from arazzo.rehearsal import BEGAN, Rehearsal
from arazzo.step_input import StepInput
from tests.arazzo.microcases.cases import Case, Outcome
from tests.arazzo.microcases.mock import Mock, Seen, lower, parsed

ADDRESS = "http://pantry.example"


async def rehearse(case: Case, mock: Mock) -> Outcome:
    """How the case ends; its waits take no time."""
    plan = case.plan()

    def answer(_: StepInput, prepared: Prepared) -> Answer | None:
        written = mock.answer(_seen(prepared, ports.clock))
        return None if written is None else Answer(written.status, written.headers, written.content)

    servers = {case.source(): ADDRESS}
    ports = Rehearsal(plan, answer, servers=servers)
    frame = Frame(workflow=plan.root, inputs=case.inputs)
    outcome = await Drive(plan, frame, ports, servers).outcome()
    return Outcome(success=outcome.success, outputs=outcome.outputs)


def _seen(prepared: Prepared, clock: datetime) -> Seen:
    request = prepared.http
    call = f"{request.method} {request.url.removeprefix(ADDRESS)}"
    return Seen(
        call, lower(dict(request.headers)), parsed(request.content.decode()), (clock - BEGAN).total_seconds()
    )
