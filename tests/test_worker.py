"""The worker as users run it, `python worker.py`: what it says, how it waits, how it ends."""

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client

from catalogue import CATALOGUE
from runtime.dev_server import DevServer, free_port
from runtime.server import find_executable
from saga import Resolution, SagaPlugin
from services.backstage.calls import CallState
from tests.crash.orders import OF_A_COMPLETED_ORDER, Handle, effects_of, open_operations, order, start
from tests.endings import end_of
from tests.eventually import eventually
from tests.standins import StandIns
from tests.worker_process import WorkerProcess
from tests.worker_streams import ended, line_of, spawn


@pytest.fixture(scope="module")
async def stand_ins(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[StandIns]:
    async with StandIns(tmp_path_factory.mktemp("stand-ins") / "stand-ins.db") as running:
        yield running


@pytest.fixture
def environment(dev_server: DevServer, stand_ins: StandIns, task_queue: str) -> dict[str, str]:
    return {**stand_ins.environment(), "TEMPORAL_ADDRESS": dev_server.address, "TASK_QUEUE": task_queue}


# --- what it says --------------------------------------------------------------------------------------------


async def test_it_says_what_it_serves_when_it_polls(
    environment: dict[str, str], dev_server: DevServer, client: Client, task_queue: str
) -> None:
    """One line, and by then the server knows this very process as a poller."""
    worker = await spawn(environment)
    ready = await line_of(worker.stdout)
    request = DescribeTaskQueueRequest(namespace="default", task_queue=TaskQueue(name=task_queue))
    pollers = (await client.workflow_service.describe_task_queue(request)).pollers

    where = f"task queue {task_queue}; server {dev_server.address} (namespace default)"
    assert f"worker ready: flows {', '.join(CATALOGUE.names)}; {where}" == ready
    assert await ended(worker, signal.SIGTERM) == (0, "")
    assert any(f" {worker.pid}@" in poller.identity for poller in pollers)


async def test_the_settings_are_shown_without_secrets() -> None:
    """Each with where it came from; a secret is only known to be there."""
    worker = await spawn({"PAYMENTS_TOKEN": "s3cr3t", "TASK_QUEUE": "elsewhere"}, "--show-settings")
    said = (await worker.communicate())[0].decode()

    assert "PAYMENTS_TOKEN = ***  (environment)" in said.splitlines()
    assert "TASK_QUEUE = elsewhere  (environment)" in said.splitlines()
    assert "s3cr3t" not in said


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("WORKER_POLLERS", "many"),
        ("LOG_LEVEL", "chatty"),
        ("PAYMENTS_URL", "payments.example"),
        ("TEMPORAL_ADDRESS", "no address"),
        ("OTEL_TRACES_EXPORTER", "pigeon"),
        ("OTEL_METRICS_EXPORTER", "pigeon"),
    ],
)
async def test_a_wrong_setting_is_named(variable: str, value: str) -> None:
    """In one line, and nothing is begun: status 2."""
    worker = await spawn({"TEMPORAL_ADDRESS": f"127.0.0.1:{free_port()}", variable: value})
    out, err = await worker.communicate()
    (line,) = err.decode().splitlines()

    assert 2 == worker.returncode
    assert b"" == out
    assert value in line if variable == "TEMPORAL_ADDRESS" else variable in line


# --- how it waits for the server -----------------------------------------------------------------------------


async def test_without_a_server_it_gives_up_after_a_while() -> None:
    """It says once that it waits, then that it was in vain: status 3."""
    address = f"127.0.0.1:{free_port()}"
    worker = await spawn({"TEMPORAL_ADDRESS": address, "WORKER_SERVER_WAIT": "1s"})
    out, err = await worker.communicate()
    waits, gives_up = err.decode().splitlines()

    assert (3, b"") == (worker.returncode, out)
    assert "Waiting for one, 1 s at most" in waits
    assert gives_up.startswith(f"No Temporal server answers at {address} (connection refused).")


async def test_it_serves_when_the_server_comes_later(environment: dict[str, str], tmp_path: Path) -> None:
    """As in a compose file, where nobody knows who is up first."""
    server = DevServer(find_executable().path, db_file=tmp_path / "temporal.db")
    worker = await spawn({**environment, "TEMPORAL_ADDRESS": server.address})
    assert "Waiting for one" in await line_of(worker.stderr)
    async with server:
        assert "worker ready" in await line_of(worker.stdout)
        assert await ended(worker, signal.SIGTERM) == (0, "")


async def test_it_goes_on_when_the_server_restarts(environment: dict[str, str], tmp_path: Path) -> None:
    """It says once that the server is away, and once that it is back, then serves as before."""
    async with DevServer(find_executable().path, db_file=tmp_path / "temporal.db") as server:
        worker = await spawn({**environment, "TEMPORAL_ADDRESS": server.address})
        await line_of(worker.stdout)
        await server.kill()
        away = await line_of(worker.stderr)
        await server.start()
        back = await line_of(worker.stderr)
        client = await Client.connect(server.address, plugins=[SagaPlugin()])
        outcome = await end_of(await start(client, order("after-restart"), environment["TASK_QUEUE"]))
        status, rest = await ended(worker, signal.SIGTERM)

    assert "does not answer" in away
    assert "answers again" in back
    assert ("completed", 0, "") == (outcome, status, rest)


# --- what it tells -------------------------------------------------------------------------------------------


