"""Rehearses flows: discovers what each does, derives its cases, plays them, and holds them against the promises."""

import asyncio
import sys
from collections.abc import Callable, Collection, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Self

from pydantic import BaseModel

from crash_kit.cases import Case, Kind
from crash_kit.discovery import discover
from crash_kit.killing import Killed, all_killed
from crash_kit.plan import Plan, in_phases
from crash_kit.player import Player
from crash_kit.promises import Known, broken
from crash_kit.refusals import CannotRehearse
from crash_kit.report import Report, Result, report
from crash_kit.run import Played
from crash_kit.stage import IMPATIENT, Programs, Stage, open_stage
from runtime.flows import Catalogue

AT_ONCE = 12
"""Flows in flight under a worker that lives; more would be slower, and their calls might time out."""

ROOT = Path(__file__).parents[1]
OURS = Programs(
    worker=(sys.executable, "worker.py", "--with-private"),
    ready="worker ready",
    task_queue="crash-kit",
    other_queues=("private",),
    in_folder={
        "HOSTS_FOLDER": "{folder}/stand-ins.hosts",
        "DATABASE_URL": "sqlite:///{folder}/stand-ins.hosts/inventory.db",
        "FILES_ROOT": "{folder}/stand-ins.hosts/folders",
    },
    services=(sys.executable, "-m", "services"),
    folder=ROOT,
)
"""The project's own worker and stand-ins."""

Tell = Callable[[str, Result], None]
"""Is told the flow and the result of each case."""


@dataclass(frozen=True)
class Rehearsal:
    """A flow and an input with which it completes."""

    flow: str
    input: BaseModel
    only: Collection[Kind] = tuple(Kind)
    """What is played, beside the runs by which the flow is discovered."""
    case: str | None = None
    """Just this one."""
    vary: Sequence[str] = ()
    """Fields of the input that have to differ from run to run, besides those that name the flow: `customer.email`."""
    repeat: str = "python -m crash_kit {flow} --input FILE --case {case}"
    """How a report says that one case is played again."""


class CrashKit:
    """`async with` starts a server and stand-ins, which all rehearsals share, and ends them."""

    def __init__(
        self, catalogue: Catalogue, *, folder: Path, programs: Programs = OURS, tell: Tell | None = None
    ) -> None:
        """Databases and logs are kept in `folder`."""
        self._catalogue = catalogue
        self._folder = folder
        self._programs = programs
        self._tell = tell or _tell_nobody
        self._stack = AsyncExitStack()
        self._stage: Stage | None = None

    async def __aenter__(self) -> Self:
        """Raises CannotRehearse."""
        self._stage = await self._stack.enter_async_context(open_stage(self._programs, self._folder))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def rehearse(self, *rehearsals: Rehearsal) -> list[Report]:
        """One report for each, in their order; they are played side by side. Raises CannotRehearse."""
        if self._stage is None:
            raise RuntimeError("use it with `async with`")
        stage, places = self._stage, asyncio.Semaphore(AT_ONCE)
        flows = [_Rehearsed(stage, self._catalogue, asked, places, self._tell) for asked in rehearsals]
        async with stage.worker(read_timeout=IMPATIENT):
            await asyncio.gather(*(flow.under_a_living_worker() for flow in flows))
        kills = [killed for flow in flows for killed in flow.kills()]
        async for killed, played in all_killed(stage, kills):
            next(flow for flow in flows if flow.player is killed.player).judge(played)
        return [flow.report() for flow in flows]


class _Rehearsed:
    """What is known of one flow so far."""

    def __init__(
        self, stage: Stage, catalogue: Catalogue, asked: Rehearsal, places: asyncio.Semaphore, tell: Tell
    ) -> None:
        self._asked = asked
        self._tell = tell
        self._plan = Plan(asked.flow, ())
        self._played: dict[Case, Played] = {}
        self._results: dict[Case, Result] = {}
        self._began = monotonic()
        self.player = Player(stage, catalogue[asked.flow], asked.input, vary=asked.vary, places=places)

    async def under_a_living_worker(self) -> None:
        self._plan, discovered = await discover(self._asked.flow, self.player.play)
        for played in discovered.values():
            self.judge(played)
        chosen = self._chosen()
        if self._asked.case and not chosen:
            raise CannotRehearse(f"{self._asked.flow} has no case {self._asked.case!r}.")
        living, _ = in_phases([case for case in chosen if case not in discovered])
        await asyncio.gather(*(self._play(case) for case in living))

    def kills(self) -> list[Killed]:
        """What is left to play."""
        _, kills = in_phases(self._chosen())
        return [Killed(self.player, case, self._plan) for case in kills]

    def judge(self, played: Played) -> None:
        """Keep the run and what it has broken."""
        case = played.case
        self._played[case] = played
        scene = self._played[case.scene] if case.events else None
        self._results[case] = Result(
            case=str(case),
            kind=case.kind,
            id=played.id,
            end=str(played.end),
            broken=tuple(broken(played, scene, Known.of(self._plan))),
            missed=played.missed,
        )
        self._tell(self._asked.flow, self._results[case])

    def report(self) -> Report:
        again = self._asked.repeat.replace("{flow}", self._asked.flow)
        return report(
            self._plan, list(self._results.values()), again=again, seconds=monotonic() - self._began
        )

    def _chosen(self) -> list[Case]:
        asked, cases = self._asked, self._plan.cases()
        if asked.case:
            return [case for case in cases if str(case) == asked.case]
        return [case for case in cases if case.kind in asked.only]

    async def _play(self, case: Case) -> None:
        self.judge(await self.player.play(case, self._plan))


def _tell_nobody(flow: str, result: Result) -> None:
    del flow, result
