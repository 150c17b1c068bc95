"""The metrics of orders, pushed to a collector or scraped from a worker."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from temporalio.client import Client

from crash_kit.program import ProgramEnded
from runtime.dev_server import DevServer, free_port
from tests.collector import Collector, Point
from tests.crash.orders import order, start
from tests.endings import end_of
from tests.standins import StandIns
from tests.worker_process import WorkerProcess


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as running:
        yield running


@pytest.fixture(scope="module")
async def stand_ins(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[StandIns]:
    async with StandIns(tmp_path_factory.mktemp("stand-ins") / "stand-ins.db") as running:
        yield running


@pytest.fixture
def environment(dev_server: DevServer, stand_ins: StandIns, task_queue: str) -> dict[str, str]:
    return {**stand_ins.environment(), "TEMPORAL_ADDRESS": dev_server.address, "TASK_QUEUE": task_queue}


async def test_metrics_count_flows_steps_and_requests(
    environment: dict[str, str],
    client: Client,
    stand_ins: StandIns,
    collector: Collector,
    task_queue: str,
    tmp_path: Path,
) -> None:
    """By few labels: the last of them are sent when the worker ends, long before the next interval."""
    pushed = {"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": f"{collector.url}/v1/metrics"}
    measured = {**environment, **pushed, "OTEL_METRIC_EXPORT_INTERVAL": "600000"}
    async with WorkerProcess(measured, log=tmp_path / "log"):
        await stand_ins.faults.add("authorizePayment", "unavailable", match={"order_id": "counted-1"})
        await end_of(await start(client, order("counted-1"), task_queue))
        await end_of(await start(client, order("counted-2", country="AQ"), task_queue))

    flows = labelled(collector.points("saga_flows_ended"), "status")
    assert {"completed": 1, "compensated": 1} == flows
    assert {"order": 2} == labelled(collector.points("saga_flows_started"), "flow")
    assert {"completed", "compensated"} == set(labelled(collector.points("saga_flow_duration"), "status"))
    expected = {"confirmed": 2, "refused": 1}
    assert expected == labelled(collector.points("saga_step_attempts"), "outcome", step="authorize_payment")
    assert expected == labelled(collector.points("saga_step_duration"), "outcome", step="authorize_payment")
    assert {"create_shipment": 1, "authorize_payment": 1} == labelled(
        collector.points("saga_step_failures"), "step"
    )
    requests = collector.points("saga_downstream_request_duration")
    assert {"201": 3, "503": 1, "200": 1} == labelled(requests, "status", downstream="payments")
    assert all(0 < point.total < 20 for point in requests)


async def test_metrics_can_be_scraped(
    environment: dict[str, str], client: Client, task_queue: str, tmp_path: Path
) -> None:
    """By the names that Prometheus is used to; another worker that wants the same port says so."""
    port = str(free_port())
    page = {"OTEL_METRICS_EXPORTER": "prometheus", "OTEL_EXPORTER_PROMETHEUS_PORT": port}
    scraped = {**environment, **page}
    async with WorkerProcess(scraped, log=tmp_path / "log"), httpx.AsyncClient() as http:
        await end_of(await start(client, order("scraped"), task_queue))
        lines = (await http.get(f"http://127.0.0.1:{port}/metrics")).text.splitlines()
        with pytest.raises(
            ProgramEnded, match="ended with 2: OTEL_METRICS_EXPORTER: metrics cannot be exported"
        ):
            await WorkerProcess(scraped, log=tmp_path / "second").start()

    (ended,) = [line for line in lines if line.startswith("saga_flows_ended_total{")]
    assert 'status="completed"' in ended
    assert any(line.startswith("saga_downstream_request_duration_seconds_bucket{") for line in lines)


def labelled(points: list[Point], by: str, **where: str) -> dict[object, float]:
    """The value for each value of the label `by`."""
    return {dict(p.labels)[by]: p.value for p in points if where.items() <= set(p.labels)}
