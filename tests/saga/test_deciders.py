"""Approvals that name their people: who may decide, how many have to, on what, and who is told."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest

from saga import Deciders, Decision, FlowState, Group
from saga.asking import ApprovalOptions
from saga.asking import Asking as Question
from saga.people import opaque_id
from saga.search_attributes import SAGA_DECIDERS, SAGA_DUE_AT
from saga.searchable import Searchable
from saga.status import ApprovalState
from tests.eventually import eventually
from tests.saga.asking import Asking, Change
from tests.saga.deciding import approval_of, asking, refused, said, told
from tests.saga.stage import COMPLETED, Handle, Stage, failed
from tests.saga.test_status import details

FINANCE = Deciders(people=("grace",), groups=(Group(name="finance", members=("heidi", "ivan")),))
TWO = Asking(deciders=FINANCE, quorum=2)


async def in_the_index(handle: Handle) -> list[str]:
    """Whose decision the search attributes say is missing."""
    return sorted((await handle.describe()).typed_search_attributes.get(SAGA_DECIDERS) or [])


async def test_quorum(stage: Stage) -> None:
    """Two different people approve; the status says who may, how many are missing, and what each of them saw."""
    handle = await asking(stage, TWO)
    asked = await approval_of(stage, handle)
    await stage.send(handle, "decide", said("Heidi", digest=asked.digest))
    between = await approval_of(stage, handle)
    again = await refused(stage, handle, said("heidi"))
    await stage.send(handle, "decide", said("grace"), way="signal")

    assert await stage.end_of(handle) == COMPLETED
    assert asked.deciders == ("grace", "heidi", "ivan")
    assert (asked.missing, between.missing, again.type) == (2, 1, "AlreadyDecided")
    assert asked.shown == {"amount": 100, "iban": "***"}
    decided = await approval_of(stage, handle)
    assert decided.status is ApprovalState.APPROVED
    assert [(one.by, one.digest) for one in decided.decisions] == [
        ("Heidi", asked.digest),
        ("grace", asked.digest),
    ]


@pytest.mark.parametrize(
    ("decision", "kind"),
    [
        (said("mallory"), "NotADecider"),
        (said("ivan"), "NotADecider"),
        (said("ivan", "reject"), "NotADecider"),
        (said("ada"), "NotADecider"),
        (said("grace", digest="0123456789abcdef"), "OutdatedDecision"),
        (said("grace", "withdraw"), "NotTheRequester"),
        (said("grace", "delegate", to="Grace"), "NotADelegate"),
        (said("grace", "delegate", to="ivan"), "NotADelegate"),
        (said("grace", "delegate", to="ada"), "NotADelegate"),
        (said("grace", "delegate", to="heidi"), "NotADelegate"),
        (said("mallory", "delegate", to="trent"), "NotADecider"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{value.by}-{value.decision}-{value.to}",
)
async def test_refused(stage: Stage, decision: Decision, kind: str) -> None:
    """By update a refusal is told, and adds nothing to the history; by signal it is in the status."""
    handle = await asking(stage, TWO.model_copy(update={"excluded": ("requester", "ivan")}))

    assert (await refused(stage, handle, decision)).type == kind
    await stage.send(handle, "decide", decision, way="signal")
    status = await stage.until(handle, lambda status: bool(status.refusals))

    [refusal] = status.refusals
    assert (refusal.message, refusal.by) == ("decide", decision.by)
    assert status.refused_messages == 1
    assert not status.approvals[0].decisions
    assert status.approvals[0].status is ApprovalState.WAITING


async def test_one_rejection_ends_it(stage: Stage) -> None:
    """However many have to approve."""
    handle = await asking(stage, TWO)
    await stage.send(handle, "decide", said("grace"))

    await stage.send(handle, "decide", said("ivan", "reject"))

    assert await stage.end_of(handle) == failed("ApprovalRejected")


async def test_withdrawn(stage: Stage) -> None:
    """Whoever has asked for it takes it back: all is undone, and nobody can decide any more."""
    handle = await asking(stage, TWO)

    await stage.send(handle, "decide", said("Ada", "withdraw"))

    assert await stage.end_of(handle) == failed("ApprovalWithdrawn")
    assert (await approval_of(stage, handle)).status is ApprovalState.WITHDRAWN
    assert stage.world.open_effects() == []


async def test_what_is_asked_for_changes(stage: Stage) -> None:
    """What was decided lapses and stays visible, all are asked again, and a decision on what was before is refused."""
    handle = await asking(stage, TWO)
    before = await approval_of(stage, handle)
    await stage.send(handle, "decide", said("grace", digest=before.digest))

    await handle.execute_update("change", Change(amount=900))

    after = await approval_of(stage, handle)
    assert (after.version, after.missing, after.summary) == (2, 2, "Bill over 900")
    assert [(one.by, one.lapsed) for one in after.decisions] == [("grace", True)]
    assert (await refused(stage, handle, said("heidi"))).type == "OutdatedDecision"
    assert (await refused(stage, handle, said("heidi", digest=before.digest))).type == "OutdatedDecision"
    await stage.send(handle, "decide", said("grace", digest=after.digest))
    await stage.send(handle, "decide", said("heidi", digest=after.digest))
    assert await stage.end_of(handle) == COMPLETED
    assert told(stage, "approval") == ["grace", "grace", "heidi", "heidi", "ivan", "ivan"]


async def test_too_late_to_change(stage: Stage) -> None:
    """What is decided, in the same workflow task even, cannot be changed: the change is refused, the flow goes on."""
    handle = await asking(stage, Asking())
    await stage.rest()
    await stage.send(handle, "decide", said("grace"), way="signal")
    change = asyncio.ensure_future(stage.refusal(handle, "change", Change(amount=900)))
    await stage.until_event(handle, "WORKFLOW_EXECUTION_SIGNALED")
    await stage.work()

    assert (await change).type == "AlreadyDecided"
    assert await stage.end_of(handle) == COMPLETED


async def test_delegated(stage: Stage) -> None:
    """The delegate decides in the place of who has delegated, who has no say any more; he is told."""
    handle = await asking(stage, Asking(deciders=Deciders(people=("grace", "heidi"))))
    await stage.send(handle, "decide", said("grace", "delegate", to="kim"))

    assert (await refused(stage, handle, said("grace"))).type == "NotADecider"
    assert (await refused(stage, handle, said("kim", "delegate", to="grace"))).type == "NotADelegate"
    await eventually(lambda: in_the_index(handle), lambda found: opaque_id("kim") in found)
    await stage.send(handle, "decide", said("kim"))

    assert await stage.end_of(handle) == COMPLETED
    [given] = (await approval_of(stage, handle)).delegations
    assert (given.by, given.to) == ("grace", "kim")
    assert "kim" in told(stage, "approval")


async def test_in_the_index(stage: Stage) -> None:
    """Those whose decision is missing are found by opaque ids; who has decided leaves, and in the end all do."""
    handle = await asking(stage, TWO)

    assert await eventually(lambda: in_the_index(handle), bool) == ids("grace", "heidi", "ivan")
    due = (await handle.describe()).typed_search_attributes.get(SAGA_DUE_AT)
    assert due == (await approval_of(stage, handle)).deadline
    await stage.send(handle, "decide", said("heidi"))
    await eventually(lambda: in_the_index(handle), lambda found: found == ids("grace", "ivan"))
    await stage.send(handle, "decide", said("ivan"))
    assert await stage.end_of(handle) == COMPLETED
    assert await in_the_index(handle) == []


def ids(*people: str) -> list[str]:
    return sorted(map(opaque_id, people))


async def test_nobody_is_named(stage: Stage) -> None:
    """Anyone may decide who is not excluded; nobody is told, and the index has no deciders."""
    handle = await asking(stage, Asking(deciders=None, excluded=("requester",), quorum=2))
    events = await stage.at_rest(handle)

    assert (await refused(stage, handle, said("ada"))).type == "NotADecider"
    assert (await refused(stage, handle, said("kim", "delegate", to="lee"))).type == "NotADelegate"
    assert events.count("UPSERT_WORKFLOW_SEARCH_ATTRIBUTES") == 1
    await stage.send(handle, "decide", said("kim"))
    assert await in_the_index(handle) == []
    await stage.send(handle, "decide", said("lee"))

    assert await stage.end_of(handle) == COMPLETED
    assert stage.world.told == []


async def test_too_few_people(stage: Stage) -> None:
    """Where fewer may ever decide than have to, the flow fails at once and says why."""
    plan = Asking(deciders=Deciders(people=("ada", "Ada", "grace")), quorum=2, excluded=("requester",))

    assert await stage.play("asking", plan) == failed("ApprovalImpossible")


async def test_in_the_details(stage: Stage) -> None:
    """The Web UI shows what is asked, who may decide, who has, and what lapsed; what people wrote is escaped."""
    handle = await asking(stage, TWO)
    await stage.send(handle, "decide", said("grace"))
    await stage.send(handle, "decide", said("ivan", "delegate", to="<kim>"))
    await handle.execute_update("change", Change(amount=900))

    shown = await details(handle)

    assert "- approval **payment**: waiting, until " in shown
    for line in (
        "amount: 900",
        "2 of these: grace, heidi, \\<kim\\>; 2 missing",
        "ivan has delegated to \\<kim\\>",
    ):
        assert f"  - {line}\n" in shown + "\n"
    assert "approve by grace, " in shown
    assert "UTC (lapsed). because" in shown
    await handle.cancel()


def test_the_index_takes_a_hundred() -> None:
    """A server takes 2 kB for one search attribute: who is beyond that is left out of it."""
    crowd = tuple(f"person-{number}" for number in range(200))
    options = ApprovalOptions(deciders=Deciders(people=crowd))
    approval = Question("x", "", timedelta(days=1), options).asked(datetime.now(UTC))

    found = Searchable.of(FlowState.WAITING_FOR_APPROVAL, ["approval:x"], [approval])

    assert len(set(found.deciders)) == 100
    assert len(json.dumps(found.deciders, separators=(",", ":"))) < 2048
