"""A plan as people and programs read it in the catalogue: its steps, what they call, what feeds them, what undoes them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from arazzo.handoffs import Handoff, handoffs_of
from arazzo.plan import Plan, PlannedCall, PlannedStep, PlannedWorkflow
from arazzo.step_wording import Kind, named
from arazzo.storyboard import Arrow, Board, Way, boards_of
from arazzo.wording import sourced

Role = Literal["step", "compensation", "probe"]


@dataclass(frozen=True, slots=True)
class Called:
    """What a step, its compensation or its probe calls."""

    role: Role
    said: str
    """`POST /payments of shop (authorizePayment)`."""
    source: str | None = None
    """Name of the source description."""
    operation_id: str | None = None
    method: str | None = None
    path: str | None = None
    workflow: str | None = None
    activity: str | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """A way that a step may go on, other than to the next one."""

    on: Way
    to: str
    """Id of a step, key of a workflow, `completed` or `failed`."""
    when: str


@dataclass(frozen=True, slots=True)
class BlueprintStep:
    """One step."""

    name: str
    kind: Kind
    what: str
    beside: tuple[str, ...]
    """The steps that run at the same time."""
    calls: tuple[Called, ...]
    reads: tuple[Handoff, ...]
    gives: tuple[str, ...]
    """Names of its outputs."""
    decisions: tuple[Decision, ...]
    undo: str
    point_of_no_return: bool
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Blueprint:
    """One workflow of a plan."""

    workflow: str
    """Its key."""
    after: tuple[str, ...]
    """Keys of the workflows that run before it."""
    steps: tuple[BlueprintStep, ...]
    gives: tuple[Handoff, ...]
    """What its outputs are made of."""
    undone: tuple[str, ...]
    """The steps that are taken back when it fails, newest first."""


def blueprints_of(plan: Plan) -> list[Blueprint]:
    """The root first, then all workflows that it leads to."""
    return [_blueprint(board, plan.workflows[board.key]) for board in boards_of({plan.root: plan})]


def _blueprint(board: Board, workflow: PlannedWorkflow) -> Blueprint:
    handed = handoffs_of(workflow)
    return Blueprint(
        workflow=board.key,
        after=board.after,
        steps=tuple(_step(board, planned, place, handed) for place, planned in enumerate(workflow.steps)),
        gives=tuple(one for one in handed if not one.reader),
        undone=tuple(tile.name for tile in board.undone),
    )


def _step(board: Board, planned: PlannedStep, place: int, handed: tuple[Handoff, ...]) -> BlueprintStep:
    tile = board.tiles[place]
    row = next(row for row in board.rows if place in row)
    return BlueprintStep(
        name=tile.name,
        kind=tile.kind,
        what=tile.what,
        beside=tuple(board.tiles[other].name for other in row if other != place),
        calls=tuple(calls_of(planned)),
        reads=tuple(one for one in handed if one.reader == tile.name),
        gives=tuple(planned.step.outputs),
        decisions=tuple(
            _decision(board, arrow)
            for arrow in board.arrows
            if arrow.start == place and arrow.way is not Way.NEXT
        ),
        undo=tile.undo,
        point_of_no_return=tile.is_final,
        notes=tile.notes,
    )


def _decision(board: Board, arrow: Arrow) -> Decision:
    to = board.tiles[arrow.to].name if isinstance(arrow.to, int) else str(arrow.to)
    return Decision(on=arrow.way, to=to, when=arrow.label)


def calls_of(planned: PlannedStep) -> Iterator[Called]:
    """The step's own first; none where it only asks people or an agent."""
    own = planned.step.own
    if own.interaction is None and own.judge is None:
        yield _called("step", planned.call, named(planned))
    if planned.compensation is not None and own.compensate is not None:
        yield _called("compensation", planned.compensation, own.compensate.operation_id or "")
    if planned.probe is not None and own.probe is not None:
        yield _called("probe", planned.probe, own.probe.operation_id or "")


def _called(role: Role, call: PlannedCall, name: str) -> Called:
    operation = call.operation
    return Called(
        role=role,
        said=sourced(call, name),
        source=operation.source if operation else None,
        operation_id=operation.operation_id if operation else None,
        method=operation.method if operation else None,
        path=operation.path if operation else None,
        workflow=call.workflow,
        activity=call.activity,
        channel=call.channel,
    )
