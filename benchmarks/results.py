"""The benchmark's result, as `--json` writes it. Durations carry their unit in the name."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict


class Result(BaseModel):
    model_config = ConfigDict(frozen=True)


class Machine(Result):
    measured_at: datetime
    processor: str
    cores: int
    memory_gib: float
    load_before: float
    """Of the last minute, before anything was started: above 0 somebody else worked here too."""
    system: str
    python: str
    temporalio: str
    pydantic: str
    temporal_server: str


class Plan(Result):
    """How long, and how often."""

    rounds: int
    levels: tuple[int, ...]
    """Sagas in flight."""
    window_s: float
    budget_s: float
    """After so long no further round begins."""
    parked: int


class Level(Result):
    """One contender with so many sagas in flight; medians of the rounds, percentiles of all sagas together."""

    in_flight: int
    rounds: int
    """For which there was time."""
    sagas: int
    sagas_per_s: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    worker_cpu_ms: float
    server_cpu_ms: float


class History(Result):
    events: float
    bytes: float


class Histories(Result):
    """None where no such saga was run."""

    completed: History | None
    refused: History | None


class Parked(Result):
    """Approvals that wait, all of them in the worker's cache."""

    approvals: int
    seconds: float
    worker_mib_before: float
    worker_mib_grown: float
    worker_mib_per_1000: float


class Measured(Result):
    """One contender."""

    name: str
    description: str
    levels: tuple[Level, ...]
    histories: Histories
    calls_per_saga: float
    """HTTP requests that the downstream saw."""


class Ratio(Result):
    """The engine's figure by the other's; median, least and greatest of the rounds, in each of which both had a turn."""

    of: str
    to: str
    in_flight: int
    median: float
    least: float
    greatest: float


class Target(Result):
    target: str
    limit: str
    measured: str
    met: bool | None
    """None where too little was measured to say."""


class Report(Result):
    machine: Machine
    plan: Plan
    seconds: float
    contenders: tuple[Measured, ...]
    parked: Parked | None
    ratios: tuple[Ratio, ...]
    targets: tuple[Target, ...]
