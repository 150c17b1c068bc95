"""The marketing: a profile for each account, with what its owner wants to hear of."""

from sqlite3 import Connection
from typing import Annotated

from pydantic import ConfigDict, Field

from services.backstage.operations import RequestBody, Resource, Service
from services.backstage.problems import NOT_FOUND, ProblemType, Refused
from services.backstage.storage import new_id

PROFILE_EXISTS = ProblemType("marketing-profile-exists", 409, "The account has a marketing profile")

marketing = Service(
    name="marketing",
    description="Keeps a marketing profile for each account; an account has at most one.",
    schema="""
CREATE TABLE IF NOT EXISTS marketing_profiles (
    id TEXT PRIMARY KEY, account_id TEXT NOT NULL UNIQUE, email TEXT NOT NULL, name TEXT NOT NULL,
    newsletter INTEGER NOT NULL) WITHOUT ROWID;
""",
)


class MarketingProfileRequest(RequestBody):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "account_id": "acc_1",
                    "email": "ada@example.com",
                    "name": "Ada Lovelace",
                    "newsletter": True,
                }
            ]
        }
    )

    account_id: Annotated[str, Field(min_length=1, max_length=100)]
    email: Annotated[str, Field(min_length=3, max_length=320)]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    newsletter: bool


class MarketingProfile(Resource):
    account_id: str
    newsletter: bool


@marketing.step("/profiles", operation_id="createMarketingProfile", refusals=(PROFILE_EXISTS,))
def create_profile(db: Connection, body: MarketingProfileRequest) -> MarketingProfile:
    """Make a marketing profile for an account."""
    known = db.execute("SELECT 1 FROM marketing_profiles WHERE account_id = ?", (body.account_id,)).fetchone()
    if known:
        raise Refused(PROFILE_EXISTS, f"account {body.account_id} has one")
    profile = MarketingProfile(id=new_id("mkt"), account_id=body.account_id, newsletter=body.newsletter)
    db.execute(
        "INSERT INTO marketing_profiles VALUES (?, ?, ?, ?, ?)",
        (profile.id, body.account_id, body.email, body.name, body.newsletter),
    )
    return profile


@marketing.read("/profiles/{profile_id}", operation_id="getMarketingProfile")
def get_profile(db: Connection, profile_id: str) -> MarketingProfile:
    """Look up a marketing profile."""
    row = db.execute(
        "SELECT id, account_id, newsletter FROM marketing_profiles WHERE id = ?", (profile_id,)
    ).fetchone()
    if row is None:
        raise Refused(NOT_FOUND, f"there is no marketing profile {profile_id}")
    return MarketingProfile.model_validate(dict(row))
