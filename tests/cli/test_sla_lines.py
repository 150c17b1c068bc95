"""What people read of an SLA, of announcements and of reminders, which take hours on a real flow."""

from datetime import UTC, datetime, timedelta

import pytest

from cli.incident_lines import reminders
from cli.sla_lines import announcement, announcement_lines, sla_at_end, sla_now
from cli.wording import moment
from saga.messages import AnnouncementKind
from saga.status import AnnouncementStatus, FlowState, SlaState, SlaStatus

NOW = datetime.now(UTC)
DUE = NOW + timedelta(hours=1)
SLA = SlaStatus(limit_s=7_200, warns_at=NOW, due_at=DUE)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, f"SLA 2 h: due {moment(DUE)}, warning {moment(NOW)}"),
        ({"warns_at": None}, f"SLA 2 h: due {moment(DUE)}"),
        ({"state": SlaState.WARNED}, f"SLA 2 h: warned {moment(NOW)}, due {moment(DUE)}"),
        ({"state": SlaState.BREACHED}, f"SLA 2 h: breached {moment(DUE)}"),
        (
            {"state": SlaState.ESCALATED, "escalated_to": ("head", "board")},
            f"SLA 2 h: breached {moment(DUE)}, escalated to head, board",
        ),
    ],
    ids=["within", "without a warning", "warned", "breached", "escalated"],
)
def test_the_state_of_an_sla(changes: dict[str, object], expected: str) -> None:
    """While the flow runs it is said what comes next, or what has happened."""
    assert expected == sla_now(SLA.model_copy(update=changes)).plain


@pytest.mark.parametrize(
    ("state", "late", "expected"),
    [
        (FlowState.COMPLETED, 0, "SLA 2 h: kept"),
        (FlowState.COMPLETED, 1, "SLA 2 h: breached"),
        (FlowState.COMPENSATED, 1, "SLA 2 h: breached"),
        (FlowState.COMPENSATED, 0, "None"),
    ],
)
def test_the_sla_of_a_flow_that_has_ended(state: FlowState, late: int, expected: str) -> None:
    """Afterwards all that counts is whether it was kept; a flow that has failed in time has kept nothing."""
    assert expected == str(sla_at_end(SLA, state, DUE + timedelta(seconds=late)))


def test_who_was_told_of_what() -> None:
    """What was told again and again is one line, and what could not be told is said."""
    told = [
        _told("incident", 0, delivered=True),
        _told("reminder", 1, delivered=True),
        _told("reminder", 2, delivered=False),
        _told("sla_breach", 3, delivered=None),
    ]

    lines = [line.plain for line in announcement_lines(told)]

    assert [
        f"told ops incident capture.1 {moment(NOW)}",
        f"told ops reminder of capture.1, 2 times, last {moment(_after(2))} — could not be told",
        f"told ops SLA breach {moment(_after(3))} — under way",
    ] == lines


@pytest.mark.parametrize(
    ("step", "expected"),
    [("provision", "told ops: undone because of provision"), (None, "told ops: undone")],
)
def test_what_was_undone(step: str | None, expected: str) -> None:
    """The step is named that was the cause, where it was one."""
    told = AnnouncementStatus(kind="undone", to="ops", at=NOW, step=step)

    assert expected == announcement(told)


@pytest.mark.parametrize(("number", "expected"), [(0, ""), (1, ", reminded once"), (3, ", reminded 3 times")])
def test_how_often_somebody_was_reminded(number: int, expected: str) -> None:
    """An incident says how often it has reminded."""
    assert expected == reminders(number)


def _after(hours: int) -> datetime:
    return NOW + timedelta(hours=hours)


def _told(kind: AnnouncementKind, hours: int, *, delivered: bool | None) -> AnnouncementStatus:
    incident = None if kind == "sla_breach" else "capture.1"
    return AnnouncementStatus(kind=kind, to="ops", at=_after(hours), incident=incident, delivered=delivered)
