"""What is asked of paging, monitoring, automation and tasks, against the real services."""

from datetime import UTC, datetime, timedelta

from models.automation import RestartService, Run, RunRequest, RunReversal, ScaleOut
from models.monitoring import AlertQuery, AlertState
from models.paging import (
    AcknowledgementQuery,
    AcknowledgementRequest,
    OnCallSchedule,
    Page,
    PageAcknowledgement,
    PageRecall,
    PageRequest,
    ScheduleQuery,
)
from models.tasks import Task, TaskClosed, TaskClosure, TaskRequest
from tests.activities.offered import Offered, new_step, undoing
from tests.standins import StandIns

PAGE = PageRequest(incident="i-1", rung="primary", people=("grace",), text="it is slow")
SCALE_OUT = RunRequest(incident="i-1", runbook=ScaleOut(service="checkout", replicas=2))


async def test_a_ladder_is_read(offered: Offered) -> None:
    """Lowest rung first, with the time that each has; a service that nobody is on call for is refused by name."""
    ladder = await offered.run("paging.get_schedule", ScheduleQuery(service="checkout"))
    failure = await offered.failure("paging.get_schedule", ScheduleQuery(service="unowned-1"))

    assert isinstance(ladder, OnCallSchedule)
    assert ("primary", ("grace",), timedelta(minutes=5)) == (
        ladder.rungs[0].name,
        ladder.rungs[0].people,
        ladder.rungs[0].within,
    )
    assert ("NobodyOnCall", True) == (failure.type, failure.non_retryable)


async def test_a_page_is_sent_and_recalled(offered: Offered, stand_ins: StandIns) -> None:
    """The recall finds it by the step's key."""
    step = new_step()
    page = await offered.run("paging.send_page", PAGE, step=step)
    recalled = await offered.run("paging.recall_page", PAGE, step=undoing(step))

    assert isinstance(page, Page)
    assert PageRecall(id=page.id, status="recalled") == recalled
    assert [] == await stand_ins.open_effects()


async def test_who_has_answered_is_found(offered: Offered) -> None:
    """As soon as somebody has, and not before."""
    query = AcknowledgementQuery(incident="i-1")
    before = await offered.run("paging.find_acknowledgement", query)
    word = await offered.run("paging.acknowledge_pages", AcknowledgementRequest(incident="i-1", by="grace"))

    assert before is None
    assert isinstance(word, PageAcknowledgement)
    assert word == await offered.run("paging.find_acknowledgement", query)


async def test_a_runbook_is_run_and_reverted(offered: Offered, stand_ins: StandIns) -> None:
    """One that is final has nothing to revert, which is no failure."""
    step, final = new_step(), new_step()
    run = await offered.run("automation.run_runbook", SCALE_OUT, step=step)
    reverted = await offered.run("automation.revert_run", SCALE_OUT, step=undoing(step))
    restart = RunRequest(incident="i-1", runbook=RestartService(service="checkout"))
    await offered.run("automation.run_runbook", restart, step=final)
    nothing = await offered.run("automation.revert_run", restart, step=undoing(final))

    assert isinstance(run, Run)
    assert RunReversal(id=run.id, status="reverted") == reverted
    assert RunReversal(id=None, status="nothing_to_revert") == nothing
    assert [] == await stand_ins.open_effects()


async def test_an_alert_that_is_not_listed_is_not_firing(offered: Offered) -> None:
    """There is always an answer."""
    answer = await offered.run("monitoring.get_alert", AlertQuery(fingerprint="never-fired"))

    assert AlertState(status="resolved") == answer


async def test_a_task_is_opened_and_closed(offered: Offered) -> None:
    """For somebody, by when; and closed by its id."""
    request = TaskRequest(
        title="Post-mortem", text="Why?", assignee="grace", due_at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    task = await offered.run("tasks.open_task", request)

    assert isinstance(task, Task)
    closed = await offered.run("tasks.close_task", TaskClosure(task_id=task.id, outcome="written"))
    assert TaskClosed(status="closed") == closed
