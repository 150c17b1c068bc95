"""A plan in plain sentences: what happens, what happens when something fails, and what is undone."""

from collections.abc import Iterator
from dataclasses import dataclass

from arazzo.explaining_steps import step_told
from arazzo.plan import Plan, PlannedStep, PlannedWorkflow
from arazzo.step_wording import Kind, kind_of
from arazzo.storyboard import Board, boards_of
from arazzo.wording import length, listed

UNDONE = "When it fails, is cancelled or runs out of time"


@dataclass(frozen=True, slots=True)
class Told:
    """A step, or something about the whole, in sentences."""

    title: str
    sentences: tuple[str, ...]
    number: int | None = None
    """Of a step, from 1."""
    beside: bool = False
    """Whether it runs beside the one before."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One workflow."""

    workflow: str
    summary: str
    about: tuple[str, ...]
    steps: tuple[Told, ...]
    ends: tuple[str, ...]
    """What it gives, and what is undone when it fails."""


def explain(plans: dict[str, Plan]) -> list[Explanation]:
    """The workflows of plans, and those that they lead to."""
    workflows = {key: one for plan in plans.values() for key, one in plan.workflows.items()}
    return [_explained(board, workflows[board.key]) for board in boards_of(plans)]


def _explained(board: Board, workflow: PlannedWorkflow) -> Explanation:
    beside = {place for row in board.rows for place in row[1:]}
    said: dict[str, str] = {}
    steps = tuple(
        Told(
            title=f"{step.step.step_id}{f' — {_dotless(step.step.description)}' if step.step.description else ''}",
            sentences=tuple(_not_again(step_told(workflow, step), step.step.step_id, said)),
            number=place + 1,
            beside=place in beside,
        )
        for place, step in enumerate(workflow.steps)
    )
    return Explanation(
        workflow=board.title,
        summary=board.summary,
        about=tuple(_about(board, workflow)),
        steps=steps,
        ends=(*_gives(board), *_undoing(board, workflow)),
    )


def _not_again(sentences: Iterator[str], name: str, said: dict[str, str]) -> Iterator[str]:
    """How a step is tried again is often said by its workflow for all steps, and is told of the first alone."""
    as_before = False
    for sentence in sentences:
        first = said.setdefault(sentence, name) if "tried again" in sentence else name
        if first == name:
            yield sentence
        elif not as_before:
            yield f"When it fails, it is tried again as {first} is."
            as_before = True


def _about(board: Board, workflow: PlannedWorkflow) -> Iterator[str]:
    own = workflow.own
    if own.owner:
        yield f"{own.owner} answers for it."
    if own.sla is not None:
        warned = f"; somebody is told after {length(own.sla.warn)}" if own.sla.warn else ""
        yield f"It should be done within {length(own.sla.limit)}{warned}."
    if own.deadline is not None:
        end = "its end" if board.final is None else "its point of no return"
        yield f"It has {length(own.deadline)} to reach {end}; after that what it has done is taken back."
    yield f"It takes {listed(_inputs(board))}." if board.takes else "It takes nothing."
    if board.after:
        names = (name.partition("/")[2] or name for name in board.after)
        yield f"Before it begins, {listed(names)} has to have completed."


def _inputs(board: Board) -> Iterator[str]:
    for name in board.takes:
        yield f"{name[:-1]} (may be left out)" if name.endswith("?") else name


def _gives(board: Board) -> Iterator[str]:
    if board.gives:
        yield f"In the end it gives {listed(board.gives)}."


def _undoing(board: Board, workflow: PlannedWorkflow) -> Iterator[str]:
    final = board.final
    before = f" before {board.tiles[final].name} has succeeded" if final is not None else ""
    if board.undone:
        order = [f"{tile.name} by {tile.undo}" for tile in board.undone]
        yield f"{UNDONE}{before}, what it has done is taken back, the newest first: {', then '.join(order)}."
        yield "The step that has failed is taken back too, where nobody knows whether it has happened."
    left = [
        workflow.steps[tile.place].step.step_id
        for tile in board.tiles
        if not tile.undo
        and has_effect(workflow.steps[tile.place])
        and any(
            _may_fail(one) for one in workflow.steps[tile.place + 1 : None if final is None else final + 1]
        )
    ]
    if left:
        yield f"What {listed(left)} did stays: nothing says how to take it back."
    if final is not None and (later := [tile.name for tile in board.tiles if tile.place > final]):
        yield f"After {board.tiles[final].name} it only goes forward: {listed(later)}."


def _may_fail(planned: PlannedStep) -> bool:
    return planned.step.own.on_failure != "hold"


def has_effect(planned: PlannedStep) -> bool:
    """Whether something is changed by it, as far as its description says."""
    operation = planned.call.operation
    if operation is not None:
        return operation.method not in {"GET", "HEAD", "OPTIONS", "TRACE", "QUERY"}
    return kind_of(planned) in {Kind.SEND, Kind.CODE}


def _dotless(text: str) -> str:
    return " ".join(text.split()).rstrip(".")
