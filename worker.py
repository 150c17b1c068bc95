"""The worker: `python worker.py`. Wires settings, telemetry, client, HTTP pools and flows, and runs them.

With `--private` it is the one that stands in a private network: it serves that task queue and nothing else.
"""

import asyncio
import logging
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import NamedTuple

from temporalio.client import Client
from temporalio.worker import PollerBehaviorSimpleMaximum, Worker

from activities.callback_receiver import open_callbacks
from activities.registry import Activity, open_activities, open_private_activities
from activities.typed_file import FileInvalid
from catalogue import CATALOGUE
from models.queues import PRIVATE_QUEUE
from runtime.client import address_of, connect
from runtime.ending import leave
from runtime.events import EventSender
from runtime.hinting import hints_to
from runtime.identity import Actor
from runtime.links import WebUi
from runtime.logs import configure_logging
from runtime.refusals import Refused, Unreachable
from runtime.serving import run_until, told_to_stop, until_reached
from runtime.step_log import StepLog
from runtime.telemetry import Telemetry, start_telemetry
from settings import PrivateSettings, Settings, SettingsInvalid, WorkerSettings
from workflows.arazzo import ArazzoWorkflow

LOGGER = logging.getLogger(__name__)

STICKY_TIMEOUT = timedelta(seconds=5)
"""After so long without this worker another one takes its flows over."""


@dataclass(frozen=True)
class Roles:
    """What one process is: the public worker, the private one, or both. Only what it is has settings."""

    public: Settings | None
    private: PrivateSettings | None

    @property
    def settings(self) -> Sequence[Settings | PrivateSettings]:
        return [settings for settings in (self.public, self.private) if settings]


def main(arguments: Sequence[str] | None = None) -> int:
    """0: stopped as told. 1: it failed. 2: a setting is wrong. 3: no server was found."""
    options = _parser().parse_args(arguments)
    try:
        roles = Roles(
            None if options.private else Settings.read(),
            PrivateSettings.read() if options.private or options.with_private else None,
        )
        if options.show_settings:
            return show(roles)
        configure_logging(roles.settings[0].log_level)
        telemetry = start_telemetry("worker")
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(serve(roles, telemetry))
        telemetry.flush()
    except (Refused, FileInvalid, SettingsInvalid) as error:
        return _ended(error, 2)
    except Unreachable as error:
        return _ended(error, 3)
    except Exception:  # whatever it is, the process has to end by `leave`: it might hang otherwise
        LOGGER.exception("The worker failed")
        return 1
    return 0


async def serve(roles: Roles, telemetry: Telemetry) -> None:
    with told_to_stop() as stop:
        reach = partial(
            connect,
            "worker",
            telemetry=telemetry,
            prepare=roles.public is not None,
            payload_store=roles.settings[0].payload_store,
        )
        client = await until_reached(reach, stop, within=roles.settings[0].worker.server_wait)
        if client is None:
            return
        async with AsyncExitStack() as opened:
            workers: list[Worker] = []
            if roles.public:
                workers.append(await open_public(roles.public, client, telemetry, opened))
            if roles.private:
                workers.append(await open_private(roles.private, client, telemetry, opened))
            await run_until(stop, *workers, on_ready=partial(announce, client, workers))


async def open_public(
    settings: Settings, client: Client, telemetry: Telemetry, opened: AsyncExitStack
) -> Worker:
    link = WebUi(settings.web_ui_url, client.namespace).execution
    events = EventSender(
        client, CATALOGUE["ticket-sync"], task_queue=settings.task_queue, by=Actor(by="ticket-feed")
    )
    opening = open_activities(settings, instrument=telemetry.instrument, link=link, deliver=events.send)
    activities = await opened.enter_async_context(opening)
    served = Served(settings.task_queue, activities, [*CATALOGUE.workflows, ArazzoWorkflow])
    return make_worker(client, served, settings.worker, telemetry)


async def open_private(
    settings: PrivateSettings, client: Client, telemetry: Telemetry, opened: AsyncExitStack
) -> Worker:
    callbacks = await opened.enter_async_context(open_callbacks(settings.callback, hints_to(client)))
    opening = open_private_activities(settings, instrument=telemetry.instrument, callbacks=callbacks)
    activities = await opened.enter_async_context(opening)
    return make_worker(client, Served(PRIVATE_QUEUE, activities), settings.worker, telemetry)


class Served(NamedTuple):
    """What is done for one task queue; the private one runs no flows."""

    task_queue: str
    activities: Sequence[Activity]
    workflows: Sequence[type] = ()


def make_worker(client: Client, served: Served, limits: WorkerSettings, telemetry: Telemetry) -> Worker:
    pollers = PollerBehaviorSimpleMaximum(limits.pollers)
    return Worker(
        client,
        task_queue=served.task_queue,
        workflows=served.workflows,
        activities=served.activities,
        interceptors=[StepLog(), *telemetry.worker_interceptors],
        workflow_task_poller_behavior=pollers,
        activity_task_poller_behavior=pollers,
        max_concurrent_workflow_tasks=limits.max_concurrent_workflow_tasks,
        max_concurrent_activities=limits.max_concurrent_activities,
        max_cached_workflows=limits.max_cached_workflows,
        sticky_queue_schedule_to_start_timeout=STICKY_TIMEOUT,
        graceful_shutdown_timeout=limits.grace_period,
    )


def announce(client: Client, workers: Sequence[Worker]) -> None:
    queues, server = [worker.task_queue for worker in workers], address_of(client)
    served = "private activities only" if queues == [PRIVATE_QUEUE] else f"flows {', '.join(CATALOGUE.names)}"
    where = f"task queue{'s' * (len(queues) > 1)} {', '.join(queues)}"
    text = f"worker ready: {served}; {where}; server {server} (namespace {client.namespace})"
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def show(roles: Roles) -> int:
    """What both roles have is shown once."""
    for setting in dict.fromkeys(setting for settings in roles.settings for setting in settings.shown()):
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
    role = parser.add_mutually_exclusive_group()
    role.add_argument(
        "--private",
        action="store_true",
        help="serve only the activities of the private network, for whose services only this worker has settings",
    )
    role.add_argument(
        "--with-private", action="store_true", help="serve both, where no network is private: to try it"
    )
    return parser


if __name__ == "__main__":
    leave(main())
