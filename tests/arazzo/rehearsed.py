"""Runs of small documents in a rehearsal: scripted answers, no network, no time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from arazzo.answers import Answer
from arazzo.driving import Drive
from arazzo.exchange import Prepared
from arazzo.frames import Frame, Outcome
from arazzo.interpreter import Cursor
from arazzo.plan import Plan
from arazzo.rehearsal import Hearing, Rehearsal
from arazzo.step_input import StepInput
from tests.arazzo.documents import Field, Fields
from tests.arazzo.linted import reading

Answers = Mapping[str, Sequence[int | str | dict[str, str] | None]]
"""By step: what the service answers, one after the other, the last again and again; a status, a JSON text, headers of
a 503, or None for nothing."""


def by_body(name: str, criterion: str = "$statusCode == 200", **fields: Field) -> Fields:
    """A step that has the member `a` of its answer as output."""
    return reading(
        name, successCriteria=[{"condition": criterion}], outputs={"a": "$response.body#/a"}, **fields
    )


@dataclass
class Run:
    """What came of it."""

    outcome: Outcome
    ports: Rehearsal
    inputs: list[StepInput]
    """What each call was given."""

    @property
    def calls(self) -> list[str]:
        """The steps that were called, or heard."""
        return [one.step for one in self.ports.happened if one.kind in {"call", "receive"}]

    @property
    def waits(self) -> list[str]:
        return [one.text for one in self.ports.happened if one.kind == "wait"]


async def rehearsed(
    plan: Plan,
    answers: Answers | None = None,
    inputs: dict[str, JsonValue] | None = None,
    hear: Hearing = lambda _, __: None,
    done: int = 0,
) -> Run:
    """To its end. A step without a script is answered 200. `done`: calls that were made before."""
    left = {step: list(given) for step, given in (answers or {}).items()}
    seen: list[StepInput] = []

    def answer(step: StepInput, _: Prepared) -> Answer | None:
        seen.append(step)
        script = left.get(step.name, [200])
        return _answer(script.pop(0) if len(script) > 1 else script[0])

    ports = Rehearsal(plan, answer, hear=hear)
    frame = Frame(workflow=plan.root, inputs=inputs or {}, cursor=Cursor(done=done))
    outcome = await Drive(plan, frame, ports).outcome()
    return Run(outcome, ports, seen)


def _answer(given: int | str | dict[str, str] | None) -> Answer | None:
    match given:
        case int():
            return Answer(given)
        case str():
            return Answer(200, {"Content-Type": "application/json"}, given.encode())
        case dict():
            return Answer(503, given)
        case None:
            return None
