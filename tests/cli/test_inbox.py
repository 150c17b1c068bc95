"""`inbox`, `delegate`, `withdraw`, and decisions that name what was seen: people at several terminals, one approval."""

import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from saga import Deciders, Group
from tests.cli.commands import CommandLine, refusal
from tests.eventually import eventually
from tests.saga.asking import Asking, Change
from tests.saga.stage import COMPLETED, Handle, Stage, failed
from tests.saga.test_forms import FORM


class People:
    """Whose names no other test uses, so that their inboxes are their own."""

    def __init__(self) -> None:
        mark = uuid.uuid4().hex[:8]
        self.grace, self.heidi, self.ada, self.kim = (
            f"{name}-{mark}" for name in ("grace", "heidi", "ada", "kim")
        )

    def asking(self, **more: Any) -> Asking:  # noqa: ANN401 - fields of the plan
        finance = Group(name="finance", members=(self.heidi, self.ada))
        deciders = Deciders(people=(self.grace,), groups=(finance,))
        plan = Asking(deciders=deciders, requester=self.ada, excluded=("requester",), quorum=2)
        return plan.model_copy(update=more)


@pytest.fixture
async def stage(client: Client) -> AsyncIterator[Stage]:
    async with Stage(client) as stage:
        yield stage


@pytest.fixture
def people() -> People:
    return People()


async def asked(stage: Stage, plan: Asking) -> Handle:
    handle = await stage.start("asking", plan)
    await stage.waits_for(handle, "approval:payment")
    return handle


async def inbox(cli: CommandLine, who: str, count: int) -> list[dict[str, Any]]:
    """Once the index, which may be late, has so much for the person."""
    found: list[dict[str, Any]] = await eventually(
        lambda: cli.json("inbox", "--for", who), lambda found: len(found) == count
    )
    return found


async def test_two_approve_from_their_inboxes(unserved: CommandLine, stage: Stage, people: People) -> None:
    """Each finds it with what is shown; who has decided has it no more; the requester never had it, and is refused."""
    flow = await asked(stage, people.asking())
    [owed] = await inbox(unserved, people.heidi, 1)
    assert await inbox(unserved, people.ada, 0) == []
    digest = owed["digest"]

    third = await unserved("approve", flow.id, "--by", people.ada, "--json")
    first = await unserved("approve", flow.id, "payment", "--by", people.heidi, "--digest", digest)
    between = await inbox(unserved, people.grace, 1)
    await inbox(unserved, people.heidi, 0)
    second = await unserved.json("approve", flow.id, "--by", people.grace)

    assert (owed["id"], owed["approval"], owed["summary"]) == (flow.id, "payment", "Bill over 100")
    assert (owed["shown"], owed["missing"]) == ({"amount": 100, "iban": "***"}, 2)
    assert owed["decide"].endswith(f"approve {flow.id} payment --by {people.heidi} --digest {digest}")
    assert refusal(third) == (2, "NotADecider")
    assert "Bill over 100\n  1 more has to approve" in first.out
    assert between[0]["missing"] == 1
    assert (second["missing"], second["digest"]) == (0, digest)
    assert await stage.end_of(flow) == COMPLETED
    await inbox(unserved, people.grace, 0)


async def test_it_changes_under_their_hands(unserved: CommandLine, stage: Stage, people: People) -> None:
    """A decision on what was seen before is refused; all have it in their inboxes again, also who had approved."""
    flow = await asked(stage, people.asking())
    [before] = await inbox(unserved, people.grace, 1)
    await unserved.json("approve", flow.id, "--by", people.grace)
    await inbox(unserved, people.grace, 0)

    await flow.execute_update("change", Change(amount=900))

    late = await unserved(
        *("approve", flow.id, "payment", "--by", people.heidi, "--digest", before["digest"], "--json")
    )
    [after] = await inbox(unserved, people.grace, 1)
    shown = await unserved("status", flow.id)
    listed = await unserved("inbox", "--for", people.grace)
    assert refusal(late) == (2, "OutdatedDecision")
    assert (after["summary"], after["version"], after["missing"]) == ("Bill over 900", 2, 2)
    assert "it was changed: this is version 2" in listed.out
    said = " ".join(shown.out.split())
    assert all(
        words in said
        for words in ("amount 900", "2 have to approve, 2 missing", "lapsed: it has changed since")
    )
    await unserved.json("reject", flow.id, "--by", people.grace, "--comment", "too much")
    assert await stage.end_of(flow) == failed("ApprovalRejected")