async def test_ops_are_told_where_to_look_and_what_to_do(
    environment: dict[str, str], client: Client, stand_ins: StandIns, task_queue: str
) -> None:
    """When a flow needs a person, the announcement leads to it in the Web UI, and says what to type."""
    await stand_ins.faults.add("authorizePayment", "unauthorized", match={"order_id": "told"})
    ui = "https://temporal.example.com"
    worker = await spawn({**environment, "WEB_UI_URL": ui})
    handle = await start(client, order("told"), task_queue)
    (told,) = await eventually(lambda: stand_ins.told("order-told"), bool)

    page = f"{ui}/namespaces/default/workflows/order-told/{handle.first_execution_run_id}/history"
    assert page == told.link
    assert f"\nSee:   {told.link}\n" in told.text
    assert f"python starter.py resolve order-told {told.incident} DECISION --by YOU" in told.text

    mended = Resolution(incident=told.incident or "", decision="retry", by="ada", reason="mended")
    await handle.execute_update("resolve", mended)
    assert "completed" == await end_of(handle)
    await ended(worker, signal.SIGTERM)


# --- how it ends ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [signal.SIGTERM, signal.SIGINT])
async def test_a_second_signal_is_harmless(environment: dict[str, str], first: signal.Signals) -> None:
    """Whoever is impatient gets the same clean end."""
    worker = await spawn(environment)
    await line_of(worker.stdout)
    worker.send_signal(first)
    await line_of(worker.stderr)

    assert await ended(worker, signal.SIGTERM) == (0, "")


async def test_it_can_be_ended_while_it_waits_for_the_server() -> None:
    """That is no failure either."""
    worker = await spawn({"TEMPORAL_ADDRESS": f"127.0.0.1:{free_port()}"})
    await line_of(worker.stderr)

    assert await ended(worker, signal.SIGTERM) == (0, "")


async def test_a_running_call_is_finished(
    environment: dict[str, str], client: Client, stand_ins: StandIns, task_queue: str, tmp_path: Path
) -> None:
    """What a downstream is doing for us when we are told to stop is waited for, so that nothing is asked twice."""
    await stand_ins.faults.add("authorizePayment", "hold_before_effect", match={"order_id": "finished"})
    worker = await spawn(environment)
    handle = await start(client, order("finished"), task_queue)
    await stand_ins.wait_for_held("authorizePayment")
    worker.terminate()
    await line_of(worker.stderr)
    await stand_ins.release()

    assert (0, "") == await ended(worker)
    async with WorkerProcess(environment, log=tmp_path / "log"):
        assert "completed" == await end_of(handle)
    calls = await stand_ins.calls(correlation_id="order-finished")
    assert OF_A_COMPLETED_ORDER == Counter(call.operation for call in calls)


async def test_a_call_that_takes_too_long_is_handed_back(
    environment: dict[str, str], client: Client, stand_ins: StandIns, task_queue: str, tmp_path: Path
) -> None:
    """After the grace period; the next worker asks again under the same key, and there is one effect."""
    await stand_ins.faults.add("authorizePayment", "hold_after_effect", match={"order_id": "handed-back"})
    worker = await spawn({**environment, "WORKER_GRACE_PERIOD": "300ms"})
    handle = await start(client, order("handed-back"), task_queue)
    held = await stand_ins.wait_for_held("authorizePayment", CallState.HELD_AFTER_EFFECT)
    worker.terminate()
    status, said = await ended(worker)

    assert 0 == status
    assert "Handed back: this worker is shutting down" in said
    await stand_ins.release(call=held, drop=True)
    async with WorkerProcess(environment, log=tmp_path / "log"):
        assert "completed" == await end_of(handle)
    assert OF_A_COMPLETED_ORDER == open_operations(await effects_of(stand_ins, "handed-back"))
    assert 2 == len(await stand_ins.calls(operation="authorizePayment", key=held.key))


async def test_it_never_crashes_at_its_end(
    environment: dict[str, str], client: Client, task_queue: str, tmp_path: Path
) -> None:
    """Started and stopped again and again in mid-work: always status 0, and every order completes."""

    async def start_and_stop(lane: int) -> list[int | None]:
        statuses: list[int | None] = []
        for round_ in range(3):
            worker = WorkerProcess(environment, log=tmp_path / f"{lane}.log")
            await worker.start()
            placed = [order(f"ends-{lane}-{round_}-{number}") for number in range(5)]
            handles.extend([await start(client, each, task_queue) for each in placed])
            statuses.append(await worker.stop())
        return statuses

    handles: list[Handle] = []
    statuses = [status for lane in await asyncio.gather(*map(start_and_stop, range(2))) for status in lane]

    assert [0] * 6 == statuses
    async with WorkerProcess(environment, log=tmp_path / "last.log"):
        assert {"completed"} == {await end_of(handle) for handle in handles}


async def test_a_collector_that_is_down_does_not_keep_it(
    environment: dict[str, str], client: Client, task_queue: str
) -> None:
    """What cannot be sent is dropped after three seconds."""
    nowhere = f"http://127.0.0.1:{free_port()}"
    worker = await spawn({**environment, "OTEL_EXPORTER_OTLP_ENDPOINT": nowhere})
    await end_of(await start(client, order("unseen"), task_queue))
    loop = asyncio.get_running_loop()
    began = loop.time()
    status, _ = await ended(worker, signal.SIGTERM)

    assert 0 == status
    assert loop.time() - began < 10
