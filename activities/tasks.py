"""The tasks: gives people tasks, and closes them."""

from temporalio import activity

from activities.http import Downstream
from models.tasks import Task, TaskClosed, TaskClosure, TaskRequest


class Tasks:
    def __init__(self, downstream: Downstream) -> None:
        self._downstream = downstream

    @activity.defn(name="tasks.open_task")
    async def open_task(self, request: TaskRequest) -> Task:
        """Refused with `AssigneeUnknown`."""
        return await self._downstream.call("/tasks", request, returns=Task)

    @activity.defn(name="tasks.close_task")
    async def close_task(self, closure: TaskClosure) -> TaskClosed:
        """Say what became of a task."""
        return await self._downstream.call("/tasks/close", closure, returns=TaskClosed)
