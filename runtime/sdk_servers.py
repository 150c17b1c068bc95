"""Starts one of the SDK's own servers and stops it again, so that the SDK downloads it: `KIND FOLDER`."""

import asyncio
import sys

from temporalio.testing import WorkflowEnvironment


async def _start_once(kind: str, folder: str) -> None:
    if kind == "dev":
        environment = await WorkflowEnvironment.start_local(download_dest_dir=folder)
    else:
        environment = await WorkflowEnvironment.start_time_skipping(download_dest_dir=folder)
    await environment.shutdown()


def main(kind: str, folder: str) -> None:
    try:
        asyncio.run(_start_once(kind, folder))
    except RuntimeError as error:  # the SDK's type for all that can go wrong here
        sys.exit(str(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
