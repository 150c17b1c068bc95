"""`python -m services` as a command that ends by itself."""

import asyncio
import sys

from tests.standins import ROOT


async def run(*arguments: str) -> tuple[int | None, str, str]:
    """Status, output and errors of a command that has to end by itself."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services", *arguments, cwd=ROOT, stdout=pipe, stderr=pipe
    )
    try:
        output, errors = await asyncio.wait_for(process.communicate(), timeout=20)
    except TimeoutError:
        process.kill()
        await process.communicate()
        raise
    return process.returncode, output.decode(), errors.decode()
