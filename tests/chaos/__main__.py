"""`python -m tests.chaos --n 200 --seed 1`: prints the verdict as JSON; exits 1 unless it is good."""

import argparse
import asyncio

from runtime.ending import leave
from tests.chaos.run import chaos


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--n", type=int, default=200, help="how many orders")
    parser.add_argument("--seed", type=int, default=1, help="what is drawn")
    asked = parser.parse_args()
    verdict = asyncio.run(chaos(asked.n, asked.seed))
    print(verdict.model_dump_json(indent=2))
    return 0 if verdict.good else 1


if __name__ == "__main__":
    leave(main())
