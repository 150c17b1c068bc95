"""Runs Temporal's development server as a child process: one machine, one database file, and a Web UI."""

import asyncio
import json
import signal
import socket
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.runtime import Runtime, TelemetryConfig
from temporalio.service import ConnectConfig, RPCError, ServiceClient

from runtime.leash import die_with_parent
from runtime.toolchain import last_words

HOST = "127.0.0.1"
NAMESPACE = "default"

# Without these a step waits up to 50 ms at each hand-over, and a timer of less than a second takes a second.
DYNAMIC_CONFIG: Mapping[str, int | str | bool] = {
    "history.transferProcessorMaxPollRPS": 1000,  # 20 per shard, and there is one shard
    "history.timerProcessorMaxPollRPS": 1000,
    "history.timerProcessorMaxTimeShift": "1ms",
    "system.enableActivityEagerExecution": True,
    "matching.numTaskqueueReadPartitions": 1,  # the default of 4 leaves some first tasks waiting for a poller
    "matching.numTaskqueueWritePartitions": 1,
}
SQLITE_PRAGMAS: Mapping[str, str] = {"journal_mode": "wal", "synchronous": "1"}

START_BOUND = timedelta(seconds=30)
TRIES = 3
STOP_BOUND = timedelta(seconds=10)
POLL = timedelta(milliseconds=20)


class ServerStartFailed(Exception):
    """The server did not come up; the message says why."""


class PortTaken(ServerStartFailed):
    """Somebody listens on a port that the server is to have."""

    def __init__(self, port: int) -> None:
        super().__init__(
            f"Port {port} on {HOST} is taken. If that is a Temporal server, use it: "
            f"TEMPORAL_ADDRESS={HOST}:{port}; else end what listens there, or choose another port."
        )


class DevServer:
    """A server on the loopback interface, from `start` to `stop`; what starts again has its ports and file.

    `async with DevServer(executable, db_file=…) as server:` is start and stop. The server cannot outlive this
    process (see runtime.leash). Ctrl-C does not reach it: its parent may have work to finish with it first.
    """

    def __init__(
        self,
        executable: Path,
        *,
        db_file: Path,
        port: int = 0,
        ui_port: int | None = None,
        dynamic_config: Mapping[str, int | str | bool] = DYNAMIC_CONFIG,
    ) -> None:
        """Port 0 is a free one, and no `ui_port` is no Web UI. The log is beside the database file."""
        self.executable = executable
        self.db_file = db_file
        self.log_file = db_file.with_suffix(".log")
        self.port = port or free_port()
        self.ui_port = free_port() if ui_port == 0 else ui_port
        self._may_move = not port and not ui_port
        self._dynamic_config = dynamic_config
        self._process: asyncio.subprocess.Process | None = None

    @property
    def address(self) -> str:
        """Where clients connect."""
        return f"{HOST}:{self.port}"

    @property
    def ui_url(self) -> str | None:
        """Where the Web UI is, if there is one."""
        return f"http://{HOST}:{self.ui_port}" if self.ui_port else None

    @property
    def pid(self) -> int | None:
        """The process while it runs."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self) -> None:
        """Returns when the server answers. Raises PortTaken or ServerStartFailed.

        A port that was free a moment ago may be somebody's by now; until the first start nobody knows ours, so another
        one will do.
        """
        for _ in range(TRIES if self._may_move else 0):
            try:
                await self._start()
            except (PortTaken, ServerStartFailed):
                self.port, self.ui_port = free_port(), self.ui_port and free_port()
            else:
                self._may_move = False
                return
        await self._start()
        self._may_move = False

    async def _start(self) -> None:
        for port in filter(None, (self.port, self.ui_port)):
            _require_free(port)
        self._process = await self._spawn()
        try:
            await self._until_it_answers(self._process)
        except BaseException:
            await self.kill()
            raise

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL if that takes too long. Does nothing to a server that does not run."""
        if self._process is None or self._process.returncode is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_BOUND.total_seconds()):
                await self._process.wait()
        except TimeoutError:
            await self.kill()

    async def kill(self) -> None:
        """SIGKILL: what a power cut is to a server."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def command(self) -> list[str]:
        """What is run, without the leash."""
        return [
            *(str(self.executable), "server", "start-dev", "--ip", HOST, "--port", str(self.port)),
            *(("--ui-port", str(self.ui_port)) if self.ui_port else ("--headless",)),
            *("--log-level", "warn", "--log-format", "json", "--db-filename", str(self.db_file)),
            *(f"--sqlite-pragma={name}={value}" for name, value in SQLITE_PRAGMAS.items()),
            *(f"--dynamic-config-value={k}={json.dumps(v)}" for k, v in self._dynamic_config.items()),
        ]

    async def _spawn(self) -> asyncio.subprocess.Process:
        self.db_file.parent.mkdir(parents=True, exist_ok=True)
        with self.log_file.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *die_with_parent(self.command()),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # the terminal's Ctrl-C does not reach it
            )

    async def _until_it_answers(self, process: asyncio.subprocess.Process) -> None:
        ready = asyncio.create_task(_serves_namespace(self.address))
        ended = asyncio.create_task(process.wait())
        try:
            await asyncio.wait(
                {ready, ended}, timeout=START_BOUND.seconds, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            ready.cancel()
            ended.cancel()
        if process.returncode is not None:
            raise ServerStartFailed(f"The Temporal server ended at once: {last_words(self.log_file)}")
        if not ready.done():
            bound = f"{START_BOUND.seconds} s"
            raise ServerStartFailed(
                f"The Temporal server does not answer in {bound}: {last_words(self.log_file)}"
            )
        ready.result()


def free_port() -> int:
    """A port of the loopback interface that nobody listens on at the moment."""
    with socket.create_server((HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _require_free(port: int) -> None:
    try:
        socket.create_server((HOST, port)).close()
    except OSError as error:
        raise PortTaken(port) from error


async def _serves_namespace(address: str) -> None:
    """Asks until the namespace is described.

    A runtime of its own leaves the SDK's default one unmade, so that the program can still choose its own.
    """
    config = ConnectConfig(target_host=address, runtime=Runtime(telemetry=TelemetryConfig(logging=None)))
    request = DescribeNamespaceRequest(namespace=NAMESPACE)
    while True:
        try:
            service = await ServiceClient.connect(config)
            await service.workflow_service.describe_namespace(request, timeout=timedelta(seconds=1))
        except (RPCError, RuntimeError):  # RuntimeError: nobody listens yet
            await asyncio.sleep(POLL.total_seconds())
        else:
            return
