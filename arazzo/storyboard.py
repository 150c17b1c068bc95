"""A plan as it is shown: rows of steps, and the arrows between them. Pictures and sentences are made of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote

from arazzo.elements import FailureAction, Reusable, SuccessAction
from arazzo.interpreter import place_of
from arazzo.plan import Plan, PlannedCall, PlannedStep, PlannedWorkflow
from arazzo.routes import unto_the_first_that_always_matches
from arazzo.waves import wave
from arazzo.wording import called, conditions, length, retried, template


class Kind(StrEnum):
    """What a step does."""

    CALL = "call"
    WORKFLOW = "workflow"
    SEND = "message"
    RECEIVE = "event"
    PERSON = "person"
    AGENT = "agent"
    CODE = "code"


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
        tiles=tuple(_tile(place, step) for place, step in enumerate(workflow.steps)),
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


def _tile(place: int, planned: PlannedStep) -> Tile:
    step = planned.step
    return Tile(
        place=place,
        name=step.step_id,
        kind=kind_of(planned),
        what=what_of(planned),
        about=step.description or "",
        notes=tuple(_notes(planned)),
        undo=_undo(planned),
        leads_to=planned.call.workflow,
        is_final=step.own.point_of_no_return,
    )


def kind_of(planned: PlannedStep) -> Kind:
    """What a step does."""
    step, call = planned.step, planned.call
    if step.own.interaction is not None:
        return Kind.PERSON
    if step.own.judge is not None:
        return Kind.AGENT
    if call.activity is not None:
        return Kind.CODE
    if step.workflow_id is not None:
        return Kind.WORKFLOW
    if step.action is not None or call.channel is not None:
        return Kind.RECEIVE if step.action == "receive" else Kind.SEND
    return Kind.CALL


def what_of(planned: PlannedStep) -> str:
    """In a few words."""
    own = planned.step.own
    if own.interaction is not None:
        return template(own.interaction.prompt)
    if own.judge is not None:
        return template(own.judge.prompt)
    return called(planned.call, named(planned))


def named(planned: PlannedStep) -> str:
    """What the document calls, in its own words."""
    step = planned.step
    return step.operation_id or step.operation_path or step.workflow_id or step.channel_path or ""


def _undo(planned: PlannedStep) -> str:
    call = planned.compensation
    given = planned.step.own.compensate
    if call is None or given is None:
        return ""
    name = given.operation_id or given.workflow_id or given.operation_path or ""
    operation = call.operation.operation_id if call.operation is not None else None
    return operation or called(call, name)


def _notes(planned: PlannedStep) -> Iterator[str]:
    step, own = planned.step, planned.step.own
    wait = own.interaction.timeout if own.interaction is not None else None
    judged = own.judge.timeout if own.judge is not None else None
    for limit in (step.timeout, wait, judged):
        if limit is not None:
            yield f"waits {length(limit)} at most"
    if own.judge is not None and own.judge.fallback is not None:
        yield "a person is asked where the agent gives no answer"
    for action in failures(planned):
        if action.type == "retry":
            yield f"tried again {retried(action)}"
    if has_key(planned):
        yield "done once, by its key"
    if planned.probe is not None:
        yield f"asked about by {_asked(planned.probe)} where the outcome is unknown"
    if own.on_failure == "hold":
        yield "when it fails, a person decides"
    if planned.call.missing:
        yield planned.call.missing


def has_key(planned: PlannedStep) -> bool:
    """Whether the service can tell that a call is repeated."""
    operation = planned.call.operation
    return planned.step.own.idempotency is not None or (
        operation is not None and operation.declares_key is not None
    )


def _asked(probe: PlannedCall) -> str:
    operation = probe.operation.operation_id if probe.operation is not None else None
    return operation or called(probe)


def successes(planned: PlannedStep) -> tuple[SuccessAction, ...]:
    """Its success actions that may be taken."""
    given = tuple(one for one in planned.step.on_success or () if isinstance(one, SuccessAction))
    return unto_the_first_that_always_matches(given)


def failures(planned: PlannedStep) -> tuple[FailureAction, ...]:
    """Its failure actions that may be taken, those of its extensions first."""
    own = planned.step.own
    lists = (own.on_timeout, own.on_cancel, planned.step.on_failure)
    return tuple(action for given in lists for action in failure_actions(given))


def failure_actions(given: Sequence[FailureAction | Reusable] | None) -> tuple[FailureAction, ...]:
    """Those of a list that may be taken; a plan has no other ones in it."""
    return unto_the_first_that_always_matches(
        tuple(one for one in given or () if isinstance(one, FailureAction))
    )


def _arrows(workflow: PlannedWorkflow) -> Iterator[Arrow]:
    for place, planned in enumerate(workflow.steps):
        taken = successes(planned)
        for action in taken:
            yield Arrow(place, _end(workflow, planned, action), Way.SUCCESS, _label(action))
        if not (taken and not taken[-1].criteria):
            behind = place + 1
            yield Arrow(place, behind if behind < len(workflow.steps) else Stop.COMPLETED, Way.NEXT)
        for failure in failures(planned):
            to = _end(workflow, planned, failure)
            if failure.type != "retry":
                yield Arrow(place, to, Way.FAILURE, _label(failure))
            elif to is not Stop.FAILED and to != place:
                yield Arrow(place, to, Way.REPAIR, f"repairs, then {planned.step.step_id} again")


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
