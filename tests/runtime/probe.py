"""A flow of some steps, and activities that fail as they are told to."""

from collections import Counter
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.common import RetryPolicy
from temporalio.workflow import ActivityConfig

from saga import Announcement, Saga

with workflow.unsafe.imports_passed_through():
    from pydantic import BaseModel

    from saga.headers import Outcome, current_step, refused, retry_later, unknown


class Part(BaseModel):
    """What a step is to do: `fails` attempts fail, then it works; `how` they fail is a type of failure."""

    name: str
    fails: int = 0
    how: str = "Hiccup"


class Plan(BaseModel):
    parts: tuple[Part, ...]
    back_off: timedelta = timedelta(milliseconds=50)
    bug: bool = False
    """Raised after the steps."""
    told: bool = False
    """Whether it is announced that all was undone."""


@workflow.defn(name="probe")
class Probe:
    @workflow.init
    def __init__(self, plan: Plan) -> None:
        retries = RetryPolicy(initial_interval=plan.back_off, backoff_coefficient=1)
        self.saga = Saga(
            step_options=ActivityConfig(retry_policy=retries), announce=Works.tell, announce_undone=plan.told
        )

    @workflow.run
    async def run(self, plan: Plan) -> None:
        async with self.saga as saga:
            for part in plan.parts:
                await saga.execute_activity(
                    Works.work, part, compensation=Works.unwork, step=part.name, probe=Works.look
                )
            if plan.bug:
                raise KeyError("a bug")


class Works:
    def __init__(self) -> None:
        self._attempts: Counter[str] = Counter()

    @activity.defn(name="works.work")
    async def work(self, part: Part) -> str:
        key = current_step().key
        self._attempts[key] += 1
        if self._attempts[key] > part.fails:
            return "done"
        if part.how == "Refused":
            raise refused("no", type="Refused")
        if part.how == "RetryLater":
            raise retry_later("later", after=timedelta(milliseconds=50), outcome=Outcome.REFUSED)
        if part.how in {"Lost", "Dropped"}:
            raise unknown("no answer", type=part.how)
        raise unknown("hic", type=part.how, retry_delay=timedelta())

    @activity.defn(name="works.look")
    async def look(self, part: Part) -> str | None:
        """The effect of what is `Lost` has happened, that of what is `Dropped` has not."""
        return "done" if part.how == "Lost" else None

    @activity.defn(name="works.tell")
    async def tell(self, announcement: Announcement) -> None:
        """Nobody listens."""

    @activity.defn(name="works.unwork")
    async def unwork(self, part: Part) -> None:
        """There is nothing to undo."""
