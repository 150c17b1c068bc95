"""The traces of orders, as a collector receives them from a worker process and a starter."""

import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from temporalio.client import Client

from runtime.client import connect
from runtime.dev_server import DevServer
from runtime.telemetry import start_telemetry
from saga import Decision
from tests.collector import Collector
from tests.crash.orders import EXAMPLE, order, start
from tests.endings import end_of, status_of
from tests.eventually import eventually
from tests.standins import StandIns
from tests.worker_process import ROOT, WorkerProcess

LARGE = 100
QUEUE = "traced"

RETRIED = """\
StartWorkflow:order
  RunWorkflow:order
  StartActivity:inventory.reserve_stock
    RunActivity:inventory.reserve_stock
      POST /inventory/reservations 201
  StartActivity:payments.authorize_payment
    RunActivity:payments.authorize_payment (ServiceUnavailable)
      POST /payments/authorizations 503
    RunActivity:payments.authorize_payment
      POST /payments/authorizations 201
  StartActivity:shipping.create_shipment
    RunActivity:shipping.create_shipment
      POST /shipping/shipments 201
  StartActivity:payments.capture_payment
    RunActivity:payments.capture_payment
      POST /payments/captures 201
  StartActivity:notifications.send_notification
    RunActivity:notifications.send_notification
      POST /notifications/messages 202
  CompleteWorkflow:order"""


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with Collector() as running:
        yield running


