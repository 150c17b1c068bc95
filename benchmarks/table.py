"""The report as Markdown, which reads in a terminal and goes into the documents as it is."""

from collections.abc import Iterable, Iterator, Sequence

from benchmarks.results import History, Machine, Measured, Parked, Report

MET = {True: "yes", False: "**no**", None: "not measured"}


def render(report: Report) -> str:
    return "\n".join(
        [
            *_levels(report.contenders),
            "",
            *_sagas(report.contenders),
            "",
            *(f"- {each.name}: {each.description}." for each in report.contenders),
            *_parked(report.parked),
            "",
            *_ratios(report),
            "",
            *_targets(report),
            "",
            f"{described(report.machine)} {_rounds(report)} It took {report.seconds:.0f} s.",
        ]
    )


def _levels(contenders: Sequence[Measured]) -> Iterator[str]:
    columns = ("p50 ms", "p95 ms", "p99 ms", "worker CPU ms/saga", "server CPU ms/saga")
    yield from _head("in flight", "saga", "sagas/s", *columns)
    for in_flight in [level.in_flight for level in contenders[0].levels]:
        for each in contenders:
            level = next(level for level in each.levels if level.in_flight == in_flight)
            yield _row(
                str(in_flight),
                each.name,
                f"{level.sagas_per_s:.1f}",
                *(f"{ms:.0f}" for ms in (level.p50_ms, level.p95_ms, level.p99_ms)),
                *(f"{ms:.1f}" for ms in (level.worker_cpu_ms, level.server_cpu_ms)),
            )


def _sagas(contenders: Sequence[Measured]) -> Iterator[str]:
    yield from _head("one saga", "completed: events", "bytes", "refused: events", "bytes", "calls")
    for each in contenders:
        kept = each.histories
        yield _row(
            each.name, *_history(kept.completed), *_history(kept.refused), f"{each.calls_per_saga:.2f}"
        )


def _history(history: History | None) -> tuple[str, str]:
    return (f"{history.events:g}", f"{history.bytes:.0f}") if history else ("-", "-")


def _parked(parked: Parked | None) -> Iterator[str]:
    if parked:
        yield (
            f"- Worker memory per 1,000 parked approvals (engine): {parked.worker_mib_per_1000:.0f} MiB on top of "
            f"{parked.worker_mib_before:.0f} MiB; {parked.approvals} were parked, in {parked.seconds:.0f} s."
        )


def _ratios(report: Report) -> Iterator[str]:
    yield from _head("engine by", "in flight", "median", "least", "greatest")
    for ratio in report.ratios:
        figures = (f"{figure:.2f}" for figure in (ratio.median, ratio.least, ratio.greatest))
        yield _row(f"{ratio.to}: {ratio.of}", str(ratio.in_flight), *figures)


def _targets(report: Report) -> Iterator[str]:
    yield from _head("target", "limit", "measured", "met")
    for target in report.targets:
        yield _row(target.target, target.limit, target.measured, MET[target.met])


def described(machine: Machine) -> str:
    """What the figures were measured on, in one line."""
    return (
        f"{machine.processor}, {machine.cores} cores, {machine.memory_gib:g} GiB, {machine.system}; "
        f"Python {machine.python}, temporalio {machine.temporalio}, pydantic {machine.pydantic}, "
        f"Temporal server {machine.temporal_server}; {machine.measured_at:%Y-%m-%d}, "
        f"load before {machine.load_before:.2f}."
    )


def _rounds(report: Report) -> str:
    made = ", ".join(f"{level.rounds} at {level.in_flight}" for level in report.contenders[0].levels)
    return (
        f"Interleaved rounds: {made} in flight, {report.plan.window_s:g} s a window; driver, workers, servers and "
        "downstream share the machine. Medians of the rounds, percentiles of all sagas."
    )


def _head(*columns: str) -> Iterable[str]:
    return (_row(*columns), _row(*("---" for _ in columns)))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
