"""How many cases the last full run has played of each flow, and what it knew of the flow's plan."""

import json
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

from crash_kit import Report

FILE = Path(__file__).parent / "counts.json"


class Counted(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    operations: tuple[str, ...]
    waits: tuple[str, ...]
    plan: str
    """A digest of what was discovered."""
    cases: int
    by_kind: dict[str, int]


_FILE = TypeAdapter(dict[str, Counted])


def counted(report: Report) -> Counted:
    return Counted(
        operations=report.operations,
        waits=report.waits,
        plan=report.digest,
        cases=sum(report.cases.values()),
        by_kind=report.cases,
    )


def committed() -> dict[str, Counted]:
    """By the name that a rehearsed flow has."""
    return _FILE.validate_json(FILE.read_bytes())


def keep(counts: Iterable[tuple[str, Counted]]) -> None:
    plain = {name: count.model_dump(mode="json") for name, count in counts}
    FILE.write_text(f"{json.dumps(plain, indent=1)}\n")
