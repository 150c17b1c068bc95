"""The accounts: one for each e-mail address, opened for people and deleted again."""

from sqlite3 import Connection
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from services.backstage.operations import RequestBody, Resource, Service
from services.backstage.problems import NOT_FOUND, ProblemType, Refused
from services.backstage.storage import new_id

EMAIL_TAKEN = ProblemType("email-taken", 409, "There is an account with this e-mail address")

accounts = Service(
    name="accounts",
    description="Opens accounts. An e-mail address, in whatever case, has at most one open account.",
    schema="""
CREATE TABLE IF NOT EXISTS accounts (
    id TEXT PRIMARY KEY, email TEXT NOT NULL COLLATE NOCASE, name TEXT NOT NULL,
    status TEXT NOT NULL) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS one_open_account ON accounts (email) WHERE status = 'open';
""",
)


class AccountRequest(RequestBody):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"email": "ada@example.com", "name": "Ada Lovelace"}]}
    )

    email: Annotated[str, Field(min_length=3, max_length=320)]
    name: Annotated[str, Field(min_length=1, max_length=200)]


class Account(Resource):
    status: Literal["open", "deleted"]


@accounts.step("/accounts", operation_id="createAccount", refusals=(EMAIL_TAKEN,))
def create_account(db: Connection, body: AccountRequest) -> Account:
    """Open an account for a person."""
    taken = db.execute("SELECT 1 FROM accounts WHERE email = ? AND status = 'open'", (body.email,)).fetchone()
    if taken:
        raise Refused(EMAIL_TAKEN, "this e-mail address has an account")
    account = Account(id=new_id("acc"), status="open")
    db.execute(
        "INSERT INTO accounts VALUES (?, ?, ?, ?)", (account.id, body.email, body.name, account.status)
    )
    return account


@accounts.compensation(
    "/accounts/delete",
    operation_id="deleteAccount",
    undoes="createAccount",
    done="deleted",
    nothing="nothing_to_delete",
)
def delete_account(db: Connection, account_id: str) -> None:
    """Delete the account that was opened under a key."""
    db.execute("UPDATE accounts SET status = 'deleted' WHERE id = ?", (account_id,))


@accounts.read("/accounts/{account_id}", operation_id="getAccount")
def get_account(db: Connection, account_id: str) -> Account:
    """Look up an account, whatever has become of it."""
    row = db.execute("SELECT id, status FROM accounts WHERE id = ?", (account_id,)).fetchone()
    if row is None:
        raise Refused(NOT_FOUND, f"there is no account {account_id}")
    return Account.model_validate(dict(row))
