"""What an order may be, what is told of one that may not, and how it crosses a history."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import JsonValue, ValidationError

from models.inventory import StockRequest
from models.order import Order

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("order*.json"))
Document = dict[str, JsonValue]


def document() -> Document:
    """The example, to be spoilt."""
    found: Document = json.loads(EXAMPLES[0].with_name("order.json").read_text(encoding="utf-8"))
    return found


def typed(order: JsonValue) -> Order:
    """As the command line reads what a person has typed."""
    return Order.model_validate_json(json.dumps(order), extra="forbid")


def test_the_examples_are_there() -> None:
    """One for each story that is told of an order."""
    names = ["order-large.json", "order-not-shippable.json", "order-payment-refused.json", "order.json"]

    assert names == [path.name for path in EXAMPLES]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_an_order(path: Path) -> None:
    """Each can be typed as it stands, and survives a history unchanged."""
    order = Order.model_validate_json(path.read_bytes(), extra="forbid")

    assert order == Order.model_validate_json(order.model_dump_json())


def test_the_total_is_exact() -> None:
    """Quantity times price, in decimal: two lamps and five notebooks."""
    order = typed(document())

    assert Decimal("102.30") == order.total
    assert "102.30" == str(order.total)


def changed(node: JsonValue, path: str, value: JsonValue) -> JsonValue:
    """A copy with the value at a path like `items.0.sku`."""
    if not path:
        return value
    head, _, rest = path.partition(".")
    if isinstance(node, list):
        return [changed(item, rest, value) if str(index) == head else item for index, item in enumerate(node)]
    assert isinstance(node, dict)
    return {**node, head: changed(node.get(head), rest, value)}


WRONG: list[tuple[str, JsonValue]] = [
    ("order_id", ""),
    ("order_id", "A 1"),
    ("order_id", "A/1"),
    ("order_id", "A-1\n"),
    ("order_id", "-A1"),
    ("order_id", "x" * 65),
    ("order_id", 1001),
    ("customer.email", "ada"),
    ("customer.email", "ada@example.com\nBcc: x@example.com"),
    ("customer.name", ""),
    ("items", []),
    ("items.0.quantity", 0),
    ("items.0.quantity", "2"),
    ("items.0.quantity", 1.5),
    ("items.0.quantity", True),
    ("items.0.quantity", 10_001),
    ("items.0.unit_price", "-1"),
    ("items.0.unit_price", "1.005"),
    ("items.0.unit_price", "NaN"),
    ("items.0.unit_price", "Infinity"),
    ("items.0.unit_price", "1e999999999"),
    ("items.0.unit_price", "12,50"),
    ("items.0.sku", ""),
    ("items.0.colour", "red"),
    ("shipping_address.country", "Germany"),
    ("shipping_address.city", "Bre\x07men"),
    ("currency", "eur"),
    ("payment_method", "two words"),
    ("coupon", "X"),
]


@pytest.mark.parametrize(("path", "value"), WRONG, ids=str)
def test_a_wrong_field_is_named(path: str, value: JsonValue) -> None:
    """The error names the one field that is wrong, the unknown one too."""
    with pytest.raises(ValidationError) as raised:
        typed(changed(document(), path, value))

    assert [path] == [".".join(map(str, error["loc"])) for error in raised.value.errors()]


@pytest.mark.parametrize(
    "field", ["order_id", "customer", "items", "shipping_address", "payment_method", "currency"]
)
def test_a_missing_field_is_named(field: str) -> None:
    """Nothing is optional."""
    order = document()
    del order[field]
    with pytest.raises(ValidationError) as raised:
        typed(order)

    assert [((field,), "missing")] == [(error["loc"], error["type"]) for error in raised.value.errors()]


@pytest.mark.parametrize(
    ("price", "quantity", "total"), [("0.00", 1, "0.00"), ("9999999999.99", 2, "19999999999.98")]
)
def test_an_order_that_cannot_be_paid_is_wrong(price: str, quantity: int, total: str) -> None:
    """A total has to be above zero, and one that a payment can carry; the items are to blame."""
    items: JsonValue = [{"sku": "lamp", "quantity": quantity, "unit_price": price}]
    with pytest.raises(ValidationError) as raised:
        typed(changed(document(), "items", items))

    [error] = raised.value.errors()
    assert ("items",) == error["loc"]
    assert error["msg"].endswith(f"and is {total}")


@pytest.mark.parametrize("price", ["12.5", "12.50", 12.5, "12.500"])
def test_money_has_two_places(price: JsonValue) -> None:
    """However it was typed, money is told with its cents, as text."""
    order = typed(changed(document(), "items.0.unit_price", price))

    assert '"unit_price":"12.50"' in order.model_dump_json()


def test_what_a_history_has_more_is_ignored() -> None:
    """An order of a later version can still be read."""
    later = changed(changed(document(), "items.0.colour", "red"), "coupon", "X")

    assert typed(document()) == Order.model_validate(later)


def test_sensitive_fields_are_not_shown() -> None:
    """Neither a representation nor an error shows the payment method, the address or the mail address."""
    shown = repr(typed(document()))
    with pytest.raises(ValidationError) as raised:
        typed(changed(document(), "payment_method", "two words"))

    assert not [text for text in ("tok_visa", "ada@example.com", "Marktplatz") if text in shown]
    assert "two words" not in str(raised.value)


def test_a_request_takes_of_the_items_what_it_needs() -> None:
    """The inventory gets skus and quantities, and no prices."""
    request = StockRequest(order_id="A-1", items=typed(document()).items)

    assert {"sku": "desk-lamp", "quantity": 2} == json.loads(request.model_dump_json())["items"][0]
