"""Tells the people who run the flows what needs them: what, which flow and step, why, since when, where, and what to do."""

import shlex
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC

from temporalio import activity

from activities.http import Downstream
from models.ops import OpsMessage, OpsReceipt
from saga.messages import Announcement, AnnouncementKind

Link = Callable[[str, str], str]
"""Where an execution is to be seen, by its workflow id and run id."""

STARTER = "python starter.py"

MATTERS: Mapping[AnnouncementKind, str] = {
    "incident": "{step} needs a person",
    "reminder": "{step} still needs a person (reminder {number})",
    "sla_warning": "it will be late unless it is done soon",
    "sla_breach": "it is late",
    "escalation": "it is late, and still not done (escalation {number})",
    "undone": "it failed, and was undone",
    "approval": "{approval} waits for you to decide",
    "approval_reminder": "{approval} still waits for you to decide (reminder {number})",
    "approval_escalation": "{approval} was not decided, and now waits for you too",
}
"""What is the matter with the flow, in a few words."""


class Ops:
    def __init__(self, downstream: Downstream, link: Link | None = None) -> None:
        self._downstream = downstream
        self._link = link

    @activity.defn(name="ops.tell")
    async def tell(self, announcement: Announcement) -> None:
        """Hand an announcement over. It is no effect of the flow: nothing undoes it."""
        told = announcement
        link = self._link(told.workflow_id, told.run_id) if self._link else None
        message = OpsMessage(
            to=told.to,
            kind=told.kind,
            workflow_id=told.workflow_id,
            step=told.step,
            incident=told.incident,
            subject=subject(told),
            text=text(told, link),
            link=link,
        )
        await self._downstream.call("/ops", message, returns=OpsReceipt)


def subject(told: Announcement) -> str:
    """One line: which flow, and what is the matter."""
    return f"{told.flow} {told.workflow_id}: {_matter(told)}"


def text(told: Announcement, link: str | None) -> str:
    """All that there is to know, a line each."""
    return "\n".join(f"{name + ':':7}{' '.join(said.split())}" for name, said in _lines(told, link))


def _matter(told: Announcement) -> str:
    about_a_step = told.kind == "escalation" and told.incident
    words = MATTERS["reminder" if about_a_step else told.kind]
    return words.format(step=told.step, approval=told.approval, number=told.number)


def _lines(told: Announcement, link: str | None) -> Iterator[tuple[str, str]]:
    yield "What", _matter(told)
    yield "Flow", f"{told.flow}, {told.workflow_id}"
    if told.step:
        yield "Step", told.step
    yield "Why", told.cause or "not said"
    yield "Since", f"{told.since.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    if told.due:
        yield "Until", f"{told.due.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    if link:
        yield "See", link
    yield "Do", _advice(told)


def _advice(told: Announcement) -> str:
    if told.approval:
        seen = ("--digest", told.digest) if told.digest else ()
        decision = shlex.join((told.workflow_id, told.approval, "--by", told.to, *seen))
        brings = " --input FILE" if told.takes_input else ""
        return f"{STARTER} approve {decision}{brings}, or {STARTER} reject {decision} --comment WHY"
    if told.incident:
        words = ("resolve", told.workflow_id, told.incident)
        return (
            f"{STARTER} {shlex.join(words)} DECISION --by YOU --reason WHY "
            f"(which decisions it takes: {STARTER} incidents)"
        )
    looked_at = f"{STARTER} {shlex.join(('status', told.workflow_id))}"
    return f"nothing; {looked_at} says what was undone" if told.kind == "undone" else looked_at
