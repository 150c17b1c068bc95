"""Makes figures of the windows: medians of the rounds, percentiles of the sagas, ratios of neighbours."""

import statistics
from collections.abc import Callable, Sequence

from benchmarks.contenders import DESCRIPTIONS
from benchmarks.load import Window
from benchmarks.results import Histories, Level, Measured, Ratio
from benchmarks.rounds import Turns

Figure = Callable[[Window], float]


def measured(turns: Turns, histories: Histories) -> Measured:
    name = turns.contender.name
    return Measured(
        name=name,
        description=DESCRIPTIONS[name],
        levels=tuple(level(in_flight, windows) for in_flight, windows in turns.windows.items()),
        histories=histories,
        calls_per_saga=turns.calls / len(turns.sagas),
    )


def level(in_flight: int, windows: Sequence[Window]) -> Level:
    milliseconds = sorted(1000 * saga.seconds for window in windows for saga in window.sagas)
    return Level(
        in_flight=in_flight,
        rounds=len(windows),
        sagas=len(milliseconds),
        sagas_per_s=_median(windows, lambda window: window.sagas_per_second),
        p50_ms=percentile(milliseconds, 50),
        p95_ms=percentile(milliseconds, 95),
        p99_ms=percentile(milliseconds, 99),
        worker_cpu_ms=_median(windows, lambda window: window.worker_ms),
        server_cpu_ms=_median(windows, lambda window: window.server_ms),
    )


def percentile(ascending: Sequence[float], percent: int) -> float:
    """The nearest rank: a value that was really measured."""
    rank = -(-len(ascending) * percent // 100)
    return ascending[max(rank, 1) - 1]


def ratios(one: Turns, other: Turns, *, of: str, figure: Figure) -> list[Ratio]:
    """One for each level, from pairs that were measured one after the other."""
    return [
        _ratio(of, other.contender.name, in_flight, _pairs(one, other, in_flight, figure))
        for in_flight in one.windows
    ]


def _pairs(one: Turns, other: Turns, in_flight: int, figure: Figure) -> list[float]:
    pairs = zip(one.windows[in_flight], other.windows[in_flight], strict=True)
    return [figure(mine) / figure(theirs) for mine, theirs in pairs]


def _ratio(of: str, to: str, in_flight: int, each: Sequence[float]) -> Ratio:
    return Ratio(
        of=of, to=to, in_flight=in_flight, median=statistics.median(each), least=min(each), greatest=max(each)
    )


def _median(windows: Sequence[Window], figure: Figure) -> float:
    return statistics.median(map(figure, windows))
