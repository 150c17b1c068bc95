"""Finds out what a flow does: undisturbed, then with each call refused, malformed and cancelled, then with each new one."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping

from crash_kit.cases import Case, Kind
from crash_kit.plan import Plan, Target
from crash_kit.refusals import CannotRehearse
from crash_kit.run import Played
from crash_kit.stand_ins import Call
from saga.status import FlowState

PROBES = (Kind.REFUSED, Kind.MALFORMED, Kind.CANCEL_AFTER)
"""Between them they show each fallback, each read that asks what became of a call, and each undo."""

DEEPEST = 3

VARY = "Is there another field of the input that must not be the same twice? Then name it (--vary)."

Play = Callable[[Case, Plan], Awaitable[Played]]


async def discover(flow: str, play: Play) -> tuple[Plan, dict[Case, Played]]:
    """The plan, and the runs that showed it: each of them is a case of its own. Raises CannotRehearse."""
    base, again = [await play(Case(), Plan(flow, ())) for _ in range(2)]
    if base.end is not FlowState.COMPLETED:
        raise CannotRehearse(f"Undisturbed, {base.id} has not completed: {base.end} {base.stuck}".rstrip())
    if again.end is not base.end:
        raise CannotRehearse(f"{base.id} has completed, {again.id} has not: {again.end}. {VARY}")
    runs, new = {base.case: base}, _targets(base, set())
    plan = Plan(flow, tuple(new), waits=base.waits, last=_last(base))
    for _ in range(DEEPEST):
        cases = [t.scene.then(kind, t.name) for t in new if not t.undoes for kind in PROBES]
        played = dict(zip(cases, await asyncio.gather(*(play(case, plan) for case in cases)), strict=True))
        runs |= played
        new = _assigned(played.values(), {target.operation for target in plan.targets})
        plan = Plan(flow, (*plan.targets, *new), plan.waits, _held(runs), plan.last)
        if not new:
            break
    return plan, runs


def _assigned(runs: Iterable[Played], known: set[str]) -> list[Target]:
    """What is new in these runs: an undo in the run with most undos, all else where something was refused."""
    found: list[Target] = []
    by_undos = sorted(runs, key=lambda run: (-sum(t.undoes for t in _targets(run, known)), str(run.case)))
    by_refusal = sorted(by_undos, key=lambda run: (run.case.kind is not Kind.REFUSED, str(run.case)))
    for undoes, ordered in ((True, by_undos), (False, by_refusal)):
        seen: set[str] = set()
        for run in ordered:
            here = [t for t in _targets(run, known | seen) if t.undoes is undoes]
            found += here
            seen |= {target.operation for target in here}
    return found


def _targets(run: Played, known: set[str]) -> list[Target]:
    """The calls of a run to operations that are not known, in their order."""
    counted: Counter[str] = Counter()
    targets: list[Target] = []
    for call in _firsts(run):
        counted[call.operation] += 1
        if call.operation not in known:
            targets.append(_target(call, counted[call.operation], run))
    return targets


def _target(call: Call, occurrence: int, run: Played) -> Target:
    """A read has no key by which its step were known: as long as the shortest of the flow it may take.

    It is tried without end where all steps of the flow are.
    """
    step = run.steps.get(call.key or "")
    endless = all(known.attempts == 0 for known in run.steps.values() if not known.tells)
    shortest = min((known.seconds for known in run.steps.values()), default=None)
    return Target(
        service=call.service,
        operation=call.operation,
        occurrence=occurrence,
        scene=run.case,
        undoes=call.compensates is not None,
        attempts=step.attempts if step else 0 if endless else None,
        seconds=step.seconds if step else shortest,
    )


def _firsts(run: Played) -> list[Call]:
    """The first attempts of its calls, without messages about the flow: they are no part of its plan."""
    told = {key for key, step in run.steps.items() if step.tells}
    firsts: dict[tuple[str, str | None], Call] = {}
    for call in run.calls:
        if call.key not in told:
            firsts.setdefault((call.operation, call.key), call)
    return list(firsts.values())


def _last(base: Played) -> str | None:
    """The call that is answered last."""
    calls = zip(_firsts(base), _targets(base, set()), strict=True)
    answered = [(call.ended_at, target.name) for call, target in calls if call.ended_at]
    return max(answered)[1] if answered else None


def _held(runs: Mapping[Case, Played]) -> tuple[Case, ...]:
    return tuple(case for case, run in runs.items() if case.kind is Kind.REFUSED and run.incidents)
