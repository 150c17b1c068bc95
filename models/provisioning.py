"""What is asked of the provisioning, and what it answers."""

from typing import Literal

from models.fields import Id, Line, NaturalId, Record
from models.users import UserId


class WorkspaceRequest(Record):
    subscription_id: NaturalId
    user_id: UserId
    plan: Line


class Workspace(Record):
    id: Id
    address: Line
    status: Literal["provisioned"]


class WorkspaceRemoval(Record):
    """Without an id there was nothing to take away."""

    id: Id | None
    status: Literal["deprovisioned", "nothing_to_deprovision"]
