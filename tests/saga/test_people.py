"""People are told: of incidents, again and again; of an SLA; of what was undone."""

from datetime import timedelta

from saga import FlowState
from saga.status import SlaState
from tests.saga.behaviours import refuse
from tests.saga.choices import Choice, Choices
from tests.saga.stage import COMPLETED, Stage, failed

HELD = Choices(things=(Choice(thing="a"), Choice(thing="b", hold=True)), announce=True)


def told(stage: Stage) -> list[tuple[str, str]]:
    return [(announcement.kind, announcement.to) for announcement in stage.world.told]


async def test_incident_is_told(stage: Stage) -> None:
    """When an incident opens, with its step, its cause and its id; the status shows that it was delivered."""
    stage.world.on("b", refuse)
    handle = await stage.start("choices", HELD)
    status = await stage.until(handle, lambda s: any(a.delivered for a in s.announcements))

    [announcement] = stage.world.told
    assert (announcement.kind, announcement.to) == ("incident", "ops")
    assert (announcement.step, announcement.incident, announcement.cause) == (
        "b",
        "b.1",
        "Refused: no b today",
    )
    assert (announcement.workflow_id, announcement.flow) == (handle.id, "choices")
    assert [(a.kind, a.delivered) for a in status.announcements] == [("incident", True)]

    await stage.resolve(handle, "b.1", "compensate")
    await stage.end_of(handle)


async def test_failing_to_tell_fails_nothing(stage: Stage) -> None:
    """The flow goes on as if it had been told, and the status says that it was not."""
    stage.world.on("b", refuse)
    stage.world.on("tell incident", refuse)
    handle = await stage.start("choices", HELD)
    await stage.until(handle, lambda s: any(a.delivered is False for a in s.announcements))

    await stage.resolve(handle, "b.1", "retry")

    assert await stage.end_of(handle) == COMPLETED


async def test_undone_is_told(stage: Stage) -> None:
    """Before the flow ends, with the step that failed and its cause."""
    stage.world.on("b", refuse)
    plan = Choices(things=(Choice(thing="a"), Choice(thing="b")), announce=True)

    assert await stage.play("choices", plan) == failed("Refused")
    [announcement] = stage.world.told
    assert (announcement.kind, announcement.step) == ("undone", "b")
    assert announcement.cause == "Refused: no b today"


async def test_reminders(patient: Stage) -> None:
    """An open incident reminds after an hour, then after twice as long, up to a day; then up the escalations."""
    patient.world.on("b", refuse)
    handle = await patient.start("choices", HELD.model_copy(update={"sla": True}))
    await patient.waits_for(handle, "incident:b.1")

    await patient.skip(timedelta(hours=8))

    status = await patient.until(handle, lambda s: s.incidents[0].reminded == 3)
    by_incident = [(a.kind, a.to) for a in status.announcements if a.incident]
    assert by_incident == [
        ("incident", "ops"),
        ("reminder", "ops"),
        ("escalation", "the head"),
        ("escalation", "the board"),
    ]
    await patient.resolve(handle, "b.1", "retry")
    assert await patient.end_of(handle) == COMPLETED


async def test_no_reminders_when_settled(patient: Stage) -> None:
    """A settled incident is quiet."""
    patient.world.on("b", refuse)
    handle = await patient.start("choices", HELD.model_copy(update={"ask": timedelta(days=9)}))
    await patient.waits_for(handle, "incident:b.1")
    await patient.resolve(handle, "b.1", "retry")
    await patient.waits_for(handle, "approval:ask")

    await patient.skip(timedelta(days=3))

    assert ("reminder", "ops") not in told(patient)
    assert "TIMER_FIRED" not in await patient.kinds(handle)
    await patient.decide(handle, "approve")
    assert await patient.end_of(handle) == COMPLETED


async def test_sla(patient: Stage) -> None:
    """A warning before, an announcement at the breach, the declared escalations, and the last one again and again."""
    plan = Choices(things=(Choice(thing="a"),), ask=timedelta(days=9), sla=True, announce=True)
    handle = await patient.start("choices", plan)
    status = await patient.waits_for(handle, "approval:ask")
    assert status.sla
    assert (status.sla.state, status.sla.due_at - status.created_at) == (SlaState.WITHIN, timedelta(hours=10))

    expected = [
        (8, SlaState.WARNED, ("sla_warning", "ops")),
        (2, SlaState.BREACHED, ("sla_breach", "ops")),
        (2, SlaState.ESCALATED, ("escalation", "the head")),
        (3, SlaState.ESCALATED, ("escalation", "the board")),
        (12, SlaState.ESCALATED, ("escalation", "the board")),
    ]
    for count, (hours, state, _) in enumerate(expected, 1):
        await patient.skip(timedelta(hours=hours, seconds=1))
        status = await patient.until(handle, lambda s, n=count: len(s.announcements) == n)  # type: ignore[misc]
        assert status.sla
        assert status.sla.state is state

    assert [(a.kind, a.to) for a in status.announcements] == [told for _, _, told in expected]
    assert status.sla
    assert status.sla.escalated_to == ("the head", "the board")
    assert status.status is FlowState.WAITING_FOR_APPROVAL
    await patient.decide(handle, "approve")
    assert await patient.end_of(handle) == COMPLETED


async def test_sla_in_time(stage: Stage) -> None:
    """A flow that ends in time tells nobody, and has one timer."""
    handle = await stage.start("choices", Choices(things=(Choice(thing="a"),), sla=True, announce=True))

    assert await stage.end_of(handle) == COMPLETED
    kinds = await stage.kinds(handle)
    assert (kinds.count("TIMER_STARTED"), kinds.count("TIMER_CANCELED")) == (1, 0)
    assert told(stage) == []
