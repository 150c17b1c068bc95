"""The worker: `python worker.py`. Wires settings, telemetry, client, HTTP pools and flows, and runs them."""

import asyncio
import logging
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

from temporalio.client import Client
from temporalio.worker import PollerBehaviorSimpleMaximum, Worker

from activities.registry import Activity, open_activities
from catalogue import CATALOGUE
from runtime.client import address_of, connect
from runtime.ending import leave
from runtime.links import WebUi
from runtime.logs import configure_logging
from runtime.refusals import Refused, Unreachable
from runtime.serving import run_until, told_to_stop, until_reached
from runtime.step_log import StepLog
from runtime.telemetry import Telemetry, start_telemetry
from settings import Settings, SettingsInvalid

LOGGER = logging.getLogger(__name__)

STICKY_TIMEOUT = timedelta(seconds=5)
"""After so long without this worker another one takes its flows over."""


def main(arguments: Sequence[str] | None = None) -> int:
    """0: stopped as told. 1: it failed. 2: a setting is wrong. 3: no server was found."""
    options = _parser().parse_args(arguments)
    try:
        settings = Settings.read()
        if options.show_settings:
            return show(settings)
        configure_logging(settings.log_level)
        telemetry = start_telemetry("worker")
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(serve(settings, telemetry))
        telemetry.flush()
    except (Refused, SettingsInvalid) as error:
        return _ended(error, 2)
    except Unreachable as error:
        return _ended(error, 3)
    except Exception:  # whatever it is, the process has to end by `leave`: it might hang otherwise
        LOGGER.exception("The worker failed")
        return 1
    return 0


async def serve(settings: Settings, telemetry: Telemetry) -> None:
    with told_to_stop() as stop:
        reach = partial(connect, "worker", telemetry=telemetry, prepare=True)
        client = await until_reached(reach, stop, within=settings.worker.server_wait)
        if client is None:
            return
        link = WebUi(settings.web_ui_url, client.namespace).execution
        async with open_activities(settings, instrument=telemetry.instrument, link=link) as activities:
            worker = make_worker(client, activities, settings, telemetry)
            await run_until(stop, worker, on_ready=partial(announce, client, settings.task_queue))


def make_worker(
    client: Client, activities: Sequence[Activity], settings: Settings, telemetry: Telemetry
) -> Worker:
    limits = settings.worker
    pollers = PollerBehaviorSimpleMaximum(limits.pollers)
    return Worker(
        client,
        task_queue=settings.task_queue,
        workflows=CATALOGUE.workflows,
        activities=activities,
        interceptors=[StepLog(), *telemetry.worker_interceptors],
        workflow_task_poller_behavior=pollers,
        activity_task_poller_behavior=pollers,
        max_concurrent_workflow_tasks=limits.max_concurrent_workflow_tasks,
        max_concurrent_activities=limits.max_concurrent_activities,
        max_cached_workflows=limits.max_cached_workflows,
        sticky_queue_schedule_to_start_timeout=STICKY_TIMEOUT,
        graceful_shutdown_timeout=limits.grace_period,
    )


def announce(client: Client, task_queue: str) -> None:
    flows, server = ", ".join(CATALOGUE.names), address_of(client)
    text = f"worker ready: flows {flows}; task queue {task_queue}; server {server} (namespace {client.namespace})"
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def show(settings: Settings) -> int:
    for setting in settings.shown():
        sys.stdout.write(f"{setting.name} = {setting.value}  ({setting.source})\n")
    return 0


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop, which takes a quarter off the CPU of a call, where it exists."""
    if sys.platform == "win32":
        return None
    import uvloop  # noqa: PLC0415 - see above

    return uvloop.new_event_loop


def _ended(error: Exception, status: int) -> int:
    sys.stderr.write(f"{error}\n")
    return status


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="worker.py", description="Serve the flows until told to stop.")
    parser.add_argument(
        "--show-settings", action="store_true", help="print the settings, without secrets, and end"
    )
    return parser


if __name__ == "__main__":
    leave(main())
