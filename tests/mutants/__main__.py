"""`python -m tests.mutants`: breaks a copy of the tree in each named way, and shows which test goes red.

Exits 1 if a break survives its tests, or does not apply any more. `--only TEXT` takes the mutants whose name has TEXT.
"""

import argparse
import asyncio
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.table import Table

from tests.mutants.catalogue import ALL
from tests.mutants.mutant import Mutant, NoSuchCode

ROOT = Path(__file__).parents[2]
AT_ONCE = 2
LONGEST = 180.0
RED, GREEN = 1, 0

Verdict = Literal["caught", "caught: it hangs", "SURVIVED", "DOES NOT APPLY", "ITS TESTS DO NOT RUN"]
GOOD = ("caught", "caught: it hangs")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--only", default="", metavar="TEXT", help="mutants whose name has this text")
    parser.add_argument("--list", action="store_true", help="name them, and do nothing")
    asked = parser.parse_args()
    chosen = [mutant for mutant in ALL if asked.only in mutant.name]
    if asked.list:
        print("\n".join(mutant.name for mutant in chosen))
        return 0
    return asyncio.run(judge(chosen))


async def judge(mutants: Sequence[Mutant]) -> int:
    """The verdict on each as it is found, and their sum."""
    console = Console()
    places = asyncio.Semaphore(AT_ONCE)
    table = Table("broken promise", "in", "verdict", box=None, title=f"{len(mutants)} mutants")

    async def one(mutant: Mutant) -> Verdict:
        async with places:
            verdict = await try_out(mutant)
            console.print(f"{verdict:<10} {mutant.name}", highlight=False)
            return verdict

    if not await control(mutants):
        console.print("The tests are red without any mutant: mend that first.")
        return 1
    verdicts = await asyncio.gather(*(one(mutant) for mutant in mutants))
    for mutant, verdict in zip(mutants, verdicts, strict=True):
        table.add_row(mutant.name, mutant.file, verdict)
    console.print(table)
    bad = sum(verdict not in GOOD for verdict in verdicts)
    console.print(f"{len(mutants) - bad} caught, {bad} not")
    return 1 if bad else 0


async def control(mutants: Sequence[Mutant]) -> bool:
    """Without a mutant all these tests are green; else red would mean nothing."""
    tests = sorted({test for mutant in mutants for test in mutant.tests})
    with copy_of_the_tree() as tree:
        return await pytest(Path(tree), tests) == GREEN


async def try_out(mutant: Mutant) -> Verdict:
    with copy_of_the_tree() as tree:
        try:
            mutant.apply(Path(tree))
        except NoSuchCode:
            return "DOES NOT APPLY"
        match await pytest(Path(tree), mutant.tests):
            case None:
                return "caught: it hangs"
            case 0:
                return "SURVIVED"
            case 1:
                return "caught"
            case _:
                return "ITS TESTS DO NOT RUN"


def copy_of_the_tree() -> tempfile.TemporaryDirectory[str]:
    """Of what git knows; the work tree itself is never touched."""
    folder = tempfile.TemporaryDirectory(prefix="mutant-")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True)  # noqa: S607
    for name in filter(None, listed.stdout.split("\0")):
        source, target = ROOT / name, Path(folder.name) / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
    return folder


async def pytest(tree: Path, tests: Sequence[str]) -> int | None:
    """Its exit status; None when it did not end in time."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", *tests]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=tree, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(LONGEST):
            return await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
        return None


if __name__ == "__main__":
    sys.exit(main())
