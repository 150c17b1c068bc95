"""What a planned step does, in a few words: as tiles of pictures and sentences have it."""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from urllib.parse import unquote

from arazzo.elements import FailureAction, Reusable, SuccessAction
from arazzo.plan import PlannedCall, PlannedStep
from arazzo.routes import unto_the_first_that_always_matches
from arazzo.wording import called, length, retried, template

POINTER = re.compile(
    r"\{?\$sourceDescriptions\.(?P<source>[^.{}]+)\.url\}?#/paths/(?P<path>[^/]+)/(?P<method>[a-zA-Z]+)"
)


class Kind(StrEnum):
    """What a step does."""

    CALL = "call"
    WORKFLOW = "workflow"
    SEND = "message"
    RECEIVE = "event"
    PERSON = "person"
    AGENT = "agent"
    CODE = "code"


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
    path = POINTER.fullmatch(step.operation_path or "")
    if path is not None:
        unescaped = unquote(path["path"]).replace("~1", "/").replace("~0", "~")
        return f"{path['method'].upper()} {unescaped} of {path['source']}"
    return step.operation_id or step.operation_path or step.workflow_id or step.channel_path or ""


def undo_of(planned: PlannedStep) -> str:
    call = planned.compensation
    given = planned.step.own.compensate
    if call is None or given is None:
        return ""
    name = given.operation_id or given.workflow_id or given.operation_path or ""
    operation = call.operation.operation_id if call.operation is not None else None
    return operation or called(call, name)


def notes_of(planned: PlannedStep) -> Iterator[str]:
    step, own = planned.step, planned.step.own
    wait = own.interaction.timeout if own.interaction is not None else None
    judged = own.judge.timeout if own.judge is not None else None
    waits = planned.step.action == "receive" or own.interaction is not None
    for limit in (step.timeout, wait, judged):
        if limit is not None:
            yield f"waits {length(limit)} at most" if waits else f"has {length(limit)}"
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
