"""A ticket is given to a team: an agent judges which, and a person where it cannot."""

from datetime import timedelta

from pydantic import JsonValue
from temporalio import workflow

from saga import Saga

with workflow.unsafe.imports_passed_through():
    from activities.agent import Agent
    from models.agent import JudgeRequest
    from models.fields import Record

CHOICES = ("orders", "payments")
TEAMS: dict[str, JsonValue] = {
    "type": "object",
    "required": ["team"],
    "properties": {"team": {"enum": list(CHOICES)}},
    "additionalProperties": False,
}
PATIENCE = timedelta(seconds=30)
DEADLINE = timedelta(days=1)


class Ticket(Record):
    text: str


@workflow.defn(name="triage")
class TriageWorkflow:
    def __init__(self) -> None:
        self.saga = Saga(version="1.0.0")

    @workflow.run
    async def run(self, ticket: Ticket) -> JsonValue:
        async with self.saga as saga:
            request = JudgeRequest(
                prompt="Which team should deal with this?", context=ticket.text, output_schema=TEAMS
            )
            judgement = await saga.optional(
                saga.execute_activity(Agent.judge, request, start_to_close_timeout=PATIENCE)
            )
            if judgement:
                return judgement.answer
            asked = await saga.approval(
                "team", summary=request.prompt, takes=TEAMS, check_input=_team, deadline=DEADLINE
            )
            return asked.decisions[-1].input


def _team(answer: JsonValue) -> str | None:
    fits = answer in [{"team": choice} for choice in CHOICES]
    return None if fits else f"`team` is one of {', '.join(CHOICES)}"
