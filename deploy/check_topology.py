"""`python -m deploy.check_topology`: runs the compose topology's parts natively, and puts orders through them.

PostgreSQL, Temporal's server and Web UI, the stand-ins and two workers start as they do in docker-compose.yml, by the
same scripts and configuration. While orders run, the server and a worker are killed with SIGKILL and started again.
"""

import argparse
import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Coroutine, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from deploy.native.command_line import CommandFailed
from deploy.native.orders import run_orders
from deploy.native.process import ProcessFailed
from deploy.native.programs import SERVER_VERSION, UI_VERSION, built_programs, postgres_programs
from deploy.native.report import Report, report_of, show
from deploy.native.scratch import scratch_folder
from deploy.native.topology import Programs, open_topology
from runtime.ending import leave
from runtime.progress import Progress
from runtime.refusals import Refused, Unreachable
from runtime.server import find_executable
from runtime.toolchain import ServerNotFound, Unavailable, executable

ORDERS = 40
AT_LEAST = 10
"""So that one of them waits for a person while the server is away."""
TASK_QUEUE = "check-topology"
INTERRUPTED = 130
VERSIONS = {"Temporal server": SERVER_VERSION, "Web UI": UI_VERSION}


def main(arguments: Sequence[str] | None = None) -> int:
    """0: all orders completed, each with its effects once. 1: not so, or something is missing."""
    options = _parser().parse_args(arguments)
    progress = Progress()
    forget_other_servers()
    try:
        programs = _find(progress, install=options.install)
        report = asyncio.run(_until_told(_check(programs, options, progress)))
    except (KeyboardInterrupt, asyncio.CancelledError):
        sys.stderr.write("Interrupted; everything that was started has been ended.\n")
        return INTERRUPTED
    except (
        CommandFailed,
        ProcessFailed,
        Refused,
        ServerNotFound,
        TimeoutError,
        Unavailable,
        Unreachable,
    ) as error:
        sys.stderr.write(f"{str(error) or 'what was waited for did not come in time'}\n")
        return 1
    if options.json:
        print(report.model_dump_json(indent=2))
    else:
        show(report, Console())
    return 0 if report.ok else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m deploy.check_topology",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument(
        "--orders", type=_count, default=ORDERS, metavar="N", help="how many (default %(default)s)"
    )
    parser.add_argument("--json", action="store_true", help="the verdict for machines, on standard output")
    parser.add_argument("--logs", type=Path, metavar="FOLDER", help="keep the logs of all processes there")
    parser.add_argument(
        "--install", action="store_true", help="install PostgreSQL where it is missing (Debian, as root)"
    )
    return parser


def _count(text: str) -> int:
    count = int(text)
    if count < AT_LEAST:
        raise argparse.ArgumentTypeError(f"at least {AT_LEAST}")
    return count


def forget_other_servers() -> None:
    """What the environment says of a Temporal server is not about this one."""
    for name in [name for name in os.environ if name.startswith("TEMPORAL_")]:
        del os.environ[name]
    os.environ["TEMPORAL_CONFIG_FILE"] = os.devnull


def _find(progress: Progress, *, install: bool) -> Programs:
    """Raises Unavailable or ServerNotFound."""
    if install:
        _install_postgres(progress)
    postgres = postgres_programs()
    return Programs(
        postgres, built_programs(progress=progress), find_executable(progress=progress).path.parent
    )


def _install_postgres(progress: Progress) -> None:
    try:
        postgres_programs()
    except Unavailable:
        progress.say("Installing PostgreSQL")
        for arguments in (
            ["update", "-qq"],
            ["install", "-y", "-qq", "--no-install-recommends", "postgresql"],
        ):
            subprocess.run([executable("apt-get", os.environ), *arguments], check=False, stdout=sys.stderr)


async def _check(programs: Programs, options: argparse.Namespace, progress: Progress) -> Report:
    with scratch_folder("check-topology") as folder, logs_kept(folder, options.logs):
        progress.say("Starting the topology")
        async with open_topology(programs, folder, task_queue=TASK_QUEUE, progress=progress) as topology:
            os.environ.update(topology.environ)
            progress.say(f"Putting {options.orders} orders through it")
            course = await run_orders(topology, options.orders, task_queue=TASK_QUEUE, progress=progress)
    return report_of(course, seconds=topology.seconds, versions=VERSIONS)


@contextmanager
def logs_kept(folder: Path, target: Path | None) -> Generator[None]:
    try:
        yield
    finally:
        if target:
            target.mkdir(parents=True, exist_ok=True)
            for log in folder.glob("*.log"):
                shutil.copyfile(log, target / log.name)


async def _until_told(check: Coroutine[None, None, Report]) -> Report:
    """SIGTERM and a closed terminal end it as Ctrl-C does: in order."""
    task = asyncio.ensure_future(check)
    for number in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    return await task


if __name__ == "__main__":
    leave(main())
