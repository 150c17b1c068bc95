"""Starts a flow again and again by Temporal's own schedules, each time under an id of its own."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleHandle,
    ScheduleListDescription,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleState,
)
from temporalio.service import RPCError, RPCStatusCode

from runtime.flows import Flow, digest_of
from runtime.id_rules import BEGINS, begun_with
from runtime.identity import Actor
from runtime.refusals import ScheduleExists, ScheduleInvalid, UnknownSchedule
from runtime.schedule import Overlap, Scheduled, When, scheduled

CATCH_UP = timedelta(hours=1)
"""What the server could not start in time is started when it is back, unless that is later than this."""

AT_ONCE = 10


class Scheduler:
    """The schedules of one server. Each method on one schedule raises UnknownSchedule."""

    def __init__(self, client: Client, *, task_queue: str) -> None:
        self._client = client
        self._task_queue = task_queue

    async def create(
        self,
        name: str,
        flow: Flow[Any],
        flow_input: BaseModel,
        *,
        when: When,
        overlap: Overlap,
        paused: bool,
        by: Actor,
    ) -> Scheduled:
        """Each run has the id `NAME-TIME`, hence keys of its own: the same input takes effect each time.

        Raises:
            ScheduleExists: there is one of that name.
            ScheduleInvalid: the server does not understand `when`.
        """
        schedule = Schedule(
            action=self._start_of(name, flow, flow_input, by),
            spec=when.spec(),
            policy=SchedulePolicy(overlap=_POLICIES[overlap], catchup_window=CATCH_UP),
            state=ScheduleState(paused=paused, note=f"created by {by}"),
        )
        try:
            handle = await self._client.create_schedule(name, schedule)
        except ScheduleAlreadyRunningError:
            raise ScheduleExists(name) from None
        except RPCError as error:
            if error.status is not RPCStatusCode.INVALID_ARGUMENT:
                raise
            reason = error.message.removeprefix("Invalid schedule spec: ")
            raise ScheduleInvalid(when.cron or str(when.every), reason) from None
        return scheduled(await handle.describe())

    def _start_of(
        self, name: str, flow: Flow[Any], flow_input: BaseModel, by: Actor
    ) -> ScheduleActionStartWorkflow:
        return ScheduleActionStartWorkflow(
            flow.name,
            flow_input,
            id=name,
            task_queue=self._task_queue,
            typed_search_attributes=BEGINS,
            memo=begun_with(flow, digest_of(flow_input), by),
            static_summary=flow.description,
        )

    async def all(self, flows: Sequence[str]) -> list[Scheduled]:
        """The schedules of these flows, by name. One that has just been made may be missing for some milliseconds."""
        listed = await self._client.list_schedules()
        names = [found.id async for found in listed if _starts(found, flows)]
        described: list[Scheduled | None] = []
        for start in range(0, len(names), AT_ONCE):
            described += await asyncio.gather(*map(self._look, names[start : start + AT_ONCE]))
        return sorted((found for found in described if found), key=lambda found: found.name)

    async def _look(self, name: str) -> Scheduled | None:
        """None: it has just been deleted."""
        try:
            return scheduled(await self._handle(name).describe())
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            raise

    async def pause(self, name: str, *, note: str, by: Actor) -> Scheduled:
        """What is running goes on."""
        return await self._changed(name, note=_noted("paused", by, note), paused=True)

    async def resume(self, name: str, *, note: str, by: Actor) -> Scheduled:
        """What was due while it was paused is not made up for."""
        return await self._changed(name, note=_noted("resumed", by, note), paused=False)

    async def _changed(self, name: str, *, note: str, paused: bool) -> Scheduled:
        handle = self._handle(name)
        try:
            await (handle.pause(note=note) if paused else handle.unpause(note=note))
            return scheduled(await handle.describe())
        except RPCError as error:
            raise _unknown(name, error) from None

    async def delete(self, name: str) -> None:
        """What is running goes on."""
        try:
            await self._handle(name).delete()
        except RPCError as error:
            raise _unknown(name, error) from None

    def _handle(self, name: str) -> ScheduleHandle:
        return self._client.get_schedule_handle(name)


_POLICIES = {
    Overlap.SKIP: ScheduleOverlapPolicy.SKIP,
    Overlap.BUFFER_ONE: ScheduleOverlapPolicy.BUFFER_ONE,
    Overlap.ALLOW_ALL: ScheduleOverlapPolicy.ALLOW_ALL,
}


def _noted(what: str, by: Actor, note: str) -> str:
    return f"{what} by {by}{f': {note}' if note else ''}"


def _unknown(name: str, error: RPCError) -> RPCError | UnknownSchedule:
    return UnknownSchedule(name) if error.status is RPCStatusCode.NOT_FOUND else error


def _starts(found: ScheduleListDescription, flows: Sequence[str]) -> bool:
    return found.schedule is not None and getattr(found.schedule.action, "workflow", None) in flows
