"""What we promise of the engine's cost, held against what was measured."""

from collections.abc import Sequence

from benchmarks.contenders import BARE, NAIVE
from benchmarks.results import History, Measured, Ratio, Target

MOST_WORKER_CPU = 1.10
MOST_EVENTS = 2
JUDGED_AT = 10
"""In flight: the worker is busy, and nothing is overloaded."""

WORKER_CPU = "worker CPU per saga"
SERVER_CPU = "server CPU per saga"
SPEED = "sagas per second"


def targets(engine: Measured, bare: Measured, ratios: Sequence[Ratio]) -> tuple[Target, ...]:
    return (
        worker_cpu(ratios),
        events("completed", engine.histories.completed, bare.histories.completed),
        events("refused and undone", engine.histories.refused, bare.histories.refused),
        speed(ratios),
    )


def worker_cpu(ratios: Sequence[Ratio]) -> Target:
    found = next((r for r in ratios if (r.of, r.to, r.in_flight) == (WORKER_CPU, BARE, JUDGED_AT)), None)
    return Target(
        target=f"worker CPU of the engine beside the hand-written saga, {JUDGED_AT} in flight",
        limit=f"at most × {MOST_WORKER_CPU:.2f}",
        measured=f"× {found.median:.2f} ({found.least:.2f} to {found.greatest:.2f})" if found else "-",
        met=found.median <= MOST_WORKER_CPU if found else None,
    )


def events(kind: str, engine: History | None, bare: History | None) -> Target:
    more = engine.events - bare.events if engine and bare else None
    return Target(
        target=f"history events more than the hand-written saga, {kind}",
        limit=f"at most {MOST_EVENTS} more",
        measured="-" if more is None else f"{more:+g}",
        met=None if more is None else more <= MOST_EVENTS,
    )


def speed(ratios: Sequence[Ratio]) -> Target:
    found = [ratio for ratio in ratios if (ratio.of, ratio.to) == (SPEED, NAIVE)]
    return Target(
        target="sagas per second beside the naive saga, at every number in flight",
        limit="more than × 1",
        measured=", ".join(f"× {ratio.median:.1f} at {ratio.in_flight}" for ratio in found) or "-",
        met=all(ratio.median > 1 for ratio in found) if found else None,
    )
