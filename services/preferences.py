"""The preferences: how our customers want to be treated, as far as they have said so."""

from sqlite3 import Connection
from typing import Literal

from services.backstage.operations import Resource, Service
from services.backstage.problems import NOT_FOUND, Refused

preferences = Service(
    name="preferences",
    description="Knows what C-1001 and C-1003 prefer; C-1002 has never said.",
    schema="",
)


class Preferences(Resource):
    language: str
    channel: Literal["email", "post", "none"]


PREFERENCES = {
    known.id: known
    for known in (
        Preferences(id="C-1001", language="en", channel="email"),
        Preferences(id="C-1003", language="de", channel="post"),
    )
}


@preferences.read("/customers/{customer_id}", operation_id="getPreferences")
def get_preferences(db: Connection, customer_id: str) -> Preferences:
    """Look up what a customer prefers."""
    del db
    if customer_id not in PREFERENCES:
        raise Refused(NOT_FOUND, f"customer {customer_id} has not said")
    return PREFERENCES[customer_id]
