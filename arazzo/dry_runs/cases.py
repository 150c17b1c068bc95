"""The cases of a workflow: each branch and each failure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from arazzo.dry_runs.calling import Direction
from arazzo.dry_runs.case import ANY_END, ENDS_ILL, ENDS_WELL, Anywhere, Case, Expected, Move
from arazzo.dry_runs.directions import to_failure, to_success
from arazzo.dry_runs.faults import Fault, FaultKind
from arazzo.dry_runs.paths import Turn, open_end, path_to
from arazzo.dry_runs.report import End
from arazzo.elements import FailureAction, SuccessAction
from arazzo.interpreter import success_actions
from arazzo.plan import Plan, PlannedStep, PlannedWorkflow
from arazzo.step_input import StepInput
from arazzo.step_wording import Kind, failure_actions, kind_of, successes

STEERED = frozenset({Kind.CALL, Kind.SEND, Kind.CODE, Kind.PERSON, Kind.AGENT, Kind.RECEIVE})
"""What comes back of these is made up; what a workflow gives follows from its steps."""
DEEPEST = 8


class Cases:
    """Of the root of a plan."""

    def __init__(self, plan: Plan, stops_at: Callable[[Sequence[Move]], str]) -> None:
        """`stops_at`: at which step a run with these moves cannot go on; empty where it can."""
        self._plan = plan
        self._key = plan.root
        self._workflow: PlannedWorkflow = plan.workflows[plan.root]
        self._stops_at = stops_at

    def all(self) -> Iterator[Case]:
        """That all goes well first, then step by step."""
        yield Case("all goes well")
        for place, planned in enumerate(self._workflow.steps):
            path = self._path(place)
            if path is None:
                name = planned.step.step_id
                yield Case(f"{name} is reached", impossible="nothing leads there")
                continue
            step = _OfStep(self._plan, self._key, place, path)
            yield from step.successes()
            yield from step.failures()
            yield from step.faults()

    def _path(self, place: int) -> tuple[Turn, ...] | None:
        """The best one that answers can be made for; where there is none, the best of all."""
        best = path = path_to(self._workflow, place)
        without: frozenset[Turn] = frozenset()
        while path is not None:
            moves = tuple(_OfStep(self._plan, self._key, place, path).moves())
            stop = self._stops_at(moves) if moves else ""
            turns = [one for one in path if self._workflow.steps[one.place].step.step_id == stop]
            if not turns:
                return path
            without |= set(turns)
            path = path_to(self._workflow, place, without)
        return best


class _OfStep:
    """The cases of one step, which is reached by a path."""

    def __init__(self, plan: Plan, key: str, place: int, path: Sequence[Turn]) -> None:
        self._plan, self._key = plan, key
        self._workflow = plan.workflows[key]
        self._planned = self._workflow.steps[place]
        self._name = self._planned.step.step_id
        self._kind = kind_of(self._planned)
        self._path = path

    def successes(self) -> Iterator[Case]:
        actions, possible = success_actions(self._planned.step), len(successes(self._planned))
        for number, action in enumerate(actions):
            name = f"{self._name}: {action.name}"
            if number >= possible:
                yield Case(name, impossible=_always(actions[possible - 1].name))
            else:
                yield self._case(name, (self._succeeding(number),), self._well(action.name), *_next(action))
        if actions and open_end(self._planned):
            name = f"{self._name}: none of its success actions"
            yield self._case(name, (self._succeeding(None),), self._well(None))

    def failures(self) -> Iterator[Case]:
        given = tuple(one for one in self._planned.step.on_failure or () if isinstance(one, FailureAction))
        possible = len(failure_actions(given))
        for number, action in enumerate(given):
            name = f"{self._name} fails: {action.name}"
            if number >= possible:
                yield Case(name, impossible=_always(given[possible - 1].name))
            elif action.type != "retry":
                moves = self._failing(number)
                ends = ENDS_ILL if action.type == "end" else ENDS_WELL
                yield self._case(name, moves, self._ill(action.name), *_next(action), ends=ends)
            else:
                yield from self._retried(name, number, action)
        answered = self._planned.call.operation is not None or self._planned.step.success_criteria
        if self._kind is not Kind.WORKFLOW and answered and all(one.criteria for one in given):
            name = f"{self._name} fails" + (": none of its failure actions" if given else "")
            yield self._case(name, self._failing(None), self._ill(None), ends=ENDS_ILL)

    def faults(self) -> Iterator[Case]:
        """What no answer says."""
        own, name = self._planned.step.own, self._name
        match self._kind:
            case Kind.CALL | Kind.SEND | Kind.CODE if self._planned.call.channel is None:
                yield self._faulty(f"{name} gets no answer", FaultKind.LOST)
                if self._planned.step.timeout is not None:
                    yield self._faulty(f"{name} is answered too late", FaultKind.TIMEOUT)
            case Kind.PERSON:
                yield self._faulty(f"{name} is declined", FaultKind.DECLINE)
                if own.interaction is not None and own.interaction.timeout is not None:
                    yield self._faulty(f"{name} is decided too late", FaultKind.TIMEOUT)
            case Kind.AGENT:
                yield self._faulty(f"{name} gets no judgement", FaultKind.TIMEOUT)
            case Kind.RECEIVE if self._planned.step.timeout is not None:
                yield self._faulty(f"{name} gets no message", FaultKind.NO_MESSAGE)
            case Kind.WORKFLOW if not self._planned.step.on_failure:
                moves = self._failing(None)
                yield self._case(f"{name} fails", moves, self._ill(None), ends=ENDS_ILL)
            case _:
                return

    def _retried(self, name: str, number: int, action: FailureAction) -> Iterator[Case]:
        again = Expected(self._name, success=True, any_action=True)
        yield self._case(f"{name}, then it goes well", self._failing(number), self._ill(action.name), again)
        limit = action.retry_limit
        if limit:
            expected = [self._ill(action.name)] * limit
            last = Expected(self._name, success=False, any_action=True)
            moves = (*self._failing(number, limit), *self._failing(number, until=Anywhere.ANYWHERE))
            said = f"{name}, {limit} time{'' if limit == 1 else 's'} in vain"
            yield self._case(said, moves, *expected, last, ends=ANY_END)

    def _faulty(self, name: str, kind: FaultKind) -> Case:
        limits = sum(one.retry_limit for one in self._all_failures() if one.type == "retry")
        fault = Fault(self._name, kind, workflow=self._key)
        move = Move(self._key, self._name, lambda _: fault, 1 + limits)
        return Case(name, (*self.moves(), move), self._route(), ANY_END)

    def _all_failures(self) -> Iterator[FailureAction]:
        own = self._planned.step.own
        for given in (own.on_timeout, own.on_cancel, self._planned.step.on_failure):
            yield from (one for one in given or () if isinstance(one, FailureAction))

    def _case(
        self, name: str, moves: tuple[Move, ...], *here: Expected, ends: frozenset[End] = ENDS_WELL
    ) -> Case:
        return Case(name, (*self.moves(), *moves), (*self._route(), *here), ends)

    def _well(self, action: str | None) -> Expected:
        return Expected(self._name, success=True, action=action)

    def _ill(self, action: str | None) -> Expected:
        return Expected(self._name, success=False, action=action)

    def _succeeding(self, action: int | None) -> Move:
        return Move(self._key, self._name, lambda step: (to_success(step, action),))

    def _failing(
        self, action: int | None, times: int = 1, *, until: Anywhere | None = None
    ) -> tuple[Move, ...]:
        if self._kind is not Kind.WORKFLOW:
            to = action if until is None else until
            return (Move(self._key, self._name, lambda step: to_failure(step, action), times, to),)
        return tuple(_failing_inside(self._plan, self._planned.call.workflow or "", times, DEEPEST))

    def moves(self) -> Iterator[Move]:
        """By which it is reached."""
        for turn in self._path:
            planned = self._workflow.steps[turn.place]
            name = planned.step.step_id
            if not turn.success:
                step = _OfStep(self._plan, self._key, turn.place, ())
                yield from step._failing(turn.action)
            elif success_actions(planned.step) and kind_of(planned) in STEERED:
                yield Move(self._key, name, _leading(turn.action))

    def _route(self) -> tuple[Expected, ...]:
        return tuple(_expected(self._workflow.steps[turn.place], turn) for turn in self._path)


def _leading(action: int | None) -> Callable[[StepInput], Direction]:
    return lambda step: (to_success(step, action),)


def _expected(planned: PlannedStep, turn: Turn) -> Expected:
    actions: Sequence[SuccessAction | FailureAction] = (
        success_actions(planned.step) if turn.success else failure_actions(planned.step.on_failure)
    )
    action = None if turn.action is None else actions[turn.action].name
    return Expected(planned.step.step_id, success=turn.success, action=action)


def _next(action: SuccessAction | FailureAction) -> tuple[Expected, ...]:
    return () if action.step_id is None else (Expected(action.step_id, any_action=True),)


def _always(name: str) -> str:
    return f"{name}, which stands before it, always matches"


def _failing_inside(plan: Plan, key: str, times: int, depth: int) -> Iterator[Move]:
    """That a workflow fails: by its first step, as nothing has to be reached for that."""
    workflow = plan.workflows.get(key)
    if workflow is None or not workflow.steps or not depth:
        return
    first = workflow.steps[0]
    match kind_of(first):
        case Kind.WORKFLOW:
            yield from _failing_inside(plan, first.call.workflow or "", times, depth - 1)
        case Kind.PERSON:
            fault = Fault(first.step.step_id, FaultKind.DECLINE)
            yield Move(key, first.step.step_id, lambda _: fault, times)
        case Kind.RECEIVE:
            missing = Fault(first.step.step_id, FaultKind.NO_MESSAGE)
            yield Move(key, first.step.step_id, lambda _: missing, times)
        case _:
            yield Move(key, first.step.step_id, lambda step: to_failure(step, None), times)
