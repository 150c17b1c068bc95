"""What people send to a running flow, and what they are answered: the same models by update and by signal.

Each message is one model, so that the form of Temporal's Web UI can send it too. They live in histories, hence
they ignore unknown fields and grow only by fields with defaults.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints, model_validator

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000)]
Verdict = Literal["approve", "reject"]
DecisionKind = Literal["approve", "reject", "withdraw", "delegate"]
Choice = Literal["retry", "settle", "skip", "compensate"]


class Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Decision(Message):
    """A person's answer to an approval. Message `decide`.

    `withdraw` is for who has asked for it; `delegate` gives one's own say to another person.
    """

    approval: Name
    decision: DecisionKind
    by: Name
    comment: Text = ""
    digest: Name | None = None
    """Of what `by` was shown. Without it a decision counts only while that was never changed."""
    to: Name | None = None
    """To whom `delegate` gives it."""
    input: JsonValue = Field(default=None, repr=False)
    """What an approval brings along, where it is asked to; null is nothing."""

    @model_validator(mode="after")
    def _says_all(self) -> Self:
        if self.decision == "reject" and not self.comment:
            raise ValueError("a rejection needs a comment that says why")
        if self.decision == "withdraw" and not self.comment:
            raise ValueError("a withdrawal needs a comment that says why")
        if (self.decision == "delegate") != (self.to is not None):
            raise ValueError("`to` says to whom one delegates, and nothing else")
        if self.decision != "approve" and self.input is not None:
            raise ValueError("only an approval brings an input along")
        return self


class Decided(Message):
    """The receipt for a `Decision`."""

    approval: str
    decision: DecisionKind
    by: str
    at: datetime
    to: str | None = None
    missing: int = 0
    """So many more people have to approve."""
    summary: str = ""
    """What was decided on."""
    digest: str | None = None


class Resolution(Message):
    """A person's answer to an incident. Message `resolve`."""

    incident: Name
    """The incident's id; the step's name will do where only one incident of that step is open."""
    decision: Choice
    by: Name
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]
    input: dict[str, object] | None = Field(default=None, repr=False)
    """Corrected input, with which a refused step is retried."""
    result: dict[str, object] | None = Field(default=None, repr=False)
    """What the step that is skipped or settled would have answered, for the steps that need it."""


class Resolved(Message):
    """The receipt for a `Resolution`."""

    incident: str
    decision: Choice
    by: str
    at: datetime


class Event(Message):
    """Something that has happened outside, for the mailbox of this name. Message `event`."""

    mailbox: Name
    body: dict[str, JsonValue] = Field(repr=False)


class Received(Message):
    """The receipt for an `Event`. A duplicate is one that has been here before: it is not accepted again."""

    accepted: bool
    duplicate: bool


class Callback(Message):
    """Says that what a step asked for may be settled. Signal `callback`; a hint, on which the service is asked."""

    step: Name


class AnswerRequest(Message):
    """Asks for the early answer of a flow. Update `answer`."""


AnnouncementKind = Literal[
    "incident",
    "reminder",
    "sla_warning",
    "sla_breach",
    "escalation",
    "undone",
    "approval",
    "approval_reminder",
    "approval_escalation",
]


def _is_none(value: object) -> bool:
    """Left out, so that announcements of other kinds stay as recorded histories have them."""
    return value is None


class Announcement(Message):
    """What the engine has someone told: the input of the activity that a flow names with `Saga(announce=…)`."""

    kind: AnnouncementKind
    to: str = "ops"
    flow: str
    workflow_id: str
    run_id: str
    step: str | None = None
    incident: str | None = None
    approval: str | None = Field(default=None, exclude_if=_is_none)
    digest: str | None = Field(default=None, exclude_if=_is_none)
    """Of what is to be approved."""
    due: datetime | None = Field(default=None, exclude_if=_is_none)
    """By when it has to be decided."""
    takes_input: bool | None = Field(default=None, exclude_if=_is_none)
    """Whether an approval has to bring something along."""
    cause: str = ""
    since: datetime
    number: int = 1
    """Counts the reminders of one incident or approval, the escalations of one breach, the versions of what is asked."""
