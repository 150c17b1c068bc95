"""What services answer otherwise than they are described is counted each time, and logged once in a while."""

import logging

import pytest
from temporalio.runtime import BUFFERED_METRIC_KIND_COUNTER, MetricBuffer, Runtime, TelemetryConfig
from temporalio.testing import ActivityEnvironment

from activities.departures import MOST_KNOWN, SAID_AGAIN_AFTER, Departures
from arazzo.drifting import Departure, Kind
from arazzo.openapi.operation import Operation

NEW = Departure(Kind.GROWN, "200 color: the field is not described")
GONE = Departure(Kind.BROKEN, "200 the body: id is missing")


def reading(path: str = "/things") -> Operation:
    return Operation(source="shop", method="GET", path=path)


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was logged since this was asked."""
    found = [f"{one.levelname} {one.getMessage()}" for one in caplog.records]
    caplog.clear()
    return found


def test_each_kind_is_logged_once_in_a_while(caplog: pytest.LogCaptureFixture) -> None:
    """For each operation; what is broken is a warning."""
    caplog.set_level(logging.INFO)
    now = [0.0]
    departures, run = Departures(lambda: now[0]), ActivityEnvironment().run
    like = "GET /things of shop does not answer as it is described"

    run(departures.report, reading(), [NEW, GONE, NEW])
    assert [f"INFO {like} (grown): {NEW.what} (and 1 more)", f"WARNING {like} (broken): {GONE.what}"] == said(
        caplog
    )
    now[0] = SAID_AGAIN_AFTER.total_seconds() - 1
    run(departures.report, reading(), [NEW, GONE])
    assert [] == said(caplog)
    run(departures.report, reading("/others"), [NEW])
    assert 1 == len(said(caplog))
    now[0] += 1
    run(departures.report, reading(), [NEW])
    assert [f"INFO {like} (grown): {NEW.what}"] == said(caplog)


def test_what_was_logged_is_not_remembered_without_end(caplog: pytest.LogCaptureFixture) -> None:
    """A stranger's documents may name operations without end; then some is said once more."""
    caplog.set_level(logging.INFO)
    departures, run = Departures(lambda: 0.0), ActivityEnvironment().run
    for index in range(MOST_KNOWN):
        run(departures.report, reading(f"/{index}"), [NEW])
    caplog.clear()

    run(departures.report, reading("/0"), [NEW])
    run(departures.report, reading("/one-more"), [NEW])
    run(departures.report, reading("/0"), [NEW])
    assert ["/one-more", "/0"] == [line.split()[2] for line in said(caplog)]


def test_all_are_counted() -> None:
    """By labels of few values: source, operation and kind."""
    buffer = MetricBuffer(100)
    environment = ActivityEnvironment()
    environment.metric_meter = Runtime(telemetry=TelemetryConfig(metrics=buffer)).metric_meter
    departures = Departures()
    for found in ([NEW, NEW], [NEW, GONE], []):
        environment.run(departures.report, reading(), found)

    counted = [
        (one.attributes["kind"], one.value)
        for one in buffer.retrieve_updates()
        if one.metric.name == "saga_contract_departures" and one.metric.kind == BUFFERED_METRIC_KIND_COUNTER
    ]
    assert [("grown", 1), ("grown", 1), ("broken", 1)] == counted
