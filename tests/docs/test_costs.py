"""What the page says that a flow pays in history events, counted in real histories."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import NamedTuple

import pytest
from pydantic import BaseModel
from temporalio.client import Client

from saga import AnswerRequest
from tests.docs.markdown import ROOT
from tests.saga.behaviours import held, lose_answer, refuse
from tests.saga.choices import ChildFlow, Children, ChildrenFlow, Choice, Choices, ChoicesFlow
from tests.saga.flows import Plan, Sequence
from tests.saga.stage import Handle, Stage
from tests.saga.world import Behaviour

PAGE = ROOT / "docs" / "how-it-works.md"
ROW = re.compile(r"^\| ([^|]+) \| (\d+) \|", re.MULTILINE)
ACTIVITY = 3

Meanwhile = Callable[[Stage, Handle], Awaitable[None]]


class Run(NamedTuple):
    """A flow, how its calls go, and what is done while it runs."""

    plan: BaseModel
    flow: str = "choices"
    goes: tuple[tuple[str, Behaviour], ...] = ()
    meanwhile: Meanwhile | None = None


class Priced(NamedTuple):
    """What `dear` has more events than `plain`, apart from further activities that it runs."""

    plain: Run
    dear: Run
    further: int = 0


async def approve(stage: Stage, handle: Handle) -> None:
    await stage.waits_for(handle, "approval:ask")
    await stage.decide(handle, "approve")


async def retry(stage: Stage, handle: Handle) -> None:
    await stage.waits_for(handle, "incident:a.1")
    await stage.resolve(handle, "a.1", "retry")


async def retry_when_told(stage: Stage, handle: Handle) -> None:
    await stage.until(handle, lambda status: any(said.delivered for said in status.announcements))
    await retry(stage, handle)


async def go_on(stage: Stage, _: Handle) -> None:
    await stage.begun("b")
    stage.go_on("b")


async def ask_and_go_on(stage: Stage, handle: Handle) -> None:
    await handle.execute_update("answer", AnswerRequest())
    await go_on(stage, handle)


def made(*choices: Choice, **more: object) -> Choices:
    return Choices.model_validate({"things": choices, **more})


A, B, HELD = Choice(thing="a"), Choice(thing="b"), Choice(thing="a", hold=True)
ONE, TWO = Run(made(A)), Run(made(A, B))
FAILS, HELD_ONCE = Run(made(A), goes=(("a", refuse),)), (("a", refuse),)
ANSWERING = Run(made(A, after=(B,), answers=True), goes=(("b", held),), meanwhile=go_on)

PRICES = {
    "a step": Priced(ONE, TWO),
    "a probe": Priced(ONE, Run(made(Choice(thing="a", probe=True)), goes=(("a", lose_answer),))),
    "undoing": Priced(FAILS, Run(made(B, A), goes=(("a", refuse),)), further=2),
    "`optional`": Priced(ONE, Run(made(Choice(thing="a", optional=True)), goes=HELD_ONCE)),
    "`fallback`": Priced(ONE, Run(made(Choice(thing="a", instead=("b",))), goes=HELD_ONCE), further=1),
    "a held step": Priced(ONE, Run(made(HELD), goes=HELD_ONCE, meanwhile=retry), further=1),
    "people told of it": Priced(
        Run(made(HELD), goes=HELD_ONCE, meanwhile=retry),
        Run(made(HELD, announce=True), goes=HELD_ONCE, meanwhile=retry_when_told),
    ),
    "an approval": Priced(ONE, Run(made(A, ask=timedelta(days=1)), meanwhile=approve)),
    "a deadline": Priced(
        Run(Plan(things=("a",)), "sequence"),
        Run(Plan(things=("a",), done_within=timedelta(hours=1)), "sequence"),
    ),
    "an SLA that is kept": Priced(ONE, Run(made(A, sla=True))),
    "an early answer": Priced(ANSWERING, ANSWERING._replace(meanwhile=ask_and_go_on)),
    "a child flow": Priced(ONE, Run(Children(plans=(made(A),)), "children")),
}


@pytest.fixture(name="stage")
async def _stage(client: Client) -> AsyncIterator[Stage]:
    async with Stage(client) as stage:
        await stage.work([ChoicesFlow, Sequence, ChildrenFlow, ChildFlow])
        yield stage


async def events_of(stage: Stage, run: Run) -> int:
    """All that are no workflow task's."""
    for call, behaviour in run.goes:
        stage.world.on(call, behaviour)
    handle = await stage.start(run.flow, run.plan)
    if run.meanwhile:
        await run.meanwhile(stage, handle)
    await stage.end_of(handle)
    stage.world.events.clear()
    return sum("WORKFLOW_TASK" not in kind for kind in await stage.kinds(handle))


@pytest.mark.parametrize("what", PRICES)
async def test_it_costs_what_the_page_says(what: str, stage: Stage) -> None:
    """The table's number is the difference between the histories of a flow with it and one without."""
    priced = PRICES[what]
    without, with_it = await events_of(stage, priced.plain), await events_of(stage, priced.dear)

    assert prices()[what] == with_it - without - priced.further * ACTIVITY


def test_each_price_is_counted() -> None:
    """The table has no number that nobody has measured."""
    assert PRICES.keys() == prices().keys()


def prices() -> dict[str, int]:
    """The page's table: what, and how many events."""
    table = PAGE.read_text().partition("## What it costs")[2].partition("\n## ")[0]
    return {what: int(count) for what, count in ROW.findall(table)}
