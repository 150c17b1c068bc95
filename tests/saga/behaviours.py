"""How a call of the world may go: each is scripted for one call with `world.on`."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from temporalio import activity

from saga.headers import (
    CREDENTIALS_REFUSED,
    KEY_EXPIRED,
    Outcome,
    StepHeader,
    refused,
    retry_later,
    unknown,
)
from tests.saga.world import Job, World

SOON = timedelta(milliseconds=5)
MAINTENANCE = timedelta(hours=2)


def as_usual(_world: World, _header: StepHeader, _job: Job) -> None:
    """Nothing goes wrong."""


def refuse(_world: World, _header: StepHeader, job: Job) -> None:
    """A business refusal: certainly no effect, not retried."""
    raise refused(f"no {job.thing} today", type="Refused")


HOSTILE = "<img src=x onerror=alert(1)> | **b** [x](javascript:1)\n# heading\n| a | b | c |"


def refuse_with_hostile_text(_world: World, _header: StepHeader, _job: Job) -> None:
    """A refusal in whose text a service puts what a browser or a table would take for its own."""
    raise refused(HOSTILE, type="Refused")


def refuse_for_now(_world: World, _header: StepHeader, job: Job) -> None:
    """Certainly no effect, and worth another attempt."""
    raise refused(f"{job.thing} is busy", type="Busy", retry_delay=SOON)


def refuse_for_long(_world: World, _header: StepHeader, job: Job) -> None:
    """As `refuse_for_now`, with a back-off that lasts."""
    raise refused(f"{job.thing} is busy", type="Busy", retry_delay=timedelta(minutes=5))


def lose_answer(world: World, header: StepHeader, job: Job) -> None:
    """The effect happens, and nobody will know: not retried."""
    world.effect(header, job)
    raise unknown("connection lost", type="ConnectionLost")


def lose_answer_once(world: World, header: StepHeader, job: Job) -> None:
    """The effect happens, nobody knows, and the call is worth another attempt."""
    world.effect(header, job)
    raise unknown("connection lost", type="ConnectionLost", retry_delay=SOON)


def lose_request(_world: World, _header: StepHeader, _job: Job) -> None:
    """No effect, but nobody knows that: not retried."""
    raise unknown("connection lost", type="ConnectionLost")


def refuse_credentials(_world: World, _header: StepHeader, _job: Job) -> None:
    """Certainly no effect, and nothing that a flow could do about it."""
    raise refused("401", type=CREDENTIALS_REFUSED)


def outlive_key(_world: World, _header: StepHeader, _job: Job) -> None:
    """Not sent, since the key may be forgotten; what an earlier attempt did, nobody knows."""
    raise unknown("the key is too old", type=KEY_EXPIRED)


def break_down(_world: World, _header: StepHeader, _job: Job) -> None:
    """A failure that says nothing of the outcome."""
    raise ValueError("a bug in an activity")


def come_back_later(_world: World, _header: StepHeader, _job: Job) -> None:
    """Told to wait for hours."""
    raise retry_later("maintenance", after=MAINTENANCE, outcome=Outcome.REFUSED)


def come_back_later_unsure(world: World, header: StepHeader, job: Job) -> None:
    """The effect happened at an earlier attempt, and this one is told to wait for hours."""
    world.effect(header, job)
    raise retry_later("maintenance", after=MAINTENANCE, outcome=Outcome.UNKNOWN)


def misanswer(world: World, header: StepHeader, job: Job) -> object:
    """The effect happens, and the answer is not what the flow can read."""
    world.effect(header, job)
    return {"unexpected": True}


async def hang(world: World, header: StepHeader, job: Job) -> None:
    """The effect happens, and no answer comes."""
    world.effect(header, job)
    await asyncio.Event().wait()


async def hang_before(_world: World, _header: StepHeader, _job: Job) -> None:
    """Nothing happens at all."""
    await asyncio.Event().wait()


async def held(world: World, _header: StepHeader, job: Job) -> None:
    """Says that it has begun, beats, and ends when told to go on; a cancel of the flow does not end it."""
    world.events[f"{job.thing} begun"].set()
    go_on = world.events[f"{job.thing} go on"]
    while not go_on.is_set():
        activity.heartbeat()
        try:
            async with asyncio.timeout(0.02):
                await go_on.wait()
        except TimeoutError:
            continue
        except asyncio.CancelledError:
            details = activity.cancellation_details()
            if details is None or not details.cancel_requested:
                raise  # the worker shuts down
            world.events[f"{job.thing} told to stop"].set()
    world.log.append(f"{job.thing} answers")


async def held_then_refuse(world: World, header: StepHeader, job: Job) -> None:
    await held(world, header, job)
    refuse(world, header, job)


async def deaf(world: World, _header: StepHeader, job: Job) -> None:
    """As `held`, without a heartbeat: it never hears of a cancel."""
    world.events[f"{job.thing} begun"].set()
    await world.events[f"{job.thing} go on"].wait()
    world.log.append(f"{job.thing} answers")
