"""What came of a rehearsal: how many cases of which kind, how they ended, and which promises were broken."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import JsonValue, TypeAdapter

from crash_kit.cases import Kind
from crash_kit.plan import Plan


@dataclass(frozen=True)
class BrokenPromise:
    """One case that did not go as it must."""

    case: str
    id: str
    """Of the workflow."""
    end: str
    broken: tuple[str, ...]
    repeat: str
    """The command that plays this case again."""


@dataclass(frozen=True)
class Report:
    """Of one flow."""

    flow: str
    operations: tuple[str, ...]
    waits: tuple[str, ...]
    digest: str
    cases: dict[str, int]
    """By kind, how many there are."""
    played: dict[str, int]
    """By kind, how many of them were played."""
    ends: dict[str, int]
    broken: tuple[BrokenPromise, ...]
    missed: tuple[str, ...]
    """Cases whose flow never came, or came too late, to where it was to be disturbed: try on a quieter machine."""
    seconds: float

    @property
    def good(self) -> bool:
        return not self.broken

    def as_json(self) -> JsonValue:
        """Plain data."""
        plain: dict[str, JsonValue] = TypeAdapter(Report).dump_python(self, mode="json")
        return {"good": self.good, **plain}


@dataclass(frozen=True)
class Result:
    """Of one case."""

    case: str
    kind: Kind | None
    id: str
    end: str
    broken: tuple[str, ...]
    missed: bool


def report(plan: Plan, results: Sequence[Result], *, again: str, seconds: float) -> Report:
    """`again` is the command that plays one case of the flow, with `{case}` in it."""
    played = Counter(result.kind for result in results)
    return Report(
        flow=plan.flow,
        operations=plan.operations,
        waits=plan.waits,
        digest=plan.digest,
        cases=plan.counts(),
        played={kind.value: played[kind] for kind in Kind if played[kind]},
        ends=dict(sorted(Counter(result.end for result in results).items())),
        broken=tuple(
            BrokenPromise(
                case=result.case,
                id=result.id,
                end=result.end,
                broken=result.broken,
                repeat=again.format(case=result.case),
            )
            for result in sorted(results, key=lambda result: result.case)
            if result.broken
        ),
        missed=tuple(sorted(result.case for result in results if result.missed)),
        seconds=round(seconds, 1),
    )
