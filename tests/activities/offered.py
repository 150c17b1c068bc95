"""What a worker offers, called by name as the server calls it."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

from pydantic import BaseModel
from temporalio.exceptions import ApplicationError

from activities.registry import Activity, open_activities, open_private_activities
from saga.headers import StepHeader, enter_step
from saga.step import activity_name
from settings import PrivateSettings, Settings
from tests.activities.calling import SHORT, Attempt
from tests.standins import StandIns


def new_step() -> StepHeader:
    return StepHeader(step="step", occurrence=1, key=str(uuid4()), correlation_id="order-A-1")


def undoing(step: StepHeader) -> StepHeader:
    return new_step().model_copy(update={"compensates": step.key})


def link(workflow_id: str, run_id: str) -> str:
    return f"https://temporal.example.com/{workflow_id}/{run_id}"


@dataclass(frozen=True)
class Offered:
    """Runs one attempt of an activity."""

    activities: Mapping[str, Activity]

    async def run(self, name: str, request: BaseModel, *, step: StepHeader | None = None) -> object:
        async def attempt() -> object:
            enter_step(step or new_step())
            return await self.activities[name](request)

        return await Attempt().environment().run(attempt)

    async def failure(
        self, name: str, request: BaseModel, *, step: StepHeader | None = None
    ) -> ApplicationError:
        try:
            answer = await self.run(name, request, step=step)
        except ApplicationError as error:
            return error
        raise AssertionError(f"it did not fail: {answer}")


@asynccontextmanager
async def offered_by(stand_ins: StandIns) -> AsyncGenerator[Offered]:
    """The activities over pools to these stand-ins, with time-outs that a test can wait for."""
    endpoints = {
        name.removesuffix("_URL").lower(): {"url": url, "read_timeout": SHORT}
        for name, url in stand_ins.environment().items()
    } | stand_ins.reach(SHORT)
    async with (
        open_activities(Settings.model_validate(endpoints), link=link) as public,
        open_private_activities(PrivateSettings.model_validate(endpoints)) as private,
    ):
        yield Offered({activity_name(activity): activity for activity in (*public, *private)})
