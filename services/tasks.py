"""The tasks: what people still have to do, by when, and how it was closed."""

from sqlite3 import Connection
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.backstage.operations import RequestBody, Resource, Service
from services.backstage.problems import NOT_FOUND, ProblemType, Refused
from services.backstage.storage import new_id

ASSIGNEE_UNKNOWN = ProblemType("assignee-unknown", 422, "There is nobody of this name")
TASK_UNKNOWN = ProblemType("task-unknown", 404, "There is no such task")

NOBODY_PREFIX = "nobody"

tasks = Service(
    name="tasks",
    description=f"Keeps tasks until they are closed. People whose names begin with `{NOBODY_PREFIX}` are unknown.",
    schema="""
CREATE TABLE IF NOT EXISTS tasks (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL, assignee TEXT NOT NULL, due_at TEXT NOT NULL,
    outcome TEXT) WITHOUT ROWID;
""",
)

Name = Annotated[str, Field(min_length=1, max_length=200)]


class TaskRequest(RequestBody):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Post-mortem of checkout-latency",
                    "text": "What happened, why, and what is done about it?",
                    "assignee": "grace",
                    "due_at": "2026-01-15T12:00:00Z",
                }
            ]
        }
    )

    title: Annotated[str, Field(min_length=1, max_length=500)]
    text: Annotated[str, Field(max_length=10_000)]
    assignee: Name
    due_at: AwareDatetime


class TaskClosure(RequestBody):
    model_config = ConfigDict(json_schema_extra={"examples": [{"task_id": "tsk_1", "outcome": "written"}]})

    task_id: Name
    outcome: Annotated[str, Field(min_length=1, max_length=2_000)]


class Task(Resource):
    title: str
    assignee: str
    status: Literal["open", "closed"]
    outcome: str | None = None


class Closed(BaseModel):
    status: Literal["closed"] = "closed"


@tasks.step("/tasks", operation_id="openTask", refusals=(ASSIGNEE_UNKNOWN,))
def open_task(db: Connection, body: TaskRequest) -> Task:
    """Give somebody a task."""
    if body.assignee.startswith(NOBODY_PREFIX):
        raise Refused(ASSIGNEE_UNKNOWN, f"there is no {body.assignee}")
    task = Task(id=new_id("tsk"), title=body.title, assignee=body.assignee, status="open")
    db.execute(
        "INSERT INTO tasks VALUES (?, ?, ?, ?, ?, NULL)",
        (task.id, body.title, body.text, body.assignee, body.due_at.isoformat()),
    )
    return task


@tasks.step("/tasks/close", operation_id="closeTask", status=200, refusals=(TASK_UNKNOWN,))
def close_task(db: Connection, body: TaskClosure) -> Closed:
    """Close a task, and say what became of it."""
    closed = db.execute("UPDATE tasks SET outcome = ? WHERE id = ?", (body.outcome, body.task_id))
    if not closed.rowcount:
        raise Refused(TASK_UNKNOWN, f"there is no task {body.task_id}")
    return Closed()


@tasks.read("/tasks/{task_id}", operation_id="getTask")
def get_task(db: Connection, task_id: str) -> Task:
    """Look up a task, open or closed."""
    row = db.execute("SELECT id, title, assignee, outcome FROM tasks WHERE id = ?", (task_id,)).fetchone()
    if row is None:
        raise Refused(NOT_FOUND, f"there is no task {task_id}")
    return Task(status="closed" if row["outcome"] else "open", **row)
