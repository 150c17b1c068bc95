"""What the people who run the flows are told, word for word, and that it is told once."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from activities.ops import subject, text
from saga import Announcement
from tests.activities.calling import Verdict, verdict
from tests.activities.offered import Offered, link, new_step
from tests.standins import StandIns

CAUSE = "RequestRefused: shipping /shipments: answered 401; check SHIPPING_TOKEN"
INCIDENT = Announcement(
    kind="incident",
    flow="order",
    workflow_id="order-A-1",
    run_id="r-1",
    step="create_shipment",
    incident="create_shipment.1",
    cause=CAUSE,
    since=datetime(2026, 3, 1, 9, 41, 7, tzinfo=timezone(timedelta(hours=1))),
)
LATE = INCIDENT.model_copy(
    update={"step": None, "incident": None, "cause": "running for 1:00:00, of 1:00:00; waits for approval"}
)
ASKED = INCIDENT.model_copy(
    update={
        "kind": "approval",
        "to": "grace",
        "step": None,
        "incident": None,
        "approval": "payment",
        "digest": "0a1b",
        "due": datetime(2026, 3, 4, tzinfo=UTC),
        "cause": "Invoice 4711: EUR 12,000",
    }
)

SUBJECTS = {
    "order order-A-1: create_shipment needs a person": INCIDENT,
    "order order-A-1: create_shipment still needs a person (reminder 3)": INCIDENT.model_copy(
        update={"kind": "reminder", "number": 3}
    ),
    "order order-A-1: create_shipment still needs a person (reminder 4)": INCIDENT.model_copy(
        update={"kind": "escalation", "to": "head-of-orders", "number": 4}
    ),
    "order order-A-1: it will be late unless it is done soon": LATE.model_copy(
        update={"kind": "sla_warning"}
    ),
    "order order-A-1: it is late": LATE.model_copy(update={"kind": "sla_breach"}),
    "order order-A-1: it is late, and still not done (escalation 2)": LATE.model_copy(
        update={"kind": "escalation", "number": 2}
    ),
    "order order-A-1: it failed, and was undone": LATE.model_copy(update={"kind": "undone"}),
    "order order-A-1: payment waits for you to decide": ASKED,
    "order order-A-1: payment still waits for you to decide (reminder 2)": ASKED.model_copy(
        update={"kind": "approval_reminder", "number": 2}
    ),
    "order order-A-1: payment was not decided, and now waits for you too": ASKED.model_copy(
        update={"kind": "approval_escalation"}
    ),
}


@pytest.mark.parametrize(("expected", "told"), SUBJECTS.items(), ids=lambda row: getattr(row, "kind", ""))
def test_a_subject(expected: str, told: Announcement) -> None:
    """The subject says which flow, and what is the matter with it."""
    assert expected == subject(told)


def test_an_incident_is_told_with_all_that_is_needed() -> None:
    """What, which flow, which step, why, since when, where to look, and what to type."""
    expected = f"""\
What:  create_shipment needs a person
Flow:  order, order-A-1
Step:  create_shipment
Why:   {CAUSE}
Since: 2026-03-01 08:41:07 UTC
See:   https://temporal.example.com/order-A-1/r-1
Do:    python starter.py resolve order-A-1 create_shipment.1 DECISION --by YOU --reason WHY \
(which decisions it takes: python starter.py incidents)"""

    assert expected == text(INCIDENT, link("order-A-1", "r-1"))


def test_a_late_flow_is_told_without_a_step() -> None:
    """Where there is no incident there is nothing to decide, but something to look at."""
    expected = """\
What:  it is late
Flow:  order, order-A-1
Why:   running for 1:00:00, of 1:00:00; waits for approval
Since: 2026-03-01 08:41:07 UTC
Do:    python starter.py status order-A-1"""

    assert expected == text(LATE.model_copy(update={"kind": "sla_breach"}), None)


def test_a_person_is_asked_with_all_that_is_needed() -> None:
    """What it is about, by when, where to look, and what to type for this very version of it."""
    expected = """\
What:  payment waits for you to decide
Flow:  order, order-A-1
Why:   Invoice 4711: EUR 12,000
Since: 2026-03-01 08:41:07 UTC
Until: 2026-03-04 00:00:00 UTC
See:   https://temporal.example.com/order-A-1/r-1
Do:    python starter.py approve order-A-1 payment --by grace --digest 0a1b, \
or python starter.py reject order-A-1 payment --by grace --digest 0a1b --comment WHY"""

    assert expected == text(ASKED, link("order-A-1", "r-1"))


def test_a_person_is_asked_to_fill_something_in() -> None:
    """What is typed has a place for it, to approve alone."""
    last = text(ASKED.model_copy(update={"takes_input": True}), None).splitlines()[-1]

    assert "approve order-A-1 payment --by grace --digest 0a1b --input FILE, or " in last
    assert last.endswith("--digest 0a1b --comment WHY")


def test_an_undone_flow_needs_nothing() -> None:
    """Whoever reads that a flow was undone is told that there is nothing left to do."""
    last = text(LATE.model_copy(update={"kind": "undone"}), None).splitlines()[-1]

    assert "Do:    nothing; python starter.py status order-A-1 says what was undone" == last


def test_what_others_have_written_cannot_forge_a_line() -> None:
    """A line end in a cause, or a blank in an id, neither begins a line nor ends a word of the command."""
    forged = INCIDENT.model_copy(update={"cause": "a\nDo: nothing", "workflow_id": "order-$(x) y"})
    lines = text(forged, None).splitlines()

    assert "Why:   a Do: nothing" in lines
    assert lines[-1].startswith("Do:    python starter.py resolve 'order-$(x) y' create_shipment.1 ")


async def test_ops_are_told(offered: Offered, stand_ins: StandIns) -> None:
    """An announcement arrives as a message with its text and its link, and is no effect of the flow."""
    await offered.run("ops.tell", INCIDENT)

    (told,) = await stand_ins.told("order-A-1")
    assert ("ops", "incident", "create_shipment", "create_shipment.1") == (
        told.to,
        told.kind,
        told.step,
        told.incident,
    )
    assert link("order-A-1", "r-1") == told.link
    assert (subject(INCIDENT), text(INCIDENT, told.link)) == (told.subject, told.text)
    assert datetime.now(UTC) - told.at < timedelta(minutes=1)
    assert [] == await stand_ins.effects()


async def test_ops_are_told_once(offered: Offered, stand_ins: StandIns) -> None:
    """An announcement whose answer was lost is repeated under its key, and nobody is told twice."""
    step = new_step()
    await stand_ins.faults.add("tellOps", "effect_then_drop")
    failure = await offered.failure("ops.tell", INCIDENT, step=step)
    await offered.run("ops.tell", INCIDENT, step=step)

    assert Verdict("unknown", "ConnectionLost", retry=True) == verdict(failure)
    assert 1 == len(await stand_ins.told())
