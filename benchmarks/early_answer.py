"""`python -m benchmarks.early_answer`: how long after its essential step a registration is answered, the mail being down.

In turns an account is made by a POST alone, and by a registration that is asked for its early answer. What is
judged is how much longer the second takes. `--json FILE` keeps the figures. Exit status 0 when the target is met.
"""

import sys
import time
import uuid
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import httpx

from benchmarks.contenders import AtWork, open_arena
from benchmarks.load import ONE_SAGA_BOUND, WrongEnd
from benchmarks.machine import machine
from benchmarks.measuring import measure, tell
from benchmarks.results import Machine, Result
from benchmarks.summary import percentile
from benchmarks.table import described
from catalogue import CATALOGUE
from models.registration import Registration
from runtime.answering import AnswerSeeker
from runtime.ending import leave
from runtime.id_rules import Request
from runtime.identity import Actor
from runtime.server import TemporalCli

FLOW = CATALOGUE["registration"]
MAIL = "notifications"
REGISTRATIONS = 200
WARM_UP = 20
LIMIT = timedelta(milliseconds=100)
BY = Actor(by="benchmark")


class Figures(Result):
    machine: Machine
    registrations: int
    essential_p50_ms: float
    """The POST that makes the account, alone."""
    essential_p95_ms: float
    answer_p50_ms: float
    """From the start to the early answer."""
    answer_p95_ms: float
    over_p50_ms: float
    """What each answer took beyond the POST before it."""
    over_p95_ms: float
    limit_ms: float

    @property
    def met(self) -> bool:
        return self.over_p95_ms <= self.limit_ms


def main(arguments: Sequence[str] | None = None) -> int:
    parser = ArgumentParser(prog="python -m benchmarks.early_answer", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    parser.add_argument("--registrations", type=int, default=REGISTRATIONS, metavar="N")
    options = parser.parse_args(arguments)
    figures = measure(lambda server, folder: _run(server, folder, options.registrations))
    if figures is None:
        return 2
    tell(figures, (line(figures), described(figures.machine)), options.json)
    return int(not figures.met)


def line(figures: Figures) -> str:
    return (
        f"With the mail service down an account alone took {figures.essential_p50_ms:.0f} ms (p95 "
        f"{figures.essential_p95_ms:.0f}), the early answer {figures.answer_p50_ms:.0f} ms (p95 "
        f"{figures.answer_p95_ms:.0f}): {figures.over_p50_ms:.0f} ms more, p95 {figures.over_p95_ms:.0f} of at most "
        f"{figures.limit_ms:.0f}; {figures.registrations} registrations one after another."
    )


async def _run(server: TemporalCli, folder: Path, count: int) -> Figures:
    on = machine(server_version=server.server_version)
    async with (
        open_arena(server.path, folder) as arena,
        httpx.AsyncClient(base_url=arena.downstream_url, trust_env=False) as http,
    ):
        ours = await arena.at_work(down=[MAIL])
        pairs = [(await _essential(http), await _answer(ours)) for _ in range(WARM_UP + count)][WARM_UP:]
    essential, answer = (sorted(times) for times in zip(*pairs, strict=True))
    over = sorted(second - first for first, second in pairs)
    return Figures(
        machine=on,
        registrations=count,
        essential_p50_ms=percentile(essential, 50),
        essential_p95_ms=percentile(essential, 95),
        answer_p50_ms=percentile(answer, 50),
        answer_p95_ms=percentile(answer, 95),
        over_p50_ms=percentile(over, 50),
        over_p95_ms=percentile(over, 95),
        limit_ms=LIMIT.total_seconds() * 1000,
    )


async def _essential(http: httpx.AsyncClient) -> float:
    """Milliseconds of the call that the registration is answered after."""
    made = _registration()
    began = time.perf_counter()
    answer = await http.post("/accounts/accounts", json={"name": made.name, "email": made.email})
    answer.raise_for_status()
    return 1000 * (time.perf_counter() - began)


async def _answer(ours: AtWork) -> float:
    made = _registration()
    seeker = AnswerSeeker(ours.client, task_queue=ours.task_queue)
    began = time.perf_counter()
    asked = await seeker.ask(Request(FLOW, made, FLOW.id_of(made), BY, again=False), within=ONE_SAGA_BOUND)
    took = time.perf_counter() - began
    if asked.answer is None:
        raise WrongEnd(f"{FLOW.id_of(made)} was not answered: {asked.failure}")
    return 1000 * took


def _registration() -> Registration:
    name = str(uuid.uuid4())
    return Registration(registration_id=name, name="Ada Lovelace", email=f"{name}@example.com")


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