async def test_it_asks_for_an_input(
    unserved: CommandLine, stage: Stage, people: People, tmp_path: Path
) -> None:
    """The inbox says what to fill in; what does not fit is refused with its reason, the password is not shown again."""
    flow = await asked(stage, people.asking(takes=FORM, quorum=1))
    [owed] = await inbox(unserved, people.grace, 1)
    listed = " ".join((await unserved("inbox", "--for", people.grace)).out.split())
    file = tmp_path / "filled.json"

    nothing = await unserved("approve", flow.id, "--by", people.grace, "--json")
    file.write_text('{"account": 0}')
    wrong = await unserved("approve", flow.id, "--by", people.grace, "--input", str(file))
    file.write_text('{"account": 4711, "pin": "1234"}')
    await unserved.json("approve", flow.id, "--by", people.grace, "--input", str(file))

    assert owed["takes"] == FORM
    assert owed["decide"].endswith(" --input FILE")
    assert "account integer, needed pin string (not shown again), may be left out" in listed
    assert refusal(nothing) == (2, "InputNeeded")
    assert (wrong.status, "does not fit: account is no number above zero" in wrong.err) == (2, True)
    assert await stage.end_of(flow) == COMPLETED
    shown = " ".join((await unserved("status", flow.id)).out.split())
    assert "account 4711 pin ***" in shown


async def test_somebody_decides_instead(unserved: CommandLine, stage: Stage, people: People) -> None:
    """`delegate` moves it from one inbox to another."""
    flow = await asked(stage, people.asking(quorum=1))
    await inbox(unserved, people.grace, 1)

    told = await unserved("delegate", flow.id, "--by", people.grace, "--to", people.kim)

    await inbox(unserved, people.grace, 0)
    await inbox(unserved, people.kim, 1)
    assert f"{people.kim} decides now" in told.out
    assert f"delegated by {people.grace} to {people.kim}" in (await unserved("status", flow.id)).out
    await unserved.json("approve", flow.id, "--by", people.kim)
    assert await stage.end_of(flow) == COMPLETED


async def test_it_is_taken_back(unserved: CommandLine, stage: Stage, people: People) -> None:
    """`withdraw` is for who has asked, and needs a reason."""
    flow = await asked(stage, people.asking())

    other = await unserved("withdraw", flow.id, "--by", people.grace, "--comment", "no", "--json")
    unreasoned = await unserved("withdraw", flow.id, "--by", people.ada, "--comment", " ", "--json")
    await unserved.json("withdraw", flow.id, "--by", people.ada, "--comment", "not needed")

    assert refusal(other) == (2, "NotTheRequester")
    assert refusal(unreasoned) == (2, "InvalidInput")
    assert await stage.end_of(flow) == failed("ApprovalWithdrawn")
    assert (await unserved.json("status", flow.id))["approvals"][0]["status"] == "withdrawn"


async def test_the_oldest_deadline_first(unserved: CommandLine, stage: Stage, people: People) -> None:
    """Whenever it was asked for."""
    flows = [await asked(stage, people.asking(deadline=timedelta(days=days))) for days in (2, 1, 3)]
    found = await inbox(unserved, people.grace, 3)
    first = await unserved.json("inbox", "--for", people.grace, "--limit", "1")

    assert [owed["id"] for owed in found] == [flows[1].id, flows[0].id, flows[2].id]
    assert [owed["id"] for owed in first] == [flows[1].id]
    for flow in flows:
        await unserved.json("reject", flow.id, "--by", people.grace, "--comment", "enough")
        await stage.end_of(flow)


async def test_no_worker_answers(unserved: CommandLine, stage: Stage, people: People) -> None:
    """What waits is known from the index alone, with its deadline; what it is about is not."""
    flow = await asked(stage, people.asking())
    await inbox(unserved, people.grace, 1)
    await stage.rest()

    [owed] = await unserved.json("inbox", "--for", people.grace)
    listed = await unserved("inbox", "--for", people.grace)
    nothing = await unserved("inbox", "--for", f"nobody-{people.kim}")

    assert (owed["id"], owed["approval"], owed["summary"]) == (flow.id, "payment", None)
    assert owed["due"]
    assert "no worker says more of it" in listed.out
    assert "Nothing waits for nobody-" in nothing.out
    await flow.terminate()


async def test_a_signal_that_was_refused_is_shown(
    unserved: CommandLine, stage: Stage, people: People
) -> None:
    """With who sent it and why, since its sender was not told."""
    flow = await asked(stage, people.asking())
    message = {"approval": "payment", "decision": "approve", "by": people.ada}

    await flow.signal("decide", message)
    await stage.until(flow, lambda status: bool(status.refusals))

    shown = " ".join((await unserved("status", flow.id)).out.split())
    assert f"decide of {people.ada}" in shown
    assert "is excluded from deciding on payment" in shown
    await flow.terminate()
