"""`python -m tests.soak --changes 10000 --tickets 2`: prints the verdict as JSON; exits 1 unless it is good."""

import argparse
import asyncio

from runtime.ending import leave
from tests.soak.run import Asked, soak


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument(
        "--changes", type=int, default=10_000, help="that people make, in all tickets together"
    )
    parser.add_argument("--tickets", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1, help="what people do")
    parser.add_argument("--kills", type=int, default=3, help="how often the worker is killed")
    given = parser.parse_args()
    asked = Asked(changes=given.changes, tickets=given.tickets, seed=given.seed, kills=given.kills)
    verdict = asyncio.run(soak(asked))
    print(verdict.model_dump_json(indent=2))
    return 0 if verdict.good else 1


if __name__ == "__main__":
    leave(main())
