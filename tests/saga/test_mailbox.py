"""A mailbox gives a flow each event once and in order, for as long as it lives; what is no event harms nothing."""

from datetime import timedelta

import pytest
from temporalio.worker import Replayer

from saga import SagaPlugin
from saga.messages import Received
from tests.eventually import eventually
from tests.saga.flows import FLOWS
from tests.saga.mailing import HOLD_BACK, Reading
from tests.saga.stage import CANCELLED, Handle, Stage
from tests.saga.test_messages import raw

DAY = timedelta(days=1)


def news(number: int, *, key: str | None = None, source: str = "desk") -> dict[str, object]:
    body = {"key": key or f"{source} {number}", "source": source, "number": number}
    return {"mailbox": "news", "body": body}


async def tell(handle: Handle, *numbers: int, end: int | None = None) -> None:
    """By signal, the last of them being the end."""
    for number in numbers:
        await handle.signal("event", news(number))
    if end:
        await handle.signal("event", news(end, key="end"))


async def test_each_once_and_in_order(stage: Stage) -> None:
    """What comes doubled and in any order is read once each, in the order of its source."""
    handle = await stage.start("reading", Reading())

    await tell(handle, 2, 4, 2, 1, 1, 3, 4, end=5)

    assert await handle.result() == ["desk 1", "desk 2", "desk 3", "desk 4"]
    (mailbox,) = (await stage.status(handle)).mailboxes
    assert (mailbox.received, mailbox.duplicates, mailbox.pending) == (8, 3, 0)


async def test_receipts(stage: Stage) -> None:
    """An update is answered whether the event was accepted, or has been here before."""
    handle = await stage.start("reading", Reading())

    receipts = [
        await handle.execute_update("event", news(1), result_type=Received),
        await handle.execute_update("event", news(1), result_type=Received),
    ]

    assert receipts == [Received(accepted=True, duplicate=False), Received(accepted=False, duplicate=True)]
    await tell(handle, end=2)
    assert await handle.result() == ["desk 1"]


@pytest.mark.parametrize(
    ("wrong", "kind", "said"),
    [
        ({"mailbox": "other", "body": {}}, "UnknownMailbox", "There are: news."),
        ({"mailbox": "news", "body": {"key": "a", "number": "secret"}}, "InvalidEvent", "invalid number"),
    ],
)
async def test_wrong_updates(stage: Stage, wrong: object, kind: str, said: str) -> None:
    """What is no event of the mailbox is refused, without its values; the history gets nothing."""
    handle = await stage.start("reading", Reading())
    before = await stage.at_rest(handle)

    refusal = await stage.refusal(handle, "event", wrong)

    assert refusal.type == kind
    assert said in refusal.message
    assert "secret" not in str((refusal.message, refusal.details))
    assert await stage.kinds(handle) == before
    await tell(handle, end=1)
    assert await handle.result() == []


@pytest.mark.parametrize(
    "bad",
    [{"mailbox": "other", "body": {}}, {"mailbox": "news", "body": {"key": "a"}}, "news", raw(b"{not json")],
    ids=["no such mailbox", "a field is missing", "a text", "broken JSON"],
)
async def test_bad_signals(forgetful: Stage, bad: object) -> None:
    """A bad signal is counted in the status and changes nothing: the flow goes on, on each replay too."""
    handle = await forgetful.start("reading", Reading())

    await handle.signal("event", bad)
    await forgetful.until(handle, lambda status: status.refused_messages == 1)
    await tell(handle, 1, end=2)

    assert await handle.result() == ["desk 1"]
    replayer = Replayer(workflows=list(FLOWS.values()), plugins=[SagaPlugin()])
    assert (await replayer.replay_workflow(await handle.fetch_history())).replay_failure is None


async def test_roll_overs_with_unread_events(stage: Stage) -> None:
    """What is unread, held back or known when a flow continues as new is so in the next run: none is lost or read twice."""
    await stage.rest()
    handle = await stage.start("reading", Reading(run_of=2))
    await tell(handle, 7, 2, 1, 1, 4, 3, 7, 6, 5, end=8)

    await stage.work()

    assert await handle.result() == [f"desk {number}" for number in range(1, 8)]
    latest = stage.client.get_workflow_handle(handle.id)
    (mailbox,) = (await stage.status(latest)).mailboxes
    assert (mailbox.received, mailbox.duplicates) == (10, 2)
    assert (await latest.describe()).run_id != handle.first_execution_run_id


async def test_a_roll_over_remembers_what_was_read(stage: Stage) -> None:
    """An event that an earlier run has read is a duplicate in a later one."""
    handle = await stage.start("reading", Reading(run_of=1, numbered=False))
    await tell(handle, 1)
    latest = stage.client.get_workflow_handle(handle.id)
    await stage.until(latest, lambda status: status.run_id != handle.first_execution_run_id)

    receipt = await latest.execute_update("event", news(1), result_type=Received)

    assert receipt.duplicate
    await tell(latest, end=2)
    assert await latest.result() == ["desk 1"]


async def test_a_gap_is_passed_over(patient: Stage) -> None:
    """What is missing is waited for no longer than the hold-back, then shown; what comes after all is read, and is late."""
    handle = await patient.start("reading", Reading())
    await tell(handle, 3)
    held = await patient.until(handle, lambda status: status.mailboxes[0].held == 1)

    await patient.skip(HOLD_BACK)
    passed = await patient.until(handle, lambda status: status.mailboxes[0].pending == 0)
    await tell(handle, 2, end=4)

    assert await handle.result() == ["desk 3", "desk 2"]
    (after,) = (await patient.status(handle)).mailboxes
    assert held.mailboxes[0].passed_over == 0
    assert (passed.mailboxes[0].passed_over, passed.mailboxes[0].missing) == (2, ("desk 1-2",))
    assert (after.late, after.missing) == (1, ("desk 1",))


async def test_what_is_held_back_is_let_go_after_a_roll_over(patient: Stage) -> None:
    """An event that was held back in one run is let go in the next, without one that comes after it."""
    handle = await patient.start("reading", Reading(run_of=1))
    await tell(handle, 1, 3)
    latest = patient.client.get_workflow_handle(handle.id)
    await eventually(latest.describe, lambda now: now.run_id != handle.first_execution_run_id)
    await patient.skip(HOLD_BACK)

    await tell(latest, end=2)

    assert await latest.result() == ["desk 1", "desk 3"]


async def test_nothing_comes_for_long(patient: Stage) -> None:
    """A flow may wait for an event for so long only; it is told when there was none."""
    handle = await patient.start("reading", Reading(quiet=90 * DAY))
    await tell(handle, 1)
    await patient.until(handle, lambda status: status.mailboxes[0].received == 1)

    await patient.skip(90 * DAY)

    assert await handle.result() == ["desk 1"]


async def test_order_of_arrival(stage: Stage) -> None:
    """Without numbers the order is that of arrival, and each key comes once."""
    handle = await stage.start("reading", Reading(numbered=False))

    await tell(handle, 2, 1, 2, end=9)

    assert await handle.result() == ["desk 2", "desk 1"]


async def test_a_cancel_ends_the_wait(stage: Stage) -> None:
    """A flow that waits for events can be cancelled, and shows what it waited for."""
    handle = await stage.start("reading", Reading())
    await stage.waits_for(handle, "event:news")

    await handle.cancel()

    assert await stage.end_of(handle) == CANCELLED
