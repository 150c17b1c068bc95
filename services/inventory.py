"""The inventory: stock is counted down by reservations and up again when they are released."""

from sqlite3 import Connection
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from services.backstage.operations import RequestBody, Resource, Service
from services.backstage.problems import NOT_FOUND, ProblemType, Refused
from services.backstage.storage import new_id

INITIAL_STOCK = 1_000_000
SOLD_OUT_PREFIX = "sold-out"

OUT_OF_STOCK = ProblemType("out-of-stock", 409, "There is not enough stock")

inventory = Service(
    name="inventory",
    description=f"Reserves stock for orders. Of every sku there are {INITIAL_STOCK} pieces at first; "
    f"of those that begin with `{SOLD_OUT_PREFIX}` there are none.",
    schema="""
CREATE TABLE IF NOT EXISTS stock (sku TEXT PRIMARY KEY, available INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reservations (
    id TEXT PRIMARY KEY, order_id TEXT NOT NULL, status TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reserved_items (
    reservation_id TEXT, sku TEXT, quantity INTEGER NOT NULL,
    PRIMARY KEY (reservation_id, sku)) WITHOUT ROWID;
""",
)


class Item(RequestBody):
    sku: Annotated[str, Field(min_length=1, max_length=100)]
    quantity: Annotated[int, Field(ge=1, le=1_000_000_000)]


class ReservationRequest(RequestBody):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"order_id": "A-1", "items": [{"sku": "lamp", "quantity": 2}]}]}
    )

    order_id: Annotated[str, Field(min_length=1, max_length=100)]
    items: Annotated[list[Item], Field(min_length=1)]

    def quantities(self) -> dict[str, int]:
        """How much of each sku, over all items."""
        return {item.sku: sum(i.quantity for i in self.items if i.sku == item.sku) for item in self.items}


class Reservation(Resource):
    order_id: str
    status: Literal["reserved", "released"]


class Stock(Resource):
    available: int


@inventory.step("/reservations", operation_id="reserveInventory", refusals=(OUT_OF_STOCK,))
def reserve_stock(db: Connection, body: ReservationRequest) -> Reservation:
    """Reserve stock for all items of an order, or for none."""
    reservation = Reservation(id=new_id("res"), order_id=body.order_id, status="reserved")
    db.execute("INSERT INTO reservations VALUES (?, ?, ?)", tuple(reservation.model_dump().values()))
    for sku, quantity in body.quantities().items():
        _take(db, sku, quantity)
        db.execute("INSERT INTO reserved_items VALUES (?, ?, ?)", (reservation.id, sku, quantity))
    return reservation


@inventory.compensation(
    "/reservations/release",
    operation_id="releaseInventory",
    undoes="reserveInventory",
    done="released",
    nothing="nothing_to_release",
)
def release_stock(db: Connection, reservation_id: str) -> None:
    """Release what was reserved under a key."""
    db.execute("UPDATE reservations SET status = 'released' WHERE id = ?", (reservation_id,))
    items = db.execute("SELECT sku, quantity FROM reserved_items WHERE reservation_id = ?", (reservation_id,))
    for sku, quantity in items.fetchall():
        db.execute("UPDATE stock SET available = available + ? WHERE sku = ?", (quantity, sku))


@inventory.read("/reservations/{reservation_id}", operation_id="getReservation")
def get_reservation(db: Connection, reservation_id: str) -> Reservation:
    """Look up a reservation."""
    row = db.execute("SELECT * FROM reservations WHERE id = ?", (reservation_id,)).fetchone()
    if row is None:
        raise Refused(NOT_FOUND, f"there is no reservation {reservation_id}")
    return Reservation.model_validate(dict(row))


@inventory.read("/stock/{sku}", operation_id="getStock")
def get_stock(db: Connection, sku: str) -> Stock:
    """Look up how much of a sku can be reserved."""
    return Stock(id=sku, available=_available(db, sku))


def has_open_reservation(db: Connection, reservation_id: str, order_id: str) -> bool:
    """Whether the reservation holds stock for this order: what shipping has to know."""
    row = db.execute(
        "SELECT 1 FROM reservations WHERE id = ? AND order_id = ? AND status = 'reserved'",
        (reservation_id, order_id),
    ).fetchone()
    return row is not None


def _take(db: Connection, sku: str, quantity: int) -> None:
    available = _available(db, sku)
    if available < quantity:
        raise Refused(OUT_OF_STOCK, f"{available} of {sku} in stock, {quantity} asked for")
    db.execute("INSERT OR REPLACE INTO stock VALUES (?, ?)", (sku, available - quantity))


def _available(db: Connection, sku: str) -> int:
    row = db.execute("SELECT available FROM stock WHERE sku = ?", (sku,)).fetchone()
    if row:
        return int(row["available"])
    return 0 if sku.startswith(SOLD_OUT_PREFIX) else INITIAL_STOCK
