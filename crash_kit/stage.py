"""What a rehearsal needs: a server of its own, stand-ins, a worker that is started and killed, and people."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import RateLimit
from temporalio.api.workflowservice.v1 import UpdateTaskQueueConfigRequest
from temporalio.client import Client

from crash_kit.people import People
from crash_kit.program import Program, ProgramEnded, inherited
from crash_kit.refusals import CannotRehearse
from crash_kit.stand_ins import StandIns
from runtime.dev_server import DYNAMIC_CONFIG, DevServer
from runtime.server import find_executable
from saga import SagaPlugin, register

SERVER_CONFIG = {**DYNAMIC_CONFIG, "system.enableActivityEagerExecution": False}
"""An activity that is started eagerly is not held back by the limit of its task queue."""

IMPATIENT = "3s"
"""Read timeout of a worker that lives: an answer that does not come keeps nobody waiting for long."""

PATIENT = "25s"
"""Of a worker that is to die inside its calls, which must not time out before."""


@dataclass(frozen=True)
class Programs:
    """What is run besides the server. Each gets `TEMPORAL_ADDRESS`, `TASK_QUEUE` and the addresses of the stand-ins."""

    worker: Sequence[str]
    ready: str
    """Part of the line by which the worker says that it serves."""
    task_queue: str
    other_queues: Sequence[str] = ()
    """Others that the worker serves, as that of a private network."""
    in_folder: Mapping[str, str] = field(default_factory=dict[str, str])
    """Settings of the worker that name what its stand-ins leave in the `{folder}` of the rehearsal, as keys of hosts."""
    services: Sequence[str] = ()
    """The stand-ins; told their `--port` and `--db`."""
    stand_ins: str | None = None
    """Address of stand-ins that run already; then `services` is not started."""
    folder: Path | None = None
    """In which the programs are run."""


@dataclass(frozen=True)
class Stage:
    """Everything is up but the worker."""

    client: Client
    address: str
    stand_ins: StandIns
    people: People
    programs: Programs
    folder: Path
    services: Sequence[str]

    @asynccontextmanager
    async def worker(self, *, read_timeout: str) -> AsyncGenerator[Program]:
        """A worker, from its start to its end. Raises CannotRehearse."""
        program = Program(
            self.programs.worker,
            ready=self.programs.ready,
            log=self.folder / "worker.log",
            environment=inherited(**self._settings(read_timeout)),
            folder=self.programs.folder,
        )
        try:
            await program.start()
        except ProgramEnded as error:
            raise CannotRehearse(f"The worker does not start: {error}") from None
        try:
            yield program
        finally:
            await program.stop()

    async def hold_back(self, *, activities: bool) -> None:
        """Whether the server gives out no activity, or again all of them."""
        limit = UpdateTaskQueueConfigRequest.RateLimitUpdate(
            rate_limit=RateLimit(requests_per_second=0) if activities else None, reason="crash kit"
        )
        for task_queue in (self.programs.task_queue, *self.programs.other_queues):
            await self.client.workflow_service.update_task_queue_config(
                UpdateTaskQueueConfigRequest(
                    namespace=self.client.namespace,
                    task_queue=task_queue,
                    task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
                    update_queue_rate_limit=limit,
                )
            )

    def _settings(self, read_timeout: str) -> Mapping[str, str]:
        names = {name: name.upper() for name in self.services}
        return {
            **{f"{variable}_URL": f"{self.stand_ins.url}/{name}" for name, variable in names.items()},
            **{f"{variable}_READ_TIMEOUT": read_timeout for variable in names.values()},
            **{name: text.format(folder=self.folder) for name, text in self.programs.in_folder.items()},
            "TEMPORAL_ADDRESS": self.address,
            "TASK_QUEUE": self.programs.task_queue,
            "RETRY_AFTER_CAP": "1s",
            "ARAZZO_ALLOWED_HOSTS": self.stand_ins.url.rpartition("/")[2],
            "ARAZZO_READ_TIMEOUT": read_timeout,
            "WORKER_GRACE_PERIOD": "1s",
        }


@asynccontextmanager
async def open_stage(programs: Programs, folder: Path) -> AsyncGenerator[Stage]:
    """Start what is needed; end it all, however the rehearsal ends. Raises CannotRehearse."""
    cli = await asyncio.to_thread(find_executable)
    async with AsyncExitStack() as stack:
        db = folder / "temporal.db"
        server = await stack.enter_async_context(
            DevServer(cli.path, db_file=db, dynamic_config=SERVER_CONFIG)
        )
        url = programs.stand_ins or await _services(programs, folder, stack)
        stand_ins = await stack.enter_async_context(StandIns(url))
        services = await stand_ins.services()
        client = await Client.connect(server.address, plugins=[SagaPlugin()])
        await register(client)
        people = People(client)
        busy = asyncio.create_task(people.busy())
        stack.push_async_callback(_ended, busy)
        yield Stage(client, server.address, stand_ins, people, programs, folder, services)


async def _services(programs: Programs, folder: Path, stack: AsyncExitStack) -> str:
    """The address of the stand-ins that are started for this rehearsal."""
    program = Program(
        [*programs.services, "--port", "0", "--db", str(folder / "stand-ins.db")],
        ready="listening on ",
        log=folder / "stand-ins.log",
        environment=inherited(),
        folder=programs.folder,
    )
    try:
        line = await program.start()
    except ProgramEnded as error:
        raise CannotRehearse(f"The stand-ins do not start: {error}") from None
    stack.push_async_callback(program.stop)
    return line.rpartition(" ")[2]


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
