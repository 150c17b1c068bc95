"""The profiles: who our customers are."""

from sqlite3 import Connection
from typing import Literal

from services.backstage.operations import Resource, Service
from services.backstage.problems import NOT_FOUND, Refused

profiles = Service(
    name="profiles",
    description="Knows the customers C-1001 (Ada), C-1002 (Grace) and C-1003 (Hedy).",
    schema="",
)


class Profile(Resource):
    name: str
    email: str
    tier: Literal["standard", "gold"]


PROFILES = {
    profile.id: profile
    for profile in (
        Profile(id="C-1001", name="Ada Lovelace", email="ada@example.com", tier="gold"),
        Profile(id="C-1002", name="Grace Hopper", email="grace@example.com", tier="standard"),
        Profile(id="C-1003", name="Hedy Lamarr", email="hedy@example.com", tier="standard"),
    )
}


@profiles.read("/customers/{customer_id}", operation_id="getProfile")
def get_profile(db: Connection, customer_id: str) -> Profile:
    """Look up who a customer is."""
    del db
    if customer_id not in PROFILES:
        raise Refused(NOT_FOUND, f"there is no customer {customer_id}")
    return PROFILES[customer_id]
