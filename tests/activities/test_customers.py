"""The reads of a customer's parts, against the real services."""

from decimal import Decimal

import pytest
from pydantic import BaseModel

from models.customers import CustomerQuery, OrderHistory, OrdersQuery, Preferences, Profile
from tests.activities.offered import Offered
from tests.standins import StandIns


async def test_each_part_is_read(offered: Offered, stand_ins: StandIns) -> None:
    """As the services keep it, and without an effect."""
    profile = await offered.run("profiles.get_profile", CustomerQuery(customer_id="C-1001"))
    preferences = await offered.run("preferences.get_preferences", CustomerQuery(customer_id="C-1001"))

    assert Profile(name="Ada Lovelace", email="ada@example.com", tier="gold") == profile
    assert Preferences(language="en", channel="email") == preferences
    assert [] == await stand_ins.effects()


async def test_the_newest_orders_are_read(offered: Offered) -> None:
    """No more than are asked for, with their amounts to the cent."""
    history = await offered.run("order_history.list_orders", OrdersQuery(customer_id="C-1001", limit=2))

    assert isinstance(history, OrderHistory)
    assert [Decimal("129.00"), Decimal("18.50")] == [order.total for order in history.orders]


READS: list[tuple[str, BaseModel]] = [
    ("profiles.get_profile", CustomerQuery(customer_id="X-1")),
    ("order_history.list_orders", OrdersQuery(customer_id="X-1")),
    ("preferences.get_preferences", CustomerQuery(customer_id="C-1002")),
]


@pytest.mark.parametrize(("name", "query"), READS, ids=[name for name, _ in READS])
async def test_what_is_not_known_is_none(offered: Offered, name: str, query: BaseModel) -> None:
    """It is an answer, and no failure."""
    assert await offered.run(name, query) is None
