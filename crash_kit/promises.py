"""The promises that every run of a flow has to keep, whatever was done to it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Self

from crash_kit.cases import CANCELS, KILLS, PASSING, Kind
from crash_kit.plan import Plan
from crash_kit.run import Played
from crash_kit.stand_ins import Effect
from saga.status import FlowState

ENDS = (FlowState.COMPLETED, FlowState.COMPENSATED, FlowState.FAILED, FlowState.CANCELLED)


@dataclass(frozen=True)
class Known:
    """What the plan says of the effects that may be open at the end."""

    calls: Mapping[str, int] = field(default_factory=dict[str, int])
    """By operation, how many calls of it the flow makes."""
    alternatives: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """By operation, those that the flow calls in its place when it is refused."""
    tried_once: frozenset[str] = frozenset()
    """Calls that have no second attempt: there, nothing passes by itself."""

    @classmethod
    def of(cls, plan: Plan) -> Self:
        steps = [target for target in plan.targets if not target.undoes]
        instead: dict[str, set[str]] = {}
        for target in steps:
            if target.scene.kind is Kind.REFUSED:
                refused = plan[target.scene.events[-1].at].operation
                instead.setdefault(refused, set()).add(target.operation)
        return cls(
            calls=Counter(target.operation for target in steps),
            alternatives={operation: frozenset(others) for operation, others in instead.items()},
            tried_once=frozenset(target.name for target in plan.targets if target.attempts == 1),
        )


def broken(run: Played, scene: Played | None, known: Known) -> list[str]:
    """What `run` did not keep, each in a sentence; `scene` is the same run without its last disturbance."""
    if run.end not in ENDS:
        return [run.stuck or f"it has ended as {run.end}"]
    return [
        *_unowned(run),
        *_duplicates(run, known),
        *(_other_end(run, scene, known) if scene and not run.missed else ()),
        *(_other_effects(run, scene) if scene and not run.missed else ()),
    ]


def effects_of(run: Played) -> list[Effect]:
    """Without messages about the flow, which nobody takes back."""
    told = {key for key, step in run.steps.items() if step.tells}
    return [effect for effect in run.effects if effect.key not in told]


def open_effects(run: Played) -> Counter[str]:
    """By operation."""
    return Counter(effect.operation for effect in effects_of(run) if effect.state == "open")


def _unowned(run: Played) -> Iterator[str]:
    if run.end is not FlowState.COMPLETED:
        for operation in open_effects(run):
            yield f"it has ended as {run.end}, and the effect of {operation} is open"


def _duplicates(run: Played, known: Known) -> Iterator[str]:
    found = open_effects(run)
    for operation, count in found.items():
        if count > known.calls.get(operation, count):
            yield f"{operation} has {count} open effects, of {known.calls[operation]} calls"
        for other in known.alternatives.get(operation, frozenset()) & found.keys():
            yield f"both {operation} and {other}, which is there for want of it, have an open effect"


def _other_end(run: Played, scene: Played, known: Known) -> Iterator[str]:
    """What passes, or hits only the worker, changes no end; neither does what a person has tried again."""
    kind, ends = run.case.kind, {scene.end}
    if kind in CANCELS:
        ends.add(FlowState.CANCELLED)
    elif kind in KILLS | PASSING:
        if run.case.events[-1].at in known.tried_once:
            return
    elif "step" not in run.incidents:
        return
    if run.end not in ends:
        yield f"it has ended as {run.end}, instead of {' or '.join(sorted(ends))}"


def _other_effects(run: Played, scene: Played) -> Iterator[str]:
    """What passes by itself, or hits only the worker, leaves no trace in the ledger."""
    if run.case.kind not in KILLS | PASSING or run.end is not scene.end:
        return
    if open_effects(run) != open_effects(scene):
        yield f"open are {_listed(open_effects(run))}, instead of {_listed(open_effects(scene))}"
    elif not scene.case.events and _all_effects(run) != _all_effects(scene):
        yield f"made were {_listed(_all_effects(run))}, instead of {_listed(_all_effects(scene))}"


def _all_effects(run: Played) -> Counter[str]:
    return Counter(effect.operation for effect in effects_of(run))


def _listed(operations: Counter[str]) -> str:
    return ", ".join(sorted(operations.elements())) or "none"