@pytest.fixture(scope="module")
async def stand_ins(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[StandIns]:
    async with StandIns(tmp_path_factory.mktemp("stand-ins") / "stand-ins.db") as running:
        yield running


@pytest.fixture(scope="module")
def environment(dev_server: DevServer, stand_ins: StandIns, collector: Collector) -> dict[str, str]:
    """Of a worker whose spans arrive at once."""
    return {
        **stand_ins.environment(),
        "TEMPORAL_ADDRESS": dev_server.address,
        "TASK_QUEUE": QUEUE,
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        "OTEL_BSP_SCHEDULE_DELAY": "50",
        "OTEL_METRICS_EXPORTER": "none",
        "OTEL_SERVICE_NAME": "orders",
    }


@pytest.fixture(scope="module")
async def worker(
    environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[WorkerProcess]:
    async with WorkerProcess(environment, log=tmp_path_factory.mktemp("worker") / "log") as running:
        yield running


@pytest.fixture
async def starter(
    monkeypatch: pytest.MonkeyPatch, collector: Collector, dev_server: DevServer
) -> AsyncIterator[Client]:
    """A client with telemetry; its spans are sent when the test ends its start, by `flush`."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "50")
    monkeypatch.setenv("TEMPORAL_ADDRESS", dev_server.address)
    telemetry = start_telemetry("starter", measured=False)
    yield await connect("starter", telemetry=telemetry)
    telemetry.flush()


@pytest.mark.usefixtures("worker")
async def test_one_trace_leads_from_the_starter_to_each_attempt(
    starter: Client, stand_ins: StandIns, collector: Collector
) -> None:
    """A retried step has its attempts side by side, and each request is a child of its attempt."""
    await stand_ins.faults.add("authorizePayment", "unavailable", match={"order_id": "retried"})
    await end_of(await start(starter, order("retried"), QUEUE))
    trace = await collector.trace_of("order-retried")

    assert RETRIED == "\n".join(trace.tree())
    assert 1 == len(trace.ids)
    assert {"durable-sagas-starter", "orders"} == {span.service for span in trace.spans}


@pytest.mark.usefixtures("worker")
async def test_the_downstreams_receive_the_trace(
    starter: Client, stand_ins: StandIns, collector: Collector
) -> None:
    """`traceparent` of each request names the trace, and the span of that very request."""
    await end_of(await start(starter, order("propagated"), QUEUE))
    trace = await collector.trace_of("order-propagated")
    calls = await stand_ins.calls(correlation_id="order-propagated")

    expected = [f"00-{span.trace}-{span.id}" for span in trace.named("POST ")]
    assert expected == [(call.traceparent or "").rpartition("-")[0] for call in calls]


@pytest.mark.usefixtures("worker")
async def test_an_attempt_says_which_step_of_which_flow_it_is(starter: Client, collector: Collector) -> None:
    """Ids and names are attributes, so that the trace is found by them."""
    await end_of(await start(starter, order("named"), QUEUE))
    (attempt,) = (await collector.trace_of("order-named")).named("RunActivity:shipping")

    expected = {
        "temporalWorkflowID": "order-named",
        "saga.correlation_id": "order-named",
        "saga.flow": "order",
        "saga.step": "create_shipment",
        "saga.attempt": 1,
        "saga.occurrence": 1,
        "saga.compensation": False,
        "saga.outcome": "confirmed",
    }
    assert expected == {name: attempt.attributes.get(name) for name in expected}


@pytest.mark.usefixtures("worker")
async def test_a_compensated_flow_says_why_and_shows_its_undo(starter: Client, collector: Collector) -> None:
    """The refusal is the reason at the end of the trace, and the undo is a step of its own."""
    placed = order("refused").model_copy(update={"payment_method": "tok_declined"})
    await end_of(await start(starter, placed, QUEUE))
    trace = await collector.trace_of("order-refused")

    assert ["PaymentRefused"] == [span.failed for span in trace.named("RunActivity:payments")]
    (undo,) = trace.named("RunActivity:inventory.release_stock")
    assert ("release_stock", True) == (undo.attributes["saga.step"], undo.attributes["saga.compensation"])
    (end,) = trace.named("CompleteWorkflow")
    assert "PaymentRefused" in end.text


@pytest.mark.usefixtures("worker")
async def test_no_span_lasts_as_long_as_an_approval(starter: Client, collector: Collector) -> None:
    """While a flow waits for a person, nothing of its trace is open."""
    handle = await start(starter, order("approved", quantity=LARGE), QUEUE)
    await eventually(lambda: status_of(handle), lambda status: status.waiting_for is not None)
    decision = Decision(approval="large-order", decision="approve", by="erin")
    receipt = await handle.execute_update("decide", decision, result_type=None)
    await end_of(handle)
    trace = await collector.trace_of("order-approved")

    asked = max(span.ended for span in trace.named("RunActivity:inventory"))
    went_on = min(span.began for span in trace.named("StartActivity:payments"))
    assert receipt
    assert [] == [span.name for span in trace.spans if span.began <= asked and went_on <= span.ended]
    assert 1 == len(trace.named("HandleUpdate:decide"))


async def test_a_replay_makes_no_span_twice(
    environment: dict[str, str], starter: Client, stand_ins: StandIns, collector: Collector, tmp_path: Path
) -> None:
    """A worker without a cache replays the flow for each task, and the trace is the same."""
    uncached = {**environment, "WORKER_MAX_CACHED_WORKFLOWS": "0", "TASK_QUEUE": "uncached"}
    async with WorkerProcess(uncached, log=tmp_path / "log"):
        await stand_ins.faults.add("authorizePayment", "unavailable", match={"order_id": "replayed"})
        await end_of(await start(starter, order("replayed"), "uncached"))
        trace = await collector.trace_of("order-replayed")

    assert RETRIED == "\n".join(trace.tree())


@pytest.mark.usefixtures("worker")
async def test_a_flow_that_was_started_without_a_trace_has_its_own(
    client: Client, collector: Collector
) -> None:
    """All its spans are in one trace, which has the run's id."""
    handle = await start(client, order("untraced"), QUEUE)
    await end_of(handle)
    trace = await collector.trace_of("order-untraced")

    assert {(handle.first_execution_run_id or "").replace("-", "")} == trace.ids
    assert 5 == len(trace.named("RunActivity"))


@pytest.mark.usefixtures("worker")
async def test_spans_hold_no_payload(starter: Client, stand_ins: StandIns, collector: Collector) -> None:
    """Neither what goes into a call, nor what comes back, nor a query, nor a stack trace."""
    await stand_ins.faults.add("createShipment", "malformed", match={"order_id": "private"})
    await end_of(await start(starter, order("private"), QUEUE))
    text = "".join(span.text for span in (await collector.trace_of("order-private")).spans)

    secrets = [EXAMPLE.customer.email, EXAMPLE.payment_method, EXAMPLE.shipping_address.street, "desk-lamp"]
    assert [] == [secret for secret in [*secrets, "reservationId", "stacktrace"] if secret in text]


def test_without_the_variables_there_is_nothing() -> None:
    """No exporter, nor the library for it, is even imported, and nothing is wrapped."""
    program = (
        "import sys, worker\n"
        "from runtime.telemetry import start_telemetry\n"
        "found = start_telemetry('worker', environ={})\n"
        "print(found.client_interceptors, found.worker_interceptors, found.instrument)\n"
        "print([name for name in sys.modules if name.startswith(('opentelemetry.sdk', 'opentelemetry.exporter'))])"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert "() () None\n[]\n" == run.stdout
