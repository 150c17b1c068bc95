"""A plan in plain sentences: what happens, what happens when something fails, and what is undone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from arazzo.elements import FailureAction, Parameter, Reusable, SuccessAction
from arazzo.plan import Plan, PlannedStep, PlannedWorkflow
from arazzo.storyboard import (
    Board,
    Kind,
    boards_of,
    failure_actions,
    has_key,
    kind_of,
    named,
    successes,
)
from arazzo.wording import conditions, length, listed, retried, sourced, template, value

FAILS = {
    Kind.PERSON: "When it is declined, or nobody decides in time",
    Kind.RECEIVE: "When none comes in time, or it is not as it should be",
}
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
            sentences=tuple(_not_again(_step(step), step.step.step_id, said)),
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
    yield f"It takes {listed(_inputs(board))}." if board.takes else "It takes nothing."
    if board.after:
        names = (name.partition("/")[2] or name for name in board.after)
        yield f"Before it begins, {listed(names)} has to have completed."


def _inputs(board: Board) -> Iterator[str]:
    for name in board.takes:
        yield f"{name[:-1]} (may be left out)" if name.endswith("?") else name


def _step(planned: PlannedStep) -> Iterator[str]:
    step, own = planned.step, planned.step.own
    yield _does(planned)
    if step.depends_on:
        yield f"It begins when {listed(step.depends_on)} has completed."
    if has_key(planned):
        yield "The service does it once, however often it is asked: all its calls carry the same key."
    if step.success_criteria:
        yield f"It has succeeded when {conditions(step.success_criteria)}."
    if step.outputs:
        kept = (f"{name} ({value(one)})" for name, one in step.outputs.items())
        yield f"Kept for later: {listed(kept)}."
    for success in successes(planned):
        yield _succeeding(success)
    yield from _failing(planned)
    if planned.probe is not None:
        yield f"Where nobody knows whether it has happened, {sourced(planned.probe)} is asked."
    if planned.compensation is not None:
        given = own.compensate
        name = (given.operation_id or given.operation_path or given.workflow_id or "") if given else ""
        yield f"It is taken back by {sourced(planned.compensation, name)}."
    if own.point_of_no_return:
        yield "Point of no return: once it has succeeded, nothing is taken back any more."


def _does(planned: PlannedStep) -> str:
    step, own = planned.step, planned.step.own
    match kind_of(planned):
        case Kind.PERSON if own.interaction is not None:
            limit = f", for {length(own.interaction.timeout)} at most" if own.interaction.timeout else ""
            fields = _fields(own.interaction.input_schema)
            gives = f" The answer has {listed(fields)}." if fields else ""
            return f"A person is asked: “{template(own.interaction.prompt)}” The flow waits{limit}.{gives}"
        case Kind.AGENT if own.judge is not None:
            limit = f" It has {length(own.judge.timeout)}." if own.judge.timeout else ""
            fallback = (
                f" If it gives no answer that fits, a person is asked: “{template(own.judge.fallback.prompt)}”"
                if own.judge.fallback
                else ""
            )
            return f"An agent is asked: “{template(own.judge.prompt)}”{limit}{fallback}"
        case Kind.RECEIVE:
            about = f" about {value(step.correlation_id)}" if step.correlation_id is not None else ""
            limit = f", for {length(step.timeout)} at most" if step.timeout else ""
            return f"Waits for an event of {sourced(planned.call, named(planned))}{about}{limit}."
        case Kind.SEND:
            return f"Sends a message to {sourced(planned.call, named(planned))}{_with(planned)}."
        case Kind.WORKFLOW | Kind.CODE:
            return f"Runs {sourced(planned.call, named(planned))}{_with(planned)}."
        case _:
            limit = f" It may take {length(step.timeout)}." if step.timeout else ""
            return f"Calls {sourced(planned.call, named(planned))}{_with(planned)}.{limit}"


def _with(planned: PlannedStep) -> str:
    given = [
        f"{one.name} = {value(one.value)}" for one in planned.step.parameters if isinstance(one, Parameter)
    ]
    body = planned.step.request_body
    fields = list(body.payload) if body is not None and isinstance(body.payload, dict) else []
    if fields:
        given.append(f"a body of {listed(fields)}")
    elif body is not None:
        given.append("a body")
    return f", with {listed(given)}" if given else ""


def _fields(schema: JsonValue) -> list[str]:
    properties = schema.get("properties") if isinstance(schema, dict) else None
    return list(properties) if isinstance(properties, dict) else []


def _succeeding(action: SuccessAction) -> str:
    when = conditions(action.criteria)
    return f"{f'When {when}' if when else 'Then'}, {_goes(action)}."


def _goes(action: SuccessAction | FailureAction) -> str:
    if action.step_id is not None:
        return f"it goes on with {action.step_id}"
    if action.workflow_id is not None:
        return f"the workflow {action.workflow_id} takes over"
    return "the workflow is done" if isinstance(action, SuccessAction) else "the workflow fails"


def _failing(planned: PlannedStep) -> Iterator[str]:
    """Its failure actions in their order: the first that matches, and is not used up, is taken."""
    own, kind = planned.step.own, kind_of(planned)
    if own.on_timeout is not None:
        yield from _reactions("When it has run out of time", own.on_timeout)
    if own.on_cancel is not None:
        yield from _reactions("When a person declines", own.on_cancel)
    begin = FAILS.get(kind, "When it fails")
    last = "a person decides how it goes on" if own.on_failure == "hold" else "the workflow fails"
    actions = failure_actions(planned.step.on_failure)
    if not actions:
        yield f"{begin}, {last}."
        return
    yield from _reactions(begin, actions)
    if actions[-1].criteria or actions[-1].type == "retry":
        yield f"Else {last}."


def _reactions(begin: str, given: Sequence[FailureAction | Reusable]) -> Iterator[str]:
    for place, action in enumerate(failure_actions(tuple(given))):
        when = conditions(action.criteria)
        if place:
            yield f"Else{f' if {when}' if when else ''}, {_reacts(action)}."
        else:
            yield f"{begin}{f', and {when}' if when else ''}: {_reacts(action)}."


def _reacts(action: FailureAction) -> str:
    if action.type != "retry":
        return _goes(action)
    repair = action.step_id or (f"workflow {action.workflow_id}" if action.workflow_id else "")
    before = f"{repair} is run and then " if repair else ""
    return f"{before}it is tried again {retried(action)}, unless the service says when"


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
