"""A plan as it is shown: rows of steps, and the arrows between them. Pictures and sentences are made of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote

from arazzo.elements import FailureAction, SuccessAction
from arazzo.interpreter import place_of
from arazzo.plan import Plan, PlannedStep, PlannedWorkflow
from arazzo.step_wording import Kind, failures, kind_of, notes_of, successes, undo_of, what_of
from arazzo.waves import joins_later, wave
from arazzo.wording import conditions

MEANWHILE = "others go on until it is needed"


class Way(StrEnum):
    """Why an arrow is taken."""

    NEXT = "next"
    SUCCESS = "success"
    FAILURE = "failure"
    REPAIR = "repair"


class Stop(StrEnum):
    """Where a workflow ends."""

    COMPLETED = "completed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Arrow:
    """From a step to another one of its workflow, to an end, or to another workflow of the plan."""

    start: int
    to: int | Stop | str
    way: Way
    label: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """One step."""

    place: int
    name: str
    kind: Kind
    what: str
    about: str
    """What the document says of it."""
    notes: tuple[str, ...]
    """What is worth knowing: retries, waits, keys."""
    undo: str
    """What takes it back; empty where nothing does."""
    leads_to: str | None
    """Key of the workflow that it runs."""
    is_final: bool
    """Whether the point of no return is behind it."""


@dataclass(frozen=True, slots=True)
class Board:
    """One workflow."""

    key: str
    title: str
    summary: str
    takes: tuple[str, ...]
    gives: tuple[str, ...]
    after: tuple[str, ...]
    """Keys of the workflows that run before it."""
    tiles: tuple[Tile, ...]
    rows: tuple[tuple[int, ...], ...]
    """Places of the steps that run side by side."""
    arrows: tuple[Arrow, ...]

    @property
    def final(self) -> int | None:
        """Place of the step behind which nothing is undone."""
        return next((tile.place for tile in self.tiles if tile.is_final), None)

    @property
    def undone(self) -> tuple[Tile, ...]:
        """The steps that can be taken back, newest first."""
        final = len(self.tiles) if self.final is None else self.final
        return tuple(tile for tile in reversed(self.tiles) if tile.undo and tile.place <= final)


def boards_of(plans: dict[str, Plan]) -> list[Board]:
    """The workflows of plans, those that were asked for first, then what they lead to, each once."""
    workflows: dict[str, PlannedWorkflow] = {}
    for plan in plans.values():
        workflows[plan.root] = plan.workflows[plan.root]
    for plan in plans.values():
        workflows |= {key: one for key, one in plan.workflows.items() if key not in workflows}
    return [board(key, workflow) for key, workflow in workflows.items()]


def board(key: str, workflow: PlannedWorkflow) -> Board:
    """One workflow of a plan."""
    return Board(
        key=key,
        title=workflow.workflow_id,
        summary=workflow.summary or "",
        takes=tuple(inputs_of(workflow)),
        gives=tuple(workflow.outputs),
        after=workflow.depends_on,
        tiles=tuple(
            _tile(place, step, last=place + 1 == len(workflow.steps))
            for place, step in enumerate(workflow.steps)
        ),
        rows=tuple(_rows(workflow)),
        arrows=tuple(_arrows(workflow)),
    )


def inputs_of(workflow: PlannedWorkflow) -> list[str]:
    """Names of its inputs, with a question mark where one may be left out."""
    schema = workflow.inputs if isinstance(workflow.inputs, dict) else {}
    reference = schema.get("$ref")
    definitions = schema.get("$defs")
    if isinstance(reference, str) and isinstance(definitions, dict):
        name = unquote(reference.removeprefix("#/$defs/")).replace("~1", "/").replace("~0", "~")
        target = definitions.get(name)
        schema = target if isinstance(target, dict) else schema
    properties, required = schema.get("properties"), schema.get("required")
    needed = required if isinstance(required, list) else []
    names = properties if isinstance(properties, dict) else {}
    return [name if name in needed else f"{name}?" for name in names]


def _rows(workflow: PlannedWorkflow) -> Iterator[tuple[int, ...]]:
    at = 0
    while at < len(workflow.steps):
        places = wave(workflow, at)
        yield places
        at = places[-1] + 1


def _tile(place: int, planned: PlannedStep, *, last: bool) -> Tile:
    step = planned.step
    return Tile(
        place=place,
        name=step.step_id,
        kind=kind_of(planned),
        what=what_of(planned),
        about=step.description or "",
        notes=(*((MEANWHILE,) if joins_later(planned, last=last) else ()), *notes_of(planned)),
        undo=undo_of(planned),
        leads_to=planned.call.workflow,
        is_final=step.own.point_of_no_return,
    )


def _arrows(workflow: PlannedWorkflow) -> Iterator[Arrow]:
    behind = _behind(tuple(_rows(workflow)))
    for place, planned in enumerate(workflow.steps):
        taken = successes(planned)
        for action in taken:
            to = _end(workflow, planned, action)
            plain = not action.criteria and (to,) == behind[place]
            yield Arrow(place, to, Way.NEXT if plain else Way.SUCCESS, "" if plain else _label(action))
        if not (taken and not taken[-1].criteria):
            yield from (Arrow(place, to, Way.NEXT) for to in behind[place])
        for failure in failures(planned):
            to = _end(workflow, planned, failure)
            if failure.type != "retry":
                yield Arrow(place, to, Way.FAILURE, _label(failure))
            elif to is not Stop.FAILED and to != place:
                yield Arrow(place, to, Way.REPAIR, f"repairs, then {planned.step.step_id} again")


def _behind(rows: tuple[tuple[int, ...], ...]) -> dict[int, tuple[int | Stop, ...]]:
    """For each step, all of the next row, which begin when the whole of its own is done."""
    after: list[tuple[int | Stop, ...]] = [*rows[1:], (Stop.COMPLETED,)]
    return {place: later for row, later in zip(rows, after, strict=True) for place in row}


def _end(
    workflow: PlannedWorkflow, planned: PlannedStep, action: SuccessAction | FailureAction
) -> int | Stop | str:
    if action.step_id is not None:
        return place_of(workflow, action.step_id)
    if action.workflow_id is not None:
        return planned.targets[action.workflow_id]
    return Stop.COMPLETED if isinstance(action, SuccessAction) else Stop.FAILED


def _label(action: SuccessAction | FailureAction) -> str:
    when = conditions(action.criteria)
    return f"{action.name}: {when}" if when else action.name
