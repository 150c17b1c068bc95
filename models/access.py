"""Access to a group for a time, as somebody asks for it, what people say of it later, and what became of it."""

from datetime import datetime, timedelta
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import AwareDatetime, Field, model_validator

from models.directory import (
    AccessQuery,
    EntitlementRequest,
    Found,
    GroupName,
    MembershipRequest,
    UserName,
)
from models.fields import Line, NaturalId, Record

LONGEST = timedelta(days=366)
"""From when it is given, however often its end is put off."""

How = Literal["extended", "revoked"]
Reason = Annotated[str, Field(min_length=1, max_length=2_000)]


class Refusal(NamedTuple):
    kind: str
    why: str


class AccessShown(Record):
    """What the manager sees, and decides about."""

    user: UserName
    group: GroupName
    requester: UserName
    reason: Line
    lasts: timedelta | None
    until: AwareDatetime | None


class AccessRequest(Record):
    """Validate what a person has typed with `extra="forbid"`: see Record."""

    request_id: NaturalId = Field(examples=["R-1001"])
    requester: UserName
    user: UserName
    group: GroupName
    manager: UserName = Field(description="who approves; neither the requester nor the user")
    reason: Line
    lasts: Annotated[timedelta, Field(gt=timedelta(), le=LONGEST)] | None = Field(
        default=None, description="from the approval on, as P90D or PT1H; instead of `until`"
    )
    until: AwareDatetime | None = Field(default=None, description="the end, instead of `lasts`")

    @model_validator(mode="after")
    def _one_end(self) -> Self:
        if (self.lasts is None) == (self.until is None):
            raise ValueError("either `lasts` or `until`")
        return self

    @model_validator(mode="after")
    def _four_eyes(self) -> Self:
        if self.concerns(self.manager):
            raise ValueError(f"{self.manager} asks for the access, or gets it, and cannot approve it")
        return self

    def concerns(self, person: str) -> bool:
        """Whether the person has asked for it, or gets it."""
        return person.casefold() in (self.requester.casefold(), self.user.casefold())

    def ends(self, start: datetime) -> datetime:
        return self.until or start + (self.lasts or timedelta())

    @property
    def summary(self) -> str:
        lasts = (
            f"until {self.until:%Y-%m-%d %H:%M %Z}"
            if self.until
            else f"for {self.lasts}".removesuffix(", 0:00:00")
        )
        return f"{self.user} is to have access to {self.group}, {lasts}: {self.reason}"

    @property
    def shown(self) -> AccessShown:
        return AccessShown.model_validate(self.model_dump(include=set(AccessShown.model_fields)))

    @property
    def query(self) -> AccessQuery:
        return AccessQuery(user=self.user, group=self.group)

    def entitlement(self, found: Found) -> EntitlementRequest:
        return EntitlementRequest(user_id=found.user_id, request_id=self.request_id, text=self.reason)

    @staticmethod
    def membership(found: Found, expires: datetime) -> MembershipRequest:
        return MembershipRequest(user_id=found.user_id, group_id=found.group_id, expires=expires)


class Standing(Record):
    """Access that was given: to whom in which group, by the directory's ids, and on whose word."""

    found: Found
    approved_by: UserName
    granted_at: AwareDatetime


class Extension(Record):
    """Puts the end off. Message `extend`."""

    until: AwareDatetime
    by: UserName
    reason: Reason


class EarlyEnd(Record):
    """Ends the access now. Message `revoke`."""

    by: UserName
    reason: Reason


class EndMoved(Record):
    """The receipt: when the access ends now, and who wanted it so."""

    how: How
    until: AwareDatetime
    by: UserName
    reason: Reason
    at: AwareDatetime


class AccessView(Record):
    """What stands, and until when. Query `access`."""

    ends: AwareDatetime
    standing: Standing | None
    moves: tuple[EndMoved, ...] = ()
    """Each change of the end, oldest first."""

    def refusal_of(self, said: Extension | EarlyEnd, request: AccessRequest, now: datetime) -> Refusal | None:
        """Anybody may end it, those who have it included; to put its end off takes somebody else."""
        if self.standing is None:
            return Refusal("NoAccess", "It has not been given yet: reject it, or cancel the flow.")
        if self.ends <= now:
            return Refusal("AccessOver", f"It is over since {self.ends:%Y-%m-%d %H:%M %Z}.")
        if isinstance(said, EarlyEnd):
            return None
        if request.concerns(said.by):
            return Refusal("OwnAccess", f"{said.by} cannot put off the end of their own access.")
        if said.until <= self.ends:
            sooner = "to end it sooner, revoke it"
            return Refusal("NotLater", f"It ends at {self.ends:%Y-%m-%d %H:%M %Z}: {sooner}.")
        return too_long(said.until, since=self.standing.granted_at)


def too_long(until: datetime, *, since: datetime) -> Refusal | None:
    if until <= since + LONGEST:
        return None
    return Refusal("AccessTooLong", f"Access is given for {LONGEST.days} days at most.")


class AccessResult(Record):
    """What became of access that stood; it is revoked."""

    request_id: NaturalId
    user: UserName
    group: GroupName
    approved_by: UserName
    granted_at: AwareDatetime
    revoked_at: AwareDatetime
    ended: Literal["expired", "revoked_early"]
    moves: tuple[EndMoved, ...] = ()
