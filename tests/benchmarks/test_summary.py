"""The arithmetic behind the tables, on figures that are checked by hand."""

import pytest

from benchmarks.results import History, Ratio, Target
from benchmarks.summary import percentile
from benchmarks.targets import SPEED, WORKER_CPU, events, speed, worker_cpu


@pytest.mark.parametrize(("percent", "expected"), [(50, 10), (95, 19), (99, 20), (100, 20)])
def test_a_percentile_is_a_measured_value(percent: int, expected: float) -> None:
    """Of the values 1 to 20, at least so many percent are not above it."""
    assert expected == percentile(range(1, 21), percent)


@pytest.mark.parametrize(("median", "met"), [(1.10, True), (1.11, False)])
def test_worker_cpu_is_judged_at_ten_in_flight(median: float, met: bool) -> None:  # noqa: FBT001 - a row of the table
    """Other numbers in flight are shown, not judged."""
    assert met is worker_cpu([_ratio(WORKER_CPU, "bare", 1, 9.9), _ratio(WORKER_CPU, "bare", 10, median)]).met


@pytest.mark.parametrize(("more", "met"), [(0, True), (2, True), (3, False)])
def test_two_more_events_are_allowed(more: int, met: bool) -> None:  # noqa: FBT001 - a row of the table
    """And no third."""
    assert met is events("completed", History(events=35 + more, bytes=1), History(events=35, bytes=1)).met


def test_slower_than_the_naive_saga_at_any_number_in_flight_is_a_miss() -> None:
    """Faster in most cases is not enough."""
    faster, slower = _ratio(SPEED, "naive", 1, 4.0), _ratio(SPEED, "naive", 10, 0.9)

    assert speed([faster]).met
    assert speed([faster, slower]).met is False


@pytest.mark.parametrize("judged", [worker_cpu([]), speed([]), events("completed", None, None)])
def test_what_was_not_measured_is_neither_met_nor_missed(judged: Target) -> None:
    """The verdict stays open."""
    assert judged.met is None


def _ratio(of: str, to: str, in_flight: int, median: float) -> Ratio:
    return Ratio(of=of, to=to, in_flight=in_flight, median=median, least=median, greatest=median)
