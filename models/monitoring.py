"""What the monitoring is asked, and what it measures."""

from typing import Literal

from models.fields import NaturalId, Record


class AlertQuery(Record):
    fingerprint: NaturalId


class AlertState(Record):
    status: Literal["firing", "resolved"]
