"""A key that the downstream may have forgotten is not sent again, unless nothing can have happened under it."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from activities.endpoint import Endpoint
from activities.http import Downstream
from models.inventory import Reservation, StockItem, StockRequest
from saga.headers import StepHeader, enter_step
from tests.activities.calling import FIRST, STEP, THING, Attempt, Verdict, call, endpoint, failure_of, verdict
from tests.activities.offered import new_step
from tests.activities.raw import RawServer, Request, recording
from tests.standins import StandIns

OLD, YOUNG = timedelta(hours=25), timedelta(hours=23)
SOON = timedelta(seconds=2)
REFUSED_ONCE = ({"refused_attempts": 1},)
STOCK = StockRequest(order_id="A-1", items=(StockItem(sku="lamp", quantity=2),))
KEY_EXPIRED = Verdict("unknown", "KeyExpired", retry=False)


def used(ago: timedelta | None) -> StepHeader:
    """A step whose key was first used so long ago, or one that does not say."""
    return STEP.model_copy(update={"key_since": datetime.now(UTC) - ago if ago else None})


NOT_SENT = {
    "an attempt that left no record": (OLD, Attempt(2, scheduled_ago=OLD)),
    "one refused, one that left no record": (OLD, Attempt(3, REFUSED_ONCE, scheduled_ago=OLD)),
    "attempts that a reset forgot": (OLD, Attempt(1, was_reset=True, scheduled_ago=OLD)),
    "another execution of the step": (OLD, FIRST),
    "another execution of the step, and one refused since": (OLD, Attempt(2, REFUSED_ONCE)),
    "an engine that does not say": (None, Attempt(2, scheduled_ago=OLD)),
}
SENT = {
    "nothing": (SOON, FIRST),
    "an attempt that left no record, while the key is known": (
        YOUNG,
        Attempt(2, scheduled_ago=YOUNG),
    ),
    "another execution of the step, while the key is known": (YOUNG, FIRST),
    "a day without a worker": (OLD + SOON, Attempt(scheduled_ago=OLD)),
    "only refusals": (OLD, Attempt(2, REFUSED_ONCE, scheduled_ago=OLD)),
    "nothing, from an engine that does not say": (None, Attempt(scheduled_ago=OLD)),
}


@pytest.mark.parametrize(("ago", "attempt"), NOT_SENT.values(), ids=NOT_SENT)
async def test_an_old_key_is_not_sent_after(ago: timedelta | None, attempt: Attempt) -> None:
    """What may have happened under a key that may be forgotten is not tried again: the saga asks a probe or a person."""
    requests: list[Request] = []
    async with RawServer(recording(requests, THING)) as server:
        failure = await failure_of(endpoint(server.url), step=used(ago), attempt=attempt)

    assert KEY_EXPIRED == verdict(failure)
    assert [] == requests


@pytest.mark.parametrize(("ago", "attempt"), SENT.values(), ids=SENT)
async def test_a_key_is_sent_after(ago: timedelta | None, attempt: Attempt) -> None:
    """A key that is known, or under which nothing can have happened, may be sent."""
    async with RawServer(recording([], THING)) as server:
        assert "thing_1" == (await call(endpoint(server.url), step=used(ago), attempt=attempt)).id


async def test_an_old_key_is_told() -> None:
    """The failure says how old the key is, and which setting bounds it."""
    attempt = Attempt(2, scheduled_ago=OLD)
    failure = await failure_of(
        endpoint("http://127.0.0.1:1", key_retention="2h"), step=used(OLD), attempt=attempt
    )

    assert failure.message.startswith("payments /things: not sent, since its key is 1 day, 1:00:0")
    assert failure.message.endswith(" old and PAYMENTS_KEY_RETENTION is 2:00:00; it may have taken effect")


@pytest.mark.parametrize(("text", "hours"), [("30m", 0.5), ("24h", 24), ("720h", 720)])
def test_a_retention(text: str, hours: float) -> None:
    """Services keep keys for longer than any call may take."""
    assert timedelta(hours=hours) == endpoint("http://host", key_retention=text).key_retention


@pytest_asyncio.fixture(name="forgetful")
async def _forgetful(tmp_path: Path) -> AsyncGenerator[StandIns]:
    async with StandIns(tmp_path / "stand-ins.db", "--key-retention", "0") as stand_ins:
        yield stand_ins


async def reserve(stand_ins: StandIns, step: StepHeader, attempt: Attempt, retention: str) -> object:
    """One attempt of a reservation."""
    called = Endpoint.model_validate({"url": f"{stand_ins.url}/inventory", "key_retention": retention})

    async def run() -> object:
        enter_step(step)
        async with Downstream("inventory", called) as downstream:
            return await downstream.call("/reservations", STOCK, returns=Reservation)

    return await attempt.environment().run(run)


async def test_what_an_old_key_would_do(forgetful: StandIns) -> None:
    """At a service that has forgotten the key a second attempt has a second effect, unless it is not sent."""
    step = new_step().model_copy(update={"key_since": datetime.now(UTC) - OLD})
    await reserve(forgetful, step, Attempt(scheduled_ago=OLD), retention="24h")
    with pytest.raises(Exception, match="not sent") as not_sent:
        await reserve(forgetful, step, Attempt(2, scheduled_ago=OLD), retention="24h")
    by_ours = len(await forgetful.open_effects())
    await reserve(forgetful, step, Attempt(2, scheduled_ago=OLD), retention="48h")
    blindly = len(await forgetful.open_effects())

    assert "KeyExpired" == getattr(not_sent.value, "type", None)
    assert (1, 2) == (by_ours, blindly)
