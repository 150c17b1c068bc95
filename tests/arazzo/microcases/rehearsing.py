"""Plays a micro-case without a network: the loop that carries documents out, with its service asked in place."""

from dataclasses import dataclass
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


class RolledOver(Exception):
    """The run ends here, and another goes on with what is left: the frame, as JSON."""


@dataclass
class RollingOver(Rehearsal):
    """Rolls the root workflow over, once, before one of its calls."""

    before: int = 0
    """Which one; 0: none."""

    async def between(self, frame: Frame) -> None:
        if frame.workflow != self.plan.root:
            return
        self.before -= 1
        if self.before == 0:
            raise RolledOver(frame.model_dump_json())


async def rehearse(case: Case, mock: Mock, *, roll_over_before: int = 0) -> Outcome:
    """How the case ends; its waits take no time."""
    plan = case.plan()

    def answer(_: StepInput, prepared: Prepared) -> Answer | None:
        written = mock.answer(_seen(prepared, ports.clock))
        return None if written is None else Answer(written.status, written.headers, written.content)

    servers = {case.source(): ADDRESS}
    ports = RollingOver(plan, answer, servers=servers, before=roll_over_before)
    frame = Frame(workflow=plan.root, inputs=case.filled(plan))
    try:
        outcome = await Drive(plan, frame, ports, servers).outcome()
    except RolledOver as left:
        outcome = await Drive(plan, Frame.model_validate_json(str(left)), ports, servers).outcome()
    return Outcome(success=outcome.success, outputs=outcome.outputs)


def _seen(prepared: Prepared, clock: datetime) -> Seen:
    request = prepared.http
    call = f"{request.method} {request.url.removeprefix(ADDRESS)}"
    return Seen(
        call, lower(dict(request.headers)), parsed(request.content.decode()), (clock - BEGAN).total_seconds()
    )
