"""A service that somebody adds, whole: a step, its compensation, reads, and an operation with a bug."""

import socket
import sys
from pathlib import Path
from sqlite3 import Connection

from pydantic import BaseModel

from services.backstage.operations import RequestBody, Resource, Service
from services.backstage.problems import NOT_FOUND, ProblemType, Refused
from services.backstage.server import open_storage, serve
from services.backstage.storage import new_id

NOT_LENT = ProblemType("not-lent", 409, "The book is not lent")

library = Service(
    name="library",
    description="Lends books.",
    schema="CREATE TABLE IF NOT EXISTS loans (id TEXT PRIMARY KEY, book TEXT NOT NULL) WITHOUT ROWID;",
)


class LoanRequest(RequestBody):
    book: str


class Loan(Resource):
    book: str


@library.step("/loans", operation_id="lendBook", refusals=(NOT_LENT,))
def lend_book(db: Connection, body: LoanRequest) -> Loan:
    """Lend a book."""
    if body.book == "Necronomicon":
        raise Refused(NOT_LENT, "nobody may read it")
    loan = Loan(id=new_id("loan"), book=body.book)
    db.execute("INSERT INTO loans VALUES (?, ?)", (loan.id, loan.book))
    return loan


@library.compensation(
    "/loans/return",
    operation_id="returnBook",
    undoes="lendBook",
    done="returned",
    nothing="nothing_to_return",
)
def return_book(db: Connection, loan_id: str) -> None:
    """Return a book."""
    db.execute("DELETE FROM loans WHERE id = ?", (loan_id,))


class Loans(BaseModel):
    loans: list[Loan]


@library.read("/loans/{loan_id}", operation_id="getLoan")
def get_loan(db: Connection, loan_id: str) -> Loan:
    """Look up a loan."""
    row = db.execute("SELECT * FROM loans WHERE id = ?", (loan_id,)).fetchone()
    if row is None:
        raise Refused(NOT_FOUND, f"there is no loan {loan_id}")
    return Loan.model_validate(dict(row))


@library.read("/loans", operation_id="findLoans")
def find_loans(db: Connection, book: str) -> Loans:
    """Find all loans of a book."""
    rows = db.execute("SELECT * FROM loans WHERE book = ?", (book,))
    return Loans(loans=[Loan.model_validate(dict(row)) for row in rows])


@library.step("/fires", operation_id="burnBook", refusals=(NOT_LENT,))
def burn_book(db: Connection, body: LoanRequest) -> Loan:
    """Lend a book, and then fail by a bug."""
    lend_book(db, body)
    raise RuntimeError(body.book)


if __name__ == "__main__":
    listening = socket.create_server(("127.0.0.1", 0))
    serve((library,), open_storage(Path(sys.argv[1]), (library,)), listening)
