"""The shipping: goods that are reserved are sent to an address, unless no carrier goes there."""

from sqlite3 import Connection
from typing import Annotated, Literal

from fastapi import Query
from pydantic import ConfigDict, Field

from services.backstage.operations import RequestBody, Resource, Service
from services.backstage.problems import NOT_FOUND, ProblemType, Refused
from services.backstage.storage import new_id
from services.inventory import Item, has_open_reservation

UNSERVED_COUNTRIES = ("AQ", "BV", "HM", "TF")  # uninhabited: Antarctica and three islands

ADDRESS_NOT_SERVED = ProblemType("address-not-served", 422, "No carrier goes to this address")
RESERVATION_NOT_OPEN = ProblemType(
    "reservation-not-open", 409, "The reservation does not hold stock for this order"
)

shipping = Service(
    name="shipping",
    description="Creates and cancels shipments of reserved goods. "
    f"Not served are the countries {', '.join(UNSERVED_COUNTRIES)}.",
    schema="""
CREATE TABLE IF NOT EXISTS shipments (
    id TEXT PRIMARY KEY, order_id TEXT NOT NULL, tracking_id TEXT NOT NULL,
    status TEXT NOT NULL) WITHOUT ROWID;
""",
)

Line = Annotated[str, Field(min_length=1, max_length=200)]


class Address(RequestBody):
    name: Line
    street: Line
    city: Line
    postal_code: Annotated[str, Field(min_length=1, max_length=20)]
    country: Annotated[str, Field(pattern="^[A-Z]{2}$", description="ISO 3166-1 alpha-2")]


class ShipmentRequest(RequestBody):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "order_id": "A-1",
                    "address": {
                        "name": "Ada Lovelace",
                        "street": "Marktplatz 1",
                        "city": "Bremen",
                        "postal_code": "28195",
                        "country": "DE",
                    },
                    "items": [{"sku": "lamp", "quantity": 2}],
                }
            ]
        }
    )

    order_id: Annotated[str, Field(min_length=1, max_length=100)]
    address: Address
    items: Annotated[list[Item], Field(min_length=1)]


class Shipment(Resource):
    order_id: str
    tracking_id: str
    status: Literal["created", "cancelled"]


@shipping.step(
    "/shipments", operation_id="createShipment", refusals=(ADDRESS_NOT_SERVED, RESERVATION_NOT_OPEN)
)
def create_shipment(
    db: Connection,
    body: ShipmentRequest,
    reservation_id: Annotated[str, Query(alias="reservationId", min_length=1)],
) -> Shipment:
    """Create the shipment of an order from its reservation."""
    if body.address.country in UNSERVED_COUNTRIES:
        raise Refused(ADDRESS_NOT_SERVED, f"no carrier goes to {body.address.country}")
    if not has_open_reservation(db, reservation_id, body.order_id):
        raise Refused(RESERVATION_NOT_OPEN, f"{reservation_id} holds no stock for order {body.order_id}")
    shipment = Shipment(
        id=new_id("shp"), order_id=body.order_id, tracking_id=new_id("TRK")[:16].upper(), status="created"
    )
    db.execute("INSERT INTO shipments VALUES (?, ?, ?, ?)", tuple(shipment.model_dump().values()))
    return shipment


@shipping.compensation(
    "/shipments/cancel",
    operation_id="cancelShipment",
    undoes="createShipment",
    done="cancelled",
    nothing="nothing_to_cancel",
)
def cancel_shipment(db: Connection, shipment_id: str) -> None:
    """Cancel the shipment that was created under a key."""
    db.execute("UPDATE shipments SET status = 'cancelled' WHERE id = ?", (shipment_id,))


@shipping.read("/shipments/{shipment_id}", operation_id="getShipment")
def get_shipment(db: Connection, shipment_id: str) -> Shipment:
    """Look up a shipment."""
    row = db.execute("SELECT * FROM shipments WHERE id = ?", (shipment_id,)).fetchone()
    if row is None:
        raise Refused(NOT_FOUND, f"there is no shipment {shipment_id}")
    return Shipment.model_validate(dict(row))
