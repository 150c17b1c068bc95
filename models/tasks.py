"""What somebody still has to do, and how it was closed."""

from typing import Literal

from pydantic import AwareDatetime

from models.fields import Id, Record
from models.paging import Person


class TaskRequest(Record):
    title: str
    text: str
    assignee: Person
    due_at: AwareDatetime


class Task(Record):
    id: Id
    status: Literal["open"]


class TaskClosure(Record):
    task_id: Id
    outcome: str


class TaskClosed(Record):
    status: Literal["closed"]
