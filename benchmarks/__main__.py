"""`python -m benchmarks`: runs the benchmark and prints its tables; `--json FILE` keeps the figures.

Exit status 0 when every target that was measured is met, 1 when one is not, 2 when nothing could be measured.
"""

import asyncio
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import uvloop

from benchmarks.load import WrongEnd
from benchmarks.processes import ChildFailed
from benchmarks.report import run
from benchmarks.results import Plan, Report
from benchmarks.table import render
from runtime.dev_server import ServerStartFailed
from runtime.ending import leave
from runtime.server import find_executable
from runtime.toolchain import ServerNotFound

FULL = Plan(rounds=6, levels=(1, 10, 100), window_s=4, budget_s=180, parked=1000)
QUICK = Plan(rounds=2, levels=(1, 10), window_s=1.5, budget_s=12, parked=100)
BOUND = timedelta(minutes=15)
"""For a machine on which everything takes longer than planned."""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        report = measure(plan_of(options))
    except (ServerNotFound, ServerStartFailed, ChildFailed, WrongEnd) as error:
        print(error, file=sys.stderr)
        return 2
    except TimeoutError:
        print("It took too long: is the machine overloaded?", file=sys.stderr)
        return 2
    print(render(report))
    if options.json:
        options.json.write_text(f"{report.model_dump_json(indent=2)}\n")
    return int(any(target.met is False for target in report.targets))


def measure(plan: Plan) -> Report:
    """Progress goes to standard error."""
    server = find_executable()
    with (
        tempfile.TemporaryDirectory(prefix="benchmark-") as folder,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        bounded = asyncio.wait_for(run(server, Path(folder), plan, _tell), BOUND.total_seconds())
        return runner.run(bounded)


def plan_of(options: Namespace) -> Plan:
    """The full or the quick plan, with what is given put in its place."""
    given = {
        "rounds": options.rounds,
        "levels": options.in_flight,
        "window_s": options.window,
        "parked": options.parked,
    }
    plan = QUICK if options.quick else FULL
    return plan.model_copy(update={name: value for name, value in given.items() if value is not None})


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less than a minute; the figures are rough")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    parser.add_argument("--rounds", type=int, help="turns of each contender at each level")
    parser.add_argument("--window", type=float, metavar="SECONDS", help="length of a turn")
    parser.add_argument(
        "--in-flight", type=lambda text: tuple(map(int, text.split(","))), metavar="N,N", help="the levels"
    )
    parser.add_argument("--parked", type=int, metavar="N", help="so many approvals wait; 0 leaves that out")
    return parser


if __name__ == "__main__":
    leave(main())
