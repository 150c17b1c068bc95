"""`python -m deploy.check_private`: proves that only the private worker reaches the services of a private network.

On one machine, with network namespaces of Linux: Temporal, public stand-ins and the public worker stand in one network;
ERP, directory and hosts in another one; the private worker between them, which forwards nothing.
"""

import argparse
import asyncio
import signal
import sys
from collections.abc import Coroutine, Sequence
from pathlib import Path

from deploy.check_topology import INTERRUPTED, forget_other_servers, logs_kept
from deploy.native.process import ProcessFailed
from deploy.native.scratch import scratch_folder
from deploy.private_network.findings import findings
from deploy.private_network.namespaces import networks
from deploy.private_network.parts import open_parts
from runtime.ending import leave
from runtime.progress import Progress
from runtime.server import find_executable
from runtime.toolchain import ServerNotFound, Unavailable


def main(arguments: Sequence[str] | None = None) -> int:
    """0: all that is claimed holds. 1: not so, or it cannot be tried here."""
    options = _parser().parse_args(arguments)
    progress = Progress()
    forget_other_servers()
    try:
        return asyncio.run(_until_told(_check(options, progress)))
    except (KeyboardInterrupt, asyncio.CancelledError):
        sys.stderr.write("Interrupted; everything that was started has been ended.\n")
        return INTERRUPTED
    except (ProcessFailed, ServerNotFound, TimeoutError, Unavailable) as error:
        sys.stderr.write(f"{str(error) or 'what was waited for did not come in time'}\n")
        return 1


async def _check(options: argparse.Namespace, progress: Progress) -> int:
    cli = find_executable(progress=progress).path
    role = ["--with-private"] if options.public_takes_private else []
    failed = 0
    with networks() as made, scratch_folder("check-private") as folder, logs_kept(folder, options.logs):
        progress.say("Starting three networks")
        async with open_parts(made, folder, cli, public_role=role) as parts:
            async for finding in findings(parts, cli):
                failed += not finding.holds
                seen = "" if finding.holds else f" (seen: {finding.seen})"
                print(f"{'✓' if finding.holds else '✗'} {finding.says}{seen}", flush=True)
    print("✗ not as it has to be" if failed else "✓ as it has to be")
    return 1 if failed else 0


async def _until_told(check: Coroutine[None, None, int]) -> int:
    """SIGTERM and a closed terminal end it as Ctrl-C does: in order."""
    task = asyncio.ensure_future(check)
    for number in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    return await task


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m deploy.check_private",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("--logs", type=Path, metavar="FOLDER", help="keep the logs of all processes there")
    parser.add_argument(
        "--public-takes-private",
        action="store_true",
        help="give the public worker the private task queue too, as nobody should: then the check has to fail",
    )
    return parser


if __name__ == "__main__":
    leave(main())
