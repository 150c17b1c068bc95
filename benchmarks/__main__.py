"""`python -m benchmarks`: runs the benchmark and prints its tables; `--json FILE` keeps the figures.

Exit status 0 when every target that was measured is met, 1 when one is not, 2 when nothing could be measured.
"""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measuring import measure, tell
from benchmarks.report import run
from benchmarks.results import Plan
from benchmarks.table import render
from runtime.ending import leave

FULL = Plan(rounds=6, levels=(1, 10, 100), window_s=4, budget_s=180, parked=1000)
QUICK = Plan(rounds=2, levels=(1, 10), window_s=1.5, budget_s=12, parked=100)


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    plan = plan_of(options)
    report = measure(lambda server, folder: run(server, folder, plan, _tell))
    if report is None:
        return 2
    tell(report, (render(report),), options.json)
    return int(any(target.met is False for target in report.targets))


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
