"""Times that move, and waits with a bound."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from saga import FlowState
from tests.saga.long import Until
from tests.saga.stage import CANCELLED, Handle, Stage

DAY = timedelta(days=1)


async def started(stage: Stage, in_: timedelta) -> tuple[Handle, datetime]:
    at = await stage.now() + in_
    return await stage.start("alarmed", Until(at=at)), at


async def rung(handle: Handle) -> datetime:
    return datetime.fromisoformat(await handle.result()).astimezone(UTC)


async def test_on_time(patient: Stage) -> None:
    """It rings when it is time, also after three months, by one timer."""
    handle, at = await started(patient, 90 * DAY)
    await patient.skip(timedelta(hours=2))
    waiting = await patient.waits_for(handle, "alarm:the day")

    assert timedelta() <= await rung(handle) - at < timedelta(minutes=1)
    assert waiting.status is FlowState.RUNNING
    assert (await patient.kinds(handle)).count("TIMER_STARTED") == 2  # an hour for "something", then this one


async def test_brought_forward(patient: Stage) -> None:
    """A time that is moved to an earlier one is that; the run that rolls over on it keeps it."""
    handle, at = await started(patient, 90 * DAY)
    sooner = at - 80 * DAY

    await handle.signal("move", Until(at=sooner))

    assert timedelta() <= await rung(handle) - sooner < timedelta(minutes=1)


async def test_put_off(patient: Stage) -> None:
    """A time that is moved while it is waited for is waited for anew."""
    handle, at = await started(patient, 10 * DAY)
    await patient.skip(timedelta(hours=2))
    await patient.waits_for(handle, "alarm:the day")

    await handle.signal("move", Until(at=at + 20 * DAY))

    assert timedelta() <= await rung(handle) - at - 20 * DAY < timedelta(minutes=1)


async def test_brought_forward_while_it_is_waited_for(patient: Stage) -> None:
    """The new time counts at once."""
    handle, at = await started(patient, 90 * DAY)
    await patient.skip(timedelta(hours=2))
    await patient.waits_for(handle, "alarm:the day")
    sooner = at - 80 * DAY

    await handle.signal("move", Until(at=sooner))

    assert timedelta() <= await rung(handle) - sooner < timedelta(minutes=1)


async def test_the_past(stage: Stage) -> None:
    """What is past rings at once."""
    at = await stage.now()
    handle = await stage.start("alarmed", Until(at=at + DAY))
    await stage.waits_for(handle, "something")

    await handle.signal("move", Until(at=at - DAY))

    assert await rung(handle) < at + timedelta(minutes=1)


async def test_cancel(stage: Stage) -> None:
    """A cancel while it is waited for is heard, and undoes what was done."""
    at = await stage.now()
    handle = await stage.start("alarmed", Until(at=at + DAY))
    await stage.waits_for(handle, "something")
    await handle.signal("move", Until(at=at + 2 * DAY))
    await stage.waits_for(handle, "alarm:the day")

    await handle.cancel()

    assert await stage.end_of(handle) == CANCELLED
    assert stage.world.unmade == ["a"]
