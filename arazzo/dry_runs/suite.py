"""Runs the cases of a workflow, and holds what was seen against what was expected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from arazzo.dry_runs.calling import Direction
from arazzo.dry_runs.case import Anywhere, Case, Expected, Move
from arazzo.dry_runs.cases import Cases
from arazzo.dry_runs.directions import Onward
from arazzo.dry_runs.dry_run import DryRuns
from arazzo.dry_runs.report import End, Hop, Report
from arazzo.elements import FailureAction
from arazzo.interpreter import Verdict, success_actions
from arazzo.plan import Plan, PlannedStep
from arazzo.step_input import StepInput, Values
from arazzo.wording import listed


class Judged(StrEnum):
    """How a case went."""

    AS_EXPECTED = "as expected"
    OTHERWISE = "otherwise"
    NOT_REACHED = "not reached"


@dataclass(frozen=True, slots=True)
class Result:
    """Of one case."""

    case: Case
    judged: Judged
    report: Report | None = None
    why: str = ""

    @property
    def seen(self) -> tuple[str, ...]:
        """The steps of the workflow, and what each led to."""
        return () if self.report is None else tuple(map(_said, _own(self.report)))


@dataclass(frozen=True, slots=True)
class Suite:
    """Of one workflow."""

    workflow: str
    results: tuple[Result, ...]
    actions: tuple[str, ...]
    """All that its steps have, each as `step: name`."""

    @property
    def taken(self) -> tuple[str, ...]:
        """Those that were executed in any case."""
        seen = {f"{hop.step}: {hop.action}" for one in self.results if one.report for hop in _own(one.report)}
        return tuple(one for one in self.actions if one in seen)

    def count(self, wanted: Judged) -> int:
        return sum(one.judged is wanted for one in self.results)


class Scripted(Onward):
    """The moves of a case, one after the other; each step that has none goes well."""

    def __init__(self, moves: Sequence[Move]) -> None:
        super().__init__()
        self._left = list(moves)
        self._times = 0

    def next(self, step: StepInput) -> Direction:
        if self._is_now(step.workflow, step.name):
            return self._left[0].make(step)
        return super().next(step)

    def led(self, workflow: str, step: str, verdict: Verdict, action: int | None, *, is_left: bool) -> None:
        super().led(workflow, step, verdict, action, is_left=is_left)
        if self._is_now(workflow, step):
            move = self._left[0]
            self._times += move.until in {Anywhere.ANYWHERE, action}
            missed = is_left and move.until is not Anywhere.ANYWHERE
            if self._times == move.times or missed:
                self._left.pop(0)
                self._times = 0

    def _is_now(self, workflow: str, step: str) -> bool:
        return bool(self._left) and (self._left[0].workflow, self._left[0].step) == (workflow, step)


def suite_of(plan: Plan, runs: DryRuns, inputs: Values) -> Suite:
    """All cases of the root of a plan, run."""

    def stops_at(moves: Sequence[Move]) -> str:
        report = runs.run(inputs, Scripted(moves))
        return report.step if report.end is End.STOPPED else ""

    results = tuple(judged(case, runs, inputs) for case in Cases(plan, stops_at).all())
    steps = plan.workflows[plan.root].steps
    return Suite(plan.root, results, tuple(dict.fromkeys(name for step in steps for name in _actions(step))))


def judged(case: Case, runs: DryRuns, inputs: Values) -> Result:
    """One case, run."""
    if case.impossible:
        return Result(case, Judged.NOT_REACHED, why=case.impossible)
    report = runs.run(inputs, Scripted(case.moves))
    if report.end is End.STOPPED:
        return Result(case, Judged.NOT_REACHED, report, f"{report.step}: {report.why}")
    if why := "; ".join(_wrong(case, report)):
        return Result(case, Judged.OTHERWISE, report, why)
    return Result(case, Judged.AS_EXPECTED, report)


def _wrong(case: Case, report: Report) -> Iterator[str]:
    for event in report.problems:
        yield f"{event.kind} of {event.step}: {event.problem}"
    seen = _own(report)
    if (missed := _missed(case.route, seen)) is not None:
        yield f"{missed} was expected, and did not come"
    if report.end not in case.ends:
        expected = listed((str(one) for one in End if one in case.ends), "or")
        yield f"it is {report.end}, and {expected} was expected" + (f": {report.why}" if report.why else "")


def _missed(route: Iterable[Expected], seen: Sequence[Hop]) -> Expected | None:
    """The first that does not come behind those before it."""
    at = 0
    for one in route:
        found = next((place for place in range(at, len(seen)) if _is(one, seen[place])), None)
        if found is None:
            return one
        at = found + 1
    return None


def _is(expected: Expected, hop: Hop) -> bool:
    return (
        expected.step == hop.step
        and expected.success in {None, hop.success}
        and (expected.any_action or expected.action == hop.action)
    )


def _own(report: Report) -> list[Hop]:
    return [hop for hop in report.hops if hop.workflow == report.workflow]


def _said(hop: Hop) -> str:
    return str(Expected(hop.step, success=hop.success, action=hop.action))


def _actions(planned: PlannedStep) -> Iterator[str]:
    step, own = planned.step, planned.step.own
    names = [one.name for one in success_actions(step)]
    for given in (step.on_failure, own.on_timeout, own.on_cancel):
        names += [one.name for one in given or () if isinstance(one, FailureAction)]
    for name in names:
        yield f"{step.step_id}: {name}"
