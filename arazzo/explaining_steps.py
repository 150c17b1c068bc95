"""A step in plain sentences: what it does, when it has succeeded, and what comes when it fails."""

from collections.abc import Iterator, Sequence

from pydantic import JsonValue

from arazzo.elements import FailureAction, Parameter, Reusable, SuccessAction
from arazzo.extensions import DefaultSuccess
from arazzo.plan import PlannedStep, PlannedWorkflow
from arazzo.step_wording import Kind, failure_actions, has_key, kind_of, named, successes
from arazzo.wording import conditions, length, listed, retried, sourced, template, value

FAILS = {
    Kind.PERSON: "When it is declined, or nobody decides in time",
    Kind.RECEIVE: "When none comes in time, or it is not as it should be",
}


def step_told(workflow: PlannedWorkflow, planned: PlannedStep) -> Iterator[str]:
    step, own = planned.step, planned.step.own
    yield _does(planned)
    if step.depends_on:
        yield f"It begins when {listed(step.depends_on)} has completed."
    if has_key(planned):
        yield "The service does it once, however often it is asked: all its calls carry the same key."
    if step.success_criteria:
        yield f"It has succeeded when {conditions(step.success_criteria)}."
    elif kind_of(planned) is Kind.CALL:
        below = workflow.own.default_success is DefaultSuccess.BELOW_400
        yield f"It has succeeded {'when the status is below 400' if below else 'whatever is answered'}."
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
